#include "kernels/elementwise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "hebb/core/random.h"
#include "kernels/elementwise_functions.h"
#include "kernels/loop_tables.h"
#include "nn/references.h"

namespace hebb {
namespace {

using Floats = std::vector<float>;

// float32 rounding, twice over, of results of order one; erf's own error is 1.5e-7, and a product
// of two such functions has both errors.
constexpr double kFloatTolerance = 5e-7;

// Of many sizes and both signs, with zero and the far ends.
Floats numbers(std::size_t count) {
  Floats x;
  const Random random(3, Purpose::data);
  for (std::uint32_t i = 0; i < count; ++i)
    x.push_back(static_cast<float>(random.normal(0, i) * std::pow(10.0, i % 4 - 2.0)));
  for (const float special : {0.0F, -0.0F, 90.0F, -90.0F, 1e-20F, 1e30F, -1e30F, 0.625F, -0.625F})
    x.push_back(special);
  return x;
}

using kernels::ElementwiseFunction;

std::vector<ElementwiseFunction> functions(const kernels::Loops& table) {
  return {table.elementwise->first, table.elementwise->first + table.elementwise->count};
}

float parameter_of(const ElementwiseFunction& f) { return static_cast<float>(f.parameter.example); }

// The formula in double, of tests/nn/references.h.
double reference(const ElementwiseFunction& f, double x) {
  return test::layer_references().at(f.name)({x}, {}).front();
}

// What forward and backward make of x, with a dy of 1.
struct Mapped {
  Floats y, dx;
};
Mapped map(const ElementwiseFunction& f, const Floats& x) {
  const Floats ones(x.size(), 1.0F);
  Mapped mapped{Floats(x.size()), Floats(x.size())};
  f.forward(x.data(), x.size(), parameter_of(f), mapped.y.data());
  const Floats& at = f.derivative == ElementwiseFunction::Derivative::of_output ? mapped.y : x;
  f.backward(at.data(), ones.data(), x.size(), parameter_of(f), mapped.dx.data());
  return mapped;
}

// A derivative lies between the differences to the left and to the right, which differ where a
// function has a kink; over a step of 1e-7, curvature of order one and rounding leave 1e-7.
TEST(Elementwise, FunctionsAndDerivativesAgreeWithDoubleOnEveryInstructionSet) {
  constexpr double kDifferenceTolerance = 2e-7;
  const Floats x = numbers(1000);
  for (const auto* table : test::loop_tables())
    for (const ElementwiseFunction& f : functions(*table)) {
      const auto [y, dx] = map(f, x);
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double value = reference(f, x[i]),
                     step = 1e-7 * std::max(1.0, std::abs(double{x[i]}));
        ASSERT_NEAR(y[i], value, kFloatTolerance * std::max(1.0, std::abs(value)))
            << f.name << " of " << x[i];
        const double left = (value - reference(f, x[i] - step)) / step;
        const double right = (reference(f, x[i] + step) - value) / step;
        const double tolerance = kFloatTolerance + kDifferenceTolerance;
        ASSERT_GE(dx[i], std::min(left, right) - tolerance) << f.name << "' of " << x[i];
        ASSERT_LE(dx[i], std::max(left, right) + tolerance) << f.name << "' of " << x[i];
      }
    }
}

// A function that is 0 at 0 keeps all its digits around it.
TEST(Elementwise, RelativePrecisionIsKeptNearZero) {
  for (const ElementwiseFunction& f : kernels::elementwise_functions()) {
    if (reference(f, 0) != 0) continue;
    for (const float x : {-1e-20F, 1e-6F, -1e-6F, -1e-3F, 0.1F, -0.1F, 0.6F, -0.6F})
      if (const double value = reference(f, x); value != 0) {
        EXPECT_NEAR(map(f, {x}).y[0] / value, 1, kFloatTolerance) << f.name << " of " << x;
      }
  }
}

TEST(Elementwise, LimitsAreReachedAtInfinityAndDenormalsAreZeroOrThemselves) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  constexpr float kDenormal = 1e-40F;
  for (const auto* table : test::loop_tables())
    for (const ElementwiseFunction& f : functions(*table)) {
      if (f.name == std::string("gelu")) continue;  // -inf times its 0: shows a divergence
      for (const float sign : {-1.0F, 1.0F}) {
        const auto [y, dx] = map(f, {sign * kInfinity, sign * kDenormal});
        // Beyond 1e4 every function has its limit, or goes on in a line.
        const double value = reference(f, sign * 1e4), slope = value - reference(f, sign * 9999);
        if (std::abs(slope) < kFloatTolerance)
          EXPECT_NEAR(y[0], value, kFloatTolerance) << f.name << " of " << sign << " infinity";
        else
          EXPECT_EQ(y[0], value > 0 ? kInfinity : -kInfinity) << f.name;
        EXPECT_NEAR(dx[0], sign * slope, kFloatTolerance) << f.name << "' of " << sign << " inf";
        EXPECT_NEAR(y[1], reference(f, sign * kDenormal), kFloatTolerance) << f.name;
      }
    }
}

