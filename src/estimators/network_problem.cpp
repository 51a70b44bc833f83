#include "estimators/network_problem.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "estimators/common.h"
#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/estimators/tabular.h"
#include "train/output_bias.h"

namespace hebb {
namespace {

Network first_network(const NetOptions& options, Network built, const Model* start) {
  if (!start) {
    built.initialize(options.init, options.random_state);
    return built;
  }
  const Network* before = start->network();
  check(before != nullptr, "fit", "cannot continue from a ", start->kind, ": a network is needed");
  check(before->text() == built.text() && before->input_shape() == built.input_shape(), "fit",
        "cannot continue from a network '", before->text(), "' on ", before->input_shape(),
        " inputs: options and data give '", built.text(), "' on ", built.input_shape());
  return *before;
}

// A scaled target has numbers below 0.
void check_scaled_targets(const std::string& loss, const PreprocessOptions& preprocess) {
  check(preprocess.scale_target == "none" || takes_negative_targets(loss), "scale_target",
        preprocess.scale_target, " makes numbers below 0, which the loss ", loss,
        " does not take: leave the target as it is (none)");
}

}  // namespace

NetworkProblem::NetworkProblem(const Estimator& estimator, const Model* start, const Dataset& data)
    : estimator_(estimator), options_(estimator.options().as<NetOptions>()), start_(start) {
  estimator.options().check_values();
  const Dataset& train = without_zero_weights(data, rest_);
  check_tta(options_, train.is_images());
  const bool classifies = estimator.task() == Task::classify;
  if (!classifies) {
    check(options_.class_weight.empty(), "class_weight", "is for classification");
    check_numbers(train);
  }
  preprocessor_ = first_preprocessor(estimator.preprocess(), start, train);
  if (classifies)
    prepare_classes(train);
  else
    prepare_numbers(train);
  hold_out_validation(train);
  if (!start_ && options_.output_bias == "prior")
    set_prior_bias(network_, loss_->output_activation(), training_);
}

void NetworkProblem::prepare_classes(const Dataset& train) {
  kept_ = preprocessor_.kept_rows(train);
  inputs_ = preprocessor_.transform(train);
  std::optional<Dataset> part;
  const Dataset& labelled = labelled_rows(train, kept_, part);
  LabelEncoder encoder;
  encoder.fit(labelled);
  const std::vector<std::string> classes = first_classes(start_, encoder.classes());
  targets_.classes = encoder.encode(labelled);
  decide_options(train, network_outputs(options_, classes.size()));
  std::vector<double> weights = values_of(train.weights(), kept_);
  if (!options_.class_weight.empty()) {
    const auto by_class = class_weights(options_.class_weight, classes, targets_.classes);
    weights.resize(inputs_.samples(), 1.0);
    for (std::size_t i = 0; i < weights.size(); ++i)
      weights[i] *= by_class[static_cast<std::size_t>(targets_.classes[i])];
  }
  add_weights(weights);
  labels_ = values_of({targets_.classes.begin(), targets_.classes.end()}, rows_);
  MLPPlan plan = plan_classifier(options_, inputs_.sample_shape(), classes.size());
  targets_.outputs = plan.network.outputs();
  targets_.one_hot = targets_.outputs == classes.size();
  finish_model(train, std::move(plan));
  model_.classes = classes;
}

void NetworkProblem::prepare_numbers(const Dataset& train) {
  const std::size_t outputs = train.target().outputs();
  decide_options(train, outputs);
  kept_ = preprocessor_.kept_rows(train);
  inputs_ = preprocessor_.transform(train);
  const std::vector<double> values = values_of(train.target().values, kept_, outputs);
  add_weights(values_of(train.weights(), kept_));
  MLPPlan plan = plan_regressor(options_, inputs_.sample_shape(), outputs);
  check_scaled_targets(options_.loss, estimator_.preprocess());
  TargetScaling scaling =
      scale_targets(estimator_.preprocess(), train, kept_, values, options_.solver != "lbfgs");
  if (start_ && start_->target_scale.size() == outputs)
    scaling = {start_->target_shift, start_->target_scale};
  targets_.outputs = outputs;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double scaled = (values[i] - scaling.shift[i % outputs]) / scaling.scale[i % outputs];
    if (!(std::abs(scaled) <= std::numeric_limits<float>::max()))
      throw DataError(concat(train.place(kept_[i / outputs], train.target().names[i % outputs]),
                             "the target ", values[i],
                             " is beyond the range of float32, in which a network computes: scale "
                             "the target with scale_target (--scale-target) standard"));
    targets_.values.push_back(static_cast<float>(scaled));
  }
  finish_model(train, std::move(plan));
  model_.target_shift = std::move(scaling.shift);
  model_.target_scale = std::move(scaling.scale);
}

// What the options leave to the data.
void NetworkProblem::decide_options(const Dataset& train, std::size_t outputs) {
  options_ =
      training_options(estimator_.options(), estimator_.task(), preprocessor_, train, outputs);
  const Task task = estimator_.task();
  metric_ = find_metric(options_.validation_metric.empty() ? default_metric(task)
                                                           : options_.validation_metric);
  check(metric_.row->task == task, "validation_metric", metric_.name,
        task == Task::classify ? " is for models of numbers" : " is for classifiers");
}

// Rows of weight zero are left out; the other weights are scaled to mean 1.
void NetworkProblem::add_weights(const std::vector<double>& weights) {
  rows_.resize(inputs_.samples());
  std::iota(rows_.begin(), rows_.end(), 0U);
  if (weights.empty()) return;
  std::erase_if(rows_, [&](std::uint32_t row) { return weights[row] == 0; });
  check(!rows_.empty(), "fit", "no sample has a weight above 0");
  double sum = 0;
  bool equal = true;
  for (const std::uint32_t row : rows_) {
    sum += weights[row];
    equal = equal && weights[row] == weights[rows_.front()];
  }
  if (equal) return;
  const double mean = sum / static_cast<double>(rows_.size());
  weights_.assign(weights.size(), 0.0F);
  for (const std::uint32_t row : rows_) weights_[row] = static_cast<float>(weights[row] / mean);
}

