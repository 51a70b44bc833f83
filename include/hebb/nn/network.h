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

/// A part of a network to build: a layer, or branches and the join in which they meet.
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
  /// An empty branch is the identity: it passes on the input of the branches.
  static Part add(std::vector<Layers> branches);
  static Part concat(std::vector<Layers> branches);

 private:
  friend class Network;
  Part(std::shared_ptr<Join> join, std::vector<Layers> branches);
  static Layers read(const std::vector<LayerSpec>& specs);

  std::shared_ptr<Layer> layer_;
  std::vector<Layers> branches_;  // that the layer joins
  LayerSpec origin_;              // only its text and position, for messages
};

/// A graph of layers, with all parameters in one flat array: a chain, or branches that fork and
/// join. A const network may be used by any number of threads at once.
///
/// Its values are numbered: 0 is its input, i + 1 the output of stage i. The inputs of stage i are
/// values numbered i or lower.
class Network {
 public:
  Network() = default;
  /// Builds from the one-line text for samples of shape `input`. Parameters are zero.
  /// Errors: std::invalid_argument pointing at the character, or naming layer and shapes.
  Network(std::string_view text, const Shape& input);
  /// Builds from layers.
  /// Errors: std::invalid_argument naming layer and shapes, for no layers, for a layer that is used
  ///         twice, for a residual part without layers, for fewer than two branches.
  Network(const Shape& input, std::vector<Part> layers);
  Network(Network&&) noexcept = default;
  Network& operator=(Network&&) noexcept = default;
  Network(const Network& other);
  Network& operator=(const Network& other);
  ~Network() = default;

  /// The number of parameters of the network that a text describes, without allocating them.
  /// Errors: as the constructor.
  static std::size_t count_parameters(std::string_view text, const Shape& input);

  /// One layer and its position in the graph.
  struct Stage {
    std::shared_ptr<const Layer> layer;
    const Join* join = nullptr;       ///< the layer, if it is a join; else null
    std::vector<std::size_t> inputs;  ///< numbers of values; several for a join
    std::vector<Shape> shapes;        ///< of one sample of each input
    Shape input, output;              ///< of one sample; `input` is shapes[0]
    std::size_t begin = 0;            ///< of its parameters in the flat array
    std::size_t size = 0;
    std::size_t fork = 0;  ///< of a join: the value that its branches start from
    /// A ReLU fused into the max pool behind it, which is applied to the pool's output:
    /// max(relu(x)) = relu(max(x)), the gradients are equal too, and the pool's output is smaller.
    bool fused = false;
  };
  /// One use of a value: input `input` of stage `stage`.
  struct Use {
    std::size_t stage, input;
  };

  /// The network text that builds this network again, and the specs that it is written from.
  std::string text() const { return to_text(specs()); }
  std::vector<LayerSpec> specs() const;
  const Shape& input_shape() const { return input_; }
  const Shape& output_shape() const;
  /// A network whose output has the shape (k, outputs) is k networks in one, its members: training
  /// minimises the mean of their losses, and the prediction is the mean of theirs. Any other network
  /// is its own member.
  std::size_t members() const;
  /// The number of outputs of each member.
  std::size_t outputs() const { return output_shape().size() / members(); }
  const std::vector<Stage>& stages() const { return stages_; }
  // Errors of what takes the number of a stage or a value: std::invalid_argument if there is none.
  /// The uses of value `v`, in the order of the stages.
  const std::vector<Use>& uses(std::size_t v) const;
  /// Of one sample.
  const Shape& value_shape(std::size_t v) const;
  /// The ReLU fused into stage `i`, or nullptr.
  const Layer* fused_into(std::size_t i) const;

  /// Whether stage `i` may write its output over its input: the layer works in place
  /// (Layer::works_in_place()), and the input is not needed again.
  bool runs_in_place(std::size_t i) const;
  std::size_t parameter_count() const { return parameters_.size(); }
  std::span<float> parameters() { return parameters_.span(); }
  std::span<const float> parameters() const { return parameters_.span(); }
  /// The parameters of stage `i`.
  std::span<const float> parameters_of(std::size_t i) const;

  /// A named block of the flat array: "0.weight" is that of the first layer.
  struct Block {
    std::string name;
    Shape shape;
    std::size_t begin;
    bool decays;
    bool statistic;
  };
  std::vector<Block> blocks() const;

  /// Errors: std::invalid_argument for an unknown initialiser.
  void initialize(const std::string& initializer, std::uint64_t seed);

  /// The outputs for all rows of `x` in evaluation, computed in blocks of bounded size.
  /// Shapes:  x (n, input...), y (n, output...); images are stored channels last.
  /// Errors: std::invalid_argument naming both widths.
  Tensor predict(ConstView x) const;
  /// Working memory of predict(). A second call with the same number of rows allocates nothing.
  struct Workspace {
    std::vector<Tensor> buffers;
    std::vector<float*> places;
  };
  /// As above, but writes to `out` and reuses `workspace`: for repeated predictions.
  /// Shapes:  out (n, output...).
  /// Errors:  as above, and std::invalid_argument naming both shapes if `out` has another one.
  void predict(ConstView x, View out, Workspace& workspace) const;

  /// The gradient of sum(y * dy) with respect to x in evaluation, row by row.
  /// Shapes:  x (n, input...), dy (n, output...) -> dx, same as x; images are stored channels last,
  ///          as in predict().
  /// Errors:  std::invalid_argument naming the shapes that do not fit.
  Tensor input_gradient(ConstView x, ConstView dy) const;
  /// The gradient of output `output` of each row with respect to x; for a class, the gradient of
  /// its score; with members, of the mean of theirs. Outputs are numbered in memory order.
  /// Errors:  as above, or std::invalid_argument for an output that does not exist.
  Tensor input_gradient(ConstView x, std::size_t output) const;

  /// The output of every stage for the rows of `x`, all held in memory at once: for inspecting a
  /// few rows. The last is the output of predict().
  /// Shapes:  one tensor a stage, (n, output of the stage...); images are stored channels last.
  /// Errors:  as predict().
  std::vector<Tensor> outputs_of_stages(ConstView x) const;

  /// Bytes that training a batch of `rows` needs at most: parameters, gradient, optimiser,
  /// activations.
  std::uint64_t training_bytes(std::size_t rows, std::size_t optimizer_arrays) const;
  /// Multiplications and additions of one sample's forward pass.
  double flops() const;

 private:
  struct Plan;
  const Stage& stage(std::size_t i) const;
  template <class Derivative>
  Tensor derive_input(ConstView x, const Derivative& dy) const;
  void fuse();
  void assign_buffers();
  std::vector<LayerSpec> specs_between(std::size_t from, std::size_t to) const;

  Shape input_;
  std::vector<Stage> stages_;
  std::vector<std::vector<Use>> uses_;  // of values
  std::vector<std::size_t> buffers_;    // by stage: the buffer of its output in predict()
  std::vector<std::size_t> widths_;     // of those buffers, for one sample
  Tensor parameters_;
};

/// Whether a network text contains a convolution. Unknown layers are not counted as one.
/// Errors: std::invalid_argument pointing at the character.
bool is_convolutional(std::string_view text);

}  // namespace hebb