TEST(Elementwise, BitsDoNotDependOnPlaceOrLength) {
  const Floats x = numbers(100);
  for (const auto* table : test::loop_tables())
    for (const ElementwiseFunction& f : functions(*table)) {
      const Mapped whole = map(f, x);
      for (std::size_t i = 0; i < x.size(); ++i) {
        const Mapped alone = map(f, {x[i]});
        ASSERT_EQ(alone.y[0], whole.y[i]) << f.name << " of " << x[i];
        ASSERT_EQ(alone.dx[0], whole.dx[i]) << f.name << "' of " << x[i];
      }
    }
}

TEST(Elementwise, ResultsMayOverwriteTheirArguments) {
  const Floats x = numbers(100), ones(x.size(), 1.0F);
  for (const ElementwiseFunction& f : kernels::elementwise_functions()) {
    const Mapped apart = map(f, x);
    Floats y = x, dx = ones;
    f.forward(y.data(), y.size(), parameter_of(f), y.data());
    EXPECT_EQ(y, apart.y) << f.name;
    const Floats& at = f.derivative == ElementwiseFunction::Derivative::of_output ? y : x;
    f.backward(at.data(), dx.data(), dx.size(), parameter_of(f), dx.data());
    EXPECT_EQ(dx, apart.dx) << f.name;
  }
}

TEST(Elementwise, NotANumberPassesThrough) {
  for (const auto* table : test::loop_tables())
    for (const ElementwiseFunction& f : functions(*table)) {
      if (f.name == std::string("step")) continue;  // which only asks whether x > 0
      for (const float y : map(f, Floats(17, std::nanf(""))).y)
        EXPECT_TRUE(std::isnan(y)) << f.name;
    }
}

TEST(Elementwise, FunctionsAreFoundByNameAndAlias) {
  EXPECT_EQ(kernels::find_elementwise("swish"), kernels::find_elementwise("silu"));
  EXPECT_EQ(kernels::find_elementwise("sofplus"), nullptr);
}

TEST(Exp, AgreesWithDoubleAndIsCutOffAtTheEndsOfFloats) {
  const Floats x = {-1000, -87, -1, 0, 1e-10F, 1, 88, 1000};
  for (const auto* table : test::loop_tables()) {
    Floats y(x.size());
    table->exp(x.data(), x.size(), y.data());
    for (std::size_t i = 1; i + 1 < x.size(); ++i)
      EXPECT_NEAR(y[i] / std::exp(double{x[i]}), 1, kFloatTolerance) << x[i];
    EXPECT_NEAR(y.front(), 0, 1e-37);
    EXPECT_GT(y.back(), 2e38F);
    EXPECT_TRUE(std::isfinite(y.back()));
  }
}

