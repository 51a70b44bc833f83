#pragma once

#include <cstddef>
#include <memory>

#include "hebb/nn/layer.h"

namespace hebb {

/// A vertical and a horizontal size.
struct Extent {
  std::size_t height = 1, width = 1;
};

/// How the border of an image is padded. `same`: with zeros, so that there are ceil(size / stride)
/// outputs (PyTorch's and TensorFlow's "same"); the smaller half of the zeros is in front. `valid`:
/// not at all. `number`: with Conv2dOptions::pad zeros on each side.
enum class Padding { same, valid, number };

struct Conv2dOptions {
  std::size_t out_channels = 1;
  Extent kernel = {3, 3};
  Extent stride = {1, 1};
  Padding padding = Padding::same;
  Extent pad = {0, 0};  ///< zeros on each side if padding is `number`
  Extent dilation = {1, 1};
  std::size_t groups = 1;
};

/// y[o, i, j] = bias[o] + sum of weight[o, c, u, v] * x[c, i s + u d - p, j s + v d - p] over c, u
/// and v, with zeros outside the image. This is a cross-correlation: the kernel is not flipped.
/// With groups, input and output channels are split into that many groups, and each output depends
/// only on the inputs of its own group.
/// Shapes:  x (n, C, H, W) -> y (n, out_channels, H', W') with H' = ceil(H / s) if padding is
///          `same`, else floor((H + zeros - d (kernel - 1) - 1) / s) + 1; weight (out_channels, C /
///          groups, kernel height, kernel width), bias (out_channels).
/// Errors:  std::invalid_argument for an extent of 0 or above 65,535, for groups that do not divide
///          the channels, for an image smaller than the kernel, or other than (C, H, W).
/// Source:  LeCun et al., Proceedings of the IEEE 86 (1998).
class Conv2d : public Layer {
 public:
  explicit Conv2d(const Conv2dOptions& options);
  ~Conv2d() override;

  LayerSpec spec() const override;
  Shape output_shape(const Shape& in) const override;
  void place(const Shape& in) override;
  bool convolves() const override { return true; }
  std::vector<Parameter> parameters(const Shape& in) const override;
  void initialize(const Shape& in, std::span<float> parameters, const Initializer& initializer,
                  const Random& random) const override;
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const override;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const override;
  bool gradient_by_rows() const override { return true; }
  void gradient_of_rows(const Pass& pass, std::span<const float> parameters, ConstView x,
                        ConstView dy, std::span<float> gradient) const override;
  std::vector<Piece> pieces(const Shape& in) const override;
  double flops(const Shape& in) const override;

 private:
  struct Plans;
  std::size_t weight_count(const Shape& in) const;
  template <class Use>
  void with_plan(const Shape& in, bool halves, const Use& use) const;

  Conv2dOptions options_;
  std::unique_ptr<Plans> plans_;  // for the shape given to place(), in float32 and bfloat16
};

struct Pool2dOptions {
  Extent window = {2, 2};
  Extent stride = {2, 2};
};

/// How pooling reduces the pixels of a window to one number, channel by channel. Windows lie
/// entirely within the image: pixels left over at its right or lower border are ignored.
enum class PoolKind { maximum, average, sum };

/// y[c, i, j] = the largest, the mean or the sum of x[c, i s + u, j s + v] over a window u, v. If
/// several pixels are the largest, the first in row-major order gets the gradient.
/// Shapes:  x (n, C, H, W) -> y (n, C, floor((H - window) / stride) + 1, likewise for the width).
/// Errors:  std::invalid_argument for an extent of 0 or above 65,535, or a window larger than the
/// image.
class Pool2d : public Layer {
 public:
  Pool2d(PoolKind kind, const Pool2dOptions& options);

  LayerSpec spec() const override;
  Shape output_shape(const Shape& in) const override;
  bool needs_output() const override { return true; }
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const override;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const override;

 protected:
  Pool2d(PoolKind kind) : kind_(kind), global_(true) {}

 private:
  Extent window(const Shape& in) const;
  PoolKind kind_;
  Pool2dOptions options_;
  bool global_ = false;
};

class MaxPool2d : public Pool2d {
 public:
  explicit MaxPool2d(const Pool2dOptions& options = {}) : Pool2d(PoolKind::maximum, options) {}
};
class AvgPool2d : public Pool2d {
 public:
  explicit AvgPool2d(const Pool2dOptions& options = {}) : Pool2d(PoolKind::average, options) {}
};
class SumPool2d : public Pool2d {
 public:
  explicit SumPool2d(const Pool2dOptions& options = {}) : Pool2d(PoolKind::sum, options) {}
};
/// The window is the whole image.
/// Shapes:  x (n, C, H, W) -> y (n, C, 1, 1).
class GlobalAvgPool2d : public Pool2d {
 public:
  GlobalAvgPool2d() : Pool2d(PoolKind::average) {}
};
class GlobalMaxPool2d : public Pool2d {
 public:
  GlobalMaxPool2d() : Pool2d(PoolKind::maximum) {}
};

/// Flattens images to rows of numbers, in the order (C, H, W).
/// Shapes:  x (n, ...) -> y (n, product of the rest).
class Flatten : public Layer {
 public:
  LayerSpec spec() const override { return LayerSpec("flatten"); }
  Shape output_shape(const Shape& in) const override { return {in.size()}; }
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const override;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const override;
};

/// The family's rows of the layer catalogue.
std::vector<LayerRow> convolution_rows();

}  // namespace hebb
