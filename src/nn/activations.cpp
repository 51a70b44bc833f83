#include "hebb/nn/activations.h"

#include <algorithm>

#include "hebb/core/error.h"
#include "hebb/core/fields.h"
#include "kernels/elementwise.h"

namespace hebb {

using Weights = std::span<const float>;

void Identity::forward(const Pass& /*pass*/, Weights /*w*/, ConstView x, View y) const {
  if (x.data != y.data) std::ranges::copy(x.span(), y.data);
}
void Identity::backward(const Pass& /*pass*/, Weights /*w*/, ConstView /*x*/, ConstView /*y*/,
                        ConstView dy, View dx) const {
  if (dy.data != dx.data) std::ranges::copy(dy.span(), dx.data);
}

void Step::forward(const Pass& /*pass*/, Weights /*w*/, ConstView x, View y) const {
  std::ranges::transform(x.span(), y.data, [](float v) { return v > 0.0F ? 1.0F : 0.0F; });
}
void Step::backward(const Pass& /*pass*/, Weights /*w*/, ConstView /*x*/, ConstView /*y*/,
                    ConstView /*dy*/, View dx) const {
  std::ranges::fill(dx.span(), 0.0F);
}

void Logistic::forward(const Pass& /*pass*/, Weights /*w*/, ConstView x, View y) const {
  kernels::logistic(x.data, x.size(), y.data);
}
void Logistic::backward(const Pass& /*pass*/, Weights /*w*/, ConstView /*x*/, ConstView y,
                        ConstView dy, View dx) const {
  kernels::logistic_backward(y.data, dy.data, y.size(), dx.data);
}

void Tanh::forward(const Pass& /*pass*/, Weights /*w*/, ConstView x, View y) const {
  kernels::tanh(x.data, x.size(), y.data);
}
void Tanh::backward(const Pass& /*pass*/, Weights /*w*/, ConstView /*x*/, ConstView y, ConstView dy,
                    View dx) const {
  kernels::tanh_backward(y.data, dy.data, y.size(), dx.data);
}

void Relu::forward(const Pass& /*pass*/, Weights /*w*/, ConstView x, View y) const {
  kernels::relu(x.data, x.size(), y.data);
}
void Relu::backward(const Pass& /*pass*/, Weights /*w*/, ConstView /*x*/, ConstView y, ConstView dy,
                    View dx) const {
  kernels::relu_backward(y.data, dy.data, y.size(), dx.data);
}

std::string LeakyRelu::text() const { return concat("leaky_relu(", to_text(slope_), ")"); }
void LeakyRelu::forward(const Pass& /*pass*/, Weights /*w*/, ConstView x, View y) const {
  kernels::leaky_relu(x.data, x.size(), static_cast<float>(slope_), y.data);
}
void LeakyRelu::backward(const Pass& /*pass*/, Weights /*w*/, ConstView x, ConstView /*y*/,
                         ConstView dy, View dx) const {
  kernels::leaky_relu_backward(x.data, dy.data, x.size(), static_cast<float>(slope_), dx.data);
}

void Gelu::forward(const Pass& /*pass*/, Weights /*w*/, ConstView x, View y) const {
  kernels::gelu(x.data, x.size(), y.data);
}
void Gelu::backward(const Pass& /*pass*/, Weights /*w*/, ConstView x, ConstView /*y*/, ConstView dy,
                    View dx) const {
  kernels::gelu_backward(x.data, dy.data, x.size(), dx.data);
}

void Softplus::forward(const Pass& /*pass*/, Weights /*w*/, ConstView x, View y) const {
  kernels::softplus(x.data, x.size(), y.data);
}
void Softplus::backward(const Pass& /*pass*/, Weights /*w*/, ConstView x, ConstView /*y*/,
                        ConstView dy, View dx) const {
  kernels::softplus_backward(x.data, dy.data, x.size(), dx.data);
}

void Softmax::forward(const Pass& /*pass*/, Weights /*w*/, ConstView x, View y) const {
  kernels::softmax(x.data, x.rows(), x.row_size(), y.data);
}
void Softmax::backward(const Pass& /*pass*/, Weights /*w*/, ConstView /*x*/, ConstView y,
                       ConstView dy, View dx) const {
  kernels::softmax_backward(y.data, dy.data, y.rows(), y.row_size(), dx.data);
}

namespace {

template <class Kind>
LayerRow plain_row(std::string name, std::string help, bool activation = true) {
  return {.name = name,
          .arguments = "",
          .help = std::move(help),
          .activation = activation,
          .example = name,
          .make = [](const LayerSpec& spec) -> std::unique_ptr<Layer> {
            spec.allow({});
            return std::make_unique<Kind>();
          }};
}

}  // namespace

std::vector<LayerRow> activation_rows() {
  return {plain_row<Identity>("identity", "y = x"),
          plain_row<Step>("step", "y = 1 where x > 0, otherwise 0; lets no gradient through"),
          plain_row<Logistic>("logistic", "y = 1 / (1 + exp(-x))"),
          plain_row<Tanh>("tanh", "y = tanh(x)"),
          plain_row<Relu>("relu", "y = max(0, x)"),
          {.name = "leaky_relu",
           .arguments = "(slope=0.01)",
           .help = "y = x where x > 0, otherwise slope x",
           .activation = true,
           .example = "leaky_relu(0.2)",
           .make = [](const LayerSpec& spec) -> std::unique_ptr<Layer> {
             spec.allow({"slope"});
             const double slope = spec.real("slope", 0, 0.01);
             return std::make_unique<LeakyRelu>(LeakyReluOptions{.slope = slope});
           }},
          plain_row<Gelu>("gelu", "y = x Phi(x), Phi the normal distribution function"),
          plain_row<Softplus>("softplus", "y = log(1 + exp(x))"),
          plain_row<Softmax>("softmax", "y = exp(x) / sum(exp(x)) over a sample's outputs", false)};
}

}  // namespace hebb
