#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hebb/nn/layer.h"

namespace hebb {

/// A layer with several inputs, in which the branches of a network meet. It has no parameters.
/// Shapes:  in[k] is the shape of one sample of input k; x (n, in[k]...), y (n, out...).
class Join : public Layer {
 public:
  /// The output shape of one sample.
  /// Errors: std::invalid_argument naming the shapes if they do not fit together.
  virtual Shape joined_shape(std::span<const Shape> in) const = 0;
  /// Adds or copies input `k` to y. Called for k = 0, 1, ... in this order; y is undefined before
  /// the first call.
  virtual void join(std::size_t k, std::span<const Shape> in, ConstView x, View y) const = 0;
  /// Writes (or with `accumulate` adds) d loss / d input k to dx.
  virtual void join_backward(std::size_t k, std::span<const Shape> in, ConstView dy, View dx,
                             bool accumulate) const = 0;

  // With a single input.
  Shape output_shape(const Shape& in) const final { return joined_shape({&in, 1}); }
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const final;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const final;
};

/// y = the sum of its inputs. Written "add(layers | layers)"; an empty branch is the identity: it
/// adds the input of the branches.
/// Shapes:  all inputs and y have the same shape.
class Add : public Join {
 public:
  LayerSpec spec() const override { return LayerSpec("add"); }
  Shape joined_shape(std::span<const Shape> in) const override;
  void join(std::size_t k, std::span<const Shape> in, ConstView x, View y) const override;
  void join_backward(std::size_t k, std::span<const Shape> in, ConstView dy, View dx,
                     bool accumulate) const override;
};

/// y = its inputs concatenated along the channels of images, the features of rows or the members of
/// members. Written "concat(layers | layers)"; an empty branch is the identity: it passes on the input of
/// the branches.
/// Shapes:  inputs (n, C_k, H, W) -> y (n, sum of C_k, H, W), or (n, C_k) -> (n, sum of C_k), or
///          (n, m_k, d) -> (n, sum of m_k, d).
/// Source:  Szegedy et al., CVPR 2015; Huang et al., CVPR 2017.
class Concat : public Join {
 public:
  LayerSpec spec() const override { return LayerSpec("concat"); }
  Shape joined_shape(std::span<const Shape> in) const override;
  void join(std::size_t k, std::span<const Shape> in, ConstView x, View y) const override;
  void join_backward(std::size_t k, std::span<const Shape> in, ConstView dy, View dx,
                     bool accumulate) const override;
};

/// y = x + skipped, where x is the output of the branch and skipped is its input. If their shapes
/// differ, every s-th pixel of skipped is taken and its missing channels are zero (the
/// parameter-free shortcut). Written "residual(layers)".
/// Shapes:  x (n, C, H, W), skipped (n, C' <= C, H' >= H, W' >= W), or two of the same shape; y as
///          x.
/// Source:  He et al., CVPR 2016, option A.
class Residual : public Join {
 public:
  LayerSpec spec() const override { return LayerSpec("residual"); }
  Shape joined_shape(std::span<const Shape> in) const override;
  void join(std::size_t k, std::span<const Shape> in, ConstView x, View y) const override;
  void join_backward(std::size_t k, std::span<const Shape> in, ConstView dy, View dx,
                     bool accumulate) const override;
};

/// One kind of join in the network text.
struct JoinRow {
  std::string name;
  std::string arguments;  ///< "(LAYERS)"
  std::string help;       ///< one line
  bool one_branch;        ///< the second input is the input of the branch
  std::shared_ptr<Join> (*make)();
};

/// Every kind of join, in the order in which they are listed.
const std::vector<JoinRow>& join_catalogue();

}  // namespace hebb
