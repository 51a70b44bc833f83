#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hebb/estimators/linear.h"

namespace hebb {

/// Names and defaults are those of scikit-learn's LinearSVC and LinearSVR, with dual=auto. The number
/// of iterations is LIBLINEAR's own, 1000.
struct LinearSvmOptions {
  double C = 1;
  std::optional<std::string> loss = {};  ///< unset: squared_hinge, or epsilon_insensitive
  std::string penalty = "l2";            ///< or l1, of classification with loss squared_hinge
  std::string dual = "auto";  ///< true, false; auto: if there are fewer samples than features
  double tol = 1e-4;
  double epsilon = 0;  ///< of regression: smaller errors cost nothing
  bool fit_intercept = true;
  double intercept_scaling = 1;  ///< the constant feature whose weight is the intercept
  std::vector<std::string> class_weight = {};
  std::uint64_t random_state = 0;
  std::optional<double> max_seconds = {};
  int threads = 0;  ///< in prediction; training takes one

  static const FieldList& fields();
};

/// Linear support vector machine, one unit for two classes, otherwise one a class against the rest.
/// LIBLINEAR trains it, in a process of its own: training can be stopped, and a seed gives the same
/// bits. Training that is stopped, or that takes longer than max_seconds, gives no model.
/// Sample weights are not used. There are no probabilities.
/// Source: Fan et al., LIBLINEAR, JMLR 9 (2008).
class LinearSvmClassifier : public LinearClassifier {
 public:
  explicit LinearSvmClassifier(LinearSvmOptions options = {}, PreprocessOptions preprocess = {})
      : LinearClassifier("linear_svm", std::move(options), std::move(preprocess)) {}
  /// Errors: ModelError unless the model holds units.
  explicit LinearSvmClassifier(FromModel from);
  /// Errors: as Model::load; ModelError if the file holds something else.
  static LinearSvmClassifier load(const std::string& path);

  /// Errors: as Estimator; std::invalid_argument for one class only, and for a loss, penalty and dual
  /// that LIBLINEAR cannot combine; StoppedError.
  void fit(const Dataset& train, const RunControl& control = {}) override;
  Capabilities capabilities() const override;

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

/// Linear support vector regression of one number.
class LinearSvmRegressor : public Regressor {
 public:
  explicit LinearSvmRegressor(LinearSvmOptions options = {}, PreprocessOptions preprocess = {})
      : Regressor("linear_svm", std::move(options), std::move(preprocess)) {}
  explicit LinearSvmRegressor(FromModel from);
  static LinearSvmRegressor load(const std::string& path);

  /// Errors: as Estimator; std::invalid_argument for several targets, and as LinearSvmClassifier;
  /// StoppedError.
  void fit(const Dataset& train, const RunControl& control = {}) override;
  std::vector<double> predict(const Dataset& data) const override;
  std::vector<double> predict_one(std::span<const double> features) const override;
  Capabilities capabilities() const override;

  /// (features), and one number, as a scaled target has them.
  const std::vector<double>& coef_() const { return model().units()->coef; }
  const std::vector<double>& intercept_() const { return model().units()->intercept; }

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

}  // namespace hebb
