#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hebb/estimators/estimator.h"

namespace hebb {

/// Names and defaults are those of scikit-learn's SVC and SVR.
struct SvmOptions {
  double C = 1;
  std::string kernel = "rbf";  ///< linear, poly, rbf, sigmoid
  std::string gamma =
      "scale";           ///< scale: 1 / (features * their variance); auto: 1 / features; a number
  int degree = 3;        ///< of poly
  double coef0 = 0;      ///< of poly and sigmoid
  double epsilon = 0.1;  ///< of regression: smaller errors cost nothing
  bool shrinking = true;
  double tol = 1e-3;
  double cache_size = 200;  ///< megabytes
  bool probability =
      false;  ///< of classification: fit probabilities, by five-fold cross-validation
  std::vector<std::string> class_weight = {};
  std::uint64_t random_state = 0;  ///< of the folds of `probability`
  std::optional<double> max_seconds = {};
  int threads = 0;  ///< in prediction; training takes one

  static const FieldList& fields();
};

/// Support vector machine with a kernel: C-SVC, one machine for each pair of classes, of which each
/// casts a vote. LIBSVM trains it, in a process of its own: training can be stopped, and a seed gives
/// the same bits. Training that is stopped, or that takes longer than max_seconds, gives no model.
/// Predictions are LIBSVM's: of classes with equally many votes the first one; with `probability`,
/// the class of the largest probability, which need not be that of the votes.
///
/// Training takes time that grows with the square of the samples or faster. Sample weights are not
/// used.
/// Source: Chang and Lin, LIBSVM, ACM TIST 2 (2011). Platt, 1999; Wu, Lin and Weng, JMLR 5 (2004).
class SvmClassifier : public Classifier {
 public:
  explicit SvmClassifier(SvmOptions options = {}, PreprocessOptions preprocess = {})
      : Classifier("svm", std::move(options), std::move(preprocess)) {}
  /// Errors: ModelError unless the model holds support vectors for its classes.
  explicit SvmClassifier(FromModel from);
  /// Errors: as Model::load; ModelError if the file holds something else.
  static SvmClassifier load(const std::string& path);

  /// Errors: as Estimator; std::invalid_argument for one class only, and for a gamma that is none;
  /// StoppedError.
  void fit(const Dataset& train, const RunControl& control = {}) override;
  /// Errors: as Classifier; std::invalid_argument unless has_probabilities().
  Tensor predict_proba(const Dataset& data) const override;
  /// Whether it was trained with `probability`.
  bool has_probabilities() const override;
  /// As scikit-learn's SVC(decision_function_shape="ovr"): for more than two classes the votes, plus
  /// a third at most for the sum of the decisions. The largest is predicted, except that of equal
  /// votes the first counts.
  std::vector<double> decision_function(const Dataset& data) const override;
  /// LIBSVM's decision values (N, pairs), a positive one of the pair (i, j) with i < j being a vote
  /// for class i. Pairs are in the order (0, 1), (0, 2), ..., (1, 2), ...
  std::vector<double> pair_decisions(const Dataset& data) const;
  std::vector<double> predict_one(std::span<const double> features) const override;
  Capabilities capabilities() const override;

  /// Support vectors of each class.
  std::vector<std::size_t> n_support_() const;

 protected:
  std::vector<std::int32_t> decide(std::span<const double> scores) const override;

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

/// Support vector regression of one number, with a kernel: epsilon-SVR.
class SvmRegressor : public Regressor {
 public:
  explicit SvmRegressor(SvmOptions options = {}, PreprocessOptions preprocess = {})
      : Regressor("svm", std::move(options), std::move(preprocess)) {}
  explicit SvmRegressor(FromModel from);
  static SvmRegressor load(const std::string& path);

  /// Errors: as Estimator; std::invalid_argument for several targets, for class_weight or
  /// probability, and for a gamma that is none; StoppedError.
  void fit(const Dataset& train, const RunControl& control = {}) override;
  std::vector<double> predict(const Dataset& data) const override;
  std::vector<double> predict_one(std::span<const double> features) const override;
  Capabilities capabilities() const override;

  std::size_t n_support_() const;

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

}  // namespace hebb
