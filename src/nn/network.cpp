#include "hebb/nn/network.h"

#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <string>

#include "hebb/core/error.h"
#include "hebb/nn/activations.h"
#include "hebb/nn/convolution.h"

namespace hebb {
namespace {

// In floating point, since a product of extents that a user asks for may not fit a whole number.
double real_size(const Shape& shape) {
  double size = 1;
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) size *= static_cast<double>(shape[axis]);
  return size;
}

// What make() gives. Where a layer does not take what comes to it, the message points at it.
template <class Make>
auto pointing_at(const LayerSpec& spec, const Make& make) {
  try {
    return make();
  } catch (const std::invalid_argument& error) {
    std::string message = error.what();
    if (message.starts_with('[')) message.erase(0, message.find("] ") + 2);  // as in "[conv] ..."
    spec.fail(concat(spec.name, ": ", message), spec.at);
  }
}

double memory_of_machine() {
  return static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace

void Network::append(const std::vector<LayerSpec>& specs, Shape& shape, double& bytes,
                     std::vector<Stage>& stages) {
  const auto add = [&](std::unique_ptr<Layer> layer, const LayerSpec& spec) -> Stage& {
    const std::string& name = spec.name;
    const std::size_t begin = stages.empty() ? 0 : stages.back().begin + stages.back().size;
    Stage stage{.layer = nullptr, .input = shape, .output = {}, .begin = begin, .size = 0};
    shape = stage.output = pointing_at(spec, [&] { return layer->output_shape(shape); });
    for (const Parameter& parameter : layer->parameters(stage.input)) {
      bytes += 4 * real_size(parameter.shape);
      check(bytes <= memory_of_machine(), "network", "the weights up to '", name, "' need ",
            bytes / 0x1.0p30, " GiB, more than the ", memory_of_machine() / 0x1.0p30,
            " GiB of memory that this machine has");
      stage.size += parameter.shape.size();
    }
    check(real_size(shape) * 4 <= memory_of_machine(), "network", "what '", name,
          "' makes of one sample, ", shape, ", needs more memory than this machine has");
    layer->place(stage.input);
    stage.layer = std::move(layer);
    stages.push_back(std::move(stage));
    return stages.back();
  };
  for (const LayerSpec& spec : specs) {
    // Rows of numbers are meant where images of several channels come to a linear layer.
    if (spec.name == "linear" && shape.rank() == 3 && shape[0] > 1 && shape[1] * shape[2] > 1)
      add(std::make_unique<Flatten>(), spec);
    if (spec.name != "residual") {
      add(make_layer(spec), spec);
      continue;
    }
    const std::size_t first = stages.size();
    const Shape skipped = shape;
    append(spec.parts, shape, bytes, stages);
    auto join = pointing_at(spec, [&] { return std::make_unique<Residual>(skipped, shape); });
    add(std::move(join), spec).skip_from = first;
  }
}

std::vector<Network::Stage> Network::plan(std::string_view text, const Shape& input) {
  std::vector<Stage> stages;
  check(input.size() > 0, "network", "needs at least one input, got ", input);
  Shape shape = input;
  double bytes = 0;
  append(parse_network_text(text), shape, bytes, stages);
  return stages;
}

Network::Network(std::string_view text, const Shape& input)
    : input_(input),
      stages_(plan(text, input)),
      parameters_({stages_.back().begin + stages_.back().size}) {
  for (std::size_t i = 0; i + 1 < stages_.size(); ++i) {
    const auto* const function = dynamic_cast<const Elementwise*>(stages_[i].layer.get());
    const Layer* const next = stages_[i + 1].layer.get();
    stages_[i].waits =
        function != nullptr && function->name() == "relu" &&
        dynamic_cast<const MaxPool2d*>(next) != nullptr && runs_in_place(i) &&
        std::ranges::none_of(stages_, [i](const Stage& s) { return s.skip_from == i + 1; });
  }
}

std::size_t Network::count_parameters(std::string_view text, const Shape& input) {
  const auto stages = plan(text, input);
  return stages.back().begin + stages.back().size;
}

Network::Network(const Network& other) = default;
Network& Network::operator=(const Network& other) = default;

std::string Network::text() const {
  std::string text;
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    if (stages_[i].skip_from) {
      text += ')';
      continue;
    }
    if (!text.empty() && text.back() != '(') text += ' ';
    for (const Stage& other : stages_)
      if (other.skip_from == i) text += "residual(";
    text += stages_[i].layer->text();
  }
  return text;
}

bool Network::runs_in_place(std::size_t i) const {
  return i > 0 && stages_[i].layer->works_in_place() && !stages_[i - 1].layer->needs_output() &&
         std::ranges::none_of(stages_, [i](const Stage& s) { return s.skip_from == i; });
}

const Shape& Network::output_shape() const {
  check(!stages_.empty(), "network", "has no layers yet");
  return stages_.back().output;
}

std::vector<Network::Block> Network::blocks() const {
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    std::size_t at = stages_[i].begin;
    for (const Parameter& parameter : stages_[i].layer->parameters(stages_[i].input)) {
      blocks.push_back({concat(i, ".", parameter.name), parameter.shape, at, parameter.decays,
                        parameter.statistic});
      at += parameter.shape.size();
    }
  }
  return blocks;
}

