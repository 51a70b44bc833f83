#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/estimators/estimator.h"
#include "hebb/preprocess/preprocess.h"
#include "hebb/train/options.h"

namespace hebb {

using MLPOptions = NetOptions;

/// The network that MLP options describe for inputs of shape `input`, with parameters at zero:
/// hidden layers, activation, dropout and `outputs` linear outputs, or the text in `net`. Errors:
/// std::invalid_argument as Network's.
Network build_mlp(const MLPOptions& options, const Shape& input, std::size_t outputs);

/// The network and the loss that MLP options come to for a task. A softmax or logistic that `net`
/// ends in is the output activation of its loss: it is no layer of the network.
struct MLPPlan {
  Network network;
  std::string loss;
};
/// Two classes take one output, unless `net` or `loss` says otherwise.
/// Errors: std::invalid_argument as Network's, and for outputs that do not fit classes or loss.
MLPPlan plan_classifier(const MLPOptions& options, const Shape& input, std::size_t classes);
/// Errors: std::invalid_argument as Network's, and for outputs that do not fit, or a loss of
/// classes.
MLPPlan plan_regressor(const MLPOptions& options, const Shape& input, std::size_t targets);

/// What training left behind, by scikit-learn's names.
struct FitResults {
  double loss_ = 0, best_loss_ = 0;
  std::vector<double> loss_curve_, validation_scores_;
  std::size_t n_iter_ = 0;
  std::string out_activation_;
};

/// Multi-layer perceptron for classification, by scikit-learn's names, defaults and arithmetic
/// (MLPClassifier 1.2), with dropout, other losses, weights and one-line networks besides.
/// Features are taken as given unless `preprocess` says otherwise; categorical columns are one-hot.
class MLPClassifier : public Classifier, public FitResults {
 public:
  explicit MLPClassifier(MLPOptions options = {}, PreprocessOptions preprocess = {})
      : options_(std::move(options)), preprocess_(std::move(preprocess)) {}
  /// Errors: as Model::load; ModelError if the file holds something else.
  static MLPClassifier load(const std::string& path);
  explicit MLPClassifier(Model model);

  void fit(const Dataset& data, const RunControl& control = {}) override;
  Tensor predict_proba(const Dataset& data) const override;
  std::vector<double> predict_one(std::span<const double> features) const override;

  const MLPOptions& options() const { return options_; }
  void start_from(const Model& model) override;
  /// Weights of each linear layer (fan_in, fan_out), and its biases.
  std::vector<Tensor> coefs_() const;
  std::vector<Tensor> intercepts_() const;

 private:
  MLPOptions options_;
  PreprocessOptions preprocess_;
  std::optional<Model> start_;
};

/// Multi-layer perceptron for one or several numbers; no activation at the output.
class MLPRegressor : public Regressor, public FitResults {
 public:
  explicit MLPRegressor(MLPOptions options = {}, PreprocessOptions preprocess = {})
      : options_(std::move(options)), preprocess_(std::move(preprocess)) {}
  static MLPRegressor load(const std::string& path);
  explicit MLPRegressor(Model model);

  void fit(const Dataset& data, const RunControl& control = {}) override;
  std::vector<double> predict(const Dataset& data) const override;
  std::vector<double> predict_one(std::span<const double> features) const override;

  const MLPOptions& options() const { return options_; }
  void start_from(const Model& model) override;
  std::vector<Tensor> coefs_() const;
  std::vector<Tensor> intercepts_() const;

 private:
  MLPOptions options_;
  PreprocessOptions preprocess_;
  std::optional<Model> start_;
};

}  // namespace hebb
