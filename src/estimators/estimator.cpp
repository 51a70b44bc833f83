#include "hebb/estimators/estimator.h"

#include <algorithm>
#include <cmath>

#include "estimators/common.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

// Sets one option of the record of `options`, "base.alpha" within the record of "base"; other entries
// stay.
void set_entry(Record& record, const OptionSet& options, std::string_view name,
               const Value& value) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) {
    record.set(name, value);
    return;
  }
  const std::string_view child = name.substr(0, dot);
  const std::string entry = options.record_name(child);
  const Record* before = record.part(entry);
  Record part = before ? *before : Record();
  set_entry(part, options.child(child), name.substr(dot + 1), value);
  record.set(entry, std::move(part));
}

}  // namespace

Estimator::Estimator(std::string kind, OptionSet options, PreprocessOptions preprocess)
    : kind_(std::move(kind)), options_(std::move(options)), preprocess_(std::move(preprocess)) {}

Estimator::Estimator(Model model, OptionSet options)
    : kind_(model.kind), options_(std::move(options)), preprocess_(model.preprocessor.options()) {
  try {
    options_.read(model.options);
  } catch (const std::invalid_argument& error) {
    throw ModelError(concat("the model's options do not hold: ", error.what()));
  }
  keep(std::move(model));
}

void Estimator::keep(Model model) {
  model_ = std::move(model);
  used_ = options_;
  fitted_ = true;
}

void Estimator::set_option(std::string_view name, const Value& value) {
  OptionSet changed = options_;
  changed.set(name, value);
  accept_options(changed);
  if (const Field* field = changed.find(name); fitted_ && field->at_prediction) {
    OptionSet used = used_;
    used.set(name, value);
    accept_prediction_option(name, used);
    used_ = std::move(used);
    if (field->recorded) set_entry(model_.options, used_, name, used_.get(name));
  }
  options_ = std::move(changed);
}

const Model& Estimator::model() const {
  if (!fitted_) throw std::logic_error("not fitted: call fit() first, or load a model");
  return model_;
}

void Estimator::save(const std::string& path) const { model().save(path); }

// ---- Supervised, Transformer ----

std::unique_ptr<Supervised> Supervised::clone() const {
  return std::unique_ptr<Supervised>(static_cast<Supervised*>(unfitted().release()));
}

std::unique_ptr<Transformer> Transformer::clone() const {
  return std::unique_ptr<Transformer>(static_cast<Transformer*>(unfitted().release()));
}

void Supervised::start_from(const Model& model) {
  check(capabilities().warm_start, "from", "a ", kind(), " cannot continue from a model");
  start_ = model;
}

const Model* Supervised::start() const {
  if (start_) return &*start_;
  const bool warm = options().find("warm_start") && options().get("warm_start") == Value(true);
  return warm && is_fitted() ? &model() : nullptr;
}

double Supervised::score(const Dataset& data, const std::string& metric) const {
  const Metric wanted = find_metric(metric.empty() ? default_metric(task()) : metric);
  check(wanted.row->task == task(), "metrics", wanted.row->name,
        task() == Task::classify ? " is for models of numbers" : " is for classifiers");
  std::optional<Dataset> rest;
  const Predictions all = predictions(without_zero_weights(data, rest));
  return wanted(all, scores_of(all)).value_or(std::nan(""));
}

Scores Supervised::scores(const Dataset& data) const {
  std::optional<Dataset> rest;
  return scores_of(predictions(without_zero_weights(data, rest)));
}

LearningRateSearch Supervised::search_learning_rate(const Dataset& /*train*/,
                                                    const EventSink& /*on_event*/) const {
  throw std::invalid_argument(
      concat("[find_lr] is for networks: a ", kind(), " is trained in seconds; try several rates"));
}

LearningRateSearch find_learning_rate(const Supervised& estimator, const Dataset& train,
                                      const EventSink& on_event) {
  return estimator.search_learning_rate(train, on_event);
}

// ---- Classifier, Regressor ----

namespace {

std::vector<std::int32_t> largest_of_rows(const Tensor& probabilities) {
  std::vector<std::int32_t> best;
  const ConstView all = probabilities.view();
  for (std::size_t r = 0; r < all.rows(); ++r) {
    const float* row = all.row(r);
    best.push_back(static_cast<std::int32_t>(std::max_element(row, row + all.row_size()) - row));
  }
  return best;
}

Dataset one_row(std::span<const double> features) {
  return Dataset::from_values(features, {1, features.size()});
}

}  // namespace

std::vector<double> Classifier::decision_function(const Dataset& data) const {
  const Tensor p = predict_proba(data);
  if (classes().size() != 2) return {p.span().begin(), p.span().end()};
  std::vector<double> differences;
  for (std::size_t i = 0; i < p.size(); i += 2)
    differences.push_back(double{p[i + 1]} - double{p[i]});
  return differences;
}

std::vector<std::int32_t> Classifier::decide(std::span<const double> scores) const {
  const std::size_t width = classes().size();
  std::vector<std::int32_t> best;
  if (width == 2) {
    for (const double score : scores) best.push_back(score > 0 ? 1 : 0);
    return best;
  }
  for (std::size_t begin = 0; begin < scores.size(); begin += width) {
    const auto row = scores.subspan(begin, width);
    best.push_back(static_cast<std::int32_t>(std::ranges::max_element(row) - row.begin()));
  }
  return best;
}

std::vector<std::int32_t> Classifier::predict_index(const Dataset& data) const {
  if (has_probabilities()) return largest_of_rows(predict_proba(data));
  return decide(decision_function(data));
}

std::vector<std::string> Classifier::predict(const Dataset& data) const {
  std::vector<std::string> labels;
  for (const std::int32_t index : predict_index(data))
    labels.push_back(classes()[static_cast<std::size_t>(index)]);
  return labels;
}

Predictions Classifier::predictions(const Dataset& data) const {
  Predictions out{.classes = classes(),
                  .truth = LabelEncoder(classes()).encode(data),
                  .probabilities = has_probabilities(),
                  .weights = data.weights()};
  if (out.probabilities) {
    const Tensor probabilities = predict_proba(data);
    out.scores.assign(probabilities.span().begin(), probabilities.span().end());
    check_finite<double>(data, std::span<const double>(out.scores), model().target_names);
    out.predicted = largest_of_rows(probabilities);
  } else {
    out.scores = decision_function(data);
    check_finite<double>(data, std::span<const double>(out.scores), model().target_names);
    out.predicted = decide(out.scores);
  }
  return out;
}

std::vector<double> Classifier::predict_one(std::span<const double> features) const {
  if (!has_probabilities()) return decision_function(one_row(features));
  const Tensor p = predict_proba(one_row(features));
  return {p.span().begin(), p.span().end()};
}

Predictions Regressor::predictions(const Dataset& data) const {
  check_no_labels(data.target(), "score");
  std::vector<double> predicted = predict(data);
  check_finite<double>(data, std::span<const double>(predicted), targets());
  return {.outputs = targets().size(),
          .true_values = data.target().values,
          .predicted_values = std::move(predicted),
          .weights = data.weights()};
}

std::vector<double> Regressor::predict_one(std::span<const double> features) const {
  return predict(one_row(features));
}

Evaluation evaluate(const Supervised& estimator, const Dataset& test) {
  return {
      .classes = estimator.model().classes, .train = std::nullopt, .test = estimator.scores(test)};
}

Evaluation evaluate(const Supervised& estimator, const Dataset& train, const Dataset& test) {
  return {.classes = estimator.model().classes,
          .train = estimator.scores(train),
          .test = estimator.scores(test)};
}

}  // namespace hebb