void Network::initialize(const std::string& initializer, std::uint64_t seed) {
  Initializer chosen = find_initializer(initializer);
  chosen.logistic =
      std::ranges::any_of(stages_, [](const Stage& s) { return s.layer->text() == "logistic"; });
  for (std::size_t i = 0; i < stages_.size(); ++i)
    if (stages_[i].size > 0)
      stages_[i].layer->initialize(stages_[i].input,
                                   parameters().subspan(stages_[i].begin, stages_[i].size), chosen,
                                   Random(seed, Purpose::init, static_cast<std::uint32_t>(i)));
}

namespace {

void check_features(ConstView x, const Shape& input) {
  const std::size_t features = x.shape.rank() > 0 ? x.shape.without_front().size() : 0;
  check(x.shape.rank() > 0 && features == input.size(), "predict", "X has ", features,
        " features, expected ", input.size());
}

}  // namespace

std::vector<Tensor> Network::outputs_of_stages(ConstView x) const {
  check_features(x, input_);
  const std::size_t n = x.rows();
  std::vector<Tensor> outputs;
  std::vector<ConstView> inputs = {{x.data, input_.with_front(n)}};
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    const Stage& stage = stages_[i];
    outputs.emplace_back(stage.output.with_front(n));
    const View y = outputs.back().view();
    stage.layer->forward({.layer = static_cast<std::uint32_t>(i)},
                         parameters().subspan(stage.begin, stage.size), inputs[i], y);
    if (stage.skip_from) stage.layer->join(inputs[*stage.skip_from], y);
    inputs.push_back(y);
  }
  return outputs;
}

Tensor Network::predict(ConstView x) const {
  check_features(x, input_);
  // Few enough rows that what one layer hands the next stays in a core's cache, and enough for
  // products to be fast.
  constexpr std::size_t kMostRows = 128, kLeastRows = 16, kFloats = std::size_t{1} << 19;
  std::size_t widest = input_.size();
  for (const Stage& stage : stages_) widest = std::max(widest, stage.output.size());
  const std::size_t n = x.rows(), most = std::clamp(kFloats / widest, kLeastRows, kMostRows);
  const std::size_t room = std::min(n, most);
  Tensor out(output_shape().with_front(n));
  const bool skips = std::ranges::any_of(stages_, [](const Stage& s) { return !!s.skip_from; });
  // Two buffers in turn, or with residual parts, one behind each stage.
  std::vector<Tensor> buffers;
  for (std::size_t i = 0; i < (skips ? stages_.size() : std::min<std::size_t>(2, stages_.size()));
       ++i)
    buffers.emplace_back(Shape{room, skips ? stages_[i].output.size() : widest});

  for (std::size_t begin = 0; begin < n; begin += most) {
    const std::size_t rows = std::min(most, n - begin);
    std::vector<ConstView> inputs = {{x.row(begin), input_.with_front(rows)}};
    std::size_t turn = 0;
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      const Stage& stage = stages_[i];
      if (stage.waits) {
        inputs.push_back(inputs[i]);
        continue;
      }
      float* to = i + 1 == stages_.size() ? out.view().row(begin)
                                          : buffers[skips ? i : turn++ % buffers.size()].data();
      const View y{to, stage.output.with_front(rows)};
      const Pass pass{.first_row = static_cast<std::uint32_t>(begin),
                      .layer = static_cast<std::uint32_t>(i)};
      stage.layer->forward(pass, parameters().subspan(stage.begin, stage.size), inputs[i], y);
      if (i > 0 && stages_[i - 1].waits) stages_[i - 1].layer->forward(pass, {}, y, y);
      if (stage.skip_from) stage.layer->join(inputs[*stage.skip_from], y);
      inputs.push_back(y);
    }
  }
  return out;
}

std::uint64_t Network::training_bytes(std::size_t rows, std::size_t optimizer_arrays) const {
  std::uint64_t activations = input_.size();
  for (std::size_t i = 0; i < stages_.size(); ++i)
    if (!runs_in_place(i)) activations += 2 * stages_[i].output.size();
  // Parameters, their gradient and those of the last finite epoch, beside the optimiser's.
  return 4 * ((3 + optimizer_arrays) * std::uint64_t{parameter_count()} + rows * activations);
}

double Network::flops() const {
  double sum = 0;
  for (const Stage& stage : stages_) sum += stage.layer->flops(stage.input);
  return sum;
}

}  // namespace hebb
