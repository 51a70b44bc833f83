#include "hebb/nn/normalization.h"

#include <algorithm>
#include <cmath>

#include "hebb/core/error.h"
#include "hebb/core/fields.h"
#include "kernels/images.h"
#include "kernels/scratch.h"

namespace hebb {

// ---- BatchNorm ----

namespace {

// A layer's part of Pass::saved.
struct Saved {
  std::span<float> mean, inverse, sum, products;
  Saved(std::span<float> saved, std::size_t width)
      : mean(saved.first(width)),
        inverse(saved.subspan(width, width)),
        sum(saved.subspan(2 * width, width)),
        products(saved.subspan(3 * width, width)) {}
};

std::size_t rows_of(ConstView x) { return x.size() / x.shape[1]; }

// Working memory of this thread, initially zero; `use` numbers the buffers.
template <class T, int use>
std::span<T> room(std::size_t count) {
  thread_local kernels::Scratch scratch;
  const std::span<T> all(scratch.of<T>(count), count);
  std::ranges::fill(all, T{});
  return all;
}

}  // namespace

BatchNorm::BatchNorm(const BatchNormOptions& options) : options_(options) {
  check(options.momentum >= 0 && options.momentum <= 1, "batchnorm",
        "momentum must be in [0, 1], got ", options.momentum);
  check(options.epsilon > 0 && std::isfinite(options.epsilon), "batchnorm",
        "epsilon must be above 0, got ", options.epsilon);
}

LayerSpec BatchNorm::spec() const {
  const BatchNormOptions usual;
  return LayerSpec("batchnorm")
      .add("momentum", options_.momentum, usual.momentum)
      .add("epsilon", options_.epsilon, usual.epsilon);
}

Shape BatchNorm::output_shape(const Shape& in) const {
  check(in.rank() != 2, "batchnorm", "expected images (C, H, W) or rows of numbers, got ", in);
  return in;
}

std::vector<Parameter> BatchNorm::parameters(const Shape& in) const {
  const Shape channels{in[0]};
  return {{"weight", channels, false},
          {"bias", channels, false},
          {"running_mean", channels, false, true},
          {"running_var", channels, false, true}};
}

void BatchNorm::initialize(const Shape& in, std::span<float> parameters,
                           const Initializer& /*initializer*/, const Random& /*random*/) const {
  const std::size_t c = in[0];
  std::ranges::fill(parameters, 0.0F);
  std::ranges::fill(parameters.first(c), 1.0F);
  std::ranges::fill(parameters.last(c), 1.0F);
}

void BatchNorm::forward(const Pass& pass, std::span<const float> parameters, ConstView x,
                        View y) const {
  const std::size_t width = x.shape[1], rows = rows_of(x);
  const auto a = room<float, 0>(width), b = room<float, 1>(width);
  const auto scale = [&](std::size_t c, double mean, double inverse) {
    a[c] = static_cast<float>(double{parameters[c]} * inverse);
    b[c] =
        static_cast<float>(double{parameters[width + c]} - mean * double{parameters[c]} * inverse);
  };
  if (pass.training) {
    const Saved saved(pass.saved, width);
    const auto n = static_cast<double>(rows);
    const auto mean = room<double, 2>(width), squares = room<double, 3>(width);
    kernels::sum_columns(x.data, rows, width, mean.data());
    for (std::size_t c = 0; c < width; ++c) saved.mean[c] = static_cast<float>(mean[c] /= n);
    kernels::sum_centred_products(x.data, saved.mean.data(), x.data, rows, width, squares.data());
    for (std::size_t c = 0; c < width; ++c) {
      // Sum of (x - m)^2 = sum of (x - m) x - m sum of (x - m), where m is the rounded mean.
      const double m = double{saved.mean[c]};
      const double variance = std::max(0.0, squares[c] / n - m * (mean[c] - m));
      const double inverse = 1 / std::sqrt(variance + options_.epsilon);
      saved.inverse[c] = static_cast<float>(inverse);
      scale(c, mean[c], inverse);
    }
  } else {
    for (std::size_t c = 0; c < width; ++c)
      scale(c, double{parameters[2 * width + c]},
            1 / std::sqrt(double{parameters[3 * width + c]} + options_.epsilon));
  }
  kernels::scale_rows(x.data, rows, width, a.data(), b.data(), y.data);
}

// With z = (x - mean) / deviation:  dx = weight / deviation * (dy - mean(dy) - z mean(dy z)).
void BatchNorm::backward(const Pass& pass, std::span<const float> parameters, ConstView x,
                         ConstView /*y*/, ConstView dy, View dx) const {
  const std::size_t width = x.shape[1], rows = rows_of(x);
  const auto a = room<float, 0>(width), b = room<float, 1>(width), d = room<float, 4>(width);
  if (!pass.training) {
    for (std::size_t c = 0; c < width; ++c)
      a[c] = static_cast<float>(double{parameters[c]} /
                                std::sqrt(double{parameters[3 * width + c]} + options_.epsilon));
    kernels::scale_rows(dy.data, rows, width, a.data(), d.data(), dx.data);
    return;
  }
  const Saved saved(pass.saved, width);
  const auto n = static_cast<double>(rows);
  for (std::size_t c = 0; c < width; ++c) {
    const double inverse = double{saved.inverse[c]};
    const double scale = double{parameters[c]} * inverse;
    const double slope = -scale * inverse * inverse * double{saved.products[c]} / n;
    a[c] = static_cast<float>(scale);
    b[c] = static_cast<float>(slope);
    d[c] = static_cast<float>(-scale * double{saved.sum[c]} / n - slope * double{saved.mean[c]});
  }
  kernels::combine_rows(dy.data, x.data, rows, width, a.data(), b.data(), d.data(), dx.data);
}

void BatchNorm::gradient_of_rows(const Pass& pass, std::span<const float> parameters, ConstView x,
                                 ConstView dy, std::span<float> gradient) const {
  const std::size_t width = x.shape[1], rows = rows_of(x);
  const auto running_mean = parameters.subspan(2 * width, width);
  const auto running_var = parameters.subspan(3 * width, width);
  const float* mean = pass.training ? pass.saved.data() : running_mean.data();
  const auto sums = room<double, 2>(width), products = room<double, 3>(width);
  kernels::sum_columns(dy.data, rows, width, sums.data());
  kernels::sum_centred_products(x.data, mean, dy.data, rows, width, products.data());
  std::ranges::fill(gradient, 0.0F);
  for (std::size_t c = 0; c < width; ++c) gradient[width + c] = static_cast<float>(sums[c]);
  if (!pass.training) {
    for (std::size_t c = 0; c < width; ++c)
      gradient[c] =
          static_cast<float>(products[c] / std::sqrt(double{running_var[c]} + options_.epsilon));
    return;
  }
  const Saved saved(pass.saved, width);
  const double unbiased =
      rows > 1 ? static_cast<double>(rows) / static_cast<double>(rows - 1) : 1.0;
  for (std::size_t c = 0; c < width; ++c) {
    saved.sum[c] = static_cast<float>(sums[c]);
    saved.products[c] = static_cast<float>(products[c]);
    const double inverse = double{saved.inverse[c]};
    gradient[c] = static_cast<float>(products[c] * inverse);
    const double variance = std::max(0.0, 1 / (inverse * inverse) - options_.epsilon);
    const auto taken_off = [&](double before, double now) {
      return static_cast<float>(options_.momentum * (before - now));
    };
    gradient[2 * width + c] = taken_off(double{running_mean[c]}, double{saved.mean[c]});
    gradient[3 * width + c] = taken_off(double{running_var[c]}, variance * unbiased);
  }
}

std::vector<Layer::Piece> BatchNorm::pieces(const Shape& in) const {
  const std::size_t c = in[0];
  return {{0, c}, {c, 2 * c}, {2 * c, 3 * c}, {3 * c, 4 * c}};
}

// ---- LayerNorm ----

namespace {

// A block of parameters, stored (C, H, W), in the layout of the samples.
template <int use>
std::span<const float> as_sample(const Shape& sample, std::span<const float> block) {
  if (sample.rank() != 3) return block;
  const auto out = room<float, use>(block.size());
  kernels::to_channels_last(block.data(), 1, sample[1] * sample[2], sample[0], out.data());
  return out;
}

void to_block(const Shape& sample, std::span<const float> from, std::span<float> block) {
  if (sample.rank() == 3)
    kernels::to_channels_first(from.data(), 1, sample[1] * sample[2], sample[0], block.data());
  else
    std::ranges::copy(from, block.begin());
}

struct SampleMoments {
  double mean = 0, inverse = 0;  // 1 / deviation
  SampleMoments(std::span<const float> x, double epsilon) {
    for (const float v : x) mean += double{v};
    mean /= static_cast<double>(x.size());
    double squares = 0;
    for (const float v : x) squares += (double{v} - mean) * (double{v} - mean);
    inverse = 1 / std::sqrt(squares / static_cast<double>(x.size()) + epsilon);
  }
};

}  // namespace

LayerNorm::LayerNorm(const LayerNormOptions& options) : options_(options) {
  check(options.epsilon > 0 && std::isfinite(options.epsilon), "layernorm",
        "epsilon must be above 0, got ", options.epsilon);
}

LayerSpec LayerNorm::spec() const {
  return LayerSpec("layernorm").add("epsilon", options_.epsilon, LayerNormOptions().epsilon);
}

std::vector<Parameter> LayerNorm::parameters(const Shape& in) const {
  return {{"weight", in, false}, {"bias", in, false}};
}

void LayerNorm::initialize(const Shape& in, std::span<float> parameters,
                           const Initializer& /*initializer*/, const Random& /*random*/) const {
  std::ranges::fill(parameters.first(in.size()), 1.0F);
  std::ranges::fill(parameters.last(in.size()), 0.0F);
}

void LayerNorm::forward(const Pass& /*pass*/, std::span<const float> parameters, ConstView x,
                        View y) const {
  const Shape sample = x.shape.without_front();
  const std::size_t size = sample.size();
  const auto weight = as_sample<0>(sample, parameters.first(size));
  const auto bias = as_sample<1>(sample, parameters.last(size));
  for (std::size_t r = 0; r < x.rows(); ++r) {
    const float* from = x.row(r);
    float* to = y.row(r);
    const SampleMoments m({from, size}, options_.epsilon);
    for (std::size_t i = 0; i < size; ++i)
      to[i] = static_cast<float>((double{from[i]} - m.mean) * m.inverse * double{weight[i]} +
                                 double{bias[i]});
  }
}

// With z = (x - mean) / deviation and g = dy weight:  dx = (g - mean(g) - z mean(g z)) / deviation.
void LayerNorm::backward(const Pass& /*pass*/, std::span<const float> parameters, ConstView x,
                         ConstView /*y*/, ConstView dy, View dx) const {
  const Shape sample = x.shape.without_front();
  const std::size_t size = sample.size();
  const auto weight = as_sample<0>(sample, parameters.first(size));
  for (std::size_t r = 0; r < x.rows(); ++r) {
    const float *from = x.row(r), *above = dy.row(r);
    float* to = dx.row(r);
    const SampleMoments m({from, size}, options_.epsilon);
    double sum = 0, products = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const double g = double{above[i]} * double{weight[i]};
      sum += g;
      products += g * (double{from[i]} - m.mean) * m.inverse;
    }
    sum /= static_cast<double>(size);
    products /= static_cast<double>(size);
    for (std::size_t i = 0; i < size; ++i)
      to[i] = static_cast<float>((double{above[i]} * double{weight[i]} - sum -
                                  (double{from[i]} - m.mean) * m.inverse * products) *
                                 m.inverse);
  }
}

