#include "plot/layers.h"

#include <algorithm>

#include "hebb/core/error.h"
#include "plot/ticks.h"

namespace hebb::plot {
namespace {

std::string extent_text(const std::pair<std::size_t, std::size_t>& extent) {
  return concat(extent.first, " × ", extent.second);
}

}  // namespace

std::string layer_title(const LayerSpec& spec) {
  if (spec.name == "conv")
    return concat("conv ", spec.whole("out", 0), ", ", extent_text(spec.sizes("kernel", 1)));
  std::string title = spec.name;
  for (const auto& argument : spec.arguments) {
    if (argument.usual) continue;
    title += title == spec.name ? " " : ", ";
    title += (argument.named ? argument.key + ' ' : "") + argument_text(argument.value);
  }
  return title;
}

std::string layer_extras(const LayerSpec& spec) {
  std::string extras;
  if (spec.name != "conv") return extras;
  for (const auto& argument : spec.arguments)
    if (argument.named && !argument.usual)
      extras += concat(", ", argument.key, ' ', argument_text(argument.value));
  return extras;
}

std::string size_text(const Shape& shape) {
  std::string text;
  for (std::size_t axis = 0; axis < shape.rank(); ++axis)
    text += (axis == 0 ? "" : " × ") + number_label(static_cast<double>(shape[axis]), 0);
  return text;
}

bool is_maps(const Shape& shape) { return shape.rank() == 3 && shape[1] * shape[2] > 1; }

bool has_input_weights(const Network& network) {
  const auto& stages = network.stages();
  const auto first = std::ranges::find_if(stages, [](const auto& stage) { return stage.size > 0; });
  return first != stages.end() && first->layer->parameters(first->input)[0].shape ==
                                      Shape{network.input_shape().size(), first->output.size()};
}

std::string output_name(const Model& model) {
  const OutputActivation activation = model.output_activation();
  return activation == OutputActivation::identity ? "output" : name_of(activation);
}

}  // namespace hebb::plot
