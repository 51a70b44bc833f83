#include "hebb/nn/tabular.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/core/fields.h"
#include "kernels/elementwise.h"
#include "kernels/elementwise_functions.h"
#include "kernels/images.h"
#include "kernels/product.h"
#include "kernels/scratch.h"

namespace hebb {
namespace {

// Working memory of this thread, uninitialised; `use` numbers the buffers.
template <int use>
std::span<float> memory(std::size_t count) {
  thread_local kernels::Scratch scratch;
  return {scratch.of<float>(count), count};
}

template <int use>
const float* zeros(std::size_t count) {
  const auto all = memory<use>(count);
  std::ranges::fill(all, 0.0F);
  return all.data();
}

void check_amount(const char* layer, const char* name, double amount) {
  check(amount >= 0 && std::isfinite(amount), layer, "'", name, "' must be a number >= 0, got ",
        amount);
}

void check_outputs(const char* layer, std::size_t out) {
  check(out >= 1, layer, "needs 1 output or more, got ", out);
}

// Whether weights are drawn from the normal distribution of this deviation, or are 0.
void fill_normal(std::span<float> values, double deviation, const Random& random,
                 std::uint32_t sample) {
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] =
        static_cast<float>(deviation * random.normal(sample, static_cast<std::uint32_t>(i)));
}

// A factor of each unit, in the order of the parameters, brought to the layout of a sample in
// memory: images are stored channels last.
template <int use>
std::span<const float> as_units(const Shape& sample, std::span<const float> block) {
  if (sample.rank() != 3) return block;
  const auto out = memory<use>(block.size());
  kernels::to_channels_last(block.data(), 1, sample[1] * sample[2], sample[0], out.data());
  return out;
}

// The gradient of such factors, from the sums of their products over the rows.
void to_gradient(const Shape& sample, std::span<const double> sums, double rate,
                 std::span<float> gradient) {
  const bool image = sample.rank() == 3;
  const auto out = image ? memory<6>(sums.size()) : gradient;
  std::ranges::transform(sums, out.begin(), [=](double s) { return static_cast<float>(rate * s); });
  if (image)
    kernels::to_channels_first(out.data(), 1, sample[1] * sample[2], sample[0], gradient.data());
}

// The last axis as one row: what lies in front of it counts as samples.
ConstView by_entries(ConstView x, std::size_t width) { return {x.data, {x.size() / width, width}}; }
View by_entries(View x, std::size_t width) { return {x.data, {x.size() / width, width}}; }

}  // namespace

// ---- Columns ----

Columns::Columns(std::size_t first, std::size_t last) : first_(first), last_(last) {
  check(first < last, "columns", "needs first < last, got ", first, " and ", last);
}

LayerSpec Columns::spec() const {
  return LayerSpec("columns").add("first", size_value(first_)).add("last", size_value(last_));
}

Shape Columns::output_shape(const Shape& in) const {
  check(in.rank() == 1, "columns", "expected rows of numbers, got ", in);
  check(last_ <= in[0], "columns", "the inputs ", first_, " to ", last_ - 1, " of ", in[0],
        " (counted from 0)");
  return {last_ - first_};
}

void Columns::forward(const Pass& /*pass*/, std::span<const float> /*parameters*/, ConstView x,
                      View y) const {
  for (std::size_t r = 0; r < x.rows(); ++r)
    std::copy(x.row(r) + first_, x.row(r) + last_, y.row(r));
}

void Columns::backward(const Pass& /*pass*/, std::span<const float> /*parameters*/, ConstView x,
                       ConstView /*y*/, ConstView dy, View dx) const {
  for (std::size_t r = 0; r < x.rows(); ++r) {
    float* const to = dx.row(r);
    std::fill(to, to + first_, 0.0F);
    std::copy_n(dy.row(r), last_ - first_, to + first_);
    std::fill(to + last_, to + x.row_size(), 0.0F);
  }
}

// ---- Scale ----

Scale::Scale(const ScaleOptions& options) : rate_(options.rate) {
  check_amount("scale", "rate", rate_);
}

LayerSpec Scale::spec() const { return LayerSpec("scale").add("rate", rate_, ScaleOptions().rate); }

std::vector<Parameter> Scale::parameters(const Shape& in) const { return {{"weight", in, false}}; }

