// All three curves count, from the highest score down, the weight of what is positive and what is
// not; they differ in what they divide by.
#include "hebb/metrics/curves.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "hebb/core/error.h"
#include "metrics/weights.h"

namespace hebb {
namespace {

// After each distinct score, from the highest: what was counted so far.
struct Counts {
  std::vector<double> positives, negatives, scores;

  double all_positives() const { return positives.back(); }
  double all_negatives() const { return negatives.back(); }
};

Counts count_down(std::span<const double> positive, std::span<const double> score,
                  std::span<const double> weights) {
  constexpr std::string_view kWhere = "metrics";
  check(positive.size() == score.size(), kWhere, positive.size(), " labels, but ", score.size(),
        " scores");
  check_weights(weights, score.size(), kWhere);
  check(std::ranges::none_of(score, [](double s) { return std::isnan(s); }), kWhere,
        "a score is NaN");
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < score.size(); ++i)
    if (weight_of(weights, i) > 0) order.push_back(i);
  // Of equal scores in the order of the samples, so that sums have one order.
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return score[i]; });
  Counts counts;
  double positives = 0, negatives = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const std::size_t i = order[k];
    (positive[i] > 0 ? positives : negatives) += weight_of(weights, i);
    if (k + 1 < order.size() && score[order[k + 1]] == score[i]) continue;
    counts.positives.push_back(positives);
    counts.negatives.push_back(negatives);
    counts.scores.push_back(score[i]);
  }
  return counts;
}

}  // namespace

std::optional<RocCurve> roc_curve(std::span<const double> positive, std::span<const double> score,
                                  std::span<const double> weights) {
  const Counts counts = count_down(positive, score, weights);
  if (counts.scores.empty() || counts.all_positives() == 0 || counts.all_negatives() == 0)
    return {};
  RocCurve curve{.fpr = {0}, .tpr = {0}, .thresholds = {std::numeric_limits<double>::infinity()}};
  for (std::size_t k = 0; k < counts.scores.size(); ++k) {
    curve.fpr.push_back(counts.negatives[k] / counts.all_negatives());
    curve.tpr.push_back(counts.positives[k] / counts.all_positives());
    curve.thresholds.push_back(counts.scores[k]);
    curve.auc += (curve.fpr[k + 1] - curve.fpr[k]) * (curve.tpr[k + 1] + curve.tpr[k]) / 2;
  }
  return curve;
}

std::optional<PrecisionRecallCurve> precision_recall_curve(std::span<const double> positive,
                                                           std::span<const double> score,
                                                           std::span<const double> weights) {
  const Counts counts = count_down(positive, score, weights);
  if (counts.scores.empty() || counts.all_positives() == 0) return {};
  PrecisionRecallCurve curve;
  double before = 0;
  for (std::size_t k = 0; k < counts.scores.size(); ++k) {
    curve.precision.push_back(counts.positives[k] / (counts.positives[k] + counts.negatives[k]));
    curve.recall.push_back(counts.positives[k] / counts.all_positives());
    curve.thresholds.push_back(counts.scores[k]);
    curve.average_precision += (curve.recall[k] - before) * curve.precision[k];
    before = curve.recall[k];
  }
  std::ranges::reverse(curve.precision);
  std::ranges::reverse(curve.recall);
  std::ranges::reverse(curve.thresholds);
  curve.precision.push_back(1);
  curve.recall.push_back(0);
  return curve;
}

std::optional<GainCurve> gain_curve(std::span<const double> positive, std::span<const double> score,
                                    std::span<const double> weights) {
  const Counts counts = count_down(positive, score, weights);
  if (counts.scores.empty() || counts.all_positives() == 0) return {};
  const double total = counts.all_positives() + counts.all_negatives();
  GainCurve curve{.share = {0}, .gain = {0}, .lift = {0}};
  for (std::size_t k = 0; k < counts.scores.size(); ++k) {
    curve.share.push_back((counts.positives[k] + counts.negatives[k]) / total);
    curve.gain.push_back(counts.positives[k] / counts.all_positives());
    curve.lift.push_back(curve.gain.back() / curve.share.back());
  }
  curve.lift.front() = curve.lift[1];
  return curve;
}

double GainCurve::gain_at(double at) const {
  check(at > 0 && at <= 1, "metrics", "a share must be in (0, 1], got ", at);
  const auto next = std::ranges::lower_bound(share, at);
  if (next == share.end()) return 1;  // the last share may have been rounded below one
  const auto k = static_cast<std::size_t>(next - share.begin());
  return gain[k - 1] + (gain[k] - gain[k - 1]) * (at - share[k - 1]) / (share[k] - share[k - 1]);
}

}  // namespace hebb
