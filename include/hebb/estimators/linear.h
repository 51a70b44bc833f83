#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hebb/estimators/estimator.h"

/// Single units: score = sum of weight * feature + intercept, in double throughout. Several classes
/// take one unit each. docs/units.md tells what each rule does and how the three relate.
namespace hebb {

/// Names, order and defaults of the first block are scikit-learn's Perceptron's (1.2).
struct PerceptronOptions {
  std::optional<std::string> penalty = {};  ///< l2, l1, elasticnet
  double alpha = 1e-4;
  double l1_ratio = 0.15;
  bool fit_intercept = true;
  std::size_t max_iter = 1000;
  double tol = 1e-3;
  bool shuffle = true;
  double eta0 = 1;
  std::uint64_t random_state = 0;
  bool early_stopping = false;
  double validation_fraction = 0.1;
  std::size_t n_iter_no_change = 5;
  std::vector<std::string> class_weight = {};
  bool warm_start = false;

  std::string activation = "step";  ///< step, or sigmoid: output = 1 / (1 + exp(-score))
  bool average = false;             ///< use the mean of the weights over all samples
  std::optional<double> max_seconds = {};
  int threads = 0;

  static const FieldList& fields();
};

struct AdalineOptions {
  std::optional<double> learning_rate_init = {};  ///< unset: from the data, see Adaline
  std::optional<std::size_t> batch_size = {};     ///< unset: 1, on-line
  bool full_batch = false;                        ///< all samples in each update
  bool fit_intercept = true;
  std::size_t max_iter = 1000;
  double tol = 1e-5;
  std::size_t n_iter_no_change = 5;
  bool shuffle = true;
  std::uint64_t random_state = 0;
  bool early_stopping = false;
  double validation_fraction = 0.1;
  std::vector<std::string> class_weight = {};
  bool warm_start = false;
  std::optional<double> max_seconds = {};
  int threads = 0;

  static const FieldList& fields();
};

/// Names and defaults of the first block are scikit-learn's LogisticRegression's (1.2).
struct LogisticOptions {
  std::string penalty = "l2";  ///< or none
  double C = 1;
  bool fit_intercept = true;
  std::vector<std::string> class_weight = {};
  std::uint64_t random_state = 0;
  std::string solver = "lbfgs";  ///< or sgd
  std::size_t max_iter = 100;
  double tol = 1e-4;
  bool warm_start = false;

  bool shuffle = true;  ///< of solver sgd
  std::optional<double> max_seconds = {};
  int threads = 0;

  static const FieldList& fields();
};

/// Training results, by scikit-learn's names. The loss of several units is the sum of theirs.
struct UnitResults {
  double loss_ = 0;
  std::vector<double> loss_curve_, validation_scores_;
  std::size_t n_iter_ = 0;
  double learning_rate_ = 0;  ///< the one used, or that of the first update; 0: none
};

/// A linear classifier with one unit for two classes, otherwise one unit a class. For two classes,
/// a positive score predicts classes()[1]; for more, the class with the largest score is predicted.
class LinearClassifier : public Classifier, public UnitResults {
 public:
  /// Errors: as Classifier; std::invalid_argument unless has_probabilities().
  Tensor predict_proba(const Dataset& data) const override;
  bool has_probabilities() const override;
  std::vector<double> decision_function(const Dataset& data) const override;
  /// Probabilities, or scores as in decision_function() if there are none.
  std::vector<double> predict_one(std::span<const double> features) const override;
  Capabilities capabilities() const override;

  /// (units, features), row-major, and (units).
  const std::vector<double>& coef_() const { return model().units()->coef; }
  const std::vector<double>& intercept_() const { return model().units()->intercept; }

 protected:
  using Classifier::Classifier;
  /// Errors: ModelError unless the model holds units.
  LinearClassifier(Model model, OptionSet options);
  /// Stores the model and the results of fit().
  void keep(Model model, UnitResults results);
};

/// The bound of Novikoff's theorem on a perceptron's training: it makes at most (radius / margin)^2
/// mistakes, whatever the order of the samples.
/// Source: Novikoff, Symposium on the Mathematical Theory of Automata (1962).
struct MistakeBound {
  std::size_t mistakes = 0;  ///< made in all passes
  double radius = 0;         ///< the largest norm of a sample, with a constant input 1
  /// The smallest distance of a sample from the separating hyperplane, with the final weights and
  /// intercept scaled to norm one.
  double margin = 0;
  double bound = 0;
};

/// Rosenblatt's rule, by scikit-learn's names, defaults and arithmetic (Perceptron 1.2): where
/// desired * score <= 0, weights += eta0 * desired * x, desired being -1 or +1. With activation
/// sigmoid, weights += eta0 * (desired - output) * x at every sample, desired being 0 or 1.
/// Source: Rosenblatt, Psychological Review 65 (1958); penalties: Tsuruoka et al., ACL 2009.
class Perceptron : public LinearClassifier {
 public:
  explicit Perceptron(PerceptronOptions options = {}, PreprocessOptions preprocess = {})
      : LinearClassifier("perceptron", std::move(options), std::move(preprocess)) {}
  explicit Perceptron(FromModel from);
  /// Errors: as Model::load; ModelError if the file holds something else.
  static Perceptron load(const std::string& path);

