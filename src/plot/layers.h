#pragma once

// How figures speak of layers.

#include <string>

#include "hebb/model/model.h"
#include "hebb/nn/spec.h"

namespace hebb::plot {

/// "conv 32, 5 × 5" for "conv(32,5,stride=2)"; "linear 128". Of what Layer::spec() gives.
std::string layer_title(const LayerSpec& spec);
/// What that leaves out: ", stride 2".
std::string layer_extras(const LayerSpec& spec);

/// "16 × 28 × 28", or "1,568" for shapes of one axis.
std::string size_text(const Shape& shape);

/// Whether its numbers are pictures: of rank 3 and more than a pixel each.
bool is_maps(const Shape& shape);

/// "softmax", "logistic", or "output" where numbers stay as they are.
std::string output_name(const Model& model);

}  // namespace hebb::plot
