#include "hebb/nn/linear.h"

#include <algorithm>

#include "hebb/core/error.h"
#include "kernels/elementwise.h"
#include "kernels/product.h"

namespace hebb {
namespace {

// A piece of the gradient with its weights and two arrays of optimiser state fits in a core's
// cache. The number of pieces is a multiple of eight, all of the same size, so that threads get
// equal shares.
constexpr std::size_t kPieceElements = 32768;
constexpr std::size_t kPiecesTogether = 8;
constexpr std::size_t kUndivided = 4096;

}  // namespace

Linear::Linear(const LinearOptions& options) : out_(options.out) {
  check(out_ >= 1, "linear", "needs 1 output or more, got ", out_);
}

LayerSpec Linear::spec() const { return LayerSpec("linear").add("out", size_value(out_)); }

Shape Linear::output_shape(const Shape& in) const {
  check(in.size() >= 1, "linear", "expected at least 1 input, got ", in);
  return {out_};
}

std::vector<Parameter> Linear::parameters(const Shape& in) const {
  return {{"weight", {in.size(), out_}, true}, {"bias", {out_}, false}};
}

void Linear::initialize(const Shape& in, std::span<float> parameters,
                        const Initializer& initializer, const Random& random) const {
  const Fans fans{.in = in.size(), .out = out_, .logistic = initializer.logistic};
  initializer.weights(parameters.first(in.size() * out_), fans, random);
  initializer.biases(parameters.last(out_), fans, random);
}

// The content of Pass::prepared: the weights packed for forward(), then for backward().
std::size_t Linear::prepared_size(const Shape& in, bool backward) const {
  const kernels::Halves how = kernels::fastest_halves();
  return kernels::packed_size(how, in.size(), out_) +
         (backward ? kernels::packed_size(how, out_, in.size()) : 0);
}

void Linear::prepare(const Shape& in, const Piece& piece, std::span<const float> parameters,
                     std::span<float> prepared) const {
  const std::size_t n = in.size(), begin = piece.begin / out_, end = piece.end / out_;
  if (begin >= n) return;  // the bias
  const float* rows = &parameters[piece.begin];
  const kernels::Halves how = kernels::fastest_halves();
  kernels::pack(how, n, out_, begin, end, rows, prepared.data());
  const std::size_t forward = kernels::packed_size(how, n, out_);
  if (prepared.size() > forward)
    kernels::pack_bt(how, out_, n, begin, end, rows, prepared.subspan(forward).data());
}

void Linear::forward(const Pass& pass, std::span<const float> parameters, ConstView x,
                     View y) const {
  const std::size_t in = x.row_size();
  if (pass.halves)
    return kernels::product_halves(kernels::fastest_halves(), x.rows(), out_, in, x.data,
                                   pass.prepared.data(), parameters.data() + in * out_, y.data);
  kernels::product(x.rows(), out_, in, x.data, parameters.data(), y.data);
  kernels::add_bias(parameters.data() + in * out_, x.rows(), out_, y.data);
}

void Linear::backward(const Pass& pass, std::span<const float> parameters, ConstView x,
                      ConstView /*y*/, ConstView dy, View dx) const {
  const std::size_t in = x.row_size();
  if (pass.halves) {
    const kernels::Halves how = kernels::fastest_halves();
    const auto packed = pass.prepared.subspan(kernels::packed_size(how, in, out_));
    return kernels::product_halves(how, x.rows(), in, out_, dy.data, packed.data(), nullptr,
                                   dx.data);
  }
  kernels::product_bt(x.rows(), in, out_, dy.data, parameters.data(), dx.data);
}

// Blocks of rows of the weight matrix, then the bias.
std::vector<Layer::Piece> Linear::pieces(const Shape& in) const {
  const std::size_t weights = in.size() * out_;
  const std::size_t together = kPieceElements * kPiecesTogether;
  const std::size_t count =
      weights <= kUndivided ? 1 : (weights + together - 1) / together * kPiecesTogether;
  std::size_t rows = (in.size() + count - 1) / count;
  rows += rows % 2;  // rows are packed in pairs
  std::vector<Piece> pieces;
  for (std::size_t begin = 0; begin < weights; begin += rows * out_)
    pieces.push_back({begin, std::min(begin + rows * out_, weights)});
  pieces.push_back({weights, weights + out_});
  return pieces;
}

void Linear::gradient(const Pass& pass, const Piece& piece, ConstView x, ConstView dy,
                      std::span<float> gradient, bool accumulate) const {
  const std::size_t in = x.row_size();
  if (piece.begin == in * out_)
    return kernels::sum_rows(dy.data, dy.rows(), out_, accumulate, gradient.data());
  const std::size_t rows = (piece.end - piece.begin) / out_;
  const float* left = x.data + piece.begin / out_;
  if (pass.halves)
    return kernels::product_at_halves(kernels::fastest_halves(), rows, out_, x.rows(), left, in,
                                      dy.data, accumulate, gradient.data());
  kernels::product_at(rows, out_, x.rows(), left, in, dy.data, accumulate, gradient.data());
}

double Linear::flops(const Shape& in) const {
  return 2.0 * static_cast<double>(in.size()) * static_cast<double>(out_);
}

std::vector<LayerRow> linear_rows() {
  return {{.name = "linear",
           .arguments = "(out)",
           .help = "y = x W + b, weights and one bias an output",
           .activation = false,
           .example = "linear(3)",
           .make = [](const LayerSpec& spec) -> std::unique_ptr<Layer> {
             spec.allow({"out"});
             const std::size_t out = spec.whole("out", 0);
             if (out < 1) spec.fail("linear needs 1 output or more", spec.at);
             return std::make_unique<Linear>(LinearOptions{.out = out});
           }}};
}

}  // namespace hebb
