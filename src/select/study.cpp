#include "hebb/select/study.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "hebb/core/error.h"
#include "hebb/core/text.h"
#include "hebb/select/sampler.h"

namespace hebb {

const FieldList& StudyOptions::fields() {
  static const FieldList list =
      Fields<StudyOptions>()
          .add("sampler", &StudyOptions::sampler, "how points of the space are chosen")
          .one_of(sampler_names)
          .add("trials", &StudyOptions::trials,
               "number of points to try; unset: the whole grid, or 50")
          .at_least(1)
          .add("metric", &StudyOptions::metric,
               "the score that decides; empty: accuracy, or R2 of numbers")
          .add("prune", &StudyOptions::prune,
               "end a trial whose first folds are significantly worse than those of the best one")
          .add("halving", &StudyOptions::halving,
               "successive halving: try all with a share of the epochs, and the best with more")
          .add(
              "reduction", &StudyOptions::reduction,
              "with --halving: one of this many goes on; unset: 4, or 3 of models that are trained "
              "anew with more epochs")
          .at_least(2)
          .at_most(10)
          .add("growth", &StudyOptions::growth,
               "with --halving: as many times the epochs then; unset: 2.5, or the reduction for "
               "models that are trained anew")
          .more_than(1)
          .at_most(10)
          .add("rungs", &StudyOptions::rungs, "with --halving: number of budgets")
          .at_least(2)
          .at_most(10)
          .add("lag", &StudyOptions::lag,
               "trial k is chosen from the results of trials 0 to k - lag, so that as many may run "
               "at once")
          .at_least(1)
          .add("folds", &StudyOptions::folds, "parts of the data, each held out in turn")
          .at_least(2)
          .add("repeats", &StudyOptions::repeats, "cut the folds anew this many times")
          .at_least(1)
          .add("stratify_folds", &StudyOptions::stratify_folds,
               "divide each class equally among the folds")
          .add("fold_size", &StudyOptions::fold_size,
               "make each fold an independent random split with this share held out")
          .more_than(0)
          .less_than(1)
          .add(
              "nested", &StudyOptions::nested,
              "repeat the search within each of this many outer folds, and score its choice outside")
          .at_least(0)
          .add("random_state", &StudyOptions::random_state, "seed")
          .flag("--seed");
  return list;
}

FoldOptions StudyOptions::fold_options() const {
  return {.folds = folds,
          .repeats = repeats,
          .stratify = stratify_folds,
          .test_size = fold_size,
          .random_state = random_state};
}

std::string to_string(TrialState state) {
  switch (state) {
    case TrialState::complete:
      return "complete";
    case TrialState::pruned:
      return "pruned";
    default:
      return "failed";
  }
}

bool Study::has_best() const {
  if (ranking.empty()) return false;
  const Trial& first = trials[ranking.front()];
  return first.state == TrialState::complete && first.share >= 1;
}

const Trial& Study::best() const {
  check(has_best(), "study", "no trial has run to the end of the whole budget");
  return trials[ranking.front()];
}

PreparedRun with_values(PreparedRun run, const OptionValues& values) {
  for (const auto& [name, value] : values) run.options.set(name, value);
  return run;
}

std::vector<double> importance(const Study& study) {
  constexpr double kNoShare = std::numeric_limits<double>::quiet_NaN();
  std::vector<const Trial*> counted;
  for (const Trial& one : study.trials)
    if (one.state == TrialState::complete && one.share >= 1) counted.push_back(&one);
  // Scores less the first one: equal scores have no variance, not even that of rounding.
  const auto score = [&](const Trial* one) { return one->mean - counted.front()->mean; };
  const double n = static_cast<double>(counted.size());
  double mean = 0, variance = 0;
  for (const Trial* one : counted) mean += score(one) / n;
  for (const Trial* one : counted) variance += (score(one) - mean) * (score(one) - mean);
  const auto& dimensions = study.space.dimensions();
  std::vector<double> shares(dimensions.size(), kNoShare);
  if (counted.size() < 2 || variance == 0) return shares;
  for (std::size_t i = 0; i < dimensions.size(); ++i) {
    const Dimension& of = dimensions[i];
    const auto group = [&](double at) {
      if (!of.is_range()) return static_cast<int>(at);
      constexpr double kParts = 4;
      const double share = of.log ? std::log(at / of.low) / std::log(of.high / of.low)
                                  : (at - of.low) / (of.high - of.low);
      return static_cast<int>(std::min(kParts - 1, std::floor(share * kParts)));
    };
    std::map<int, std::pair<double, double>> groups;  // sum and number
    for (const Trial* one : counted) {
      auto& [sum, number] = groups[group(one->point[i])];
      sum += score(one);
      ++number;
    }
    double between = 0;
    for (const auto& [key, of_group] : groups) {
      const double difference = of_group.first / of_group.second - mean;
      between += of_group.second * difference * difference;
    }
    // Adjusted for the number of groups: without, an option with many values would explain much by
    // chance.
    const double k = static_cast<double>(groups.size());
    shares[i] =
        n > k ? std::clamp(1 - (1 - between / variance) * (n - 1) / (n - k), 0.0, 1.0) : kNoShare;
  }
  return shares;
}

std::string study_csv(const Study& study) {
  const auto number = [](double value) {
    return std::isnan(value) ? std::string() : fmt::format("{}", value);
  };
  std::string text = "rank,trial,state";
  for (const Dimension& one : study.space.dimensions()) text += ',' + csv_cell(one.option);
  text += ",mean,std";
  const int folds = study.options.folds * study.options.repeats;
  for (int i = 1; i <= folds; ++i) text += fmt::format(",fold {}", i);
  text += ",in_sample,share,epochs,error,seconds\n";
  std::size_t rank = 0;
  for (const std::size_t i : study.ranking) {
    const Trial& trial = study.trials[i];
    text += fmt::format("{},{},{}", ++rank, trial.number, to_string(trial.state));
    for (const Dimension& one : study.space.dimensions())
      text += ',' + csv_cell(to_text(trial.values.at(one.option)));
    text += ',' + number(trial.mean) + ',' + number(trial.deviation);
    double in_sample = 0;
    for (std::size_t fold = 0; fold < static_cast<std::size_t>(folds); ++fold) {
      text += ',';
      if (fold >= trial.folds.size()) continue;
      text += number(trial.folds[fold].score);
      in_sample += trial.folds[fold].train_score;
    }
    text +=
        ',' + (trial.folds.empty() ? std::string()
                                   : number(in_sample / static_cast<double>(trial.folds.size())));
    text += fmt::format(",{},{},{},{:.3f}\n", trial.share, trial.epochs, csv_cell(trial.error),
                        trial.seconds);
  }
  return text;
}

}  // namespace hebb