// To 2 units in the last place over the whole range of arguments; where the reduced argument is
// tiny, the parts of pi / 2 leave an absolute error.
TEST(Cos, AgreesWithDoubleUpToTheEndOfItsRange) {
  constexpr double kRelative = 2e-7, kAbsolute = 1e-10;
  Floats x;
  const Random random(5, Purpose::data);
  for (std::uint32_t i = 0; i < 20000; ++i)
    x.push_back(static_cast<float>((2 * random.uniform(0, i) - 1) * 8192));
  for (int i = -5215; i <= 5215; ++i)  // zeros and extremes
    x.push_back(static_cast<float>(i * std::acos(0.0)));
  for (const auto* table : test::loop_tables())
    for (const ElementwiseFunction& f : functions(*table)) {
      if (f.name != std::string("cos")) continue;
      const auto [y, dx] = map(f, x);
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double at = x[i];
        if (std::abs(at) > 8192) continue;
        const double cos = std::cos(at), sin = std::sin(at);
        ASSERT_NEAR(y[i], cos, kRelative * std::abs(cos) + kAbsolute) << at;
        ASSERT_NEAR(dx[i], -sin, kRelative * std::abs(sin) + kAbsolute) << at;
      }
    }
}

TEST(Softmax, SumsToOneAndSurvivesLargeInputs) {
  const Floats x = {1000, 1001, 999, -5, 0, 5};
  Floats y(6);
  kernels::softmax(x.data(), 2, 3, y.data());
  for (std::size_t r = 0; r < 2; ++r) {
    double total = 0;
    const double top = std::max({x[3 * r], x[3 * r + 1], x[3 * r + 2]});
    for (std::size_t i = 0; i < 3; ++i) total += std::exp(x[3 * r + i] - top);
    for (std::size_t i = 0; i < 3; ++i)
      EXPECT_NEAR(y[3 * r + i], std::exp(x[3 * r + i] - top) / total, kFloatTolerance);
  }
}

// Rows of every length about a vector's, more of them than are done at a time, in place; one row
// far from certain and one nearly so, whose logarithm is tiny.
TEST(Softmax, AgreesWithDoubleInPlaceOnEveryInstructionSet) {
  constexpr std::size_t kRows = 131;
  for (const kernels::Loops* loops : test::loop_tables())
    for (const std::size_t width : {1U, 2U, 10U, 16U, 17U, 33U}) {
      Floats x(kRows * width), largest(kRows), log_sums(kRows);
      const Random random(3, Purpose::data);
      for (std::uint32_t i = 0; i < x.size(); ++i)
        x[i] = static_cast<float>(3 * random.normal(0, i));
      x[0] += 20;
      Floats y = x;
      loops->softmax(y.data(), kRows, width, y.data(), largest.data(), log_sums.data());
      for (std::size_t r = 0; r < kRows; ++r) {
        const float* row = &x[r * width];
        const double top = *std::max_element(row, row + width);
        EXPECT_EQ(largest[r], top);
        double rest = -1;  // of the sum, beside the largest
        for (std::size_t i = 0; i < width; ++i) rest += std::exp(row[i] - top);
        rest = std::max(rest, 0.0);
        EXPECT_NEAR(log_sums[r], std::log1p(rest), kFloatTolerance * std::log1p(rest) + 1e-15);
        for (std::size_t i = 0; i < width; ++i)
          EXPECT_NEAR(y[r * width + i], std::exp(row[i] - top) / (1 + rest), kFloatTolerance);
      }
    }
}

TEST(Softmax, ShowsWhatIsNotANumber) {
  const Floats x = {1, NAN, 0, NAN, 1, 0};
  Floats y(6), largest(2), log_sums(2);
  kernels::softmax(x.data(), 2, 3, y.data(), largest.data(), log_sums.data());
  for (std::size_t r = 0; r < 2; ++r)
    EXPECT_TRUE(std::isnan(largest[r] + log_sums[r]) && std::isnan(y[3 * r])) << r;
}

