// Solvers' passes against their rules in double, on every instruction set of this machine.
#include "kernels/update.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "kernels/loop_tables.h"

namespace hebb {
namespace {

using test::random_floats;
using Floats = std::vector<float>;

// A few roundings of float32 on numbers of order one.
constexpr double kUpdateTolerance = 5e-7;
constexpr std::size_t kLengths[] = {1, 15, 16, 37, 1024, 1025, 3000};

// Each takes a weight, a gradient and two numbers of state, the second of them not negative.
using Rule = std::function<void(double g, double& w, double& a, double& b)>;
using UpdatePass = std::function<double(const kernels::Loops&, std::size_t n, const float* g,
                                        float* w, float* a, float* b)>;

void expect_rule(const Rule& rule, const UpdatePass& pass) {
  for (const kernels::Loops* loops : test::loop_tables())
    for (const std::size_t n : kLengths) {
      const Floats g = random_floats(n, 1);
      Floats w = random_floats(n, 2), a = random_floats(n, 3), b = random_floats(n, 4);
      for (float& v : b) v = std::abs(v);
      b[0] = 0;
      std::vector<double> w2(w.begin(), w.end()), a2(a.begin(), a.end()), b2(b.begin(), b.end());
      const double squares = pass(*loops, n, g.data(), w.data(), a.data(), b.data());
      EXPECT_EQ(squares, loops->sum_of_squares(w.data(), n));
      for (std::size_t i = 0; i < n; ++i) {
        rule(g[i], w2[i], a2[i], b2[i]);
        ASSERT_NEAR(w[i], w2[i], kUpdateTolerance * std::max(1.0, std::abs(w2[i])))
            << n << ' ' << i;
        ASSERT_NEAR(a[i], a2[i], kUpdateTolerance * std::max(1.0, std::abs(a2[i])))
            << n << ' ' << i;
        ASSERT_NEAR(b[i], b2[i], kUpdateTolerance * std::max(1.0, std::abs(b2[i])))
            << n << ' ' << i;
      }
    }
}

TEST(Update, SgdFollowsItsRule) {
  for (const bool nesterov : {false, true})
    expect_rule(
        [nesterov](double g, double& w, double& v, double&) {
          const double d = 0.1 * (0.5 * g + 0.25 * w);
          v = 0.9 * v - d;
          w += nesterov ? 0.9 * v - d : v;
        },
        [nesterov](const kernels::Loops& loops, std::size_t n, const float* g, float* w, float* v,
                   float*) {
          return loops.sgd(
              {.rate = 0.1F, .momentum = 0.9F, .l2 = 0.25F, .scale = 0.5F, .nesterov = nesterov}, n,
              g, w, v);
        });
}

TEST(Update, AdamFollowsItsRule) {
  expect_rule(
      [](double g, double& w, double& m, double& v) {
        const double d = 0.5 * g + 0.25 * w;
        m = 0.75 * m + 0.25 * d;
        v = 0.875 * v + 0.125 * d * d;
        w -= 0.0625 * w + 0.1 * m / (std::sqrt(v) + 1e-3);
      },
      [](const kernels::Loops& loops, std::size_t n, const float* g, float* w, float* m, float* v) {
        return loops.adam({.rate = 0.1F,
                           .beta_1 = 0.75F,
                           .beta_2 = 0.875F,
                           .rest_1 = 0.25F,
                           .rest_2 = 0.125F,
                           .epsilon = 1e-3F,
                           .l2 = 0.25F,
                           .decay = 0.0625F,
                           .scale = 0.5F},
                          n, g, w, m, v);
      });
}

TEST(Update, RmsPropFollowsItsRule) {
  expect_rule(
      [](double g, double& w, double&, double& v) {
        const double d = 0.5 * g + 0.25 * w;
        v = 0.75 * v + 0.25 * d * d;
        w -= 0.1 * d / (std::sqrt(v) + 1e-3);
      },
      [](const kernels::Loops& loops, std::size_t n, const float* g, float* w, float*, float* v) {
        return loops.rmsprop({.rate = 0.1F,
                              .rho = 0.75F,
                              .rest = 0.25F,
                              .epsilon = 1e-3F,
                              .l2 = 0.25F,
                              .scale = 0.5F},
                             n, g, w, v);
      });
}

// A weight whose gradient has always been 0 stays where it is.
TEST(Update, AdamLeavesAWeightWithoutGradientAlone) {
  for (const kernels::Loops* loops : test::loop_tables()) {
    const Floats g(20, 0.0F);
    Floats w(20, 0.5F), m(20, 0.0F), v(20, 0.0F);
    loops->adam({.rate = 0.1F,
                 .beta_1 = 0.9F,
                 .beta_2 = 0.999F,
                 .rest_1 = 0.1F,
                 .rest_2 = 0.001F,
                 .epsilon = 1e-8F,
                 .l2 = 0,
                 .decay = 0,
                 .scale = 1},
                20, g.data(), w.data(), m.data(), v.data());
    EXPECT_EQ(w, Floats(20, 0.5F));
  }
}

}  // namespace
}  // namespace hebb
