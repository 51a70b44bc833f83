#pragma once

#include <optional>
#include <span>
#include <vector>

/// Curves of a score against a truth that is positive (> 0) or not: one point per distinct score,
/// so ties give one point.
/// Shapes:  positive, score (N); weights (N), or empty: all are 1.
/// Errors:  std::invalid_argument for sizes that differ, a NaN, or weights as confusion_matrix().
namespace hebb {

/// Points from (0, 0) to (1, 1). At `thresholds[i]`, samples with at least this score are predicted
/// positive. The first threshold is infinite: no sample is.
/// Source:  Fawcett, Pattern Recognition Letters 27 (2006).
struct RocCurve {
  std::vector<double> fpr, tpr, thresholds;
  double auc = 0;
};
/// std::nullopt if all samples are positive, or none.
std::optional<RocCurve> roc_curve(std::span<const double> positive, std::span<const double> score,
                                  std::span<const double> weights = {});

/// Points from the lowest threshold, at which all samples are predicted positive, to the highest;
/// then the point (recall 0, precision 1) without a threshold, as in scikit-learn.
/// `average_precision` is the sum of precision times the step in recall. It is not the area under
/// interpolated points, which is too optimistic.
/// Source:  Davis and Goadrich, ICML 2006; Su, Yuan and Zhu, ICTIR 2015.
struct PrecisionRecallCurve {
  std::vector<double> precision = {}, recall = {}, thresholds = {};
  double average_precision = 0;
};
/// Unset if no sample is positive.
std::optional<PrecisionRecallCurve> precision_recall_curve(std::span<const double> positive,
                                                           std::span<const double> score,
                                                           std::span<const double> weights = {});

/// Cumulative gain and lift. `gain` is the share of the positives found among the share of samples
/// with the highest scores, from (0, 0) to (1, 1). `lift` compares it with samples chosen at
/// random: lift = gain / share (at share 0, that of the first point).
struct GainCurve {
  std::vector<double> share, gain, lift;

  /// Linear between points, as if ties were broken at random.
  double gain_at(double at) const;
  double lift_at(double at) const { return gain_at(at) / at; }
};
/// Unset if no sample is positive.
std::optional<GainCurve> gain_curve(std::span<const double> positive, std::span<const double> score,
                                    std::span<const double> weights = {});

}  // namespace hebb
