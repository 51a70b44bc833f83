#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hebb/core/catalogue.h"
#include "hebb/nn/initializer.h"
#include "hebb/nn/spec.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

/// A block of a layer's parameters.
struct Parameter {
  std::string name;  ///< within the layer: "weight", "bias"
  Shape shape;
  bool decays;  ///< the L2 penalty applies to it (weights, not biases)
  /// Maintained by the layer rather than learnt, as a running mean is: its gradient is the amount
  /// subtracted from it at each update.
  bool statistic = false;
};

/// The context of forward() and backward(). All randomness is a function of it.
struct Pass {
  bool training = false;
  std::uint64_t seed = 0;
  std::uint32_t step = 0;                ///< number of the update made from this batch
  std::uint32_t first_row = 0;           ///< index within the batch of the first row given here
  std::uint32_t layer = 0;               ///< position in the network
  bool halves = false;                   ///< whether products may round their factors to bfloat16
  std::span<float> saved = {};           ///< in training: Layer::saved_size() numbers of these rows
  std::span<const float> prepared = {};  ///< computed by Layer::prepare() from the parameters
};

/// One layer of a network. It holds only its configuration: parameters, activations and gradients
/// are arguments, so that several threads may run one layer on different rows at once. Everywhere
/// within a network, images of shape (C, H, W) are stored channels last, (H, W, C); parameters are
/// not.
/// Shapes:  x (n, in...), y (n, out...), for any n.
class Layer {
 public:
  virtual ~Layer() = default;

  /// Its name and all its arguments: make_layer() builds the same layer from it.
  virtual LayerSpec spec() const = 0;
  /// As the network text writes it: "linear(512)". Parsing it gives the same layer.
  std::string text() const { return to_text(spec()); }
  /// The output shape of one sample.
  /// Errors: std::invalid_argument naming layer and shapes if `in` does not fit.
  virtual Shape output_shape(const Shape& in) const = 0;
  /// Called once, before the layer is shared, with the input shape of all later calls: the layer
  /// may plan ahead for it.
  virtual void place(const Shape& /*in*/) {}
  /// Its parameters, in the order of the network's flat array.
  virtual std::vector<Parameter> parameters(const Shape& /*in*/) const { return {}; }
  /// Fills this layer's part of the flat array. `random` is used by this layer alone.
  virtual void initialize(const Shape& /*in*/, std::span<float> /*parameters*/,
                          const Initializer& /*initializer*/, const Random& /*random*/) const {}

  /// How the parameters are split for gradient and update. Each piece is a range of this layer's
  /// part of the flat array, which depends on the shapes alone.
  struct Piece {
    std::size_t begin, end;
  };
  virtual std::vector<Piece> pieces(const Shape& /*in*/) const { return {}; }

  virtual void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
                       View y) const = 0;
  /// dx = d loss / d x from dy = d loss / d y.
  virtual void backward(const Pass& pass, std::span<const float> parameters, ConstView x,
                        ConstView y, ConstView dy, View dx) const = 0;

  /// How many numbers prepare() computes from the parameters after each update, if products round
  /// their factors to bfloat16. The layer finds them in Pass::prepared. `backward`: whether to
  /// include those that backward() needs.
  virtual std::size_t prepared_size(const Shape& /*in*/, bool /*backward*/) const { return 0; }
  /// Writes those numbers that depend on one piece of the parameters; `parameters` and `prepared`
  /// are those of the whole layer.
  virtual void prepare(const Shape& /*in*/, const Piece& /*piece*/,
                       std::span<const float> /*parameters*/, std::span<float> /*prepared*/) const {
  }

  /// How many numbers forward() stores in Pass::saved for backward(), in training, for `rows` rows
  /// at once.
  virtual std::size_t saved_size(const Shape& /*in*/, std::size_t /*rows*/) const { return 0; }
  /// Whether x and y, and dx and dy, may be the same array: backward() then does not read x.
  virtual bool works_in_place() const { return false; }
  /// Whether backward() reads y.
  virtual bool needs_output() const { return false; }

  /// Whether its outputs in training are random, drawn anew for every update.
  virtual bool is_random() const { return false; }
  /// Whether it is a convolution: its first parameter is a bank of filters (out, in, height, width)
  /// that pass over images.
  virtual bool convolves() const { return false; }

  /// Whether the gradient is computed by gradient_of_rows(), for one shard of rows at a time while
  /// it is in cache, and then summed over the shards: for layers with few parameters for their
  /// arithmetic. Otherwise it is computed by gradient().
  virtual bool gradient_by_rows() const { return false; }
  /// Writes the gradient of all parameters, summed over the given rows. Called before backward().
  virtual void gradient_of_rows(const Pass& /*pass*/, std::span<const float> /*parameters*/,
                                ConstView /*x*/, ConstView /*dy*/,
                                std::span<float> /*gradient*/) const {}

  /// Writes (or with `accumulate` adds) one piece of the gradient, over all rows of a batch at
  /// once: there are no sums over shards to add up. `gradient` is that piece alone. For layers
  /// without gradient_by_rows().
  virtual void gradient(const Pass& /*pass*/, const Piece& /*piece*/, ConstView /*x*/,
                        ConstView /*dy*/, std::span<float> /*gradient*/,
                        bool /*accumulate*/) const {}
  /// Multiplications and additions of one sample's forward pass, used to choose the number of
  /// threads.
  virtual double flops(const Shape& in) const { return static_cast<double>(in.size()); }
};

/// One kind of layer in the network text.
struct LayerRow {
  std::string name;
  std::string arguments = {};  ///< "(out)", "(rate=0.5)", or empty
  std::string help = {};       ///< one line, with the formula
  bool activation = false;     ///< elementwise, no argument required: a value of `activation`
  std::string example = {};    ///< text that the catalogue test builds
  std::function<std::unique_ptr<Layer>(const LayerSpec&)> make = {};
  Shape example_input = {6};  ///< of one sample, for the example
};

/// Every kind of layer, in the order in which they are listed.
const Catalogue<LayerRow>& layer_catalogue();

/// Adds a kind of layer, which network texts and model files may name from then on. A model that
/// contains it loads only in a program that has registered it.
/// Errors: std::invalid_argument for a name that is taken or is not a single word, and for a row
/// without `make`.
void register_layer(LayerRow row);

/// Names that `activation` takes.
std::vector<std::string> activation_names();

/// Builds one layer. Errors: std::invalid_argument pointing at the character, and for a layer whose
/// spec() names no row of the catalogue.
std::unique_ptr<Layer> make_layer(const LayerSpec& spec);

}  // namespace hebb
