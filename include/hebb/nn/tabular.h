#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "hebb/nn/layer.h"
#include "hebb/nn/linear.h"

namespace hebb {

namespace kernels {
struct ElementwiseFunction;
}

// Layers of networks for tables: features by their place, a value or a number of values for each
// feature, and k networks in one ("members"), of shape (k, d). A learning rate of its own is built
// into a layer: a parameter p = rate q is stored as q, so that adam moves p `rate` times as far as
// other parameters.

/// y = the inputs `first` to `last` - 1 of a sample.
/// Shapes:  x (n, in) -> y (n, last - first).
/// Errors:  std::invalid_argument unless first < last <= in, and for inputs of several axes.
class Columns : public Layer {
 public:
  Columns(std::size_t first, std::size_t last);

  LayerSpec spec() const override;
  Shape output_shape(const Shape& in) const override;
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const override;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const override;

 private:
  std::size_t first_, last_;
};

struct ScaleOptions {
  double rate = 6;  ///< of learning, relative to other parameters
};

/// y = x (1 + rate q): each input times a learnt factor, which is 1 at first (q = 0).
/// Shapes:  x (n, in...) -> y, same as x; weight q (in...).
/// Errors:  std::invalid_argument for a rate that is negative or not finite.
/// Source:  Holzmueller et al., "Better by default" (RealMLP), NeurIPS 2024, arXiv:2407.04491.
class Scale : public Layer {
 public:
  explicit Scale(const ScaleOptions& options = {});

  LayerSpec spec() const override;
  Shape output_shape(const Shape& in) const override { return in; }
  std::vector<Parameter> parameters(const Shape& in) const override;
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const override;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const override;
  std::vector<Piece> pieces(const Shape& in) const override;
  bool gradient_by_rows() const override { return true; }
  void gradient_of_rows(const Pass& pass, std::span<const float> parameters, ConstView x,
                        ConstView dy, std::span<float> gradient) const override;
  void initialize(const Shape& in, std::span<float> parameters, const Initializer& initializer,
                  const Random& random) const override;

 private:
  double rate_;
};

struct NtkOptions {
  std::size_t out;       ///< outputs, at least 1
  double bias = 0.1;     ///< of learning the biases, relative to other parameters
  double weight = 1;     ///< standard deviation of the initial weights; 0: they start at 0
  double bias_init = 0;  ///< standard deviation of the initial biases
};

/// y = x W / sqrt(in) + b, with b = bias q, W from N(0, weight^2) and b from N(0, bias_init^2) at
/// first. In this parametrisation (neural tangent) a good learning rate does not depend on the
/// width. The option `init` does not act on it.
/// Shapes:  x (n, in...) -> y (n, out); weight W (in, out), shift q (out). x is flattened as its
///          numbers lie; images take a `flatten` before it.
/// Errors:  std::invalid_argument for 0 outputs, images, numbers that are negative or not finite,
///          and for a bias of 0 with initial biases.
/// Source:  Jacot et al., "Neural tangent kernel", NeurIPS 2018; as in RealMLP.
class Ntk : public Layer {
 public:
  explicit Ntk(const NtkOptions& options);

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
  NtkOptions options_;
  Linear product_;  // x W, and what follows from it
};

struct ParametricOptions {
  std::string function;  ///< an elementwise function: "selu", "mish", "relu"
  double rate = 0.1;     ///< of learning, relative to other parameters
};

/// y = x + (1 + rate q) (f(x) - x): for each unit a learnt mix of f and the identity, which is f at
/// first (q = 0). A function with a parameter has its default.
/// Shapes:  x (n, in...) -> y, same as x; weight q (in...).
/// Errors:  std::invalid_argument for a function that there is not (the message suggests the
///          nearest), and for a rate that is negative or not finite.
/// Source:  Holzmueller et al. (RealMLP), appendix on its activation.
class Parametric : public Layer {
 public:
  explicit Parametric(const ParametricOptions& options);