void NetworkProblem::finish_model(const Dataset& train, MLPPlan plan) {
  model_ = begin_model(estimator_, train, std::move(preprocessor_));
  model_.data_hash = train.hash();
  model_.loss = plan.loss;
  loss_ = make_loss(plan.loss);
  network_ = first_network(options_, std::move(plan.network), start_);
}

void NetworkProblem::hold_out_validation(const Dataset& train) {
  training_ = {&inputs_, &targets_, rows_, weights_};
  validation_ = {&inputs_, &targets_, {}, weights_};
  if ((options_.early_stopping && options_.solver != "lbfgs") || options_.validate) {
    std::vector<std::uint32_t> rows;  // of the data set
    for (const auto row : rows_) rows.push_back(kept_[row]);
    if (options_.validation_folds)
      hold_out_folds(train, rows);
    else
      hold_out_fraction(train, rows);
  }
  const auto& given = estimator_.options().as<NetOptions>().batch_size;
  if (given && *given > training_.rows.size() && options_.solver != "lbfgs")
    warn(concat("batch_size ", *given, " is larger than the ", training_.rows.size(),
                " samples there are: one batch an epoch"));
}

void NetworkProblem::hold_out_fraction(const Dataset& train, std::span<const std::uint32_t> rows) {
  const auto [kept, held_out] = hold_out(train, rows, labels_, options_.validation_fraction,
                                         options_.random_state, model_.classes);
  training_.rows.clear();
  for (const auto row : kept) training_.rows.push_back(rows_[row]);
  for (const auto row : held_out) validation_.rows.push_back(rows_[row]);
}

// Each row is held out from one member.
void NetworkProblem::hold_out_folds(const Dataset& train, std::span<const std::uint32_t> rows) {
  const std::size_t count = *options_.validation_folds;
  check(count <= network_.members(), "validation_folds", count,
        " folds are held out by members of the network, of which there are ", network_.members());
  check(train.times().values.empty(), "validation_folds",
        "would learn from the future of rows with times: leave validation_folds out");
  const auto folds = folds_of(train, rows, labels_, count, options_.random_state, model_.classes);
  folds_.assign(inputs_.samples(), 0);
  for (std::size_t i = 0; i < folds.size(); ++i) folds_[rows_[i]] = folds[i];
  training_.folds = validation_.folds = {folds_, count};
  validation_.rows = rows_;
  held_weights_ = values_of(train.weights(), rows);
}

// In the scale in which the network learns. `ranks`: with the scores of classes.
Predictions NetworkProblem::predictions_of(ConstView outputs, std::span<const std::uint32_t> rows,
                                           bool ranks) const {
  Predictions all{.classes = model_.classes, .outputs = targets_.outputs};
  const bool one = targets_.outputs == 1 && model_.classes.size() == 2;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const float* row = outputs.row(r);
    const float* end = row + targets_.outputs;
    if (model_.classes.empty()) {
      all.predicted_values.insert(all.predicted_values.end(), row, end);
      const auto at =
          targets_.values.begin() + static_cast<std::ptrdiff_t>(rows[r] * targets_.outputs);
      all.true_values.insert(all.true_values.end(), at,
                             at + static_cast<std::ptrdiff_t>(targets_.outputs));
      continue;
    }
    all.predicted.push_back(static_cast<std::int32_t>(one ? (row[0] > 0.5F ? 1 : 0)
                                                          : std::max_element(row, end) - row));
    if (ranks && one) all.scores.insert(all.scores.end(), {1.0 - double{row[0]}, double{row[0]}});
    if (ranks && !one) all.scores.insert(all.scores.end(), row, end);
    all.truth.push_back(targets_.classes[rows[r]]);
  }
  all.probabilities = loss_->output_activation() != OutputActivation::identity;
  return all;
}

// The metric of the predictions, the higher the better; NaN if it is undefined.
double NetworkProblem::validation_score(ConstView outputs,
                                        std::span<const std::uint32_t> rows) const {
  // Of scores the metrics of probabilities and ranks are computed too, which take a sort an epoch.
  const Predictions all = predictions_of(outputs, rows, !options_.validation_metric.empty());
  const double score = metric_(all, scores_of(all)).value_or(std::nan(""));
  return metric_.row->higher_is_better ? score : -score;
}

std::optional<Predictions> NetworkProblem::out_of_fold() const {
  if (folds_.empty()) return {};
  const Tensor outputs =
      predict_held_out(network_, loss_->output_activation(), validation_, options_.threads);
  Predictions all = predictions_of(outputs.view(), rows_, true);
  if (model_.classes.empty()) {
    all.predicted_values = numbers_of(model_, std::move(all.predicted_values));
    all.true_values = numbers_of(model_, std::move(all.true_values));
  }
  all.weights = held_weights_;
  return all;
}

TrainResult NetworkProblem::train(const RunControl& control) {
  return hebb::train(
      network_, *loss_, training_, validation_,
      [this](ConstView outputs, std::span<const std::uint32_t> rows) {
        return validation_score(outputs, rows);
      },
      options_, control);
}

LearningRateSearch NetworkProblem::search(const EventSink& on_event) const {
  return find_learning_rate(network_, *loss_, training_, options_, on_event);
}

Model NetworkProblem::take_model() {
  model_.body = std::make_shared<NetworkBody>(std::move(network_), loss_->output_activation());
  return std::move(model_);
}

}  // namespace hebb
