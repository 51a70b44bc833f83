// Judges over- and under-fitting from in-sample and out-of-sample scores. A gap counts only beyond
// two standard errors of the difference, since accuracy on a small part varies by chance. For
// accuracies the error is that of two proportions with two successes and two failures added
// (Agresti and Caffo 2000), which does not vanish at 1.000; for R2 it is 2 (1 - R2) / sqrt(n), the
// upper bound of the large-sample formula 2 R (1 - R2) / sqrt(n) for normal errors (Wishart 1931).
// Below half of the way from guessing to a perfect score, the errors in sample come first: the
// verdict is under-fitting unless the gap is at least half as large as they are.

#include "hebb/metrics/evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace hebb {
namespace {

constexpr std::size_t kFewSamples = 20;  // in either part: no verdict
constexpr double kStandardErrors = 2;    // of a difference explained by chance
constexpr double kLittleSkill = 0.1;     // share of the way from the baseline to 1
constexpr double kLowSkill = 0.5;
constexpr double kGapOfErrors = 0.5;  // share of the errors in sample
constexpr double kGoodScore = 0.9;    // below, a fit without a gap may still be too weak
constexpr double kSlightGap = 0.02;
constexpr double kWideGap = 0.1;

// The score on which the verdict is based: accuracy or R2.
struct Part {
  std::size_t samples = 0;
  double score = 0;
  double baseline = 0;  // reached without looking at the features
  double variance = 0;  // of the score, by sampling

  double skill() const { return baseline < 1 ? (score - baseline) / (1 - baseline) : 0; }
};

Part part_of(const ClassificationScores& scores) {
  double largest = 0;
  for (const auto& one : scores.per_class) largest = std::max(largest, one.support);
  const auto n = static_cast<double>(scores.samples);
  const double p = (scores.accuracy * n + 1) / (n + 2);
  return {.samples = scores.samples,
          .score = scores.accuracy,
          .baseline = largest / scores.confusion.total(),
          .variance = p * (1 - p) / (n + 2)};
}

std::optional<Part> part_of(const RegressionScores& scores) {
  if (!scores.r2) return {};
  const auto n = static_cast<double>(scores.samples);
  return Part{.samples = scores.samples,
              .score = *scores.r2,
              .baseline = 0,
              .variance = 4 * (1 - *scores.r2) * (1 - *scores.r2) / n};
}

std::optional<Part> part_of(const std::optional<Scores>& scores) {
  if (!scores) return {};
  return std::visit([](const auto& of) -> std::optional<Part> { return part_of(of); }, *scores);
}

struct Words {
  std::string name;      // of the score
  std::string baseline;  // what reaches the baseline
};

Words words_for(const Evaluation& evaluation) {
  const auto& any = evaluation.train ? evaluation.train : evaluation.test;
  if (any && std::holds_alternative<RegressionScores>(*any))
    return {.name = "R2", .baseline = "always predicting the mean"};
  return {.name = "accuracy", .baseline = "always guessing the largest class"};
}

Judgement too_few(std::size_t samples, const char* where) {
  return {.reason =
              fmt::format("only {} sample{} {}: too few to tell over- or under-fitting from chance",
                          samples, samples == 1 ? "" : "s", where)};
}

Judgement under_fitting(const Part& in, const Words& words) {
  return {
      Fitting::under,
      fmt::format("under-fitting: in-sample {} {:.4f} is {} than {} ({:.4f})", words.name, in.score,
                  in.skill() < 0 ? "worse" : "little better", words.baseline, in.baseline)};
}

Judgement one_class() { return {.reason = "one class only in sample: there was nothing to learn"}; }

Judgement verdict_on_one(const Part& part, bool in_sample, const Words& words) {
  if (in_sample) {
    if (part.baseline >= 1) return one_class();
    if (part.skill() < kLittleSkill) return under_fitting(part, words);
    if (part.skill() < kLowSkill)
      return {Fitting::under,
              fmt::format("under-fitting: {} {:.4f} in sample ({} reaches {:.4f}): much of the "
                          "training data is missed",
                          words.name, part.score, words.baseline, part.baseline)};
    return {.reason = fmt::format("in sample only: {} {:.4f} says nothing about new data, "
                                  "over-fitting would not show: hold some out with --test-size 0.2",
                                  words.name, part.score)};
  }
  return {.reason = fmt::format(
              "out of sample only: {} {:.4f} (+-{:.4f} by chance, {} reaches {:.4f}); over- and "
              "under-fitting show only beside the in-sample figures",
              words.name, part.score, kStandardErrors * std::sqrt(part.variance), words.baseline,
              part.baseline)};
}

Judgement verdict_on_two(const Part& in, const Part& out, const Words& words,
                         const char* test_name) {
  const double gap = in.score - out.score;
  const double chance = kStandardErrors * std::sqrt(in.variance + out.variance);
  if (in.baseline >= 1) return one_class();
  if (in.skill() < kLittleSkill) return under_fitting(in, words);
  const auto both = fmt::format("{} {:.4f} in sample against {:.4f} {}", words.name, in.score,
                                out.score, test_name);
  if (in.skill() < kLowSkill && (gap <= chance || gap < kGapOfErrors * (1 - in.score)))
    return {Fitting::under,
            fmt::format("under-fitting: {}: much of the training data is missed", both)};
  if (gap > chance) {
    const char* much = gap < kSlightGap ? "slight " : gap > kWideGap ? "strong " : "";
    return {Fitting::over,
            fmt::format("{}over-fitting: {}, a gap of {:.4f} where chance explains {:.4f}", much,
                        both, gap, chance)};
  }
  if (-gap > chance)
    return {Fitting::good,
            fmt::format("no over-fitting: {}, better by {:.4f} where chance explains {:.4f}: the "
                        "test part seems easier than the training part",
                        both, -gap, chance)};
  const auto steady = fmt::format("{}, a difference within chance (+-{:.4f})", both, chance);
  if (in.score < kGoodScore)
    return {Fitting::good,
            fmt::format("no sign of over-fitting: {}; if the data hold more, this is under-fitting",
                        steady)};
  return {Fitting::good, fmt::format("good fit: {}: no sign of over-fitting", steady)};
}

Judgement judged_by(const Evaluation& evaluation, const std::optional<Part>& in,
                    const std::optional<Part>& out) {
  const auto words = words_for(evaluation);
  if (evaluation.train && (!in || in->samples < kFewSamples))
    return too_few(in ? in->samples : 1, "in sample");
  if (evaluation.test && (!out || out->samples < kFewSamples))
    return too_few(out ? out->samples : 1, evaluation.test_name());
  if (in && out) return verdict_on_two(*in, *out, words, evaluation.test_name());
  if (in) return verdict_on_one(*in, true, words);
  if (out) return verdict_on_one(*out, false, words);
  return {.reason = "nothing was judged"};
}

}  // namespace

Judgement judge(const Evaluation& evaluation) {
  const auto in = part_of(evaluation.train);
  const auto out = part_of(evaluation.test);
  Judgement judgement = judged_by(evaluation, in, out);
  if (!in || in->baseline >= 1) return judgement;
  judgement.skill = in->skill();
  if (out) judgement.gap = (in->score - out->score) / (1 - in->baseline);
  return judgement;
}

std::string verdict(const Evaluation& evaluation) { return judge(evaluation).reason; }

}  // namespace hebb