void Scale::initialize(const Shape& /*in*/, std::span<float> parameters,
                       const Initializer& /*initializer*/, const Random& /*random*/) const {
  std::ranges::fill(parameters, 0.0F);
}

namespace {

// start + rate q, for each unit in the layout of a sample.
template <int use>
const float* factors(const Shape& sample, std::span<const float> q, double start, double rate) {
  const auto out = memory<use>(q.size());
  std::ranges::transform(as_units<7>(sample, q), out.begin(),
                         [=](float v) { return static_cast<float>(start + rate * double{v}); });
  return out.data();
}

}  // namespace

void Scale::forward(const Pass& /*pass*/, std::span<const float> parameters, ConstView x,
                    View y) const {
  const std::size_t width = x.row_size();
  const float* const a = factors<0>(x.shape.without_front(), parameters, 1, rate_);
  kernels::scale_rows(x.data, x.rows(), width, a, zeros<1>(width), y.data);
}

void Scale::backward(const Pass& /*pass*/, std::span<const float> parameters, ConstView x,
                     ConstView /*y*/, ConstView dy, View dx) const {
  const std::size_t width = x.row_size();
  const float* const a = factors<0>(x.shape.without_front(), parameters, 1, rate_);
  kernels::scale_rows(dy.data, x.rows(), width, a, zeros<1>(width), dx.data);
}

void Scale::gradient_of_rows(const Pass& /*pass*/, std::span<const float> /*parameters*/,
                             ConstView x, ConstView dy, std::span<float> gradient) const {
  const std::size_t width = x.row_size();
  std::vector<double> sums(width);
  kernels::sum_centred_products(x.data, zeros<1>(width), dy.data, x.rows(), width, sums.data());
  to_gradient(x.shape.without_front(), sums, rate_, gradient);
}

std::vector<Layer::Piece> Scale::pieces(const Shape& in) const { return {{0, in.size()}}; }

// ---- Ntk ----

Ntk::Ntk(const NtkOptions& options)
    : options_(options), product_(LinearOptions{.out = std::max<std::size_t>(options.out, 1)}) {
  check_outputs("ntk", options.out);
  check_amount("ntk", "bias", options.bias);
  check_amount("ntk", "weight", options.weight);
  check_amount("ntk", "bias_init", options.bias_init);
  check(options.bias > 0 || options.bias_init == 0, "ntk",
        "a bias of 0 leaves out the biases, which 'bias_init' sets: leave out one of the two");
}

LayerSpec Ntk::spec() const {
  const NtkOptions usual{.out = options_.out};
  return LayerSpec("ntk")
      .add("out", size_value(options_.out))
      .add("bias", options_.bias, usual.bias)
      .add("weight", options_.weight, usual.weight)
      .add("bias_init", options_.bias_init, usual.bias_init);
}

Shape Ntk::output_shape(const Shape& in) const {
  check(in.rank() < 3, "ntk", "expected rows of numbers, got images ", in,
        ": put flatten before it");
  return product_.output_shape(in);
}

std::vector<Parameter> Ntk::parameters(const Shape& in) const {
  return {{"weight", {in.size(), options_.out}, true}, {"shift", {options_.out}, false}};
}

void Ntk::initialize(const Shape& in, std::span<float> parameters,
                     const Initializer& /*initializer*/, const Random& random) const {
  fill_normal(parameters.first(in.size() * options_.out), options_.weight, random, 0);
  const double deviation = options_.bias_init > 0 ? options_.bias_init / options_.bias : 0;
  fill_normal(parameters.last(options_.out), deviation, random, 1);
}

namespace {

float ntk_factor(std::size_t in) {
  return static_cast<float>(1 / std::sqrt(static_cast<double>(in)));
}

void multiply_by(float factor, std::span<float> values) {
  for (float& v : values) v *= factor;
}

}  // namespace

std::size_t Ntk::prepared_size(const Shape& in, bool backward) const {
  return product_.prepared_size(in, backward);
}
void Ntk::prepare(const Shape& in, const Piece& piece, std::span<const float> parameters,
                  std::span<float> prepared) const {
  product_.prepare(in, piece, parameters, prepared);
}

