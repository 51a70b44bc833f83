// Convolution by its definition, in each way that it treats its factors. Layers have their own
// tests, against PyTorch: here it is rounding that is looked at.
#include "kernels/convolution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <vector>

#include "kernels/halves.h"
#include "kernels/loop_tables.h"

namespace hebb {
namespace {

using kernels::Convolution;
using kernels::ConvolutionShape;
using kernels::Halves;
using test::random_floats;

using Doubles = std::vector<double>;

Doubles factors(const std::vector<float>& values, Halves how) {
  Doubles all;
  for (const float v : values)
    all.push_back(how == Halves::none
                      ? double{v}
                      : std::bit_cast<float>(std::uint32_t{kernels::to_half(v)} << 16));
  return all;
}

void expect_near(const std::vector<float>& got, const Doubles& expected, const char* what) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i)
    ASSERT_NEAR(got[i], expected[i], 5e-5) << what << ' ' << i;
}

class Convolutions : public testing::TestWithParam<ConvolutionShape> {};

TEST_P(Convolutions, AgreeWithDoubleOfTheirFactors) {
  const ConvolutionShape& s = GetParam();
  const std::size_t n = 3, in_size = s.in.height * s.in.width * s.channels;
  const std::size_t out_size = s.out.height * s.out.width * s.out_channels;
  const std::size_t own = s.channels / s.groups, area = s.kernel.height * s.kernel.width;
  const auto x = random_floats(n * in_size, 1), dy = random_floats(n * out_size, 2);
  const auto weights = random_floats(s.out_channels * own * area, 3);
  const auto bias = random_floats(s.out_channels, 4);
  for (const Halves how : {Halves::none, Halves::rounded, Halves::paired}) {
    const Doubles xs = factors(x, how), dys = factors(dy, how), ws = factors(weights, how);
    Doubles y(n * out_size), dx(n * in_size), dw(weights.size()), db(bias.size());
    // For every product of an input and a weight: (image, output, input, weight).
    const auto over = [&](const auto& use) {
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t oy = 0; oy < s.out.height; ++oy)
          for (std::size_t ox = 0; ox < s.out.width; ++ox)
            for (std::size_t o = 0; o < s.out_channels; ++o)
              for (std::size_t ky = 0; ky < s.kernel.height; ++ky)
                for (std::size_t kx = 0; kx < s.kernel.width; ++kx) {
                  const std::size_t iy = oy * s.stride.height + ky * s.dilation.height;
                  const std::size_t ix = ox * s.stride.width + kx * s.dilation.width;
                  if (iy < s.pad.height || iy - s.pad.height >= s.in.height || ix < s.pad.width ||
                      ix - s.pad.width >= s.in.width)
                    continue;
                  const std::size_t pixel = (iy - s.pad.height) * s.in.width + ix - s.pad.width;
                  const std::size_t group = o / (s.out_channels / s.groups);
                  for (std::size_t c = 0; c < own; ++c)
                    use(i * out_size + (oy * s.out.width + ox) * s.out_channels + o,
                        i * in_size + pixel * s.channels + group * own + c,
                        (o * own + c) * area + ky * s.kernel.width + kx);
                }
    };
    over([&](std::size_t out, std::size_t in, std::size_t w) {
      y[out] += xs[in] * ws[w];
      dx[in] += dys[out] * ws[w];
      dw[w] += dys[out] * xs[in];
    });
    for (std::size_t i = 0; i < y.size(); ++i) {
      y[i] += double{bias[i % s.out_channels]};
      db[i % s.out_channels] += double{dy[i]};
    }

    const Convolution plan(s, how);
    std::vector<float> packed(plan.packed_forward_size()), out(y.size()), in(dx.size());
    std::vector<float> gradient(weights.size()), bias_gradient(bias.size());
    plan.pack_forward(weights.data(), packed.data());
    plan.forward(n, x.data(), packed.data(), bias.data(), out.data());
    packed.resize(plan.packed_backward_size());
    plan.pack_backward(weights.data(), packed.data());
    plan.backward(n, dy.data(), packed.data(), in.data());
    plan.gradient(n, x.data(), dy.data(), gradient.data(), bias_gradient.data());
    expect_near(out, y, "outputs");
    expect_near(in, dx, "gradient of the inputs");
    // Of few channels the gradient of weights is not worth pairing: its factors stay as they are.
    if (how != Halves::paired || own >= 8) expect_near(gradient, dw, "gradient of the weights");
    expect_near(bias_gradient, db, "gradient of the bias");
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, Convolutions,
                         testing::Values(ConvolutionShape{.channels = 1,
                                                          .in = {7, 9},
                                                          .out_channels = 8,
                                                          .out = {7, 9},
                                                          .kernel = {3, 3},
                                                          .pad = {1, 1}},
                                         ConvolutionShape{.channels = 3,
                                                          .in = {8, 5},
                                                          .out_channels = 5,
                                                          .out = {8, 5},
                                                          .kernel = {5, 5},
                                                          .pad = {2, 2}},
                                         ConvolutionShape{.channels = 8,
                                                          .in = {9, 7},
                                                          .out_channels = 20,
                                                          .out = {4, 3},
                                                          .kernel = {3, 3},
                                                          .stride = {2, 2},
                                                          .pad = {0, 0}},
                                         ConvolutionShape{.channels = 16,
                                                          .in = {6, 7},
                                                          .out_channels = 33,
                                                          .out = {6, 7},
                                                          .kernel = {3, 3},
                                                          .pad = {1, 1}},
                                         ConvolutionShape{.channels = 10,
                                                          .in = {9, 9},
                                                          .out_channels = 9,
                                                          .out = {5, 5},
                                                          .kernel = {3, 3},
                                                          .dilation = {2, 2}},
                                         ConvolutionShape{.channels = 16,
                                                          .in = {5, 6},
                                                          .out_channels = 6,
                                                          .out = {5, 6},
                                                          .kernel = {3, 3},
                                                          .pad = {1, 1},
                                                          .groups = 2},
                                         ConvolutionShape{.channels = 9,
                                                          .in = {4, 4},
                                                          .out_channels = 17,
                                                          .out = {4, 4},
                                                          .kernel = {1, 1}}));

}  // namespace
}  // namespace hebb
