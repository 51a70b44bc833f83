#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hebb {

/// Counts of (truth, prediction). Only those that are not 0 are stored: of thousands of classes, few
/// pairs occur.
struct ConfusionMatrix {
  struct Cell {
    std::uint32_t truth = 0, prediction = 0;
    double count = 0;
  };
  /// Of more classes, files list the cells: a table of millions of counts, nearly all of them 0,
  /// would be larger than all other results together, and no program shows it.
  static constexpr std::size_t kMostInTables = 1000;

  std::size_t classes = 0;
  std::vector<Cell> cells = {};  ///< by truth, then by prediction

  /// Neither index is checked.
  double at(std::size_t truth, std::size_t prediction) const;
  /// The counts of one true class, by prediction: (classes).
  std::vector<double> row(std::size_t truth) const;
  double total() const;
  /// Sums of the rows and of the columns: how often each class occurs in the truth, and in the
  /// predictions.
  struct Margins {
    std::vector<double> truth, predicted;

    bool occurs(std::size_t c) const { return truth[c] > 0 || predicted[c] > 0; }
  };
  Margins margins() const;
  /// Errors: std::invalid_argument for a cell of a class that does not exist, or that is out of
  /// order. So do all functions of a matrix.
  void check() const;
};

/// Shapes:  truth (N), predicted (N), values in [0, classes); weights (N), or empty: all are 1.
/// Errors:  std::invalid_argument for sizes that differ, a value out of range, or weights that are
///          not finite, negative, or all zero.
ConfusionMatrix confusion_matrix(std::span<const std::int32_t> truth,
                                 std::span<const std::int32_t> predicted, std::size_t classes,
                                 std::span<const double> weights = {});

/// The `most` classes with the most mistakes, in which they are the true or the predicted class; of
/// classes with equally many, the more frequent and then the first. By index; all classes if there
/// are no more. For tables and figures of many classes.
std::vector<std::size_t> most_confused(const ConfusionMatrix& matrix, std::size_t most);

/// The same for a matrix of a few of the classes: both classes of each of the most frequent
/// mistakes, as many as have room, and then most_confused(). The classes with the most mistakes are
/// often not confused with each other, so a matrix of them shows hardly any.
std::vector<std::size_t> most_frequent_mistakes(const ConfusionMatrix& matrix, std::size_t most);

/// `specificity` is the recall of the samples of all other classes.
struct PrecisionRecall {
  double precision = 0, recall = 0, f1 = 0, support = 0, specificity = 0;
};

/// (1 + beta^2) P R / (beta^2 P + R): recall counts beta times as much as precision. 0 if both are
/// 0.
/// Source:  van Rijsbergen, Information Retrieval (1979), chapter 7.
double f_beta(double precision, double recall, double beta);

/// The mean of the recalls of the classes that occur in the truth.
double balanced_accuracy(const ConfusionMatrix& matrix);

/// The Matthews correlation coefficient of truth and prediction, -1 to 1; 0 if either has only one
/// class.
/// Source:  Matthews, Biochimica et Biophysica Acta 405 (1975); for more classes Gorodkin,
///          Computational Biology and Chemistry 28 (2004).
double matthews(const ConfusionMatrix& matrix);

/// Cohen's kappa: agreement beyond that expected by chance. std::nullopt if chance alone gives full
/// agreement.
/// Source:  Cohen, Educational and Psychological Measurement 20 (1960).
std::optional<double> kappa(const ConfusionMatrix& matrix);

/// All scores of a classifier on one part of the data. Undefined ratios are 0 and listed in
/// `warnings`. A score that is undefined (the AUC of one class) is unset. Averages are over the
/// classes that occur in truth or predictions. `support` is the total weight of a class in the
/// truth.
struct ClassificationScores {
  std::size_t samples = 0;
  double accuracy = 0;
  std::vector<PrecisionRecall> per_class;
  PrecisionRecall macro, micro, weighted;
  double balanced_accuracy = 0, matthews = 0;
  std::optional<double> kappa = {};
  /// For two classes, of the second; for more, one-vs-rest: the unweighted mean, and weighted by
  /// support.
  std::optional<double> roc_auc = {}, roc_auc_weighted = {};
  std::optional<double> average_precision = {};     ///< likewise, unweighted mean
  std::optional<double> log_loss = {}, brier = {};  ///< of probabilities
  ConfusionMatrix confusion;
  std::vector<std::string> warnings;
};

/// Area under the ROC curve, computed by ranks; ties count half. `positive` is 0 or 1. std::nullopt
/// unless both occur.
/// Errors:  std::invalid_argument for sizes that differ, a NaN, or weights as confusion_matrix.
/// Source:  Fawcett, Pattern Recognition Letters 27 (2006).
std::optional<double> roc_auc(std::span<const double> positive, std::span<const double> score,
                              std::span<const double> weights = {});

/// Mean of -log p(truth); p is clipped to [eps, 1-eps], with the eps of double, and rows are
/// normalised to sum 1, as in scikit-learn.
/// Shapes:  truth (N), probability (N, classes).
/// Errors:  as classification_scores.
double log_loss(std::span<const std::int32_t> truth, std::span<const double> probability,
                std::size_t classes, std::span<const double> weights = {});

/// Mean squared difference of probabilities and truth: for two classes that of the second one, for
/// more the sum over all classes.
/// Shapes, errors:  as log_loss().
/// Source:  Brier, Monthly Weather Review 78 (1950).
double brier(std::span<const std::int32_t> truth, std::span<const double> probability,
             std::size_t classes, std::span<const double> weights = {});

/// Share of samples whose true class is among the `k` classes with the highest scores. Of equal
/// scores the later class counts as higher, as in scikit-learn.
/// Shapes, errors:  as log_loss(); std::invalid_argument unless k >= 1.
double top_k_accuracy(std::span<const std::int32_t> truth, std::span<const double> score,
                      std::size_t classes, std::size_t k, std::span<const double> weights = {});

/// Shapes:  truth (N), predicted (N); scores: probabilities (N, classes.size()), or none, or if
///          `are_probabilities` is false, the result of decision_function(): (N) for two classes.
/// Errors:  std::invalid_argument for sizes that differ, a label out of range, a score that is NaN,
///          0 samples, or weights as confusion_matrix.
ClassificationScores classification_scores(std::span<const std::int32_t> truth,
                                           std::span<const std::int32_t> predicted,
                                           std::span<const double> scores,
                                           std::span<const std::string> classes,
                                           std::span<const double> weights = {},
                                           bool are_probabilities = true);

}  // namespace hebb
