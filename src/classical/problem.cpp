#include "classical/problem.h"

#include <algorithm>
#include <numeric>

#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/io/process.h"

namespace hebb::classical {

Problem::Problem(const Estimator& estimator, const Dataset& train, const RunControl& control,
                 std::size_t least_classes)
    : data(&without_zero_weights(train, kept)) {
  register_classical();  // so that the model can be saved, which reads it back
  const Capabilities can = estimator.capabilities();
  const std::string& kind = estimator.kind();
  check(control.checkpoint_dir.empty(), "checkpoint", "is for networks: the training of a ", kind,
        " has no state to go on from");
  const bool classifies = estimator.task() == Task::classify;
  if (!classifies) check_numbers(*data);
  check(classifies || can.multi_output || data->target().outputs() == 1, "fit", "a ", kind,
        " predicts one number, and the data has ", data->target().outputs(), " targets");
  if (!can.sample_weights && !data->weights().empty())
    warn(concat("a ", kind, " takes no weights of samples: all count alike"));
  Preprocessor preprocessor(estimator.preprocess());
  if (can.missing)
    preprocessor.fit(*data);
  else
    preprocessor = first_preprocessor(estimator.preprocess(), nullptr, *data);
  rows = preprocessor.kept_rows(*data);
  weights = can.sample_weights ? values_of(data->weights(), rows) : std::vector<double>();
  if (std::ranges::all_of(weights, [](double w) { return w == 1; })) weights.clear();
  model = begin_model(estimator, *data, std::move(preprocessor));
  if (classifies) {
    std::optional<Dataset> part;
    const Dataset& labelled = labelled_rows(*data, rows, part);
    LabelEncoder encoder;
    encoder.fit(labelled);
    model.classes = encoder.classes();
    check(model.classes.size() >= least_classes, "fit", "the target has one class only, '",
          model.classes.front(), "': there is nothing to tell apart");
    classes = encoder.encode(labelled);
  } else {
    values = values_of(data->target().values, rows, outputs());
    TargetScaling scaling = scale_targets(estimator.preprocess(), *data, rows, values, false);
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = (values[i] - scaling.shift[i % outputs()]) / scaling.scale[i % outputs()];
    model.target_shift = std::move(scaling.shift);
    model.target_scale = std::move(scaling.scale);
  }
  const Value threads = estimator.options().find("threads") ? estimator.options().get("threads")
                                                            : Value(std::int64_t{0});
  hash_ = hash_meanwhile(*data, static_cast<int>(std::get<std::int64_t>(threads)));
}

std::vector<float> Problem::features() const {
  const Inputs inputs = model.preprocessor.transform(*data);
  std::vector<std::uint32_t> all(inputs.samples());
  std::iota(all.begin(), all.end(), 0U);
  std::vector<float> out(inputs.samples() * inputs.features());
  inputs.gather(all, out.data());
  return out;
}

std::vector<double> Problem::all_weights(const std::vector<std::string>& class_weight) const {
  if (class_weight.empty()) return weights;
  const std::vector<double> by_class = class_weights(class_weight, model.classes, classes);
  std::vector<double> all;
  for (std::size_t i = 0; i < samples(); ++i)
    all.push_back((weights.empty() ? 1 : weights[i]) *
                  by_class[static_cast<std::size_t>(classes[i])]);
  return all;
}

std::vector<std::uint32_t> Problem::by_class() const {
  std::vector<std::uint32_t> order(samples());
  std::iota(order.begin(), order.end(), 0U);
  if (!classes.empty())
    std::ranges::stable_sort(order, {}, [&](std::uint32_t i) { return classes[i]; });
  return order;
}

void Problem::finish_hash() {
  if (hash_.valid()) model.data_hash = hash_.get();
}

Model Problem::take_model() {
  finish_hash();
  return std::move(model);
}

Inputs inputs_of(const Model& model, const Dataset& data) {
  Inputs inputs = model.preprocessor.transform(data);
  check_none_dropped(data, inputs.samples());
  return inputs;
}

DoubleInputs double_inputs_of(const Model& model, const Dataset& data) {
  DoubleInputs inputs = model.preprocessor.transform_double(data);
  check_none_dropped(data, inputs.samples());
  return inputs;
}

Inputs input_of_one(const Model& model, std::span<const double> features) {
  const Tensor x = model.preprocessor.transform_one(features);
  Tensor row({1, x.size()});
  std::ranges::copy(x.span(), row.data());
  return Inputs(std::move(row));
}

Tensor probabilities(std::span<const double> values, std::size_t samples) {
  Tensor out({samples, values.size() / std::max<std::size_t>(samples, 1)});
  std::ranges::transform(values, out.data(), [](double p) { return static_cast<float>(p); });
  return out;
}

std::vector<double> doubles_of(const Tensor& tensor) {
  return {tensor.span().begin(), tensor.span().end()};
}

std::string train_apart(const std::string& kind, const std::function<std::string()>& work,
                        const RunControl& control, std::optional<double> max_seconds) {
  try {
    return run_in_process(work, {.seconds = max_seconds}, control.stop_requested).output;
  } catch (const ProcessError& error) {
    const bool asked = error.cause() == ProcessError::Cause::stopped;
    if (!asked && error.cause() != ProcessError::Cause::time)
      throw std::runtime_error(concat("training the ", kind, " failed: ", error.what()));
    if (control.on_event)
      control.on_event(Stopped{asked ? StopReason::interrupted : StopReason::time_budget, 0,
                               asked ? "interrupted" : "the time given is used up"});
    throw StoppedError(
        asked ? concat("interrupted: a ", kind, " that is not trained to the end gives no model")
              : concat("the time given, ", *max_seconds, " seconds, was too short: a ", kind,
                       " that is not trained to the end gives no model; give more time (--time), "
                       "or fewer samples"));
  }
}

}  // namespace hebb::classical
