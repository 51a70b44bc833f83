#include "hebb/nn/network.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <unordered_set>
#include <utility>

#include "hebb/core/error.h"
#include "hebb/core/text.h"
#include "hebb/io/memory.h"
#include "hebb/nn/activations.h"
#include "hebb/nn/convolution.h"
#include "hebb/nn/linear.h"
#include "nn/passes.h"

namespace hebb {
namespace {

// In floating point, since the product of the extents that a user gives may overflow an integer.
double real_size(const Shape& shape) {
  double size = 1;
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) size *= static_cast<double>(shape[axis]);
  return size;
}

}  // namespace

// ---- parts ----

Part::Part(std::shared_ptr<Join> join, std::vector<Layers> branches)
    : layer_(std::move(join)), branches_(std::move(branches)) {}

Part Part::residual(Layers layers) {
  check(!layers.empty(), "residual", "needs the layers that it skips");
  std::vector<Layers> branches;
  branches.push_back(std::move(layers));
  return {std::make_shared<Residual>(), std::move(branches)};
}

namespace {

template <class Kind>
std::shared_ptr<Kind> join_of(const std::vector<Part::Layers>& branches) {
  auto join = std::make_shared<Kind>();
  check(branches.size() > 1, join->spec().name, "needs two branches or more, got ",
        branches.size());
  return join;
}

}  // namespace

Part Part::add(std::vector<Layers> branches) {
  auto join = join_of<Add>(branches);
  return {std::move(join), std::move(branches)};
}

Part Part::concat(std::vector<Layers> branches) {
  auto join = join_of<Concat>(branches);
  return {std::move(join), std::move(branches)};
}

Part::Layers Part::read(const std::vector<LayerSpec>& specs) {
  Layers layers;
  for (const LayerSpec& spec : specs) {
    const auto& joins = join_catalogue();
    const auto join = std::ranges::find(joins, spec.name, &JoinRow::name);
    if (join == joins.end()) {
      layers.emplace_back(std::shared_ptr<Layer>(make_layer(spec)));
    } else {
      layers.push_back({join->make(), {}});
      for (const auto& branch : spec.branches) layers.back().branches_.push_back(read(branch));
    }
    LayerSpec& origin = layers.back().origin_;
    origin.source = spec.source;
    origin.at = spec.at;
  }
  return layers;
}

// ---- the stages ----

struct Network::Plan {
  Shape input;
  std::vector<Stage> stages = {};
  std::vector<Layer*> layers_of_stages = {};
  std::unordered_set<const Layer*> placed = {};
  double weight_bytes = 0;

  Plan(const Shape& shape, const Part::Layers& layers) : input(shape) {
    check(real_size(input) > 0, "network", "needs at least one input, got ", input);
    check_fits(4 * real_size(input), "an input of ", input);
    check(!layers.empty(), "network", "has no layers");
    append(layers, 0);
  }

  // Lets the layers plan ahead, which may take time and memory: only once all sizes are known to fit.
  void place() const {
    for (std::size_t i = 0; i < stages.size(); ++i) layers_of_stages[i]->place(stages[i].input);
  }

  template <class... Parts>
  static void check_fits(double bytes, const Parts&... what) {
    check(bytes <= memory_limit(), "network", what..., " needs ", bytes_text(bytes),
          ", more than the ", bytes_text(memory_limit()), " of memory that this machine has");
  }

  std::size_t parameters() const { return stages.back().begin + stages.back().size; }

  const Shape& shape_of(std::size_t value) const {
    return value == 0 ? input : stages[value - 1].output;
  }

  // Appends a sequence of layers to a value. Returns the value of the last one's output.
  std::size_t append(const Part::Layers& layers, std::size_t from) {
    for (const Part& part : layers) from = append(part, from);
    return from;
  }