  LayerSpec spec() const override;
  Shape output_shape(const Shape& in) const override { return in; }
  std::vector<Parameter> parameters(const Shape& in) const override;
  void initialize(const Shape& in, std::span<float> parameters, const Initializer& initializer,
                  const Random& random) const override;
  void forward(const Pass& pass, std::span<const float> parameters, ConstView x,
               View y) const override;
  void backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                ConstView dy, View dx) const override;
  std::vector<Piece> pieces(const Shape& in) const override;
  std::size_t saved_size(const Shape& in, std::size_t rows) const override;
  bool gradient_by_rows() const override { return true; }
  void gradient_of_rows(const Pass& pass, std::span<const float> parameters, ConstView x,
                        ConstView dy, std::span<float> gradient) const override;
  double flops(const Shape& in) const override;

 private:
  const float* values(const Pass& pass, ConstView x) const;

  const kernels::ElementwiseFunction* function_;
  double rate_;
};

struct GroupedOptions {
  std::size_t out;                    ///< outputs of each entry, at least 1
  std::optional<double> weight = {};  ///< standard deviation of the initial weights; unset: those
                                      ///< of the option `init`, for each entry
  double bias_init = 0;               ///< initial biases are uniform in [-bias_init, bias_init]
  double rate = 1;                    ///< factor of the products
};

/// y[g] = rate x[g] W[g] + b[g]: each entry of the first axis has a linear layer of its own. With
/// one number an entry, weights of deviation s, a bias_init of pi and a rate of 2 pi, `grouped cos`
/// is the periodic embedding cos(2 pi w x + b) of numbers, w from N(0, s^2). Behind `members` it is
/// the members' own heads.
/// Shapes:  x (n, g) or (n, g, d) -> y (n, g, out); weight W (g, d, out), bias b (g, out).
/// Errors:  std::invalid_argument for 0 outputs, images, and numbers that are negative or not finite.
/// Source:  Gorishniy et al., "On embeddings for numerical features", NeurIPS 2022,
///          arXiv:2203.05556; as in RealMLP (PBLD).
class Grouped : public Layer {
 public:
  explicit Grouped(const GroupedOptions& options);

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
  double flops(const Shape& in) const override;

 private:
  GroupedOptions options_;
};

struct SharedOptions {
  std::size_t out;  ///< outputs of each entry, at least 1
};

/// y[g] = x[g] W + b: one linear layer for every entry of the first axis.
/// Shapes:  x (n, g, d) -> y (n, g, out); weight W (d, out), bias b (out).
/// Errors:  std::invalid_argument for 0 outputs and for inputs of another number of axes.
class Shared : public Layer {
 public:
  explicit Shared(const SharedOptions& options);

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
  Linear linear_;  // of one entry
};

struct EmbedOptions {
  std::size_t categories;  ///< 1 to 2^24, up to which float32 holds whole numbers
  std::size_t width;       ///< of a row, at least 1
};

/// y = row x of a table, x one of 0 .. categories - 1. Any other number, and NaN, has the last row,
/// that of other categories. Rows are from N(0, 1) at first, that of other categories is 0. The
/// gradient of the input is 0.
/// Shapes:  x (n, 1) -> y (n, width); weight (categories + 1, width).
/// Errors:  std::invalid_argument for sizes out of range, and for more than one input.
class Embed : public Layer {
 public:
  explicit Embed(const EmbedOptions& options);

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

 private:
  std::size_t row_of(float x) const;

  std::size_t categories_, width_;
};

struct MembersOptions {
  std::size_t count;  ///< k, at least 1
};

/// y[m] = x r[m]: the inputs of k members, each with learnt factors of its own, +1 or -1 at random
/// at first. What follows acts on each member: `shared` with the same weights, `grouped` with the
/// member's own. A network that ends in (k, outputs) is trained by the mean of its members' losses
/// and predicts the mean of their predictions.
/// Shapes:  x (n, d) -> y (n, k, d); weight r (k, d).
/// Errors:  std::invalid_argument for 0 members and for inputs of several axes.
/// Source:  Gorishniy et al., "TabM", ICLR 2025, arXiv:2410.24210.
class Members : public Layer {
 public:
  explicit Members(const MembersOptions& options);

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
  bool gradient_by_rows() const override { return true; }
  void gradient_of_rows(const Pass& pass, std::span<const float> parameters, ConstView x,
                        ConstView dy, std::span<float> gradient) const override;
  double flops(const Shape& in) const override;

 private:
  std::size_t count_;
};

/// The family's rows of the layer catalogue.
std::vector<LayerRow> tabular_rows();

}  // namespace hebb
