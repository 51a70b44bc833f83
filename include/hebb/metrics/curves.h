#pragma once

#include <optional>
#include <span>
#include <vector>

/// Curves of a score against a truth that is positive (> 0) or not: one point for each distinct
/// score, ties taken together.
/// Shapes:  positive, score (N); weights (N), or empty: all are one.
/// Errors:  std::invalid_argument for sizes that differ, a NaN, or weights as confusion_matrix().
namespace hebb {

/// Points from (0, 0) to (1, 1). `thresholds[i]`: what scores at least this is called positive;
/// the first one is infinite: nothing is.
/// Source:  Fawcett, Pattern Recognition Letters 27 (2006).
struct RocCurve {
  std::vector<double> fpr, tpr, thresholds;
  double auc = 0;
};
/// Unset if all samples are positive, or none.
std::optional<RocCurve> roc_curve(std::span<const double> positive, std::span<const double> score,
                                  std::span<const double> weights = {});

/// From the lowest threshold, where all is called positive, to the highest; then the point (recall
/// 0, precision 1) without a threshold, as scikit-learn has it. `average_precision` is the sum of
/// precision times the step in recall: no area under interpolated points, which is too optimistic.
/// Source:  Davis and Goadrich, ICML 2006; Su, Yuan and Zhu, ICTIR 2015.
struct PrecisionRecallCurve {
  std::vector<double> precision = {}, recall = {}, thresholds = {};
  double average_precision = 0;
};
/// Unset if no sample is positive.
std::optional<PrecisionRecallCurve> precision_recall_curve(std::span<const double> positive,
                                                           std::span<const double> score,
                                                           std::span<const double> weights = {});

/// How many of the positives are found among the share of samples with the highest scores, from
/// (0, 0) to (1, 1), and how many times as many as among samples at random: lift = gain / share (of
/// share 0: that of the first point).
struct GainCurve {
  std::vector<double> share, gain, lift;

  /// Between points, in a straight line: as if ties were broken at random.
  double gain_at(double at) const;
  double lift_at(double at) const { return gain_at(at) / at; }
};
/// Unset if no sample is positive.
std::optional<GainCurve> gain_curve(std::span<const double> positive, std::span<const double> score,
                                    std::span<const double> weights = {});

}  // namespace hebb
