#include "hebb/nn/network.h"

#include <unistd.h>

#include <algorithm>

#include "hebb/core/error.h"

namespace hebb {
namespace {

// In floating point, since a product of extents that a user asks for may not fit a whole number.
double real_size(const Shape& shape) {
  double size = 1;
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) size *= static_cast<double>(shape[axis]);
  return size;
}

double memory_of_machine() {
  return static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace

std::vector<Network::Stage> Network::plan(std::string_view text, const Shape& input) {
  std::vector<Stage> stages;
  check(input.size() > 0, "network", "needs at least one input, got ", input);
  Shape shape = input;
  std::size_t count = 0;
  double bytes = 0;
  for (const LayerSpec& spec : parse_network_text(text)) {
    Stage stage{.layer = make_layer(spec), .input = shape, .output = {}, .begin = count};
    shape = stage.output = stage.layer->output_shape(shape);
    for (const Parameter& parameter : stage.layer->parameters(stage.input)) {
      bytes += 4 * real_size(parameter.shape);
      check(bytes <= memory_of_machine(), "network", "the weights up to '", spec.name, "' need ",
            bytes / 0x1.0p30, " GiB, more than the ", memory_of_machine() / 0x1.0p30,
            " GiB of memory that this machine has");
      stage.size += parameter.shape.size();
    }
    count += stage.size;
    stages.push_back(std::move(stage));
  }
  return stages;
}

Network::Network(std::string_view text, const Shape& input)
    : input_(input),
      stages_(plan(text, input)),
      parameters_({stages_.back().begin + stages_.back().size}) {}

std::size_t Network::count_parameters(std::string_view text, const Shape& input) {
  const auto stages = plan(text, input);
  return stages.back().begin + stages.back().size;
}

Network::Network(const Network& other) = default;
Network& Network::operator=(const Network& other) = default;

std::string Network::text() const {
  std::string text;
  for (const Stage& stage : stages_) text += (text.empty() ? "" : " ") + stage.layer->text();
  return text;
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
      blocks.push_back({concat(i, ".", parameter.name), parameter.shape, at, parameter.decays});
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

Tensor Network::predict(ConstView x) const {
  check(x.shape.rank() > 0 && x.shape.without_front().size() == input_.size(), "predict", "X has ",
        x.shape.rank() > 0 ? x.shape.without_front().size() : 0, " features, expected ",
        input_.size());
  // Few enough rows that what one layer hands the next stays in a core's cache.
  constexpr std::size_t kRows = 128;
  const std::size_t n = x.rows();
  Tensor out(output_shape().with_front(n));
  std::size_t widest = 0;
  for (const Stage& stage : stages_) widest = std::max(widest, stage.output.size());
  Tensor buffers[2] = {Tensor({std::min(n, kRows), widest}), Tensor({std::min(n, kRows), widest})};
  for (std::size_t begin = 0; begin < n; begin += kRows) {
    const std::size_t rows = std::min(kRows, n - begin);
    ConstView at{x.row(begin), input_.with_front(rows)};
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      const Stage& stage = stages_[i];
      View y{i + 1 == stages_.size() ? out.view().row(begin) : buffers[i % 2].data(),
             stage.output.with_front(rows)};
      stage.layer->forward(
          {.first_row = static_cast<std::uint32_t>(begin), .layer = static_cast<std::uint32_t>(i)},
          parameters().subspan(stage.begin, stage.size), at, y);
      at = y;
    }
  }
  return out;
}

std::uint64_t Network::training_bytes(std::size_t rows, std::size_t optimizer_arrays) const {
  std::uint64_t activations = input_.size();
  for (const Stage& stage : stages_) activations += 2 * stage.output.size();
  // Parameters, their gradient and those of the last finite epoch, beside the optimiser's.
  return 4 * ((3 + optimizer_arrays) * std::uint64_t{parameter_count()} + rows * activations);
}

double Network::flops() const {
  double sum = 0;
  for (const Stage& stage : stages_) sum += stage.layer->flops(stage.input);
  return sum;
}

}  // namespace hebb
