// The parts that figures are drawn with: colours, ticks, contours.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "plot/contour.h"
#include "plot/palette.h"
#include "plot/ticks.h"

namespace hebb::plot {
namespace {

constexpr double kGraphics = 3, kText = 4.5;  // least contrasts of WCAG 2.1, level AA

TEST(Palette, StandsOutFromItsGround) {
  for (const Theme theme : {Theme::light, Theme::dark}) {
    const Palette& colors = palette(theme);
    for (const Color& color : colors.series) EXPECT_GE(contrast(color, colors.ground), kGraphics);
    for (const Color& color : {colors.wrong, colors.positive, colors.negative})
      EXPECT_GE(contrast(color, colors.ground), kGraphics);
    EXPECT_GE(contrast(colors.ink, colors.ground), kText);
    EXPECT_GE(contrast(colors.soft, colors.ground), kText);
    for (int step = 0; step <= 20; ++step) {
      const double share = step / 20.0;
      const Color cell = mix(colors.weak, colors.strong, share);
      EXPECT_GE(contrast(ink_on(cell), cell), kText) << share;
    }
  }
  EXPECT_NEAR(contrast(rgb(0), rgb(0xFFFFFF)), 21, 1e-9);
}

// How colours look to those who lack the cones for red or for green.
// Source:  Viénot, Brettel and Mollon, Color Research and Application 24 (1999), in linear RGB.
Color seen_without(bool red, const Color& color) {
  const auto linear = [](double v) {
    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
  };
  const double r = linear(color.red), g = linear(color.green), b = linear(color.blue);
  return red ? Color{0.1124 * r + 0.8876 * g, 0.1124 * r + 0.8876 * g, 0.0040 * r - 0.0040 * g + b}
             : Color{0.2929 * r + 0.7071 * g, 0.2929 * r + 0.7071 * g,
                     -0.0223 * r + 0.0223 * g + b};
}

TEST(Palette, FirstColoursDifferForTheColourBlind) {
  constexpr std::size_t kFirst = 4;
  constexpr double kApart = 0.05;  // in linear light; 0 is the same colour
  for (const Theme theme : {Theme::light, Theme::dark})
    for (const bool red : {true, false})
      for (std::size_t a = 0; a < kFirst; ++a)
        for (std::size_t b = 0; b < a; ++b) {
          const Color first = seen_without(red, palette(theme).of(a));
          const Color second = seen_without(red, palette(theme).of(b));
          const double apart = std::hypot(first.red - second.red, first.blue - second.blue);
          EXPECT_GT(apart, kApart) << a << " and " << b << (red ? ", no red" : ", no green");
        }
}

std::vector<std::string> labels(const std::vector<Tick>& ticks) {
  std::vector<std::string> out;
  for (const Tick& tick : ticks) out.push_back(tick.label);
  return out;
}

TEST(Ticks, AreThoseAPersonWouldChoose) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(labels(linear_ticks({0, 1}, 5)), (Texts{"0", "0.2", "0.4", "0.6", "0.8", "1.0"}));
  EXPECT_EQ(labels(linear_ticks({-3, 7.2}, 5)), (Texts{"−2", "0", "2", "4", "6"}));
  EXPECT_EQ(labels(linear_ticks({0, 60000}, 3)), (Texts{"0", "20,000", "40,000", "60,000"}));
  EXPECT_EQ(labels(linear_ticks({1, 9999}, 2)), (Texts{"5000"}));
  EXPECT_EQ(labels(linear_ticks({0.001, 0.0042}, 4)), (Texts{"0.001", "0.002", "0.003", "0.004"}));
  EXPECT_EQ(labels(linear_ticks({0, 3e9}, 3)), (Texts{"0", "10⁹", "2×10⁹", "3×10⁹"}));
  EXPECT_EQ(labels(linear_ticks({-2e-7, 2e-7}, 2)), (Texts{"−2×10⁻⁷", "0", "2×10⁻⁷"}));
  EXPECT_EQ(labels(log_ticks({0.01, 100}, 8)), (Texts{"0.01", "0.1", "1", "10", "100"}));
  EXPECT_EQ(labels(log_ticks({1e-2, 1e10}, 3)), (Texts{"10⁻²", "10²", "10⁶", "10¹⁰"}));
  EXPECT_EQ(labels(log_ticks({2, 60}, 8)), (Texts{"2", "5", "10", "20", "50"}));
}

TEST(Ranges, OfPowersOfTenLeaveOutWhatHasNoLogarithm) {
  const Range range = log_range_of({-5, 0, 0.01, 100, INFINITY}, 0.25);
  EXPECT_DOUBLE_EQ(range.low, 0.001);
  EXPECT_DOUBLE_EQ(range.high, 1000);
  EXPECT_DOUBLE_EQ(log_range_of({3, 48}, 0).low, 3);
  EXPECT_GT(log_range_of({-1, 0}, 0.05).low, 0);
  EXPECT_GT(log_range_of({7}, 0.05).low, 0);
}

TEST(Ticks, OfTheLargestAndSmallestNumbersAreFinite) {
  constexpr double kMax = std::numeric_limits<double>::max();
  for (const auto& values : {std::vector{-kMax, kMax}, std::vector{kMax}, std::vector{0.0, 5e-324},
                             std::vector{kMax, kMax / 2}, std::vector{-1e300, 1e-300}}) {
    const Range range = padded(range_of(values), 0.05);
    EXPECT_TRUE(std::isfinite(range.low) && std::isfinite(range.high) && range.size() > 0);
    for (const Tick& tick : linear_ticks(range, 5)) EXPECT_TRUE(std::isfinite(tick.at));
    EXPECT_FALSE(linear_ticks(range, 5).empty());
    const Range logarithmic = log_range_of(values, 0.05);
    EXPECT_TRUE(logarithmic.low > 0 && std::isfinite(logarithmic.high));
    for (const Tick& tick : log_ticks(logarithmic, 5)) EXPECT_TRUE(std::isfinite(tick.at));
  }
  EXPECT_EQ(number_label(NAN), "");
  EXPECT_EQ(number_label(HUGE_VAL), "");
}

TEST(Ticks, LieInsideTheRangeAtEqualSteps) {
  for (int i = 0; i < 400; ++i) {
    const double low = std::sin(i) * std::pow(10, i % 21 - 10);
    const double size = (0.01 + std::abs(std::cos(i))) * std::pow(10, i % 17 - 8);
    const double high = low + std::max(size, 1e-6 * std::abs(low));
    const auto ticks = linear_ticks({low, high}, 6);
    ASSERT_GE(ticks.size(), 2U) << low << ' ' << high;
    ASSERT_LE(ticks.size(), 14U) << low << ' ' << high;
    const double slack = 1e-6 * (high - low);
    for (std::size_t k = 0; k < ticks.size(); ++k) {
      EXPECT_GE(ticks[k].at, low - slack);
      EXPECT_LE(ticks[k].at, high + slack);
      if (k == 0) continue;
      EXPECT_NEAR(ticks[k].at - ticks[k - 1].at, ticks[1].at - ticks[0].at, slack);
    }
  }
}

TEST(Ticks, RangesOfNothingOrOneNumberCanBeDrawn) {
  EXPECT_GT(range_of({}).size(), 0);
  EXPECT_GT(range_of({5}).size(), 0);
  EXPECT_GT(range_of({0, 0}).size(), 0);
  EXPECT_GT(range_of({NAN, INFINITY, 3}).size(), 0);
  EXPECT_EQ(range_of({NAN, -1, INFINITY, 3}).low, -1);
}

Heights grid_of(std::size_t side, double (*value)(double, double)) {
  Heights grid{.columns = side, .rows = side, .x = {-2, 2}, .y = {-2, 2}, .values = {}};
  for (std::size_t r = 0; r < side; ++r)
    for (std::size_t c = 0; c < side; ++c)
      grid.values.push_back(
          value(grid.x_at(static_cast<double>(c)), grid.y_at(static_cast<double>(r))));
  return grid;
}

TEST(Contour, OfACircleIsOneClosedLine) {
  const auto line = contour(grid_of(81, [](double x, double y) { return x * x + y * y; }), 1);
  constexpr double kCell = 4.0 / 80;
  std::size_t gaps = 0;
  double length = 0;
  for (std::size_t i = 0; i < line.x.size(); ++i) {
    if (std::isnan(line.x[i])) {
      ++gaps;
      continue;
    }
    EXPECT_NEAR(std::hypot(line.x[i], line.y[i]), 1, kCell * kCell);
    if (i > 0) length += std::hypot(line.x[i] - line.x[i - 1], line.y[i] - line.y[i - 1]);
  }
  EXPECT_EQ(gaps, 1U);
  EXPECT_NEAR(length, 2 * M_PI, 0.01);
  EXPECT_EQ(line.x[0], line.x[line.x.size() - 2]);
}

TEST(Contour, OfAPlaneIsOneStraightLineFromEdgeToEdge) {
  const auto line = contour(grid_of(11, [](double x, double y) { return x - 0.5 * y; }), 0.25);
  ASSERT_GE(line.x.size(), 3U);
  for (std::size_t i = 0; i + 1 < line.x.size(); ++i)
    EXPECT_NEAR(line.x[i] - 0.5 * line.y[i], 0.25, 1e-12);
  EXPECT_NEAR(std::abs(line.y[0] - line.y[line.y.size() - 2]), 4, 1e-12);
}

TEST(Contour, OfASaddleIsTwoLines) {
  const auto line = contour(grid_of(40, [](double x, double y) { return x * y; }), 0);
  std::size_t gaps = 0;
  for (const double x : line.x) gaps += std::isnan(x) ? 1 : 0;
  EXPECT_EQ(gaps, 2U);
}

TEST(Contour, OfAConstantIsNothing) {
  EXPECT_TRUE(contour(grid_of(5, [](double, double) { return 1.0; }), 0).x.empty());
}

}  // namespace
}  // namespace hebb::plot