void Ntk::forward(const Pass& pass, std::span<const float> parameters, ConstView x, View y) const {
  const std::size_t in = x.row_size(), out = options_.out;
  if (pass.halves)
    kernels::product_halves(kernels::fastest_halves(), x.rows(), out, in, x.data,
                            pass.prepared.data(), nullptr, y.data);
  else
    kernels::product(x.rows(), out, in, x.data, parameters.data(), y.data);
  const auto a = memory<0>(out), b = memory<1>(out);
  std::ranges::fill(a, ntk_factor(in));
  std::ranges::transform(parameters.last(out), b.begin(),
                         [this](float q) { return static_cast<float>(options_.bias * double{q}); });
  kernels::scale_rows(y.data, x.rows(), out, a.data(), b.data(), y.data);
}

void Ntk::backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                   ConstView dy, View dx) const {
  product_.backward(pass, parameters, x, y, dy, dx);
  multiply_by(ntk_factor(x.row_size()), dx.span());
}

std::vector<Layer::Piece> Ntk::pieces(const Shape& in) const { return product_.pieces(in); }

void Ntk::gradient(const Pass& pass, const Piece& piece, ConstView x, ConstView dy,
                   std::span<float> gradient, bool accumulate) const {
  const bool bias = piece.begin == x.row_size() * options_.out;
  const float factor = bias ? static_cast<float>(options_.bias) : ntk_factor(x.row_size());
  const auto own = accumulate ? memory<2>(gradient.size()) : gradient;
  product_.gradient(pass, piece, x, dy, own, false);
  multiply_by(factor, own);
  if (accumulate) std::ranges::transform(own, gradient, gradient.begin(), std::plus());
}

double Ntk::flops(const Shape& in) const { return product_.flops(in); }

// ---- Parametric ----

Parametric::Parametric(const ParametricOptions& options)
    : function_(kernels::find_elementwise(options.function)), rate_(options.rate) {
  if (!function_) {
    std::vector<std::string> names;
    for (const auto& function : kernels::elementwise_functions()) names.emplace_back(function.name);
    const auto near = nearest(options.function, names);
    check(false, "parametric", "there is no elementwise function '", options.function, "'",
          near.empty() ? "" : "; did you mean " + near.front() + "?");
  }
  check_amount("parametric", "rate", rate_);
}

LayerSpec Parametric::spec() const {
  return LayerSpec("parametric")
      .add("f", std::string(function_->name))
      .add("rate", rate_, ParametricOptions().rate);
}

std::vector<Parameter> Parametric::parameters(const Shape& in) const {
  return {{"weight", in, false}};
}

void Parametric::initialize(const Shape& /*in*/, std::span<float> parameters,
                            const Initializer& /*initializer*/, const Random& /*random*/) const {
  std::ranges::fill(parameters, 0.0F);
}

std::size_t Parametric::saved_size(const Shape& in, std::size_t rows) const {
  return rows * in.size();
}

// f(x), which forward() saves in training.
const float* Parametric::values(const Pass& pass, ConstView x) const {
  if (pass.training) return pass.saved.data();
  const auto f = memory<2>(x.size());
  function_->forward(x.data, x.size(), static_cast<float>(function_->parameter.otherwise),
                     f.data());
  return f.data();
}

void Parametric::forward(const Pass& pass, std::span<const float> parameters, ConstView x,
                         View y) const {
  const std::size_t width = x.row_size();
  float* const f = pass.training ? pass.saved.data() : y.data;
  function_->forward(x.data, x.size(), static_cast<float>(function_->parameter.otherwise), f);
  const Shape sample = x.shape.without_front();
  kernels::combine_rows(x.data, f, x.rows(), width, factors<0>(sample, parameters, 0, -rate_),
                        factors<1>(sample, parameters, 1, rate_), zeros<3>(width), y.data);
}

// dx = dy (-rate q) + dy f'(x) (1 + rate q)
void Parametric::backward(const Pass& pass, std::span<const float> parameters, ConstView x,
                          ConstView /*y*/, ConstView dy, View dx) const {
  using Derivative = kernels::ElementwiseFunction::Derivative;
  const std::size_t width = x.row_size();
  const bool of_output = function_->derivative == Derivative::of_output;
  function_->backward(of_output ? values(pass, x) : x.data, dy.data, dy.size(),
                      static_cast<float>(function_->parameter.otherwise), dx.data);
  const Shape sample = x.shape.without_front();
  kernels::combine_rows(dy.data, dx.data, x.rows(), width,
                        factors<0>(sample, parameters, 0, -rate_),
                        factors<1>(sample, parameters, 1, rate_), zeros<3>(width), dx.data);
}