  std::size_t append(const Part& part, std::size_t from) {
    check(part.layer_ != nullptr, "network", "a part without a layer");
    const LayerSpec spec = part.layer_->spec();
    const auto* const join = dynamic_cast<const Join*>(part.layer_.get());
    if (!join) {
      // A linear layer flattens images of several channels.
      const Shape& in = shape_of(from);
      const bool linear = dynamic_cast<const Linear*>(part.layer_.get()) != nullptr;
      if (linear && in.rank() == 3 && in[0] > 1 && in[1] * in[2] > 1)
        from = append(Part(std::make_shared<Flatten>()), from);
    }
    Stage stage;
    stage.layer = part.layer_;
    stage.join = join;
    stage.fork = from;
    for (const auto& branch : part.branches_) stage.inputs.push_back(append(branch, from));
    if (stage.inputs.size() < 2) stage.inputs.push_back(from);  // or skipped
    for (const std::size_t value : stage.inputs) stage.shapes.push_back(shape_of(value));
    stage.input = stage.shapes[0];
    stage.output = shape_behind(part, spec.name, stage);
    stage.begin = stages.empty() ? 0 : parameters();
    for (const Parameter& parameter : stage.layer->parameters(stage.input)) {
      weight_bytes += 4 * real_size(parameter.shape);
      check_fits(weight_bytes, "the network with its weights up to '", spec.name, "'");
      stage.size += parameter.shape.size();
    }
    check_fits(weight_bytes + 4 * (real_size(stage.input) + real_size(stage.output)),
               "the output of '", spec.name, "' for one sample, ", stage.output, ",");
    check(placed.insert(stage.layer.get()).second, "network", "the same object '", spec.name,
          "' is used at two places: make one object for each");
    layers_of_stages.push_back(part.layer_.get());
    stages.push_back(std::move(stage));
    return stages.size();
  }

  // If a layer of a network text does not accept its input, the message points at the layer.
  static Shape shape_behind(const Part& part, const std::string& name, const Stage& stage) {
    try {
      return stage.join ? stage.join->joined_shape(stage.shapes)
                        : stage.layer->output_shape(stage.input);
    } catch (const std::invalid_argument& error) {
      if (part.origin_.source == nullptr) throw;
      std::string message = error.what();
      if (message.starts_with('[')) message.erase(0, message.find("] ") + 2);  // as in "[conv] ..."
      part.origin_.fail(concat(name, ": ", message), part.origin_.at);
    }
  }
};

Network::Network(std::string_view text, const Shape& input)
    : Network(input, Part::read(parse_network_text(text))) {}

Network::Network(const Shape& input, std::vector<Part> layers) : input_(input) {
  Plan plan(input, layers);
  plan.place();
  parameters_ = Tensor({plan.parameters()});
  stages_ = std::move(plan.stages);
  uses_.resize(stages_.size() + 1);
  for (std::size_t i = 0; i < stages_.size(); ++i)
    for (std::size_t k = 0; k < stages_[i].inputs.size(); ++k)
      uses_[stages_[i].inputs[k]].push_back({i, k});
  fuse();
  assign_buffers();
}

std::size_t Network::count_parameters(std::string_view text, const Shape& input) {
  return Plan(input, Part::read(parse_network_text(text))).parameters();
}

void Network::fuse() {
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    const auto& uses = uses_[i + 1];
    const auto* const function = dynamic_cast<const Elementwise*>(stages_[i].layer.get());
    stages_[i].fused =
        function != nullptr && function->name() == "relu" && uses.size() == 1 &&
        dynamic_cast<const MaxPool2d*>(stages_[uses[0].stage].layer.get()) != nullptr &&
        runs_in_place(i);
  }
}

const Network::Stage& Network::stage(std::size_t i) const {
  check(i < stages_.size(), "network", "stage ", i, " of ", stages_.size(), " (counted from 0)");
  return stages_[i];
}

const std::vector<Network::Use>& Network::uses(std::size_t v) const {
  check(v < uses_.size(), "network", "value ", v, " of ", uses_.size(), " (counted from 0)");
  return uses_[v];
}

const Shape& Network::value_shape(std::size_t v) const {
  return v == 0 ? input_ : stage(v - 1).output;
}

std::span<const float> Network::parameters_of(std::size_t i) const {
  const Stage& own = stage(i);
  return parameters().subspan(own.begin, own.size);
}

const Layer* Network::fused_into(std::size_t i) const {
  const std::size_t value = stage(i).inputs[0];
  return value > 0 && stages_[value - 1].fused ? stages_[value - 1].layer.get() : nullptr;
}

