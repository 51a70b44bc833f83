#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hebb {

/// Counts (truth, prediction), row-major: rows are the truth.
struct ConfusionMatrix {
  std::size_t classes = 0;
  std::vector<double> counts;

  double at(std::size_t truth, std::size_t prediction) const {
    return counts[truth * classes + prediction];
  }
  double total() const;
};

/// Shapes:  truth (N), predicted (N), values in [0, classes); weights (N), or empty: all are one.
/// Errors:  std::invalid_argument for sizes that differ, a value out of range, or weights that are
///          not finite, negative, or all zero.
ConfusionMatrix confusion_matrix(std::span<const std::int32_t> truth,
                                 std::span<const std::int32_t> predicted, std::size_t classes,
                                 std::span<const double> weights = {});

struct PrecisionRecall {
  double precision = 0, recall = 0, f1 = 0, support = 0;
};

/// Everything a classifier is judged by on one part of the data. Undefined ratios are 0 and listed
/// in `warnings`; a figure that cannot be had at all (the AUC of one class) is unset. Averages run
/// over the classes that occur in truth or predictions. `support` is the weight of a class in the
/// truth.
struct ClassificationScores {
  std::size_t samples = 0;
  double accuracy = 0;
  std::vector<PrecisionRecall> per_class;
  PrecisionRecall macro, weighted;
  std::optional<double> roc_auc =
      {};  ///< two classes: of the second; more: one-vs-rest, macro-averaged
  std::optional<double> log_loss = {};
  ConfusionMatrix confusion;
  std::vector<std::string> warnings;
};

/// Area under the ROC curve by ranks; ties count half. `positive` is 0 or 1. Unset if one of these
/// is absent.
/// Errors:  std::invalid_argument for sizes that differ, a NaN, or weights as confusion_matrix.
/// Source:  Fawcett, Pattern Recognition Letters 27 (2006).
std::optional<double> roc_auc(std::span<const double> positive, std::span<const double> score,
                              std::span<const double> weights = {});

/// Mean of -log p(truth); p is clipped to [eps, 1-eps], eps of double, as scikit-learn does.
/// Shapes:  truth (N), probability (N, classes).
/// Errors:  as classification_scores.
double log_loss(std::span<const std::int32_t> truth, std::span<const double> probability,
                std::size_t classes, std::span<const double> weights = {});

/// Shapes:  truth (N), predicted (N), probability (N, classes.size()) or empty.
/// Errors:  std::invalid_argument for sizes that differ, a label out of range, a probability that
/// is
///          NaN, 0 samples, or weights as confusion_matrix.
ClassificationScores classification_scores(std::span<const std::int32_t> truth,
                                           std::span<const std::int32_t> predicted,
                                           std::span<const double> probability,
                                           std::span<const std::string> classes,
                                           std::span<const double> weights = {});

}  // namespace hebb
