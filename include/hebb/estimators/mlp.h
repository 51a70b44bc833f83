#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/estimators/estimator.h"
#include "hebb/train/options.h"

namespace hebb {

using MLPOptions = NetOptions;

/// NetOptions with the defaults of convolutional networks. `net` may be the name of a network as
/// well as its text; without it, it is "simple". Its fields are those of NetOptions except the
/// hidden layers, which `net` describes.
struct ConvNetOptions : NetOptions {
  using Base = NetOptions;

  ConvNetOptions();
  static const FieldList& fields();
};

/// A convolutional network with a name. The text is without the output layer.
struct NamedNetwork {
  std::string name;
  std::string help;
  std::string text;
};
/// simple, lenet5, resnet8.
const std::vector<NamedNetwork>& network_catalogue();
/// nullptr if there is none of this name.
const NamedNetwork* named_network(const std::string& name);

/// The text of the options' network, named or not, with its output layer.
std::string network_text(const MLPOptions& options, std::size_t outputs);

/// The network that MLP options describe for inputs of shape `input`, with parameters at zero:
/// hidden layers, activation, dropout and `outputs` linear outputs, or the text in `net`. Errors:
/// std::invalid_argument as Network's.
Network build_mlp(const MLPOptions& options, const Shape& input, std::size_t outputs);

/// The outputs of a network for so many classes, unless `net` says otherwise: one for two classes, if
/// the loss takes one.
std::size_t network_outputs(const NetOptions& options, std::size_t classes);

/// The network and the loss that MLP options specify for a task. A softmax or logistic at the end
/// of `net` is the output activation of the loss, not a layer of the network.
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

/// Training results, by scikit-learn's names.
struct FitResults {
  double loss_ = 0, best_loss_ = 0;
  std::vector<double> loss_curve_, validation_scores_;
  std::size_t n_iter_ = 0;
  std::string validation_metric_;  ///< as EpochEnded::validation_metric
  std::string out_activation_;
};

/// What all estimators that train a network share; Base is Classifier or Regressor.
template <class Base>
class NetworkEstimator : public Base, public FitResults {
 public:
  void fit(const Dataset& data, const RunControl& control = {}) override;
  std::vector<double> predict_one(std::span<const double> features) const override;
  Capabilities capabilities() const override;
  const Predictions* out_of_fold() const override {
    return out_of_fold_ ? &*out_of_fold_ : nullptr;
  }

  /// Weights of each linear layer (fan_in, fan_out), and its biases.
  std::vector<Tensor> coefs_() const;
  std::vector<Tensor> intercepts_() const;

 protected:
  using Base::Base;
  /// Errors: ModelError unless the model holds a network.
  NetworkEstimator(Model model, OptionSet options);
  void accept_prediction_option(std::string_view name, const OptionSet& options) override;

 private:
  LearningRateSearch search_learning_rate(const Dataset& train,
                                          const EventSink& on_event) const override;

  std::optional<Predictions> out_of_fold_;
};
extern template class NetworkEstimator<Classifier>;
extern template class NetworkEstimator<Regressor>;

/// Multi-layer perceptron for classification, by scikit-learn's names, defaults and arithmetic
/// (MLPClassifier 1.2), with dropout, other losses, weights and one-line networks besides. Features
/// are not scaled unless `preprocess` says so; categorical columns are one-hot encoded.
class MLPClassifier : public NetworkEstimator<Classifier> {
 public:
  explicit MLPClassifier(MLPOptions options = {}, PreprocessOptions preprocess = {})
      : NetworkEstimator("mlp", std::move(options), std::move(preprocess)) {}
  explicit MLPClassifier(FromModel from);
  /// Errors: as Model::load; ModelError if the file holds something else.
  static MLPClassifier load(const std::string& path);

  Tensor predict_proba(const Dataset& data) const override;

 protected:
  using NetworkEstimator::NetworkEstimator;
  std::unique_ptr<Estimator> unfitted() const override;
};

/// Multi-layer perceptron for regression of one or several targets, without an output activation.
class MLPRegressor : public NetworkEstimator<Regressor> {
 public:
  explicit MLPRegressor(MLPOptions options = {}, PreprocessOptions preprocess = {})
      : NetworkEstimator("mlp", std::move(options), std::move(preprocess)) {}
  explicit MLPRegressor(FromModel from);
  static MLPRegressor load(const std::string& path);

  std::vector<double> predict(const Dataset& data) const override;

 protected:
  using NetworkEstimator::NetworkEstimator;
  std::unique_ptr<Estimator> unfitted() const override;
};

/// Convolutional network for images, (C, H, W): an MLPClassifier with other defaults and with named
/// networks.
/// Errors: as MLPClassifier; std::invalid_argument for data that are not images, if the network is
/// a named one.
class ConvNetClassifier : public MLPClassifier {
 public:
  explicit ConvNetClassifier(ConvNetOptions options = {}, PreprocessOptions preprocess = {})
      : MLPClassifier("convnet", std::move(options), std::move(preprocess)) {}
  explicit ConvNetClassifier(FromModel from);
  static ConvNetClassifier load(const std::string& path);

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

/// Convolutional network for regression.
class ConvNetRegressor : public MLPRegressor {
 public:
  explicit ConvNetRegressor(ConvNetOptions options = {}, PreprocessOptions preprocess = {})
      : MLPRegressor("convnet", std::move(options), std::move(preprocess)) {}
  explicit ConvNetRegressor(FromModel from);
  static ConvNetRegressor load(const std::string& path);

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

}  // namespace hebb