void Parametric::gradient_of_rows(const Pass& pass, std::span<const float> /*parameters*/,
                                  ConstView x, ConstView dy, std::span<float> gradient) const {
  const std::size_t width = x.row_size();
  const float* const f = values(pass, x);
  const auto apart = memory<4>(x.size());
  std::transform(f, f + x.size(), x.data, apart.begin(), std::minus());
  std::vector<double> sums(width);
  kernels::sum_centred_products(apart.data(), zeros<3>(width), dy.data, x.rows(), width,
                                sums.data());
  to_gradient(x.shape.without_front(), sums, rate_, gradient);
}

std::vector<Layer::Piece> Parametric::pieces(const Shape& in) const { return {{0, in.size()}}; }

double Parametric::flops(const Shape& in) const { return 4.0 * static_cast<double>(in.size()); }

// ---- Grouped ----

namespace {

// A piece of the gradient fits in a core's cache.
constexpr std::size_t kPieceNumbers = 32768;

// Of x (n, g) or (n, g, d).
struct Groups {
  std::size_t count, width, out;
  Groups(const Shape& in, std::size_t outputs)
      : count(in[0]), width(in.rank() > 1 ? in[1] : 1), out(outputs) {}
  std::size_t inputs() const { return count * width; }
  std::size_t outputs() const { return count * out; }
  std::size_t weights() const { return width * out; }  // of one
};

}  // namespace

Grouped::Grouped(const GroupedOptions& options) : options_(options) {
  check_outputs("grouped", options.out);
  if (options.weight) check_amount("grouped", "weight", *options.weight);
  check_amount("grouped", "bias_init", options.bias_init);
  check_amount("grouped", "rate", options.rate);
}

LayerSpec Grouped::spec() const {
  const Value automatic = std::string("auto");
  const GroupedOptions usual{.out = options_.out};
  return LayerSpec("grouped")
      .add("out", size_value(options_.out))
      .add("weight", options_.weight ? Value(*options_.weight) : automatic, automatic)
      .add("bias_init", options_.bias_init, usual.bias_init)
      .add("rate", options_.rate, usual.rate);
}

Shape Grouped::output_shape(const Shape& in) const {
  check(in.rank() == 1 || in.rank() == 2, "grouped",
        "expected entries of one number (g) or of several (g, d), got ", in);
  return {in[0], options_.out};
}

std::vector<Parameter> Grouped::parameters(const Shape& in) const {
  const Groups groups(in, options_.out);
  return {{"weight", {groups.count, groups.width, groups.out}, true},
          {"bias", {groups.count, groups.out}, false}};
}

void Grouped::initialize(const Shape& in, std::span<float> parameters,
                         const Initializer& initializer, const Random& random) const {
  const Groups groups(in, options_.out);
  const auto weights = parameters.first(groups.inputs() * groups.out);
  const auto biases = parameters.last(groups.outputs());
  if (options_.weight) {
    fill_normal(weights, *options_.weight, random, 0);
  } else {
    const Fans fans{.in = groups.width, .out = groups.out, .logistic = initializer.logistic};
    for (std::size_t g = 0; g < groups.count; ++g) {
      const auto entry = static_cast<std::uint32_t>(g);
      const auto bits = random.bits(1, entry);
      initializer.weights(weights.subspan(g * groups.weights(), groups.weights()), fans,
                          Random((std::uint64_t{bits[1]} << 32) | bits[0], Purpose::init, entry));
    }
  }
  for (std::size_t i = 0; i < biases.size(); ++i)
    biases[i] = static_cast<float>(options_.bias_init *
                                   (2 * random.uniform(2, static_cast<std::uint32_t>(i)) - 1));
}

namespace {

// The weights times `rate`, which is mostly 1.
const float* rated(std::span<const float> weights, double rate) {
  if (rate == 1) return weights.data();
  const auto out = memory<0>(weights.size());
  std::ranges::transform(weights, out.begin(),
                         [=](float v) { return static_cast<float>(rate * double{v}); });
  return out.data();
}

}  // namespace

