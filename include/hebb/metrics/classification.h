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
  /// Whether a class is in the truth or among the predictions.
  bool occurs(std::size_t c) const;
};

/// Shapes:  truth (N), predicted (N), values in [0, classes); weights (N), or empty: all are one.
/// Errors:  std::invalid_argument for sizes that differ, a value out of range, or weights that are
///          not finite, negative, or all zero.
ConfusionMatrix confusion_matrix(std::span<const std::int32_t> truth,
                                 std::span<const std::int32_t> predicted, std::size_t classes,
                                 std::span<const double> weights = {});

/// `specificity` is the recall of all that is not of the class.
struct PrecisionRecall {
  double precision = 0, recall = 0, f1 = 0, support = 0, specificity = 0;
};

/// (1 + beta^2) P R / (beta^2 P + R): recall counts beta times as much as precision. 0 where both
/// are.
/// Source:  van Rijsbergen, Information Retrieval (1979), chapter 7.
double f_beta(double precision, double recall, double beta);

/// The mean of the recalls of the classes that occur in the truth.
double balanced_accuracy(const ConfusionMatrix& matrix);

/// Correlation of truth and prediction, -1 to 1; 0 if either is the same class throughout.
/// Source:  Matthews, Biochimica et Biophysica Acta 405 (1975); for more classes Gorodkin,
///          Computational Biology and Chemistry 28 (2004).
double matthews(const ConfusionMatrix& matrix);

/// Agreement beyond that of chance. Unset if chance alone agrees throughout.
/// Source:  Cohen, Educational and Psychological Measurement 20 (1960).
std::optional<double> kappa(const ConfusionMatrix& matrix);

/// Everything a classifier is judged by on one part of the data. Undefined ratios are 0 and listed
/// in `warnings`; a figure that cannot be had at all (the AUC of one class) is unset. Averages run
/// over the classes that occur in truth or predictions. `support` is the weight of a class in the
/// truth.
struct ClassificationScores {
  std::size_t samples = 0;
  double accuracy = 0;
  std::vector<PrecisionRecall> per_class;
  PrecisionRecall macro, micro, weighted;
  double balanced_accuracy = 0, matthews = 0;
  std::optional<double> kappa = {};
  /// Two classes: of the second; more: one-vs-rest, the plain mean, or weighted by support.
  std::optional<double> roc_auc = {}, roc_auc_weighted = {};
  std::optional<double> average_precision = {};     ///< likewise, the plain mean
  std::optional<double> log_loss = {}, brier = {};  ///< of probabilities
  ConfusionMatrix confusion;
  std::vector<std::string> warnings;
};

/// Area under the ROC curve by ranks; ties count half. `positive` is 0 or 1. Unset if one of these
/// is absent.
/// Errors:  std::invalid_argument for sizes that differ, a NaN, or weights as confusion_matrix.
/// Source:  Fawcett, Pattern Recognition Letters 27 (2006).
std::optional<double> roc_auc(std::span<const double> positive, std::span<const double> score,
                              std::span<const double> weights = {});

/// Mean of -log p(truth); p is clipped to [eps, 1-eps], eps of double, and rows are brought to the
/// sum 1, as scikit-learn does.
/// Shapes:  truth (N), probability (N, classes).
/// Errors:  as classification_scores.
double log_loss(std::span<const std::int32_t> truth, std::span<const double> probability,
                std::size_t classes, std::span<const double> weights = {});

/// Mean squared difference of probabilities and truth: of two classes for the second one, of more
/// summed over all of them.
/// Shapes, errors:  as log_loss().
/// Source:  Brier, Monthly Weather Review 78 (1950).
double brier(std::span<const std::int32_t> truth, std::span<const double> probability,
             std::size_t classes, std::span<const double> weights = {});

/// Share of samples whose true class is among the `k` with the highest scores; of equal scores the
/// later class counts as higher, as in scikit-learn.
/// Shapes, errors:  as log_loss(); std::invalid_argument unless k >= 1.
double top_k_accuracy(std::span<const std::int32_t> truth, std::span<const double> score,
                      std::size_t classes, std::size_t k, std::span<const double> weights = {});

/// Shapes:  truth (N), predicted (N); scores: probabilities (N, classes.size()), or none, or where
///          `are_probabilities` is false, what decision_function() gives: (N) for two classes.
/// Errors:  std::invalid_argument for sizes that differ, a label out of range, a score that is NaN,
///          0 samples, or weights as confusion_matrix.
ClassificationScores classification_scores(std::span<const std::int32_t> truth,
                                           std::span<const std::int32_t> predicted,
                                           std::span<const double> scores,
                                           std::span<const std::string> classes,
                                           std::span<const double> weights = {},
                                           bool are_probabilities = true);

}  // namespace hebb
