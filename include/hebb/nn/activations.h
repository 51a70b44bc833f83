#pragma once

#include <optional>

#include "hebb/nn/layer.h"

namespace hebb {

namespace kernels {
struct ElementwiseFunction;
}

/// A layer without parameters whose output has the shape of its input.
/// Shapes:  x (n, ...) -> y, same as x.
class Activation : public Layer {
 public:
  Shape output_shape(const Shape& in) const override { return in; }
};

/// Applies one function to each element: relu, tanh, gelu, silu and the others that the layer
/// catalogue lists with their formulas.
class Elementwise : public Activation {
 public:
  /// The function `name` ("relu") with its parameter, such as leaky_relu's slope or elu's alpha;
  /// unset: the parameter's default.
  /// Errors: std::invalid_argument for an unknown name (the message suggests the nearest), for a
  /// parameter of a function that has none, and for a parameter that is not finite or out of range.
  explicit Elementwise(const std::string& name, std::optional<double> parameter = {});

  std::string name() const;
  LayerSpec spec() const override;
  bool works_in_place() const override;
  bool needs_output() const override;
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const override;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const override;

 private:
  const kernels::ElementwiseFunction* function_;
  double parameter_;
};

/// y = exp(x) / sum(exp(x)), over all outputs of a sample; of (k, outputs), over those of each member.
class Softmax : public Activation {
 public:
  LayerSpec spec() const override { return LayerSpec("softmax"); }
  bool needs_output() const override { return true; }
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const override;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const override;
};

/// The family's rows of the layer catalogue.
std::vector<LayerRow> activation_rows();

}  // namespace hebb