  void fit(const Dataset& data, const RunControl& control = {}) override;
  /// One pass over `data`, from the current weights. The first call fits the preprocessing and sets
  /// the classes: `classes`, or those in `data`.
  /// Errors: as fit(); std::invalid_argument for a class that is not one of them.
  void partial_fit(const Dataset& data, const std::vector<std::string>& classes = {});

  /// The bound for the last fit(); std::nullopt unless the theorem applies: two classes that the
  /// final weights separate, and the plain rule from weights of zero, without penalty or sample
  /// weights.
  const std::optional<MistakeBound>& mistake_bound_() const { return bound_; }

 private:
  std::unique_ptr<Estimator> unfitted() const override;
  void learn(const Dataset& data, const PerceptronOptions& options, const Model* start,
             const std::vector<std::string>& classes, const RunControl& control);

  std::optional<MistakeBound> bound_;
};

/// The adaptive linear unit: weights += learning rate * (desired - output) * x with output = score,
/// the mean of that over a batch. This is gradient descent on half the mean squared error, whose
/// Hessian H is the mean of x x' with the constant input 1 in x. With full batches it converges to
/// the least-squares solution for any rate below 2 / lambda_max, where lambda_max is the largest
/// eigenvalue of H; above, fit() throws DivergedError.
///
/// The default learning rate is 1 / lambda_max for full batches, otherwise the smaller of 1 /
/// (largest norm)^2 and batch / (10 * mean squared norm) of the samples. The desired outputs of two
/// classes are -1 and +1; several classes are learnt one against the rest.
/// Source: Widrow and Hoff, IRE WESCON Convention Record 4 (1960).
class Adaline : public LinearClassifier {
 public:
  explicit Adaline(AdalineOptions options = {}, PreprocessOptions preprocess = {})
      : LinearClassifier("adaline", std::move(options), std::move(preprocess)) {}
  explicit Adaline(FromModel from);
  static Adaline load(const std::string& path);

  /// Errors: DivergedError naming the limit of the learning rate and a rate that converges.
  void fit(const Dataset& data, const RunControl& control = {}) override;
  Capabilities capabilities() const override;

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

/// Adaline for regression: one unit a target.
class AdalineRegressor : public Regressor, public UnitResults {
 public:
  explicit AdalineRegressor(AdalineOptions options = {}, PreprocessOptions preprocess = {})
      : Regressor("adaline", std::move(options), std::move(preprocess)) {}
  explicit AdalineRegressor(FromModel from);
  static AdalineRegressor load(const std::string& path);

  void fit(const Dataset& data, const RunControl& control = {}) override;
  std::vector<double> predict(const Dataset& data) const override;
  std::vector<double> predict_one(std::span<const double> features) const override;
  Capabilities capabilities() const override;

  /// (targets, features), row-major, and (targets). They predict the targets as scaled by
  /// scale_target.
  const std::vector<double>& coef_() const { return model().units()->coef; }
  const std::vector<double>& intercept_() const { return model().units()->intercept; }

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

/// Cross-entropy by scikit-learn's names, defaults and objective (LogisticRegression 1.2 with
/// solver lbfgs): C * sum of losses + half the squared norm of the weights, without the intercept.
/// Two classes take one logistic unit, more a softmax. Solver sgd minimises the same objective
/// sample by sample, with a learning rate that decreases as 1 / (1 + rate * strength * updates).
/// Source: Cox, Journal of the Royal Statistical Society B 20 (1958); Bottou, COMPSTAT 2010.
class LogisticRegression : public LinearClassifier {
 public:
  explicit LogisticRegression(LogisticOptions options = {}, PreprocessOptions preprocess = {})
      : LinearClassifier("logistic", std::move(options), std::move(preprocess)) {}
  explicit LogisticRegression(FromModel from);
  static LogisticRegression load(const std::string& path);

  void fit(const Dataset& data, const RunControl& control = {}) override;

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

}  // namespace hebb
