#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "hebb/core/random.h"

namespace hebb {

/// The number of inputs and of outputs (fan-in and fan-out) of the weights that an initialiser
/// fills. The weights are (fan_in, fan_out), row-major.
struct Fans {
  std::size_t in, out;
  bool logistic = false;  ///< the layer's activation is logistic: scikit-learn's bound differs
};

/// One way to set the initial weights.
struct Initializer {
  std::string name;
  std::string help;
  std::function<void(std::span<float> weights, const Fans&, const Random&)> weights;
  /// Fills the biases, with zeros in all but scikit-learn's initialiser.
  std::function<void(std::span<float> biases, const Fans&, const Random&)> biases;
  bool logistic = false;
};

const std::vector<Initializer>& initializer_catalogue();
std::vector<std::string> initializer_names();
/// Errors: std::invalid_argument with the nearest name.
const Initializer& find_initializer(const std::string& name);

}  // namespace hebb
