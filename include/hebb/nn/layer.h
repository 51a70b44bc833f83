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
  bool decays;  ///< L2 acts on it (weights, not biases)
  /// Kept up by the layer rather than learnt: gradient() gives what is taken off it at each update.
  bool statistic = false;
};

/// What forward and backward need to know beside their arrays. Everything random is a function of
/// it.
struct Pass {
  bool training = false;
  std::uint64_t seed = 0;
  std::uint32_t step = 0;                ///< the update that this batch will make
  std::uint32_t first_row = 0;           ///< index within the batch of the first row given here
  std::uint32_t layer = 0;               ///< position in the network
  bool halves = false;                   ///< whether products may round their factors to bfloat16
  std::span<float> saved = {};           ///< while training: Layer::saved_size() of these rows
  std::span<const float> prepared = {};  ///< of the layer's parameters: Layer::prepare()
};

/// One layer of a network. It holds its description only: parameters, activations and gradients
/// come from outside, so that threads may run one layer on different rows at once. Images, of shape
/// (C, H, W), lie channels last, (H, W, C), everywhere within a network; parameters do not.
/// Shapes:  x (n, in...), y (n, out...), for any n.
class Layer {
 public:
  virtual ~Layer() = default;

  /// Its name and arguments, all of them: make_layer() of it gives the same layer.
  virtual LayerSpec spec() const = 0;
  /// As the network text writes it: "linear(512)". Parsing it gives the same layer.
  std::string text() const { return to_text(spec()); }
  /// Of one sample, behind this layer.
  /// Errors: std::invalid_argument naming layer and shapes if `in` does not fit.
  virtual Shape output_shape(const Shape& in) const = 0;
  /// Told once, before the layer is shared, of the shape that later calls will have: it may plan
  /// ahead for it.
  virtual void place(const Shape& /*in*/) {}
  /// In the order in which they lie in the network's flat array.
  virtual std::vector<Parameter> parameters(const Shape& /*in*/) const { return {}; }
  /// Fills this layer's part of the flat array. `random` is for this layer alone.
  virtual void initialize(const Shape& /*in*/, std::span<float> /*parameters*/,
                          const Initializer& /*initializer*/, const Random& /*random*/) const {}

  /// How the parameters are cut for gradient and update: each a range of this layer's part of the
  /// flat array, that depends on the shapes alone.
  struct Piece {
    std::size_t begin, end;
  };
  virtual std::vector<Piece> pieces(const Shape& /*in*/) const { return {}; }

  virtual void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
                       View y) const = 0;
  /// dx = d loss / d x from dy = d loss / d y.
  virtual void backward(const Pass& pass, std::span<const float> parameters, ConstView x,
                        ConstView y, ConstView dy, View dx) const = 0;

  /// Numbers that the layer makes of its parameters after each update, where products round their
  /// factors to bfloat16, and finds in Pass::prepared; `backward`: whether for backward() too.
  virtual std::size_t prepared_size(const Shape& /*in*/, bool /*backward*/) const { return 0; }
  /// Writes what a piece of the parameters gives of them; the other arrays are those of the layer.
  virtual void prepare(const Shape& /*in*/, const Piece& /*piece*/,
                       std::span<const float> /*parameters*/, std::span<float> /*prepared*/) const {
  }

  /// Numbers that the layer leaves in Pass::saved while training, from forward() to backward(), for
  /// `rows` rows at once.
  virtual std::size_t saved_size(const Shape& /*in*/, std::size_t /*rows*/) const { return 0; }
  /// Whether x and y, and dx and dy, may be the same array: backward() then does without x.
  virtual bool works_in_place() const { return false; }
  /// Whether backward() needs y as forward() left it.
  virtual bool needs_output() const { return false; }

  /// Whether its outputs while training are drawn anew at every update.
  virtual bool is_random() const { return false; }
  /// Whether it is a convolution: its first parameter is a bank of filters (out, in, height, width)
  /// that pass over images.
  virtual bool convolves() const { return false; }

  /// Layers whose parameters are few against their arithmetic take their gradient from the rows of
  /// a shard at a time, while these are in cache; it is then added up over the shards. The others,
  /// see below.
  virtual bool gradient_by_rows() const { return false; }
  /// Writes the gradient of all parameters over the rows given. It comes before backward().
  virtual void gradient_of_rows(const Pass& /*pass*/, std::span<const float> /*parameters*/,
                                ConstView /*x*/, ConstView /*dy*/,
                                std::span<float> /*gradient*/) const {}

  /// The gradient of the others is computed by pieces over all rows of a batch at once: no sums to
  /// join.
  /// Writes (or with `accumulate` adds) the piece of the gradient; `gradient` is the piece alone.
  virtual void gradient(const Pass& /*pass*/, const Piece& /*piece*/, ConstView /*x*/,
                        ConstView /*dy*/, std::span<float> /*gradient*/,
                        bool /*accumulate*/) const {}
  /// Multiplications and additions of one sample's forward pass: for choosing the number of
  /// threads.
  virtual double flops(const Shape& in) const { return static_cast<double>(in.size()); }
};

/// One kind of layer in the network text.
struct LayerRow {
  std::string name;
  std::string arguments = {};  ///< "(out)", "(rate=0.5)", or empty
  std::string help = {};       ///< one line, with the formula
  bool activation = false;     ///< elementwise without arguments needed: a choice for `activation`
  std::string example = {};    ///< text that the catalogue test builds
  std::function<std::unique_ptr<Layer>(const LayerSpec&)> make = {};
  Shape example_input = {6};  ///< of one sample, for the example
};

/// Every kind of layer, in the order in which they are listed.
const Catalogue<LayerRow>& layer_catalogue();

/// Adds a kind of layer, which network texts and model files may name from then on. A model that
/// has it loads only where it is registered.
/// Errors: std::invalid_argument for a name that is taken, or is no word, and without `make`.
void register_layer(LayerRow row);

/// Names that `activation` takes.
std::vector<std::string> activation_names();

/// Builds one layer. Errors: std::invalid_argument pointing at the character, and for a layer whose
/// spec() names no row of the catalogue.
std::unique_ptr<Layer> make_layer(const LayerSpec& spec);

}  // namespace hebb
