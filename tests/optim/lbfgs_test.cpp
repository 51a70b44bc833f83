#include "optim/lbfgs.h"

#include <gtest/gtest.h>

#include <cmath>

namespace hebb {
namespace {

double rosenbrock_of(std::span<const double> x, std::span<double> g) {
  const double a = 1 - x[0], b = x[1] - x[0] * x[0];
  g[0] = -2 * a - 400 * x[0] * b;
  g[1] = 200 * b;
  return a * a + 100 * b * b;
}

const auto kGoOn = [](const LbfgsState&) { return true; };

TEST(Lbfgs, FindsTheMinimumOfRosenbrocksValley) {
  LbfgsState state;
  state.x = {-1.2, 1};
  const auto end = minimize_lbfgs(state, rosenbrock_of,
                                  {.gradient_tolerance = 1e-8, .value_tolerance = 0}, kGoOn);
  EXPECT_EQ(end, LbfgsEnd::converged);
  EXPECT_NEAR(state.x[0], 1, 1e-6);
  EXPECT_NEAR(state.x[1], 1, 1e-6);
  EXPECT_LT(state.evaluations, 100U);
}

TEST(Lbfgs, SolvesABadlyScaledQuadratic) {
  const auto quadratic = [](std::span<const double> x, std::span<double> g) {
    double value = 0, scale = 1;
    for (std::size_t i = 0; i < x.size(); ++i, scale *= 10) {
      g[i] = scale * (x[i] - 1);
      value += 0.5 * scale * (x[i] - 1) * (x[i] - 1);
    }
    return value;
  };
  LbfgsState state;
  state.x.assign(6, 0.0);
  minimize_lbfgs(state, quadratic, {.gradient_tolerance = 1e-6, .value_tolerance = 0}, kGoOn);
  for (const double x : state.x) EXPECT_NEAR(x, 1, 1e-5);
}

TEST(Lbfgs, StopsAtItsLimitsAndOnRequest) {
  LbfgsState state;
  state.x = {-1.2, 1};
  EXPECT_EQ(minimize_lbfgs(state, rosenbrock_of, {.max_iter = 3}, kGoOn), LbfgsEnd::max_iter);
  EXPECT_EQ(state.iterations, 3U);
  LbfgsState few;
  few.x = {-1.2, 1};
  EXPECT_EQ(minimize_lbfgs(few, rosenbrock_of, {.max_fun = 5}, kGoOn), LbfgsEnd::max_fun);
  EXPECT_LE(few.evaluations, 6U);
  LbfgsState asked;
  asked.x = {-1.2, 1};
  const auto after_two = [](const LbfgsState& s) { return s.iterations < 2; };
  EXPECT_EQ(minimize_lbfgs(asked, rosenbrock_of, {}, after_two), LbfgsEnd::stopped);
  EXPECT_EQ(asked.iterations, 2U);
}

TEST(Lbfgs, GoesOnFromItsStateToTheSameBits) {
  LbfgsState whole, parts;
  whole.x = parts.x = {-1.2, 1};
  minimize_lbfgs(whole, rosenbrock_of, {.max_iter = 12}, kGoOn);
  minimize_lbfgs(parts, rosenbrock_of, {.max_iter = 5}, kGoOn);
  minimize_lbfgs(parts, rosenbrock_of, {.max_iter = 12}, kGoOn);
  EXPECT_EQ(whole.x, parts.x);
  EXPECT_EQ(whole.evaluations, parts.evaluations);
}

TEST(Lbfgs, StepsBackFromWhereTheObjectiveIsNotFinite) {
  // No numbers from 2 on; the minimum at 2 - 1/50 is near, and the first steps go beyond.
  const auto wall = [](std::span<const double> x, std::span<double> g) {
    g[0] = 1 / (2 - x[0]) - 50;
    return -std::log(2 - x[0]) - 50 * x[0];
  };
  LbfgsState state;
  state.x = {1.5};
  EXPECT_EQ(minimize_lbfgs(state, wall, {.gradient_tolerance = 1e-8, .value_tolerance = 0}, kGoOn),
            LbfgsEnd::converged);
  EXPECT_NEAR(state.x[0], 2 - 1.0 / 50, 1e-9);
}

TEST(Lbfgs, EndsWhereTheObjectiveIsNotFinite) {
  LbfgsState state;
  state.x = {1};
  const auto broken = [](std::span<const double>, std::span<double> g) {
    g[0] = 1;
    return std::nan("");
  };
  EXPECT_EQ(minimize_lbfgs(state, broken, {}, kGoOn), LbfgsEnd::no_descent);
}

}  // namespace
}  // namespace hebb