void Grouped::forward(const Pass& /*pass*/, std::span<const float> parameters, ConstView x,
                      View y) const {
  const Groups groups(x.shape.without_front(), options_.out);
  const std::size_t rows = x.rows(), out = groups.out;
  const float* const weights = rated(parameters.first(groups.inputs() * out), options_.rate);
  const float* const bias = parameters.last(groups.outputs()).data();
  if (groups.width == 1) {
    for (std::size_t i = 0; i < rows * groups.count; ++i)
      std::fill_n(y.data + i * out, out, x.data[i]);
    return kernels::scale_rows(y.data, rows, groups.outputs(), weights, bias, y.data);
  }
  for (std::size_t g = 0; g < groups.count; ++g)
    kernels::product(rows, out, groups.width, x.data + g * groups.width, groups.inputs(),
                     weights + g * groups.weights(), y.data + g * out, groups.outputs());
  kernels::add_bias(bias, rows, groups.outputs(), y.data);
}

void Grouped::backward(const Pass& /*pass*/, std::span<const float> parameters, ConstView x,
                       ConstView /*y*/, ConstView dy, View dx) const {
  const Groups groups(x.shape.without_front(), options_.out);
  const std::size_t out = groups.out;
  const float* const weights = rated(parameters.first(groups.inputs() * out), options_.rate);
  for (std::size_t g = 0; g < groups.count; ++g)
    kernels::product_bt(x.rows(), groups.width, out, dy.data + g * out, groups.outputs(),
                        weights + g * groups.weights(), dx.data + g * groups.width,
                        groups.inputs());
}

// Some entries' weights, then the biases.
std::vector<Layer::Piece> Grouped::pieces(const Shape& in) const {
  const Groups groups(in, options_.out);
  const std::size_t weights = groups.count * groups.weights();
  const std::size_t together =
      std::max<std::size_t>(kPieceNumbers / groups.weights(), 1) * groups.weights();
  std::vector<Piece> pieces;
  for (std::size_t begin = 0; begin < weights; begin += together)
    pieces.push_back({begin, std::min(begin + together, weights)});
  pieces.push_back({weights, weights + groups.outputs()});
  return pieces;
}

void Grouped::gradient(const Pass& /*pass*/, const Piece& piece, ConstView x, ConstView dy,
                       std::span<float> gradient, bool accumulate) const {
  const Groups groups(x.shape.without_front(), options_.out);
  const std::size_t rows = x.rows(), out = groups.out;
  if (piece.begin == groups.count * groups.weights())
    return kernels::sum_rows(dy.data, rows, groups.outputs(), accumulate, gradient.data());
  const bool apart = accumulate && options_.rate != 1;
  const auto own = apart ? memory<1>(gradient.size()) : gradient;
  float* to = own.data();
  for (std::size_t g = piece.begin / groups.weights(); g < piece.end / groups.weights();
       ++g, to += groups.weights())
    kernels::product_at(groups.width, out, rows, x.data + g * groups.width, groups.inputs(),
                        dy.data + g * out, groups.outputs(), accumulate && !apart, to);
  if (options_.rate != 1) multiply_by(static_cast<float>(options_.rate), own);
  if (apart) std::ranges::transform(own, gradient, gradient.begin(), std::plus());
}

double Grouped::flops(const Shape& in) const {
  return 2.0 * static_cast<double>(in.size()) * static_cast<double>(options_.out);
}

// ---- Shared ----

Shared::Shared(const SharedOptions& options)
    : linear_(LinearOptions{.out = std::max<std::size_t>(options.out, 1)}) {
  check_outputs("shared", options.out);
}

LayerSpec Shared::spec() const {
  LayerSpec spec = linear_.spec();
  spec.name = "shared";
  return spec;
}

Shape Shared::output_shape(const Shape& in) const {
  check(in.rank() == 2, "shared", "expected entries of several numbers (g, d), got ", in);
  return {in[0], linear_.output_shape({in[1]})[0]};
}

std::vector<Parameter> Shared::parameters(const Shape& in) const {
  return linear_.parameters({in[1]});
}

void Shared::initialize(const Shape& in, std::span<float> parameters,
                        const Initializer& initializer, const Random& random) const {
  linear_.initialize({in[1]}, parameters, initializer, random);
}

