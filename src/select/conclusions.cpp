#include "select/conclusions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hebb/core/error.h"
#include "hebb/core/text.h"

namespace hebb {
namespace {

// The test of a pair, before the p-values are adjusted: its p, and the least difference with p < alpha.
struct PairTest {
  double difference = 0, p = 1;
  std::function<std::optional<double>(double alpha)> least = [](double) {
    return std::optional<double>();
  };
};

PairTest pair_of_folds(const ComparedModel& first, const ComparedModel& second, double test_share) {
  const PairedTest test = resampled_t_test(first.values, second.values, test_share);
  return {.difference = test.difference, .p = test.p, .least = [test](double alpha) {
            return test.standard_error > 0 ? test.least_difference(alpha) : std::nullopt;
          }};
}

PairTest pair_by_mcnemar(const Predictions& first, const Predictions& second) {
  const McNemar test = mcnemar(first.truth, first.predicted, second.predicted);
  return {.difference = test.difference(), .p = test.p, .least = [test](double alpha) {
            return std::optional(test.least_difference(alpha));
          }};
}

PairTest pair_by_bootstrap(const Bootstrap& first, const Bootstrap& second, double level) {
  const auto test = bootstrap_difference(first, second, level);
  if (!test) return {};
  return {.difference = test->difference, .p = test->p, .least = [test](double alpha) {
            return test->standard_error > 0 ? std::optional(test->least_difference(alpha))
                                            : std::nullopt;
          }};
}

bool counts_mistakes(const Comparison& comparison,
                     const std::vector<std::vector<JudgedRun>>& judged) {
  return comparison.metric == "accuracy" &&
         std::ranges::all_of(judged, [](const std::vector<JudgedRun>& of) {
           return of.empty() || of.front().predictions.weights.empty();
         });
}

double mean_value(const ComparedModel& model) { return fold_statistics(model.values).mean; }

void rank(Comparison& comparison) {
  for (std::size_t i = 0; i < comparison.models.size(); ++i) {
    const ComparedModel& one = comparison.models[i];
    if (one.error.empty() && !one.scores.empty() && !std::isnan(mean_value(one)))
      comparison.ranking.push_back(i);
  }
  std::ranges::stable_sort(comparison.ranking, [&](std::size_t a, std::size_t b) {
    const double one = mean_value(comparison.models[a]), other = mean_value(comparison.models[b]);
    return comparison.higher_is_better ? one > other : one < other;
  });
}

// The interval of the metric that ranks, on one test part.
std::optional<Interval> interval_of(const Predictions& of, const Bootstrap& resampled,
                                    bool mistakes, double level) {
  if (!mistakes) return resampled.interval(level);
  std::size_t correct = 0;
  for (std::size_t i = 0; i < of.truth.size(); ++i) correct += of.truth[i] == of.predicted[i];
  return wilson_interval(correct, of.truth.size(), level);
}

std::vector<PairTest> test_pairs(Comparison& comparison,
                                 const std::vector<std::vector<JudgedRun>>& judged,
                                 double test_share, const BootstrapOptions& resamples) {
  const bool mistakes = !comparison.folds && counts_mistakes(comparison, judged);
  std::vector<Bootstrap> resampled(comparison.models.size());
  if (!comparison.folds)
    for (const std::size_t i : comparison.ranking) {
      const Predictions& of = judged[i].front().predictions;
      if (!mistakes) resampled[i] = bootstrap(of, find_metric(comparison.metric), resamples);
      for (ComparedScore& one : comparison.models[i].scores)
        if (one.score.key == comparison.metric)
          one.interval = interval_of(of, resampled[i], mistakes, comparison.level);
    }
  comparison.test = comparison.folds ? "corrected resampled t-test"
                    : mistakes       ? "McNemar's exact test"
                                     : "paired bootstrap";
  std::vector<PairTest> tests;
  const auto& ranking = comparison.ranking;
  for (std::size_t a = 0; a < ranking.size(); ++a)
    for (std::size_t b = a + 1; b < ranking.size(); ++b) {
      const std::size_t first = ranking[a], second = ranking[b];
      if (comparison.folds)
        tests.push_back(
            pair_of_folds(comparison.models[first], comparison.models[second], test_share));
      else if (mistakes)
        tests.push_back(
            pair_by_mcnemar(judged[first].front().predictions, judged[second].front().predictions));
      else
        tests.push_back(pair_by_bootstrap(resampled[first], resampled[second], comparison.level));
      comparison.pairs.push_back({.first = first, .second = second});
    }
  return tests;
}

void adjust(Comparison& comparison, const std::vector<PairTest>& tests) {
  std::vector<double> p;
  for (const PairTest& one : tests) p.push_back(one.p);
  const std::vector<double> adjusted = holm(p);
  std::size_t shown = 0;
  for (const double one : adjusted) shown += one < comparison.alpha;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    ComparedPair& pair = comparison.pairs[i];
    pair.difference = tests[i].difference;
    pair.p = tests[i].p;
    pair.adjusted_p = adjusted[i];
    pair.shown = adjusted[i] < comparison.alpha;
    // What Holm's method asks of the first p-value that it does not reject.
    const std::size_t left = std::max<std::size_t>(1, tests.size() - shown);
    pair.least = tests[i].least(comparison.alpha / static_cast<double>(left));
  }
}

// ---- in words ----

std::string score_text(double score) {
  return std::abs(score) < 1000 ? fmt::format("{:.4f}", score) : fmt::format("{:.4g}", score);
}

std::string p_text(double p) { return p < 0.001 ? "p < 0.001" : fmt::format("p = {:.2g}", p); }

// "a", "a and b", "a, b and c"
std::string in_words(const std::vector<std::string>& items) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i)
    text += (i == 0 ? "" : i + 1 == items.size() ? " and " : ", ") + items[i];
  return text;
}

