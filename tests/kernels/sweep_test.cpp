// The loops of convolution and pooling by their definitions, on every instruction set that this
// machine has.
#include "kernels/sweep.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/halves.h"
#include "kernels/loop_tables.h"

namespace hebb {
namespace {

using kernels::Sweep;
using test::random_floats;

// Sums of up to 60 products of normal numbers in float32.
constexpr double kTolerance = 2e-5;

double whole(std::uint16_t half) { return std::bit_cast<float>(std::uint32_t{half} << 16); }

// A window of two rows of 3 pixels, over an image of 4 x 9, whose sums go into a larger one.
struct Trial {
  explicit Trial(std::size_t own, std::size_t outputs) : channels(own), out(outputs) {
    const auto row = static_cast<std::ptrdiff_t>(9 * own);
    runs = {{0, 3 * own}, {row, 3 * own}};
  }
  Sweep sweep() const {
    return {.runs = runs.data(),
            .run_count = runs.size(),
            .rows = 3,
            .columns = 7,
            .in_row = 9 * channels,
            .in_pixel = channels,
            .out_row = 8 * (out + 1),
            .out_pixel = out + 1,
            .channels = out};
  }
  std::size_t channels, out;
  std::vector<kernels::Run> runs;
};

// Weights (elements, outputs) as the loops want them.
template <class T>
std::vector<T> packed(const std::vector<T>& weights, std::size_t elements, std::size_t outputs,
                      std::size_t block) {
  std::vector<T> to;
  for (std::size_t begin = 0; begin < outputs; begin += block) {
    const std::size_t real = std::min(block, outputs - begin);
    const std::size_t width = real > block / 2 ? block : block / 2;
    for (std::size_t e = 0; e < elements; ++e)
      for (std::size_t o = 0; o < width; ++o)
        to.push_back(o < real ? weights[e * outputs + begin + o] : T{});
  }
  return to;
}

class Sweeps : public testing::TestWithParam<std::pair<std::size_t, std::size_t>> {};

TEST_P(Sweeps, AgreeWithDoubleOnEveryInstructionSet) {
  const Trial trial(GetParam().first, GetParam().second);
  const std::size_t n = 6 * trial.channels, outputs = trial.out;
  const Sweep s = trial.sweep();
  const auto in = random_floats(4 * 9 * trial.channels, 1), weights = random_floats(n * outputs, 2);
  const auto bias = random_floats(outputs, 3), grad = random_floats(s.rows * s.out_row, 4);
  const auto element = [&](std::size_t y, std::size_t x, std::size_t e) {
    const kernels::Run& run = trial.runs[e / (n / 2)];
    return double{
        in[y * s.in_row + x * s.in_pixel + static_cast<std::size_t>(run.offset) + e % (n / 2)]};
  };
  for (const kernels::Loops* loops : test::loop_tables()) {
    std::vector<float> out(s.rows * s.out_row, 7.0F), sums(n * outputs, 1.0F);
    loops->sweep(s, in.data(), packed(weights, n, outputs, loops->sweep_block).data(), bias.data(),
                 out.data());
    loops->sweep_gradient(s, in.data(), grad.data(), sums.data());
    for (std::size_t y = 0; y < s.rows; ++y)
      for (std::size_t x = 0; x < s.columns; ++x) {
        const float* at = &out[y * s.out_row + x * s.out_pixel];
        for (std::size_t o = 0; o < outputs; ++o) {
          double expected = double{bias[o]};
          for (std::size_t e = 0; e < n; ++e)
            expected += element(y, x, e) * double{weights[e * outputs + o]};
          ASSERT_NEAR(at[o], expected, kTolerance) << y << ' ' << x << ' ' << o;
        }
        EXPECT_EQ(at[outputs], 7.0F) << "what belongs to others";
      }
    for (std::size_t e = 0; e < n; ++e)
      for (std::size_t o = 0; o < outputs; ++o) {
        double expected = 1;
        for (std::size_t y = 0; y < s.rows; ++y)
          for (std::size_t x = 0; x < s.columns; ++x)
            expected += element(y, x, e) * double{grad[y * s.out_row + x * s.out_pixel + o]};
        ASSERT_NEAR(sums[e * outputs + o], expected, kTolerance) << e << ' ' << o;
      }
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, Sweeps,
                         testing::Values(std::pair{1, 1}, std::pair{1, 5}, std::pair{2, 16},
                                         std::pair{3, 33}, std::pair{8, 20}, std::pair{10, 64}));

// Pairs of bfloat16: products are exact in float32 but for the order and rounding of sums.
TEST(SweepsOfHalves, AgreeWithDoubleOnEveryInstructionSet) {
  const std::size_t elements = 12, outputs = 21, rows = 5;
  const auto in = random_floats(rows * elements, 1), weights = random_floats(elements * outputs, 2);
  std::vector<std::uint16_t> halves(in.size());
  kernels::floats_to_halves(in.data(), in.size(), halves.data());
  std::vector<std::uint32_t> pairs(elements / 2 * outputs);
  for (std::size_t e = 0; e < elements; e += 2)
    kernels::to_pairs(&weights[e * outputs], &weights[(e + 1) * outputs], outputs,
                      &pairs[e / 2 * outputs]);
  const std::vector<kernels::Run> runs = {{0, elements / 2}};
  const Sweep s{.runs = runs.data(),
                .run_count = 1,
                .rows = 1,
                .columns = rows,
                .in_row = 0,
                .in_pixel = elements,
                .out_row = 0,
                .out_pixel = outputs,
                .channels = outputs};
  for (const kernels::Loops* loops : test::loop_tables()) {
    std::vector<float> out(rows * outputs);
    const auto own = packed(pairs, elements / 2, outputs, loops->sweep_block);
    loops->sweep_halves(s, halves.data(), reinterpret_cast<const std::uint16_t*>(own.data()),
                        nullptr, out.data());
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t o = 0; o < outputs; ++o) {
        double expected = 0;
        for (std::size_t e = 0; e < elements; ++e)
          expected +=
              whole(halves[r * elements + e]) * whole(kernels::to_half(weights[e * outputs + o]));
        ASSERT_NEAR(out[r * outputs + o], expected, kTolerance) << r << ' ' << o;
      }
  }
}

TEST(Halves, RoundToTheNearestAndToEven) {
  EXPECT_EQ(kernels::to_half(1.0F), 0x3F80);
  EXPECT_EQ(kernels::to_half(-2.5F), 0xC020);
  EXPECT_EQ(kernels::to_half(std::bit_cast<float>(0x3F808000U)), 0x3F80) << "halfway, to even";
  EXPECT_EQ(kernels::to_half(std::bit_cast<float>(0x3F818000U)), 0x3F82) << "halfway, to even";
  EXPECT_EQ(kernels::to_half(std::bit_cast<float>(0x3F808001U)), 0x3F81);
  const auto values = random_floats(100, 9);
  for (const kernels::Loops* loops : test::loop_tables()) {
    std::vector<std::uint16_t> halves(values.size());
    loops->floats_to_halves(values.data(), values.size(), halves.data());
    for (std::size_t i = 0; i < values.size(); ++i)
      EXPECT_EQ(halves[i], kernels::to_half(values[i]));
  }
}

// Every instruction set pools alike, to the bit: there is one order of a window's pixels.
TEST(Pools, AreTheSameOnEveryInstructionSet) {
  const kernels::PoolShape shape{.height = 7,
                                 .width = 6,
                                 .channels = 19,
                                 .out_height = 3,
                                 .out_width = 2,
                                 .window_height = 3,
                                 .window_width = 3,
                                 .stride_height = 2,
                                 .stride_width = 3};
  const auto x = random_floats(std::size_t{2} * 7 * 6 * 19, 1);
  const auto dy = random_floats(std::size_t{2} * 3 * 2 * 19, 2);
  std::vector<std::vector<float>> results;
  for (const kernels::Loops* loops : test::loop_tables()) {
    std::vector<float> y(dy.size()), sums(dy.size()), dx(x.size()), dsums(x.size());
    loops->max_pool(shape, 2, x.data(), y.data());
    loops->max_pool_backward(shape, 2, x.data(), y.data(), dy.data(), dx.data());
    loops->sum_pool(shape, 2, 0.5F, x.data(), sums.data());
    loops->sum_pool_backward(shape, 2, 0.5F, dy.data(), dsums.data());
    for (const auto* part : {&sums, &dx, &dsums}) y.insert(y.end(), part->begin(), part->end());
    results.push_back(y);
  }
  for (const auto& result : results) EXPECT_EQ(result, results.front());
}

TEST(Pools, KeepWhatIsNotANumberWhereverItStands) {
  const kernels::PoolShape shape{.height = 2,
                                 .width = 2,
                                 .channels = 1,
                                 .out_height = 1,
                                 .out_width = 1,
                                 .window_height = 2,
                                 .window_width = 2,
                                 .stride_height = 2,
                                 .stride_width = 2};
  for (const kernels::Loops* loops : test::loop_tables())
    for (std::size_t at = 0; at < 4; ++at) {
      std::vector<float> x = {1, 2, 3, 4};
      x[at] = std::numeric_limits<float>::quiet_NaN();
      float y = 0;
      loops->max_pool(shape, 1, x.data(), &y);
      EXPECT_TRUE(std::isnan(y)) << at;
    }
}

}  // namespace
}  // namespace hebb
