// All three curves accumulate the weights of positive and of negative samples, from the highest
// score down. They differ in the denominators.
#include "hebb/metrics/curves.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "hebb/core/error.h"
#include "metrics/ranking.h"
#include "metrics/weights.h"

namespace hebb {
Ranking::Ranking(std::span<const double> positive, std::span<const double> score,
                 std::span<const double> weights) {
  check(positive.size() == score.size(), kMetrics, positive.size(), " labels, but ", score.size(),
        " scores");
  check_weights(weights, score.size(), kMetrics);
  for (const auto& [numbers, what] : {std::pair{score, "score"}, std::pair{positive, "label"}})
    check(std::ranges::none_of(numbers, [](double s) { return std::isnan(s); }), kMetrics, "a ",
          what, " is NaN");
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < score.size(); ++i)
    if (weight_of(weights, i) > 0) order.push_back(i);
  // Stable, so that samples with equal scores are always summed in the same order.
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return score[i]; });
  double above = 0, others = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const std::size_t i = order[k];
    (positive[i] > 0 ? above : others) += weight_of(weights, i);
    if (k + 1 < order.size() && score[order[k + 1]] == score[i]) continue;
    positives.push_back(above);
    negatives.push_back(others);
    scores.push_back(score[i]);
  }
}

std::optional<double> Ranking::roc_auc() const {
  if (all_positives() == 0 || all_negatives() == 0) return {};
  // The share of pairs of a positive and a negative sample in which the positive has the higher
  // score; ties count half.
  double pairs = 0, found = 0, passed = 0;
  for (std::size_t k = 0; k < scores.size(); ++k) {
    pairs += (negatives[k] - passed) * (positives[k] + found) / 2;
    found = positives[k];
    passed = negatives[k];
  }
  return pairs / (all_positives() * all_negatives());
}

std::optional<double> Ranking::average_precision() const {
  if (all_positives() == 0) return {};
  double sum = 0, before = 0;
  for (std::size_t k = 0; k < scores.size(); ++k) {
    const double recall = positives[k] / all_positives();
    sum += (recall - before) * positives[k] / (positives[k] + negatives[k]);
    before = recall;
  }
  return sum;
}

std::optional<RocCurve> roc_curve(std::span<const double> positive, std::span<const double> score,
                                  std::span<const double> weights) {
  const Ranking counts(positive, score, weights);
  const auto area = counts.roc_auc();
  if (!area) return {};
  RocCurve curve{.fpr = {0},
                 .tpr = {0},
                 .thresholds = {std::numeric_limits<double>::infinity()},
                 .auc = *area};
  for (std::size_t k = 0; k < counts.scores.size(); ++k) {
    curve.fpr.push_back(counts.negatives[k] / counts.all_negatives());
    curve.tpr.push_back(counts.positives[k] / counts.all_positives());
    curve.thresholds.push_back(counts.scores[k]);
  }
  return curve;
}

std::optional<PrecisionRecallCurve> precision_recall_curve(std::span<const double> positive,
                                                           std::span<const double> score,
                                                           std::span<const double> weights) {
  const Ranking counts(positive, score, weights);
  const auto average = counts.average_precision();
  if (!average) return {};
  PrecisionRecallCurve curve{.average_precision = *average};
  for (std::size_t k = 0; k < counts.scores.size(); ++k) {
    curve.precision.push_back(counts.positives[k] / (counts.positives[k] + counts.negatives[k]));
    curve.recall.push_back(counts.positives[k] / counts.all_positives());
    curve.thresholds.push_back(counts.scores[k]);
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
  const Ranking counts(positive, score, weights);
  if (counts.all_positives() == 0) return {};
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
  check_share(at);
  check(share.size() == gain.size() && (share.empty() || share.front() == 0), "metrics",
        "a curve of ", share.size(), " shares and ", gain.size(), " gains from (0, 0) is expected");
  const auto next = std::ranges::lower_bound(share, at);
  if (next == share.end()) return 1;  // the last share may have been rounded below one
  const auto k = static_cast<std::size_t>(next - share.begin());
  return gain[k - 1] + (gain[k] - gain[k - 1]) * (at - share[k - 1]) / (share[k] - share[k - 1]);
}

}  // namespace hebb
