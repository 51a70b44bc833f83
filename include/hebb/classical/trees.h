#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hebb/estimators/estimator.h"

/// Ensembles of decision trees. XGBoost trains them (tree_method=hist); models are hebb's own, and
/// predict without XGBoost. See has_xgboost() in hebb/classical/catalogue.h.
namespace hebb {

/// Names and defaults are XGBoost's; eta is also called learning_rate, and min_split_loss gamma.
struct TreesOptions {
  std::size_t n_estimators = 100;  ///< rounds; each adds one tree, or one a class
  std::size_t max_depth = 6;
  double eta = 0.3;
  double min_child_weight = 1;
  double min_split_loss = 0;
  double subsample = 1;
  double colsample_bytree = 1;
  double colsample_bynode = 1;
  double reg_lambda = 1;
  double reg_alpha = 0;
  std::size_t max_bin = 256;
  std::vector<std::string> class_weight = {};
  std::uint64_t random_state = 0;
  bool early_stopping = false;
  double validation_fraction = 0.1;
  std::size_t n_iter_no_change = 10;
  std::optional<double> max_seconds = {};
  int threads = 0;  ///< in prediction; training takes one

  static const FieldList& fields();
};

/// Names and defaults are those of XGBoost's XGBRFClassifier.
struct ForestOptions {
  std::size_t n_estimators = 100;  ///< trees, for each class if there are several
  std::size_t max_depth = 6;
  double min_child_weight = 1;
  double min_split_loss = 0;
  double subsample = 0.8;
  double colsample_bytree = 1;
  double colsample_bynode = 0.8;
  double reg_lambda = 1e-5;
  double reg_alpha = 0;
  std::size_t max_bin = 256;
  std::vector<std::string> class_weight = {};
  std::uint64_t random_state = 0;
  std::optional<double> max_seconds = {};
  int threads = 0;

  static const FieldList& fields();
};

/// Training results of trees, by scikit-learn's names: losses by round.
struct TreesResults {
  std::vector<double> loss_curve_;         ///< mean cross-entropy, or half the mean squared error
  std::vector<double> validation_scores_;  ///< accuracy, or R^2, of a validation part
  std::size_t n_iter_ = 0;                 ///< rounds that the model keeps
};

/// Classification by trees: gradient-boosted ones (kind "trees"), trained by cross-entropy, or a
/// random forest of one round (kind "forest").
///
/// Training takes one thread: the order of XGBoost's sums depends on the number of threads, and
/// results must not.
/// A run of "trees" that is stopped, or whose time is used up, keeps the rounds done; events tell of
/// rounds as of epochs. A forest that is stopped gives no model. With early_stopping, the rounds up
/// to the lowest loss of the validation part are kept.
///
/// Classes and samples can have weights.
/// Source: Chen and Guestrin, KDD 2016.
class TreesClassifier : public Classifier, public TreesResults {
 public:
  explicit TreesClassifier(TreesOptions options = {}, PreprocessOptions preprocess = {})
      : Classifier("trees", std::move(options), std::move(preprocess)) {}
  /// Errors: ModelError unless the model holds trees for its classes.
  explicit TreesClassifier(FromModel from);
  /// Errors: as Model::load; ModelError if the file holds something else.
  static TreesClassifier load(const std::string& path);

  /// Errors: as Estimator; std::invalid_argument for one class only, and without has_xgboost();
  /// StoppedError, of a forest.
  void fit(const Dataset& train, const RunControl& control = {}) override;
  Tensor predict_proba(const Dataset& data) const override;
  std::vector<double> predict_one(std::span<const double> features) const override;
  Capabilities capabilities() const override;

 protected:
  TreesClassifier(std::string kind, OptionSet options, PreprocessOptions preprocess)
      : Classifier(std::move(kind), std::move(options), std::move(preprocess)) {}
  TreesClassifier(Model model, OptionSet options);

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

/// Regression of one number by trees, which minimise the squared error.
class TreesRegressor : public Regressor, public TreesResults {
 public:
  explicit TreesRegressor(TreesOptions options = {}, PreprocessOptions preprocess = {})
      : Regressor("trees", std::move(options), std::move(preprocess)) {}
  explicit TreesRegressor(FromModel from);
  static TreesRegressor load(const std::string& path);

  /// Errors: as TreesClassifier; std::invalid_argument for several targets.
  void fit(const Dataset& train, const RunControl& control = {}) override;
  std::vector<double> predict(const Dataset& data) const override;
  std::vector<double> predict_one(std::span<const double> features) const override;
  Capabilities capabilities() const override;

 protected:
  TreesRegressor(std::string kind, OptionSet options, PreprocessOptions preprocess)
      : Regressor(std::move(kind), std::move(options), std::move(preprocess)) {}
  TreesRegressor(Model model, OptionSet options);

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

/// A random forest: trees of random parts of the samples and features, whose outputs are averaged.
class ForestClassifier : public TreesClassifier {
 public:
  explicit ForestClassifier(ForestOptions options = {}, PreprocessOptions preprocess = {})
      : TreesClassifier("forest", std::move(options), std::move(preprocess)) {}
  explicit ForestClassifier(FromModel from);
  static ForestClassifier load(const std::string& path);

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

class ForestRegressor : public TreesRegressor {
 public:
  explicit ForestRegressor(ForestOptions options = {}, PreprocessOptions preprocess = {})
      : TreesRegressor("forest", std::move(options), std::move(preprocess)) {}
  explicit ForestRegressor(FromModel from);
  static ForestRegressor load(const std::string& path);

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

}  // namespace hebb
