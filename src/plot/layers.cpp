#include "plot/layers.h"

#include "hebb/core/error.h"
#include "plot/ticks.h"

namespace hebb::plot {
namespace {

std::string extent_text(const std::pair<std::size_t, std::size_t>& extent) {
  return concat(extent.first, " × ", extent.second);
}

}  // namespace

LayerSpec spec_of(const Layer& layer) {
  if (layer.text() != "residual") return parse_network_text(layer.text()).at(0);
  LayerSpec end;  // of a residual part, which by itself is no text
  end.name = "residual";
  return end;
}

std::string layer_title(const LayerSpec& spec) {
  if (spec.name == "conv")
    return concat("conv ", spec.whole("out", 0), ", ", extent_text(spec.sizes("kernel", 1)));
  std::string title = spec.name;
  for (const auto& argument : spec.arguments) {
    title += &argument == &spec.arguments.front() ? " " : ", ";
    title += argument.key.empty() ? argument.value : argument.key + ' ' + argument.value;
  }
  return title;
}

std::string layer_extras(const LayerSpec& spec) {
  std::string extras;
  if (spec.name != "conv") return extras;
  for (const auto& argument : spec.arguments)
    if (!argument.key.empty() && argument.key != "out" && argument.key != "kernel")
      extras += concat(", ", argument.key, ' ', argument.value);
  return extras;
}

std::string size_text(const Shape& shape) {
  std::string text;
  for (std::size_t axis = 0; axis < shape.rank(); ++axis)
    text += (axis == 0 ? "" : " × ") + number_label(static_cast<double>(shape[axis]), 0);
  return text;
}

bool is_maps(const Shape& shape) { return shape.rank() == 3 && shape[1] * shape[2] > 1; }

std::string output_name(const Model& model) {
  switch (model.output_activation()) {
    case OutputActivation::softmax:
      return "softmax";
    case OutputActivation::logistic:
      return "logistic";
    case OutputActivation::identity:
      break;
  }
  return "output";
}

}  // namespace hebb::plot
