#pragma once

#include <cstddef>

#include "hebb/nn/layer.h"

namespace hebb {

struct LinearOptions {
  std::size_t out;  ///< outputs, at least 1
};

/// y = x W + b, x flattened in (C, H, W) order if it has more axes.
/// Shapes:  x (n, in...) -> y (n, out); weight (in, out), bias (out).
/// Errors:  std::invalid_argument if `out` is 0.
class Linear : public Layer {
 public:
  explicit Linear(const LinearOptions& options);

  LayerSpec spec() const override;
  Shape output_shape(const Shape& in) const override;
  std::vector<Parameter> parameters(const Shape& in) const override;
  void initialize(const Shape& in, std::span<float> parameters, const Initializer& initializer,
                  const Random& random) const override;
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const override;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const override;
  std::vector<Piece> pieces(const Shape& in) const override;
  void gradient(const Pass& pass, const Piece& piece, ConstView x, ConstView dy,
                std::span<float> gradient, bool accumulate) const override;
  std::size_t prepared_size(const Shape& in, bool backward) const override;
  void prepare(const Shape& in, const Piece& piece, std::span<const float> parameters,
               std::span<float> prepared) const override;
  double flops(const Shape& in) const override;

 private:
  std::size_t out_;
};

/// The family's rows of the layer catalogue.
std::vector<LayerRow> linear_rows();

}  // namespace hebb