std::size_t Shared::prepared_size(const Shape& in, bool backward) const {
  return linear_.prepared_size({in[1]}, backward);
}
void Shared::prepare(const Shape& in, const Piece& piece, std::span<const float> parameters,
                     std::span<float> prepared) const {
  linear_.prepare({in[1]}, piece, parameters, prepared);
}

void Shared::forward(const Pass& pass, std::span<const float> parameters, ConstView x,
                     View y) const {
  linear_.forward(pass, parameters, by_entries(x, x.shape[2]), by_entries(y, y.shape[2]));
}

void Shared::backward(const Pass& pass, std::span<const float> parameters, ConstView x, ConstView y,
                      ConstView dy, View dx) const {
  linear_.backward(pass, parameters, by_entries(x, x.shape[2]), by_entries(y, y.shape[2]),
                   by_entries(dy, dy.shape[2]), by_entries(dx, dx.shape[2]));
}

std::vector<Layer::Piece> Shared::pieces(const Shape& in) const { return linear_.pieces({in[1]}); }

void Shared::gradient(const Pass& pass, const Piece& piece, ConstView x, ConstView dy,
                      std::span<float> gradient, bool accumulate) const {
  linear_.gradient(pass, piece, by_entries(x, x.shape[2]), by_entries(dy, dy.shape[2]), gradient,
                   accumulate);
}

double Shared::flops(const Shape& in) const {
  return static_cast<double>(in[0]) * linear_.flops({in[1]});
}

// ---- Embed ----

namespace {

constexpr std::size_t kMostCategories = std::size_t{1} << 24;

}  // namespace

Embed::Embed(const EmbedOptions& options) : categories_(options.categories), width_(options.width) {
  check(categories_ >= 1 && categories_ <= kMostCategories, "embed",
        "needs 1 to 2^24 categories, got ", categories_);
  check(width_ >= 1, "embed", "needs a width of 1 or more, got ", width_);
}

LayerSpec Embed::spec() const {
  return LayerSpec("embed")
      .add("categories", size_value(categories_))
      .add("width", size_value(width_));
}

Shape Embed::output_shape(const Shape& in) const {
  check(in.size() == 1, "embed", "expected one input, the number of a category, got ", in,
        ": columns(i,j) takes one of several");
  return {width_};
}

std::vector<Parameter> Embed::parameters(const Shape& /*in*/) const {
  return {{"weight", {categories_ + 1, width_}, true}};
}

void Embed::initialize(const Shape& /*in*/, std::span<float> parameters,
                       const Initializer& /*initializer*/, const Random& random) const {
  fill_normal(parameters.first(categories_ * width_), 1, random, 0);
  std::ranges::fill(parameters.last(width_), 0.0F);
}

std::size_t Embed::row_of(float x) const {
  if (!(x >= 0 && x < static_cast<float>(categories_))) return categories_;  // also NaN
  const auto row = static_cast<std::size_t>(x);
  return static_cast<float>(row) == x ? row : categories_;
}

void Embed::forward(const Pass& /*pass*/, std::span<const float> parameters, ConstView x,
                    View y) const {
  for (std::size_t r = 0; r < x.rows(); ++r)
    std::copy_n(parameters.data() + row_of(x.data[r]) * width_, width_, y.row(r));
}

void Embed::backward(const Pass& /*pass*/, std::span<const float> /*parameters*/, ConstView /*x*/,
                     ConstView /*y*/, ConstView /*dy*/, View dx) const {
  std::ranges::fill(dx.span(), 0.0F);
}

std::vector<Layer::Piece> Embed::pieces(const Shape& /*in*/) const {
  const std::size_t all = (categories_ + 1) * width_;
  const std::size_t together = std::max<std::size_t>(kPieceNumbers / width_, 1) * width_;
  std::vector<Piece> pieces;
  for (std::size_t begin = 0; begin < all; begin += together)
    pieces.push_back({begin, std::min(begin + together, all)});
  return pieces;
}

// In the order of the samples.
void Embed::gradient(const Pass& /*pass*/, const Piece& piece, ConstView x, ConstView dy,
                     std::span<float> gradient, bool accumulate) const {
  if (!accumulate) std::ranges::fill(gradient, 0.0F);
  for (std::size_t r = 0; r < x.rows(); ++r) {
    const std::size_t at = row_of(x.data[r]) * width_;
    if (at < piece.begin || at >= piece.end) continue;
    float* const to = gradient.data() + (at - piece.begin);
    std::transform(to, to + width_, dy.row(r), to, std::plus());
  }
}