void LayerNorm::gradient_of_rows(const Pass& /*pass*/, std::span<const float> /*parameters*/,
                                 ConstView x, ConstView dy, std::span<float> gradient) const {
  const Shape sample = x.shape.without_front();
  const std::size_t size = sample.size();
  const auto weight = room<float, 0>(size), bias = room<float, 1>(size);
  for (std::size_t r = 0; r < x.rows(); ++r) {
    const float *from = x.row(r), *above = dy.row(r);
    const SampleMoments m({from, size}, options_.epsilon);
    for (std::size_t i = 0; i < size; ++i) {
      weight[i] += above[i] * static_cast<float>((double{from[i]} - m.mean) * m.inverse);
      bias[i] += above[i];
    }
  }
  to_block(sample, weight, gradient.first(size));
  to_block(sample, bias, gradient.last(size));
}

std::vector<Layer::Piece> LayerNorm::pieces(const Shape& in) const {
  return {{0, in.size()}, {in.size(), 2 * in.size()}};
}

// ---- the catalogue ----

std::vector<LayerRow> normalization_rows() {
  return {{.name = "batchnorm",
           .arguments = "(momentum=0.1, epsilon=1e-5)",
           .help = "each channel to mean 0 and deviation 1 over the rows of a shard, times weight, "
                   "plus bias",
           .activation = false,
           .example = "batchnorm",
           .make = [](const LayerSpec& spec) -> std::unique_ptr<Layer> {
             spec.allow({"momentum", "epsilon"});
             const BatchNormOptions o{.momentum = spec.real("momentum", 0, 0.1),
                                      .epsilon = spec.real("epsilon", 1, 1e-5)};
             if (!(o.momentum >= 0 && o.momentum <= 1))
               spec.fail("batchnorm's momentum must be in [0, 1]", spec.at);
             if (!(o.epsilon > 0)) spec.fail("batchnorm's epsilon must be above 0", spec.at);
             return std::make_unique<BatchNorm>(o);
           },
           .example_input = {3, 2, 2}},
          {.name = "layernorm",
           .arguments = "(epsilon=1e-5)",
           .help = "each sample to mean 0 and deviation 1, times weight, plus bias",
           .activation = false,
           .example = "layernorm",
           .make = [](const LayerSpec& spec) -> std::unique_ptr<Layer> {
             spec.allow({"epsilon"});
             const double epsilon = spec.real("epsilon", 0, 1e-5);
             if (!(epsilon > 0)) spec.fail("layernorm's epsilon must be above 0", spec.at);
             return std::make_unique<LayerNorm>(LayerNormOptions{.epsilon = epsilon});
           },
           .example_input = {2, 2, 3}}};
}

}  // namespace hebb