// A stage writes to the first buffer whose value is no longer needed: a chain alternates between
// two.
void Network::assign_buffers() {
  const auto stored = [this](std::size_t value) {  // a fused ReLU does not change its input
    while (value > 0 && stages_[value - 1].fused) value = stages_[value - 1].inputs[0];
    return value;
  };
  std::vector<std::size_t> needed(stages_.size() + 1);  // the last stage that uses a value
  for (std::size_t i = 0; i < stages_.size(); ++i)
    for (const std::size_t value : stages_[i].inputs) needed[stored(value)] = i;
  std::vector<std::size_t> until;  // of buffers
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    if (stages_[i].fused || i + 1 == stages_.size()) {
      buffers_.push_back(0);
      continue;
    }
    const auto free = std::ranges::find_if(until, [i](std::size_t last) { return last < i; });
    const auto buffer = static_cast<std::size_t>(free - until.begin());
    if (free == until.end()) {
      until.push_back(0);
      widths_.push_back(0);
    }
    until[buffer] = needed[i + 1];
    widths_[buffer] = std::max(widths_[buffer], stages_[i].output.size());
    buffers_.push_back(buffer);
  }
}

Network::Network(const Network& other) = default;
Network& Network::operator=(const Network& other) = default;

std::vector<LayerSpec> Network::specs() const {
  return stages_.empty() ? std::vector<LayerSpec>{} : specs_between(0, stages_.size());
}

// The specs of the layers between two values, collected backwards from the end.
std::vector<LayerSpec> Network::specs_between(std::size_t from, std::size_t to) const {
  std::vector<LayerSpec> specs;
  while (to != from) {
    const Stage& stage = stages_[to - 1];
    specs.push_back(stage.layer->spec());
    const bool skips = dynamic_cast<const Residual*>(stage.join) != nullptr;
    const std::size_t branches = stage.join ? stage.inputs.size() - (skips ? 1 : 0) : 0;
    for (std::size_t k = 0; k < branches; ++k)
      specs.back().branches.push_back(specs_between(stage.fork, stage.inputs[k]));
    to = stage.join ? stage.fork : stage.inputs[0];
  }
  std::ranges::reverse(specs);
  return specs;
}

bool Network::runs_in_place(std::size_t i) const {
  const Stage& own = stage(i);
  const std::size_t value = own.inputs[0];
  return value > 0 && own.layer->works_in_place() && uses_[value].size() == 1 &&
         !stages_[value - 1].layer->needs_output();
}

const Shape& Network::output_shape() const {
  check(!stages_.empty(), "network", "has no layers yet");
  return stages_.back().output;
}

std::size_t Network::members() const {
  const Shape& out = output_shape();
  return out.rank() == 2 ? out[0] : 1;
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
  chosen.logistic = std::ranges::any_of(
      stages_, [](const Stage& s) { return s.layer->spec().name == "logistic"; });
  for (std::size_t i = 0; i < stages_.size(); ++i)
    if (stages_[i].size > 0)
      stages_[i].layer->initialize(stages_[i].input,
                                   parameters().subspan(stages_[i].begin, stages_[i].size), chosen,
                                   Random(seed, Purpose::init, static_cast<std::uint32_t>(i)));
}

std::uint64_t Network::training_bytes(std::size_t rows, std::size_t optimizer_arrays) const {
  std::uint64_t activations = input_.size(), spare = 0, saved = 0;
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    if (!runs_in_place(i)) activations += 2 * stages_[i].output.size();
    saved += stages_[i].layer->saved_size(stages_[i].input, rows);
    if (needs_spare(*this, i + 1)) spare = std::max<std::uint64_t>(spare, stages_[i].output.size());
  }
  // Parameters, their gradient and those of the last finite epoch, beside the optimiser's.
  return 4 * ((3 + optimizer_arrays) * std::uint64_t{parameter_count()} +
              rows * (activations + spare) + saved);
}

double Network::flops() const {
  double sum = 0;
  for (const Stage& stage : stages_) sum += stage.layer->flops(stage.input);
  return sum;
}

namespace {

bool has_convolution(const std::vector<LayerSpec>& specs) {
  return std::ranges::any_of(specs, [](const LayerSpec& spec) {
    if (!spec.branches.empty()) return std::ranges::any_of(spec.branches, has_convolution);
    return layer_catalogue().find(spec.name) && make_layer(spec)->convolves();
  });
}

}  // namespace

bool is_convolutional(std::string_view text) { return has_convolution(parse_network_text(text)); }

}  // namespace hebb
