#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hebb/nn/layer.h"

namespace hebb {

/// A layer of several inputs: what the branches of a network end in. It has no parameters.
/// Shapes:  in, one an input, of one sample; x (n, in[k]...), y (n, out...).
class Join : public Layer {
 public:
  /// Of one sample, behind the join.
  /// Errors: std::invalid_argument naming the shapes if they do not fit together.
  virtual Shape joined_shape(std::span<const Shape> in) const = 0;
  /// Brings input `k` into y. Called for k = 0, 1, ... in this order: the first call writes.
  virtual void join(std::size_t k, std::span<const Shape> in, ConstView x, View y) const = 0;
  /// Writes (or with `accumulate` adds) d loss / d input k to dx.
  virtual void join_backward(std::size_t k, std::span<const Shape> in, ConstView dy, View dx,
                             bool accumulate) const = 0;

  // Of one input alone.
  Shape output_shape(const Shape& in) const final { return joined_shape({&in, 1}); }
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const final;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const final;
};

/// y = the sum of its inputs. Written "add(layers | layers)"; an empty branch adds what comes to
/// the branches.
/// Shapes:  all inputs and y alike.
class Add : public Join {
 public:
  LayerSpec spec() const override { return LayerSpec("add"); }
  Shape joined_shape(std::span<const Shape> in) const override;
  void join(std::size_t k, std::span<const Shape> in, ConstView x, View y) const override;
  void join_backward(std::size_t k, std::span<const Shape> in, ConstView dy, View dx,
                     bool accumulate) const override;
};

/// y = its inputs one behind the other: the channels of images, the features of rows. Written
/// "concat(layers | layers)"; an empty branch passes on what comes to the branches.
/// Shapes:  inputs (n, C_k, H, W) -> y (n, sum of C_k, H, W), or (n, C_k) -> (n, sum of C_k).
/// Source:  Szegedy et al., CVPR 2015; Huang et al., CVPR 2017.
class Concat : public Join {
 public:
  LayerSpec spec() const override { return LayerSpec("concat"); }
  Shape joined_shape(std::span<const Shape> in) const override;
  void join(std::size_t k, std::span<const Shape> in, ConstView x, View y) const override;
  void join_backward(std::size_t k, std::span<const Shape> in, ConstView dy, View dx,
                     bool accumulate) const override;
};

/// y = x + what comes to the branch, which is skipped. Where shapes differ, every s-th pixel of that
/// is taken, and channels that it lacks count as zero (the parameter-free shortcut). Written
/// "residual(layers)".
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
  bool one_branch;        ///< the other input is what comes to the branch
  std::shared_ptr<Join> (*make)();
};

/// Every kind of join, in the order in which they are listed.
const std::vector<JoinRow>& join_catalogue();

}  // namespace hebb
