#include <algorithm>
#include <cmath>
#include <numeric>

#include "hebb/core/log.h"
#include "hebb/nn/layer.h"
#include "hebb/run/diagnose.h"
#include "train/engine.h"
#include "train/output_bias.h"

namespace hebb {
namespace {

constexpr std::size_t kMostSamples = 256;
constexpr std::size_t kMostOutputs = std::size_t{1} << 24;  // held at once, of all layers

std::size_t samples_at_once(const Network& network, std::size_t samples) {
  std::size_t outputs = 1;
  for (const Network::Stage& stage : network.stages()) outputs += stage.output.size();
  return std::min({samples, kMostSamples, std::max<std::size_t>(2, kMostOutputs / outputs)});
}

Dataset some_of(const Dataset& train, std::size_t count) {
  std::vector<std::uint32_t> rows(count);
  for (std::size_t i = 0; i < count; ++i)
    rows[i] = static_cast<std::uint32_t>(i * train.samples() / count);
  return train.select(rows);
}

// A channel of an image is one unit. Outputs are stored channels last.
NetworkFacts::Activation activation_facts(const Network::Stage& stage, const Tensor& outputs) {
  NetworkFacts::Activation facts{.layer = stage.layer->spec().name};
  facts.units = stage.output.rank() == 3 ? stage.output[0] : stage.output.size();
  std::vector<bool> fires(facts.units);
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (outputs[i] != 0) fires[i % facts.units] = true;
  facts.dead = static_cast<std::size_t>(std::ranges::count(fires, false));
  return facts;
}

Targets targets_of(const Model& model, const Dataset& data,
                   const std::vector<std::uint32_t>& kept) {
  Targets targets;
  targets.outputs = model.network()->outputs();
  if (model.classifies()) {
    const auto all = LabelEncoder(model.classes).encode(data);
    for (const std::uint32_t row : kept) targets.classes.push_back(all[row]);
    targets.one_hot = targets.outputs == model.classes.size();
    return targets;
  }
  for (const std::uint32_t row : kept)
    for (std::size_t o = 0; o < targets.outputs; ++o)
      targets.values.push_back(static_cast<float>(
          (data.target().values[row * targets.outputs + o] - model.target_shift[o]) /
          model.target_scale[o]));
  return targets;
}

// With the weights that training began with, or those of the model. A prior is that of `data`, which
// is a part of the training data.
Network network_at_start(const Model& model, bool continued, const TrainingSet& data) {
  Network network = *model.network();
  const auto init = model.options.text("init");
  if (!init || continued) return network;
  network.initialize(*init, model.options.count("random_state").value_or(0));
  if (model.options.text("output_bias") == "prior")
    set_prior_bias(network, model.output_activation(), data);
  return network;
}

std::vector<double> gradients_of(const Model& model, bool continued, const Inputs& inputs,
                                 const Targets& targets) {
  const auto loss = make_loss(model.loss);
  std::vector<std::uint32_t> rows(inputs.samples());
  std::iota(rows.begin(), rows.end(), 0U);
  const TrainingSet data{&inputs, &targets, rows, {}};
  Network network = network_at_start(model, continued, data);
  Engine engine(network, *loss, data, rows.size(), {.alpha = 0, .threads = 1});
  engine.parameters_changed();
  Engine::Gradient gradient;
  engine.gradient({.rows = rows, .batch_rows = rows.size(), .update = 1}, gradient);
  std::vector<double> sizes;
  for (const Network::Block& block : network.blocks()) {
    if (!block.decays) continue;  // weights, not biases or statistics
    const auto part = std::span(gradient.values).subspan(block.begin, block.shape.size());
    const double squares = std::transform_reduce(part.begin(), part.end(), 0.0, std::plus(),
                                                 [](float g) { return double{g} * g; });
    sizes.push_back(std::sqrt(squares / static_cast<double>(part.size())));
  }
  return sizes;
}

}  // namespace

NetworkFacts network_facts(const Model& model, const Dataset& train, bool continued) {
  NetworkFacts facts;
  const Network* const network = model.network();
  if (!network || train.samples() < 2) return facts;
  const LogSilenced quiet;  // training has said it
  const Dataset some = some_of(train, samples_at_once(*network, train.samples()));
  const auto kept = model.preprocessor.kept_rows(some);
  const Inputs inputs = model.preprocessor.transform(some);
  facts.samples = inputs.samples();
  Tensor x(network->input_shape().with_front(facts.samples));
  std::vector<std::uint32_t> rows(facts.samples);
  std::iota(rows.begin(), rows.end(), 0U);
  inputs.gather(rows, x.data());
  const auto outputs = network->outputs_of_stages(x.view());
  const auto& stages = network->stages();
  for (std::size_t i = 0; i + 1 < stages.size(); ++i) {
    const LayerRow* const row = layer_catalogue().find(stages[i].layer->spec().name);
    if (row && row->activation)
      facts.activations.push_back(activation_facts(stages[i], outputs[i]));
  }
  facts.gradients = gradients_of(model, continued, inputs, targets_of(model, some, kept));
  return facts;
}

}  // namespace hebb
