#pragma once

// Texts about layers in figures.

#include <string>

#include "hebb/model/model.h"
#include "hebb/nn/spec.h"

namespace hebb::plot {

/// "conv 32, 5 × 5" for "conv(32,5,stride=2)"; "linear 128". Of what Layer::spec() gives.
std::string layer_title(const LayerSpec& spec);
/// The arguments that layer_title() omits: ", stride 2".
std::string layer_extras(const LayerSpec& spec);

/// "16 × 28 × 28", or "1,568" for shapes of one axis.
std::string size_text(const Shape& shape);

/// Whether the shape is that of feature maps: rank 3, and more than one pixel.
bool is_maps(const Shape& shape);

/// Whether the first parameters of a network are weights (inputs, units) of all its inputs.
bool has_input_weights(const Network& network);

/// "softmax", "logistic", or "output" for the identity.
std::string output_name(const Model& model);

}  // namespace hebb::plot