TEST(Softmax, DerivativeAgreesWithTheJacobian) {
  const Floats y = {0.2F, 0.5F, 0.3F}, dy = {1, -2, 0.5F};
  Floats dx(3);
  kernels::softmax_backward(y.data(), dy.data(), 1, 3, dx.data());
  for (std::size_t i = 0; i < 3; ++i) {
    double expected = 0;
    for (std::size_t j = 0; j < 3; ++j)
      expected += double{dy[j]} * double{y[j]} * ((i == j ? 1.0 : 0.0) - double{y[i]});
    EXPECT_NEAR(dx[i], expected, kFloatTolerance);
  }
}

TEST(Dropout, ZeroesTheRightShareAndScalesTheRest) {
  constexpr std::size_t kRows = 100, kWidth = 333;
  const Floats x(kRows * kWidth, 1.0F);
  Floats y(x.size());
  kernels::dropout(x.data(), kRows, kWidth, 0.25F, 1, 1, 0, 0, y.data());
  double zeros = 0;
  for (const float v : y) {
    ASSERT_TRUE(v == 0.0F || v == 1.0F / 0.75F);
    zeros += v == 0.0F;
  }
  const double n = kRows * kWidth;
  EXPECT_NEAR(zeros / n, 0.25, 5 * std::sqrt(0.25 * 0.75 / n));
}

TEST(Dropout, MaskIsAFunctionOfSeedStepLayerAndRowAlone) {
  constexpr std::size_t kRows = 6, kWidth = 40;
  const Floats x(kRows * kWidth, 1.0F);
  const auto mask = [&](std::uint64_t seed, std::uint32_t step, std::uint32_t layer) {
    Floats y(x.size());
    kernels::dropout(x.data(), kRows, kWidth, 0.5F, seed, step, layer, 0, y.data());
    return y;
  };
  const Floats whole = mask(1, 1, 0);
  EXPECT_NE(whole, mask(2, 1, 0));
  EXPECT_NE(whole, mask(1, 2, 0));
  EXPECT_NE(whole, mask(1, 1, 1));
  Floats second(3 * kWidth);
  kernels::dropout(x.data(), 3, kWidth, 0.5F, 1, 1, 0, 3, second.data());
  EXPECT_TRUE(std::equal(second.begin(), second.end(), whole.begin() + 3 * kWidth));
}

TEST(Dropout, EveryInstructionSetDropsTheSameElements) {
  const Floats x = numbers(500);
  Floats first(x.size()), other(x.size());
  for (const auto* table : test::loop_tables()) {
    table->dropout(x.data(), 1, x.size(), 0.3F, 9, 8, 7, 6, other.data());
    if (table == test::loop_tables().front()) first = other;
    EXPECT_EQ(other, first);
  }
}

TEST(SumOfSquares, AgreesWithDouble) {
  Floats x = numbers(1001);
  x.resize(1001);
  double expected = 0;
  for (const float v : x) expected += double{v} * double{v};
  for (const auto* table : test::loop_tables())
    EXPECT_NEAR(table->sum_of_squares(x.data(), x.size()) / expected, 1, 1e-12);
}

TEST(Rows, BiasIsAddedAndSumsAreTaken) {
  Floats y = {1, 2, 3, 4};
  const Floats bias = {10, 20};
  kernels::add_bias(bias.data(), 2, 2, y.data());
  EXPECT_EQ(y, (Floats{11, 22, 13, 24}));
  Floats sums = {1, 1};
  kernels::sum_rows(y.data(), 2, 2, true, sums.data());
  EXPECT_EQ(sums, (Floats{25, 47}));
  kernels::sum_rows(y.data(), 2, 2, false, sums.data());
  EXPECT_EQ(sums, (Floats{24, 46}));
}

TEST(BytesToFloats, ScalesAndShifts) {
  const std::vector<std::uint8_t> x = {0, 128, 255};
  Floats y(3);
  kernels::bytes_to_floats(x.data(), 3, 2.0F, -1.0F, y.data());
  EXPECT_EQ(y, (Floats{-1, 255, 509}));
}

}  // namespace
}  // namespace hebb