std::string of_what(const Comparison& comparison) {
  if (!comparison.folds) return counted(comparison.test_samples, "test sample");
  const std::size_t folds = comparison.models[comparison.ranking.front()].values.size();
  return counted(folds, "fold");
}

// The models that the best one is better than, and those of which that is not shown.
void say_pairs(Comparison& comparison) {
  const auto& models = comparison.models;
  const ComparedModel& best = models[comparison.ranking.front()];
  std::vector<std::string> worse, unclear;
  double least = HUGE_VAL, most = 0, smallest_p = 1;
  bool known = true;
  for (const ComparedPair& pair : comparison.pairs) {
    if (pair.first != comparison.ranking.front()) continue;
    const ComparedModel& other = models[pair.second];
    if (pair.shown) {
      worse.push_back(fmt::format(
          "{} ({}{}, {})", other.candidate.name,
          worse.empty() ? comparison.metric_label + " " + score_text(mean_value(best)) + " against "
                        : "",
          score_text(mean_value(other)), p_text(pair.adjusted_p)));
      continue;
    }
    unclear.push_back(other.candidate.name);
    smallest_p = std::min(smallest_p, pair.adjusted_p);
    if (pair.least) {
      least = std::min(least, *pair.least);
      most = std::max(most, *pair.least);
    } else {
      known = false;
    }
  }
  const std::string adjusted =
      comparison.pairs.size() > 1
          ? fmt::format("; p-values are adjusted for {} pairs (Holm)", comparison.pairs.size())
          : "";
  if (!worse.empty())
    comparison.conclusions.push_back(fmt::format("{}{} is better than {}{}.",
                                                 comparison.folds ? "" : "As trained here, ",
                                                 best.candidate.name, in_words(worse), adjusted));
  if (unclear.empty()) return;
  std::string text =
      unclear.size() == 1
          ? fmt::format("Between {} and {} no difference was shown ({})", best.candidate.name,
                        unclear.front(), p_text(smallest_p))
          : fmt::format("Between {} and each of {} no difference was shown (p = {:.2g}{})",
                        best.candidate.name, in_words(unclear), smallest_p,
                        smallest_p < 0.995 ? " or more" : "");
  if (worse.empty()) text += adjusted;
  if (known)
    text += fmt::format(": with {} only differences above about {}{} would be", of_what(comparison),
                        fmt::format("{:.2g}", least),
                        most > 1.5 * least ? fmt::format(" to {:.2g}", most) : "");
  comparison.conclusions.push_back(text + ". That is no proof that they are equal.");
}

void say_all(Comparison& comparison) {
  const auto add = [&](std::string text) { comparison.conclusions.push_back(std::move(text)); };
  if (comparison.ranking.empty())
    return add("No model could be scored, so there is nothing to compare.");
  const ComparedModel& best = comparison.models[comparison.ranking.front()];
  if (comparison.ranking.size() == 1)
    add(fmt::format("Only {} could be scored ({} {}), so there is nothing to compare it with.",
                    best.candidate.name, comparison.metric_label, score_text(mean_value(best))));
  else if (comparison.folds && fold_statistics(best.values).defined < 2)
    add(fmt::format(
        "{} has the best {} ({}), but one fold does not tell how much the scores vary: no "
        "difference can be shown.",
        best.candidate.name, comparison.metric_label, score_text(mean_value(best))));
  else
    say_pairs(comparison);
  if (!comparison.folds)
    add("Each model was trained once: how much its score would vary with other training data or "
        "another seed is not tested.");
}

}  // namespace

void conclude(Comparison& comparison, const std::vector<std::vector<JudgedRun>>& judged,
              double test_share, const BootstrapOptions& resamples) {
  rank(comparison);
  adjust(comparison, test_pairs(comparison, judged, test_share, resamples));
  say_all(comparison);
}

}  // namespace hebb
