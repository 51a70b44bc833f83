#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/nn/layer.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

/// A chain of layers, which residual parts may skip, with all parameters in one flat array. A const
/// network may be used by any number of threads at once.
class Network {
 public:
  Network() = default;
  /// Builds from the one-line text for samples of shape `input`. Parameters are zero.
  /// Errors: std::invalid_argument pointing at the character, or naming layer and shapes.
  Network(std::string_view text, const Shape& input);
  Network(Network&&) noexcept = default;
  Network& operator=(Network&&) noexcept = default;
  Network(const Network& other);
  Network& operator=(const Network& other);
  ~Network() = default;

  /// The number of parameters that a text comes to, without taking their memory. Errors: as above.
  static std::size_t count_parameters(std::string_view text, const Shape& input);

  /// One layer in its place.
  struct Stage {
    std::shared_ptr<const Layer> layer;
    Shape input, output;    ///< of one sample
    std::size_t begin = 0;  ///< of its parameters in the flat array
    std::size_t size = 0;
    /// Of the layer that ends a residual part: the stage that the part begins with, whose input is
    /// added.
    std::optional<std::size_t> skip_from = {};
    /// A ReLU that is left to what the max pool behind it leaves: the largest of rectified numbers
    /// is the largest rectified, gradients are the same too, and a pool leaves few.
    bool waits = false;
  };

  /// The text that builds this network again.
  std::string text() const;
  const Shape& input_shape() const { return input_; }
  const Shape& output_shape() const;
  const std::vector<Stage>& stages() const { return stages_; }

  /// Whether stage `i` may write its output over its input (Layer::works_in_place()): nobody else
  /// needs that.
  bool runs_in_place(std::size_t i) const;
  std::size_t parameter_count() const { return parameters_.size(); }
  std::span<float> parameters() { return parameters_.span(); }
  std::span<const float> parameters() const { return parameters_.span(); }

  /// A named block of the flat array: "0.weight" is that of the first layer.
  struct Block {
    std::string name;
    Shape shape;
    std::size_t begin;
    bool decays;
    bool statistic;
  };
  std::vector<Block> blocks() const;

  /// Errors: std::invalid_argument for an initialiser that there is not.
  void initialize(const std::string& initializer, std::uint64_t seed);

  /// Evaluation of all rows of `x`, in pieces of bounded size.
  /// Shapes:  x (n, input...), y (n, output...); images lie channels last.
  /// Errors: std::invalid_argument naming both widths.
  Tensor predict(ConstView x) const;
  /// What every stage makes of the rows of `x` on the way there, all at once: for looking at a few.
  /// The last one is predict()'s.
  /// Shapes:  one a stage, (n, its output...); images lie channels last.
  /// Errors:  as predict().
  std::vector<Tensor> outputs_of_stages(ConstView x) const;

  /// Bytes that training a batch of `rows` needs at most: parameters, gradient, optimiser,
  /// activations.
  std::uint64_t training_bytes(std::size_t rows, std::size_t optimizer_arrays) const;
  /// Of one sample, forward: multiplications and additions.
  double flops() const;

 private:
  static void append(const std::vector<LayerSpec>& specs, Shape& shape, double& bytes,
                     std::vector<Stage>& stages);
  static std::vector<Stage> plan(std::string_view text, const Shape& input);

  Shape input_;
  std::vector<Stage> stages_;
  Tensor parameters_;
};

}  // namespace hebb
