#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <string>
#include <vector>

namespace hebb::test {

using Doubles = std::vector<double>;

/// What a layer makes of one sample, in plain double arithmetic: from its inputs and the layer's
/// parameters to its outputs.
using LayerReference = std::function<Doubles(const Doubles& x, const Doubles& parameters)>;

/// A reference for what acts on each element alone.
inline LayerReference each(double (*f)(double)) {
  return [f](const Doubles& x, const Doubles&) {
    Doubles y;
    for (const double v : x) y.push_back(f(v));
    return y;
  };
}

inline Doubles linear(const Doubles& x, const Doubles& parameters) {
  const std::size_t out = parameters.size() / (x.size() + 1);
  Doubles y(parameters.end() - static_cast<std::ptrdiff_t>(out), parameters.end());
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t o = 0; o < out; ++o) y[o] += x[i] * parameters[i * out + o];
  return y;
}

inline Doubles softmax(const Doubles& x, const Doubles& /*parameters*/) {
  const double top = *std::ranges::max_element(x);
  Doubles y;
  for (const double v : x) y.push_back(std::exp(v - top));
  const double sum = std::accumulate(y.begin(), y.end(), 0.0);
  for (double& v : y) v /= sum;
  return y;
}

/// For the example of every row of the layer catalogue, in evaluation: its formula, written down
/// without looking at the layer.
inline const std::map<std::string, LayerReference>& layer_references() {
  static const std::map<std::string, LayerReference> table = {
      {"linear", linear},
      {"dropout", each([](double x) { return x; })},
      {"identity", each([](double x) { return x; })},
      {"step", each([](double x) { return x > 0 ? 1.0 : 0.0; })},
      {"logistic", each([](double x) { return 1 / (1 + std::exp(-x)); })},
      {"tanh", each([](double x) { return std::tanh(x); })},
      {"relu", each([](double x) { return std::max(0.0, x); })},
      {"leaky_relu", each([](double x) { return x > 0 ? x : 0.2 * x; })},
      {"gelu", each([](double x) { return x * std::erfc(-x / std::sqrt(2.0)) / 2; })},
      {"softplus",
       each([](double x) { return std::max(0.0, x) + std::log1p(std::exp(-std::abs(x))); })},
      {"softmax", softmax},
  };
  return table;
}

}  // namespace hebb::test
