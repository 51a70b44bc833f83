// Estimators that train a network. network_plan.cpp builds a network from options,
// network_problem.cpp prepares the data.
#include "hebb/estimators/mlp.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <type_traits>

#include "augment/augment.h"
#include "core/integers.h"
#include "estimators/common.h"
#include "estimators/network_problem.h"
#include "hebb/core/error.h"
#include "kernels/threads.h"

namespace hebb {
namespace {

FitResults results_of(const TrainResult& result, OutputActivation activation) {
  FitResults out;
  out.loss_ = result.loss;
  out.best_loss_ = result.best_loss;
  out.loss_curve_ = result.loss_curve;
  out.validation_scores_ = result.validation_scores;
  out.validation_metric_ = result.validation_metric;
  out.n_iter_ = result.epochs;
  out.out_activation_ = name_of(activation);
  return out;
}

Record record_of(const FitResults& results) {
  Record record;
  record.set("n_iter_", static_cast<std::int64_t>(results.n_iter_))
      .set("loss_", results.loss_)
      .set("best_loss_", results.best_loss_)
      .set("loss_curve_", results.loss_curve_)
      .set("validation_scores_", results.validation_scores_)
      .set("out_activation_", results.out_activation_);
  if (!results.validation_metric_.empty())
    record.set("validation_metric_", results.validation_metric_);
  return record;
}

FitResults read_fit_results(const Record& record) {
  FitResults out;
  out.loss_ = record.number("loss_").value_or(std::nan(""));
  out.best_loss_ = record.number("best_loss_").value_or(std::nan(""));
  out.n_iter_ = record.count("n_iter_").value_or(0);
  out.loss_curve_ = record.numbers("loss_curve_");
  out.validation_scores_ = record.numbers("validation_scores_");
  out.validation_metric_ = record.text("validation_metric_").value_or("");
  out.out_activation_ = record.text("out_activation_").value_or("");
  return out;
}

std::vector<Tensor> blocks_named(const Network& network, const std::string& ending) {
  std::vector<Tensor> found;
  for (const auto& block : network.blocks()) {
    if (!block.name.ends_with(ending)) continue;
    Tensor& tensor = found.emplace_back(block.shape);
    std::ranges::copy(network.parameters().subspan(block.begin, tensor.size()), tensor.data());
  }
  return found;
}

Tensor outputs_of(const Model& model, const NetOptions& options, const Dataset& data) {
  const Inputs inputs = model.preprocessor.transform(data);
  check_none_dropped(data, inputs.samples());
  std::vector<std::uint32_t> rows(inputs.samples());
  std::iota(rows.begin(), rows.end(), 0U);
  const auto samples = static_cast<double>(rows.size() * options.tta);
  const Network& network = *model.network();
  const bool large = worth_threads(network.flops() * samples, Helpers::started);
  return predict(network, model.output_activation(), inputs, rows, large ? options.threads : 1,
                 {.count = options.tta, .augment = options.augment, .seed = options.random_state});
}

Dataset image_of(const Shape& shape, std::span<const double> features) {
  auto bytes = std::make_shared<std::vector<std::uint8_t>>();
  for (const double value : features) {
    const auto byte = exact_integer<std::uint8_t>(value);
    check_data(byte.has_value(), "pixel ", bytes->size() + 1, ": ", value,
               " is no byte, and copies are made of bytes");
    bytes->push_back(*byte);
  }
  return Dataset(Images{.count = 1,
                        .channels = shape[0],
                        .height = shape[1],
                        .width = shape[2],
                        .pixels = {bytes, bytes->data()}},
                 {});
}

Tensor outputs_of_one(const Model& model, const NetOptions& options,
                      std::span<const double> features) {
  const Tensor x = model.preprocessor.transform_one(features);
  if (options.tta > 1)
    return outputs_of(model, options, image_of(model.preprocessor.sample_shape(), features));
  return predict(*model.network(), model.output_activation(), x.view());
}

bool takes_images(const Model& model) { return model.preprocessor.sample_shape().rank() == 3; }

// A file may contain anything: a model that cannot predict is rejected when it is loaded.
Model with_network(Model model) {
  check_model(model.network() != nullptr, "a model of kind '", model.kind,
              "' needs a network, this one holds ", model.body ? model.body->kind() : "nothing");
  check_body(model, "network");
  return model;
}

// The outputs of a loss without an output activation are not probabilities: they are clamped to [0,
// 1] and normalised to sum 1.
void make_probabilities(View rows) {
  for (std::size_t r = 0; r < rows.rows(); ++r) {
    const std::span<float> row(rows.row(r), rows.row_size());
    float sum = 0;
    for (float& p : row) sum += p = std::clamp(p, 0.0F, 1.0F);
    for (float& p : row) p = sum > 0 ? p / sum : 1.0F / static_cast<float>(row.size());
  }
}

// Converts a network's outputs to probabilities, one column a class.
Tensor probabilities_of(const Model& model, Tensor outputs) {
  const std::size_t classes = model.classes.size();
  if (classes == 1) std::ranges::fill(outputs.span(), 1.0F);
  if (model.output_activation() == OutputActivation::identity &&
      outputs.view().row_size() == classes)
    make_probabilities(outputs.view());
  if (outputs.view().row_size() == classes) return outputs;
  Tensor both({outputs.size(), 2});
  for (std::size_t r = 0; r < outputs.size(); ++r) {
    const float p = std::clamp(outputs[r], 0.0F, 1.0F);
    both[2 * r] = 1.0F - p;
    both[2 * r + 1] = p;
  }
  return both;
}

std::vector<double> doubles_of(const Tensor& tensor) {
  return {tensor.span().begin(), tensor.span().end()};
}

}  // namespace

void check_tta(const NetOptions& options, bool images) {
  check(options.tta == 1 || images, "tta",
        "averages over copies of images, which this table has none of");
}

// ---- what all of them share ----

template <class Base>
NetworkEstimator<Base>::NetworkEstimator(Model model, OptionSet options)
    : Base(with_network(std::move(model)), std::move(options)),
      FitResults(read_fit_results(Base::model().results)) {
  const auto& own = Base::options().template as<NetOptions>();
  try {
    Augmentation::parse(own.augment);
    check_tta(own, takes_images(Base::model()));
  } catch (const std::invalid_argument& error) {
    throw ModelError(concat("the model's options do not hold: ", error.what()));
  }
}

template <class Base>
void NetworkEstimator<Base>::fit(const Dataset& data, const RunControl& control) {
  out_of_fold_.reset();
  NetworkProblem problem(*this, Base::start(), data);
  TrainResult result;
  try {
    result = problem.train(control);
  } catch (const DivergedError&) {
    Base::keep(problem.take_model());  // the last finite one
    throw;
  }
  out_of_fold_ = problem.out_of_fold();
  Model model = problem.take_model();
  static_cast<FitResults&>(*this) = results_of(result, model.output_activation());
  model.results = record_of(*this);
  Base::keep(std::move(model));
  // If the last checkpoint could not be written, fit() stores the model and then throws.
  if (!result.checkpoint_error.empty())
    throw std::runtime_error(
        concat("the last checkpoint could not be kept: ", result.checkpoint_error));
}

template <class Base>
LearningRateSearch NetworkEstimator<Base>::search_learning_rate(const Dataset& train,
                                                                const EventSink& on_event) const {
  return NetworkProblem(*this, Base::start(), train).search(on_event);
}

template <class Base>
std::vector<double> NetworkEstimator<Base>::predict_one(std::span<const double> features) const {
  const Model& model = Base::model();
  const auto& options = Base::prediction_options().template as<NetOptions>();
  Tensor outputs = outputs_of_one(model, options, features);
  if (model.classifies()) return doubles_of(probabilities_of(model, std::move(outputs)));
  return numbers_of(model, doubles_of(outputs));
}

template <class Base>
void NetworkEstimator<Base>::accept_prediction_option(std::string_view /*name*/,
                                                      const OptionSet& options) {
  check_tta(options.as<NetOptions>(), takes_images(Base::model()));
}

template <class Base>
Capabilities NetworkEstimator<Base>::capabilities() const {
  return {.probabilities = std::is_base_of_v<Classifier, Base>,
          .multi_output = true,
          .sample_weights = true,
          .images = true,
          .epochs = true,
          .warm_start = true,
          .checkpoints = true,
          .learning_rate_search = true};
}

template <class Base>
std::vector<Tensor> NetworkEstimator<Base>::coefs_() const {
  return blocks_named(*Base::model().network(), ".weight");
}
template <class Base>
std::vector<Tensor> NetworkEstimator<Base>::intercepts_() const {
  return blocks_named(*Base::model().network(), ".bias");
}

template class NetworkEstimator<Classifier>;
template class NetworkEstimator<Regressor>;

// ---- one by one ----

MLPClassifier::MLPClassifier(FromModel from)
    : NetworkEstimator(std::move(from.model), MLPOptions()) {}

MLPClassifier MLPClassifier::load(const std::string& path) {
  return load_as<MLPClassifier>(path, "mlp", Task::classify, "MLPClassifier");
}

std::unique_ptr<Estimator> MLPClassifier::unfitted() const {
  return std::make_unique<MLPClassifier>(options().as<MLPOptions>(), preprocess());
}

Tensor MLPClassifier::predict_proba(const Dataset& data) const {
  const Model& own = model();
  return probabilities_of(own, outputs_of(own, prediction_options().as<NetOptions>(), data));
}

MLPRegressor::MLPRegressor(FromModel from)
    : NetworkEstimator(std::move(from.model), MLPOptions()) {}

MLPRegressor MLPRegressor::load(const std::string& path) {
  return load_as<MLPRegressor>(path, "mlp", Task::regress, "MLPRegressor");
}

std::unique_ptr<Estimator> MLPRegressor::unfitted() const {
  return std::make_unique<MLPRegressor>(options().as<MLPOptions>(), preprocess());
}

std::vector<double> MLPRegressor::predict(const Dataset& data) const {
  const Model& own = model();
  return numbers_of(own, doubles_of(outputs_of(own, prediction_options().as<NetOptions>(), data)));
}

ConvNetClassifier::ConvNetClassifier(FromModel from)
    : MLPClassifier(std::move(from.model), ConvNetOptions()) {}

ConvNetClassifier ConvNetClassifier::load(const std::string& path) {
  return load_as<ConvNetClassifier>(path, "convnet", Task::classify, "ConvNetClassifier");
}

std::unique_ptr<Estimator> ConvNetClassifier::unfitted() const {
  return std::make_unique<ConvNetClassifier>(options().as<ConvNetOptions>(), preprocess());
}

ConvNetRegressor::ConvNetRegressor(FromModel from)
    : MLPRegressor(std::move(from.model), ConvNetOptions()) {}

ConvNetRegressor ConvNetRegressor::load(const std::string& path) {
  return load_as<ConvNetRegressor>(path, "convnet", Task::regress, "ConvNetRegressor");
}

std::unique_ptr<Estimator> ConvNetRegressor::unfitted() const {
  return std::make_unique<ConvNetRegressor>(options().as<ConvNetOptions>(), preprocess());
}

}  // namespace hebb