// ---- Members ----

Members::Members(const MembersOptions& options) : count_(options.count) {
  check(count_ >= 1, "members", "needs 1 member or more, got ", count_);
}

LayerSpec Members::spec() const { return LayerSpec("members").add("k", size_value(count_)); }

Shape Members::output_shape(const Shape& in) const {
  check(in.rank() == 1, "members", "expected rows of numbers, got ", in);
  return {count_, in[0]};
}

std::vector<Parameter> Members::parameters(const Shape& in) const {
  return {{"weight", {count_, in[0]}, false}};
}

void Members::initialize(const Shape& /*in*/, std::span<float> parameters,
                         const Initializer& /*initializer*/, const Random& random) const {
  for (std::size_t i = 0; i < parameters.size(); ++i)
    parameters[i] = random.uniform(0, static_cast<std::uint32_t>(i)) < 0.5 ? -1.0F : 1.0F;
}

void Members::forward(const Pass& /*pass*/, std::span<const float> parameters, ConstView x,
                      View y) const {
  const std::size_t width = x.row_size();
  for (std::size_t r = 0; r < x.rows(); ++r)
    for (std::size_t m = 0; m < count_; ++m)
      kernels::multiply(x.row(r), parameters.data() + m * width, width, y.row(r) + m * width);
}

void Members::backward(const Pass& /*pass*/, std::span<const float> parameters, ConstView x,
                       ConstView /*y*/, ConstView dy, View dx) const {
  const std::size_t width = x.row_size(), all = count_ * width;
  const auto products = memory<0>(all);
  for (std::size_t r = 0; r < x.rows(); ++r) {
    kernels::multiply(dy.row(r), parameters.data(), all, products.data());
    kernels::sum_rows(products.data(), count_, width, false, dx.row(r));
  }
}

void Members::gradient_of_rows(const Pass& /*pass*/, std::span<const float> /*parameters*/,
                               ConstView x, ConstView dy, std::span<float> gradient) const {
  const std::size_t width = x.row_size();
  const auto own = memory<0>(x.size());
  std::vector<double> sums(width);
  for (std::size_t m = 0; m < count_; ++m) {
    for (std::size_t r = 0; r < x.rows(); ++r)
      std::copy_n(dy.row(r) + m * width, width, own.data() + r * width);
    std::ranges::fill(sums, 0.0);
    kernels::sum_centred_products(x.data, zeros<1>(width), own.data(), x.rows(), width,
                                  sums.data());
    to_gradient({width}, sums, 1, gradient.subspan(m * width, width));
  }
}

std::vector<Layer::Piece> Members::pieces(const Shape& in) const { return {{0, count_ * in[0]}}; }

double Members::flops(const Shape& in) const {
  return static_cast<double>(count_) * static_cast<double>(in.size());
}

// ---- the catalogue ----

