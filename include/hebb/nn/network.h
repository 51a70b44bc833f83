#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hebb/nn/join.h"
#include "hebb/nn/layer.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

/// A part of a network to build: a layer, or branches and the join that they end in.
///
///     using std::make_shared;
///     const Network network({4}, {make_shared<Linear>(LinearOptions{8}),
///                                 Part::residual({make_shared<Elementwise>("relu")}),
///                                 make_shared<Linear>(LinearOptions{3})});
class Part {
 public:
  using Layers = std::vector<Part>;

  /// A layer belongs to one place of one network.
  template <std::derived_from<Layer> Kind>
  Part(std::shared_ptr<Kind> layer) : layer_(std::move(layer)) {}
  static Part residual(Layers layers);
  /// An empty branch is what comes to the branches.
  static Part add(std::vector<Layers> branches);
  static Part concat(std::vector<Layers> branches);

 private:
  friend class Network;
  Part(std::shared_ptr<Join> join, std::vector<Layers> branches);
  static Layers read(const std::vector<LayerSpec>& specs);

  std::shared_ptr<Layer> layer_;
  std::vector<Layers> branches_;  // that the layer joins
  LayerSpec origin_;              // its text and place alone, for messages
};

/// A graph of layers, with all parameters in one flat array: a chain, or branches that fork and
/// join. A const network may be used by any number of threads at once.
///
/// Its values are numbered: 0 is its input, i + 1 the output of stage i. A stage takes values of
/// lower numbers than its own.
class Network {
 public:
  Network() = default;
  /// Builds from the one-line text for samples of shape `input`. Parameters are zero.
  /// Errors: std::invalid_argument pointing at the character, or naming layer and shapes.
  Network(std::string_view text, const Shape& input);
  /// Builds from layers.
  /// Errors: std::invalid_argument naming layer and shapes, for no layers, for a layer that stands
  ///         at two places, for a residual part without layers, for fewer than two branches.
  Network(const Shape& input, std::vector<Part> layers);
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
    const Join* join = nullptr;       ///< the layer, where it joins branches
    std::vector<std::size_t> inputs;  ///< values; of a join, several
    std::vector<Shape> shapes;        ///< of the inputs, of one sample
    Shape input, output;              ///< of one sample; `input` is the first one
    std::size_t begin = 0;            ///< of its parameters in the flat array
    std::size_t size = 0;
    std::size_t fork = 0;  ///< of a join: the value that its branches take
    /// A ReLU that is computed behind the max pool that follows it: the largest of rectified
    /// numbers is the largest rectified, gradients are the same too, and a pool leaves fewer.
    bool fused = false;
  };
  /// A value as input `input` of stage `stage`.
  struct Use {
    std::size_t stage, input;
  };

  /// The text that builds this network again, and the layers that it writes.
  std::string text() const { return to_text(specs()); }
  std::vector<LayerSpec> specs() const;
  const Shape& input_shape() const { return input_; }
  const Shape& output_shape() const;
  const std::vector<Stage>& stages() const { return stages_; }
  /// The stages that take value `v`, in their order.
  const std::vector<Use>& uses(std::size_t v) const { return uses_[v]; }
  /// Of one sample.
  const Shape& value_shape(std::size_t v) const { return v == 0 ? input_ : stages_[v - 1].output; }
  /// The ReLU that is computed behind stage `i`, or nullptr.
  const Layer* fused_into(std::size_t i) const;

  /// Whether stage `i` may write its output over its input (Layer::works_in_place()): nobody else
  /// needs that.
  bool runs_in_place(std::size_t i) const;
  std::size_t parameter_count() const { return parameters_.size(); }
  std::span<float> parameters() { return parameters_.span(); }
  std::span<const float> parameters() const { return parameters_.span(); }
  /// Those of stage `i`.
  std::span<const float> parameters_of(std::size_t i) const {
    return parameters().subspan(stages_[i].begin, stages_[i].size);
  }

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
  /// Memory that predict() works in. A second call with as many rows allocates nothing.
  struct Workspace {
    std::vector<Tensor> buffers;
    std::vector<float*> places;
  };
  /// The same into memory of the caller's: for predictions one after the other.
  /// Shapes:  out (n, output...).
  /// Errors:  as above, or naming both shapes of the outputs.
  void predict(ConstView x, View out, Workspace& workspace) const;

  /// d (sum of y dy) / d x in evaluation, by rows.
  /// Shapes:  x (n, input...), dy (n, output...) -> dx, same as x; images lie channels last, as in
  ///          predict().
  /// Errors:  std::invalid_argument naming the shapes that do not fit.
  Tensor input_gradient(ConstView x, ConstView dy) const;
  /// d (output `output` of each row) / d x: of a class, the gradient of its score. Outputs are
  /// counted as they lie.
  /// Errors:  as above, or std::invalid_argument for an output that there is not.
  Tensor input_gradient(ConstView x, std::size_t output) const;

  /// The output of every stage for the rows of `x`, all at once: for looking at a few.
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
  struct Plan;
  template <class Derivative>
  Tensor derive_input(ConstView x, const Derivative& dy) const;
  void fuse();
  void assign_buffers();
  std::vector<LayerSpec> specs_between(std::size_t from, std::size_t to) const;

  Shape input_;
  std::vector<Stage> stages_;
  std::vector<std::vector<Use>> uses_;  // of values
  std::vector<std::size_t> buffers_;    // of stages: where predict() writes their output
  std::vector<std::size_t> widths_;     // of those buffers, of one sample
  Tensor parameters_;
};

/// Whether a network text has a convolution in it; layers that there are not count as none.
/// Errors: std::invalid_argument pointing at the character.
bool is_convolutional(std::string_view text);

}  // namespace hebb
