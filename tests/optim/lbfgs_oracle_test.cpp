// The iterations of SciPy's L-BFGS-B (tests/oracles/lbfgs.py), one by one.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "optim/lbfgs.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

// Both compute in double, sums in another order; dozens of iterations enlarge the difference.
constexpr double kTolerance = 1e-9;

using Function = double (*)(std::span<const double> x, std::span<double> g);

double rosenbrock(std::span<const double> x, std::span<double> g) {
  double value = 0;
  std::ranges::fill(g, 0.0);
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double a = 1 - x[i], b = x[i + 1] - x[i] * x[i];
    g[i] += -2 * a - 400 * x[i] * b;
    g[i + 1] += 200 * b;
    value += a * a + 100 * b * b;
  }
  return value;
}

double quadratic(std::span<const double> x, std::span<double> g) {
  double value = 0, scale = 1;
  for (std::size_t i = 0; i < x.size(); ++i, scale *= 10) {
    g[i] = scale * (x[i] - 1);
    value += 0.5 * scale * (x[i] - 1) * (x[i] - 1);
  }
  return value;
}

double powell(std::span<const double> x, std::span<double> g) {
  const double a = x[0] + 10 * x[1], b = x[2] - x[3], c = x[1] - 2 * x[2], d = x[0] - x[3];
  const double c3 = c * c * c, d3 = d * d * d;
  g[0] = 2 * a + 40 * d3;
  g[1] = 20 * a + 4 * c3;
  g[2] = 10 * b - 8 * c3;
  g[3] = -10 * b - 40 * d3;
  return a * a + 5 * b * b + c3 * c + 10 * d3 * d;
}

double well(std::span<const double> x, std::span<double> g) {
  double value = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double root = std::sqrt(1 + (x[i] - 300) * (x[i] - 300));
    g[i] = (x[i] - 300) / root;
    value += root;
  }
  return value;
}

double waves(std::span<const double> x, std::span<double> g) {
  double value = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    g[i] = 0.1 * x[i] + 3 * std::cos(3 * x[i]);
    value += 0.05 * x[i] * x[i] + std::sin(3 * x[i]);
  }
  return value;
}

double misled(std::span<const double> x, std::span<double> g) {
  double value = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto scale = static_cast<double>(i + 1);
    g[i] = scale * (x[i] - 0.3);
    value += 0.5 * scale * x[i] * x[i];
  }
  return value;
}

const std::map<std::string, Function> kFunctions = {
    {"rosenbrock", rosenbrock}, {"quadratic", quadratic}, {"powell", powell}, {"well", well},
    {"waves", waves},           {"misled", misled}};

void expect_close(double ours, double theirs, const std::string& what) {
  EXPECT_NEAR(ours, theirs, kTolerance * std::max(1.0, std::abs(theirs))) << what;
}

TEST(Lbfgs, MakesTheIterationsOfScipysLbfgsb) {
  const auto runs = test::oracle("lbfgs");
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const auto& run = runs[r];
    const auto name = run["name"].get<std::string>() + " in run " + std::to_string(r);
    const auto& options = run["options"];
    LbfgsState state;
    state.x = run["start"].get<std::vector<double>>();
    std::vector<double> values;
    minimize_lbfgs(state, kFunctions.at(run["name"]),
                   {.max_iter = options["maxiter"].get<std::size_t>(),
                    .max_fun = options["maxfun"].get<std::size_t>(),
                    .gradient_tolerance = options["gtol"].get<double>(),
                    .value_tolerance = options["ftol"].get<double>()},
                   [&](const LbfgsState& at) {
                     values.push_back(at.value);
                     return true;
                   });
    const auto theirs = run["values"].get<std::vector<double>>();
    EXPECT_EQ(values.size(), theirs.size()) << name;
    if (!run["evaluations"].is_null()) {
      EXPECT_EQ(state.evaluations, run["evaluations"].get<std::size_t>()) << name;
    }
    for (std::size_t i = 0; i < std::min(values.size(), theirs.size()); ++i)
      expect_close(values[i], theirs[i], name + ", iteration " + std::to_string(i + 1));
    const auto x = run["x"].get<std::vector<double>>();
    for (std::size_t i = 0; i < x.size(); ++i) expect_close(state.x[i], x[i], name);
  }
}

}  // namespace
}  // namespace hebb