namespace {

// Builds a layer; what its constructor refuses is shown at the layer in the text.
template <class Make>
std::unique_ptr<Layer> built(const LayerSpec& spec, const Make& make) {
  try {
    return make();
  } catch (const std::invalid_argument& error) {
    if (spec.source == nullptr) throw;
    std::string message = error.what();
    if (message.starts_with('[')) message.erase(0, message.find("] ") + 2);  // as in "[ntk] ..."
    spec.fail(concat(spec.name, ": ", message), spec.at);
  }
}

std::unique_ptr<Layer> make_columns(const LayerSpec& spec) {
  spec.allow({"first", "last"});
  const std::size_t first = spec.whole("first", 0), last = spec.whole("last", 1);
  return built(spec, [&] { return std::make_unique<Columns>(first, last); });
}

std::unique_ptr<Layer> make_scale(const LayerSpec& spec) {
  spec.allow({"rate"});
  const ScaleOptions options{.rate = spec.real("rate", 0, ScaleOptions().rate)};
  return built(spec, [&] { return std::make_unique<Scale>(options); });
}

std::unique_ptr<Layer> make_ntk(const LayerSpec& spec) {
  spec.allow({"out", "bias", "weight", "bias_init"});
  NtkOptions options{.out = spec.whole("out", 0)};
  options.bias = spec.real("bias", 1, options.bias);
  options.weight = spec.real("weight", 2, options.weight);
  options.bias_init = spec.real("bias_init", 3, options.bias_init);
  return built(spec, [&] { return std::make_unique<Ntk>(options); });
}

std::unique_ptr<Layer> make_parametric(const LayerSpec& spec) {
  spec.allow({"f", "rate"});
  ParametricOptions options{.function = spec.text("f", 0, "")};
  if (options.function.empty()) spec.fail("parametric needs 'f', a function such as selu", spec.at);
  options.rate = spec.real("rate", 1, options.rate);
  return built(spec, [&] { return std::make_unique<Parametric>(options); });
}

std::unique_ptr<Layer> make_grouped(const LayerSpec& spec) {
  spec.allow({"out", "weight", "bias_init", "rate"});
  GroupedOptions options{.out = spec.whole("out", 0)};
  if (spec.text("weight", 1, "auto") != "auto") options.weight = spec.real("weight", 1);
  options.bias_init = spec.real("bias_init", 2, options.bias_init);
  options.rate = spec.real("rate", 3, options.rate);
  return built(spec, [&] { return std::make_unique<Grouped>(options); });
}

std::unique_ptr<Layer> make_shared_linear(const LayerSpec& spec) {
  spec.allow({"out"});
  const SharedOptions options{.out = spec.whole("out", 0)};
  return built(spec, [&] { return std::make_unique<Shared>(options); });
}

std::unique_ptr<Layer> make_embed(const LayerSpec& spec) {
  spec.allow({"categories", "width"});
  const EmbedOptions options{.categories = spec.whole("categories", 0),
                             .width = spec.whole("width", 1)};
  return built(spec, [&] { return std::make_unique<Embed>(options); });
}

std::unique_ptr<Layer> make_members(const LayerSpec& spec) {
  spec.allow({"k"});
  const MembersOptions options{.count = spec.whole("k", 0)};
  return built(spec, [&] { return std::make_unique<Members>(options); });
}

}  // namespace

std::vector<LayerRow> tabular_rows() {
  return {
      {.name = "columns",
       .arguments = "(first, last)",
       .help = "y = the inputs first to last - 1, counted from 0",
       .example = "columns(1,4)",
       .make = make_columns},
      {.name = "scale",
       .arguments = "(rate=6)",
       .help = "y = x (1 + rate q), a learnt factor for each input, 1 at first",
       .example = "scale(2)",
       .make = make_scale},
      {.name = "ntk",
       .arguments = "(out, bias=0.1, weight=1, bias_init=0)",
       .help = "y = x W / sqrt(inputs) + bias q; at first W has the standard deviation "
               "'weight', and the biases, bias q, have 'bias_init'",
       .example = "ntk(3,bias=0.5)",
       .make = make_ntk},
      {.name = "parametric",
       .arguments = "(f, rate=0.1)",
       .help = "y = x + (1 + rate q) (f(x) - x), a learnt mix of x and an activation f for "
               "each unit, f at first: parametric(selu)",
       .example = "parametric(tanh,rate=0.5)",
       .make = make_parametric},
      {.name = "grouped",
       .arguments = "(out, weight=auto, bias_init=0, rate=1)",
       .help = "y[g] = rate x[g] W[g] + b[g], weights of its own for each entry g of the first "
               "axis; at first W has the standard deviation 'weight' (auto: as in linear), and "
               "b is uniform in +-bias_init",
       .example = "grouped(2,rate=0.5)",
       .make = make_grouped,
       .example_input = {3, 2}},
      {.name = "shared",
       .arguments = "(out)",
       .help = "y[g] = x[g] W + b, the same weights for each entry g of the first axis",
       .example = "shared(4)",
       .make = make_shared_linear,
       .example_input = {2, 3}},
      {.name = "embed",
       .arguments = "(categories, width)",
       .help = "y = row x of a learnt table, x in 0 .. categories - 1; any other number has the "
               "row behind these",
       .example = "embed(3,2)",
       .make = make_embed,
       .example_input = {1}},
      {.name = "members",
       .arguments = "(k)",
       .help = "y[m] = x r[m], the inputs of k networks in one (members), r = +-1 at first; the "
               "loss and the prediction are the means of the members'",
       .example = "members(3)",
       .make = make_members}};
}

}  // namespace hebb
