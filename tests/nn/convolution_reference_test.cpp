// Convolutions and pools of random shapes against their definition in double, forward and backward.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "hebb/core/error.h"
#include "nn/references.h"
#include "nn/walk.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

using test::Doubles;
using test::Extents;
using test::Outcome;
using test::Windows;

// float32: sums of up to 1000 products whose partial sums stay below 32, each rounded by 2e-6 at
// most, up and down.
constexpr double kConvolutionTolerance = 2e-5;

// What is drawn is the same on every machine.
constexpr unsigned kTrials = 200;
constexpr std::size_t kMostChannels = 33;

class Draw {
 public:
  explicit Draw(unsigned seed) : bits_(seed) {}
  std::size_t between(std::size_t low, std::size_t high) {
    return low + bits_() % (high - low + 1);
  }
  Extents pair(std::size_t low, std::size_t high) {
    const std::size_t first = between(low, high);
    return {first, between(low, high)};
  }

 private:
  std::mt19937 bits_;
};

std::string text_of(const Extents& pair) { return concat(pair[0], "x", pair[1]); }

// What each row of a batch adds to the outcome.
void join(Outcome& all, const Outcome& row) {
  all.y.insert(all.y.end(), row.y.begin(), row.y.end());
  all.dx.insert(all.dx.end(), row.dx.begin(), row.dx.end());
  all.gradient.resize(row.gradient.size());
  std::ranges::transform(all.gradient, row.gradient, all.gradient.begin(), std::plus());
}

void expect_close(std::span<const float> ours, const Doubles& expected, const std::string& what) {
  ASSERT_EQ(ours.size(), expected.size()) << what;
  for (std::size_t i = 0; i < ours.size(); ++i)
    ASSERT_NEAR(ours[i], expected[i], kConvolutionTolerance * std::max(1.0, std::abs(expected[i])))
        << what << ", element " << i;
}

// Runs the layer on uniform() values and the reference on each row of the same.
void expect_reference(const std::string& text, const Windows& windows, std::size_t rows,
                      unsigned seed, float scale,
                      const std::function<Outcome(const Doubles& x, const Doubles& parameters,
                                                  const Doubles& dy)>& reference) {
  const Shape sample{windows.channels, windows.image[0], windows.image[1]};
  SCOPED_TRACE(concat(text, " on ", sample, ", ", rows, " rows, trial ", seed));
  test::Walk walk(text, sample, rows);
  const Shape out = walk.network.output_shape();
  ASSERT_EQ(out.rank(), 3U);
  EXPECT_EQ((Extents{out[1], out[2]}), windows.out);
  const auto x = test::uniform(3 * seed + 1, rows * sample.size());
  const auto dy = test::uniform(3 * seed + 2, rows * out.size());
  auto parameters = test::uniform(3 * seed + 3, walk.network.parameter_count());
  for (float& v : parameters) v *= scale;
  std::ranges::copy(parameters, walk.network.parameters().begin());

  Outcome expected;
  const auto row_of = [](const std::vector<float>& all, std::size_t row, std::size_t size) {
    const float* first = all.data() + row * size;
    return Doubles(first, first + size);
  };
  for (std::size_t row = 0; row < rows; ++row)
    join(expected, reference(row_of(x, row, sample.size()), {parameters.begin(), parameters.end()},
                             row_of(dy, row, out.size())));
  expect_close(walk.forward(x), expected.y, "outputs");
  expect_close(walk.backward(dy), expected.dx, "gradient of the inputs");
  expect_close(walk.gradient, expected.gradient, "gradient of the parameters");
}

void try_convolution(unsigned seed) {
  Draw draw(seed);
  const std::size_t kind = draw.between(0, 4);  // 0: depthwise, 1: groups
  const std::size_t groups = kind == 0   ? draw.between(1, kMostChannels)
                             : kind == 1 ? draw.between(2, 4)
                                         : 1;
  const std::size_t inputs = kind == 0 ? 1 : draw.between(1, kMostChannels / groups);
  const std::size_t out = groups * draw.between(1, kMostChannels / groups);
  Windows windows;
  windows.channels = groups * inputs;
  windows.image = draw.pair(1, 11);
  windows.kernel = draw.pair(1, draw.between(1, 5));
  windows.stride = draw.pair(1, draw.between(1, 4));
  windows.dilation = draw.pair(1, draw.between(1, 3));
  const bool same = draw.between(0, 1) == 0;
  const Extents pad = draw.pair(0, 3);
  for (const std::size_t axis : {0U, 1U}) {
    const std::size_t reach = (windows.kernel[axis] - 1) * windows.dilation[axis] + 1;
    const std::size_t stride = windows.stride[axis];
    std::size_t& size = windows.image[axis];
    if (same) {
      windows.out[axis] = (size + stride - 1) / stride;
      const std::size_t covered = (windows.out[axis] - 1) * stride + reach;
      windows.before[axis] = covered > size ? (covered - size) / 2 : 0;
    } else {
      size = std::max(size, reach);
      windows.before[axis] = pad[axis];
      windows.out[axis] = (size + 2 * pad[axis] - reach) / stride + 1;
    }
  }
  const std::string text =
      concat("conv(", out, ",", text_of(windows.kernel), ",stride=", text_of(windows.stride),
             ",pad=", same ? "same" : text_of(pad), ",dilation=", text_of(windows.dilation),
             ",groups=", groups, ")");
  const auto fan_in = static_cast<float>(inputs * windows.taps());
  expect_reference(text, windows, draw.between(1, 5), seed, std::sqrt(3 / fan_in),
                   [&](const Doubles& x, const Doubles& parameters, const Doubles& dy) {
                     return test::convolution(windows, out, groups, x, parameters, dy);
                   });
}

void try_pool(unsigned seed, const std::string& name) {
  Draw draw(seed);
  Windows windows;
  windows.channels = draw.between(1, kMostChannels);
  windows.kernel = draw.pair(1, 4);
  windows.stride = draw.pair(1, 5);
  for (const std::size_t axis : {0U, 1U}) {
    windows.image[axis] = windows.kernel[axis] + draw.between(0, 8);
    windows.out[axis] = (windows.image[axis] - windows.kernel[axis]) / windows.stride[axis] + 1;
  }
  const std::string text =
      concat(name, "(", text_of(windows.kernel), ",stride=", text_of(windows.stride), ")");
  const double factor = name == "avgpool" ? 1 / static_cast<double>(windows.taps()) : 1;
  expect_reference(text, windows, draw.between(1, 5), seed, 1,
                   [&](const Doubles& x, const Doubles&, const Doubles& dy) {
                     return name == "maxpool" ? test::max_pool(windows, x, dy)
                                              : test::sum_pool(windows, factor, x, dy);
                   });
}

TEST(ConvolutionReference, HoldsForRandomConvolutions) {
  for (unsigned seed = 0; seed < kTrials; ++seed) try_convolution(seed);
}

TEST(ConvolutionReference, HoldsForRandomPools) {
  for (unsigned seed = 0; seed < kTrials; ++seed)
    for (const char* name : {"maxpool", "avgpool", "sumpool"}) try_pool(seed, name);
}

}  // namespace
}  // namespace hebb
