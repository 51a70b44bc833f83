#include "hebb/optim/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "expect_error.h"
#include "hebb/core/random.h"

namespace hebb {
namespace {

constexpr std::size_t kCount = 37;
constexpr int kSteps = 5;
// float32 against double over five steps of order one.
constexpr double kStepTolerance = 3e-6;

// One parameter's rule in double: takes step number, rate and gradient d, changes w and two states.
using Rule = std::function<void(int t, double rate, double d, double& w, double& s1, double& s2)>;

void expect_rule(const std::string& name, const OptimizerOptions& options, const Rule& rule) {
  const auto optimizer = make_optimizer(name, options);
  std::vector<float> w(kCount), g(kCount);
  std::vector<std::vector<float>> state(optimizer->state_arrays(),
                                        std::vector<float>(kCount, 0.0F));
  std::vector<float*> arrays;
  for (auto& array : state) arrays.push_back(array.data());
  std::vector<double> w2(kCount), s1(kCount, 0.0), s2(kCount, 0.0);
  const Random random(6, Purpose::data);
  for (std::uint32_t i = 0; i < kCount; ++i)
    w2[i] = double{w[i] = static_cast<float>(random.normal(0, i))};
  for (int t = 1; t <= kSteps; ++t) {
    const UpdateStep step{.number = static_cast<std::uint64_t>(t),
                          .learning_rate = 0.01 * t,
                          .l2 = 0.1,
                          .scale = 0.5};
    for (std::uint32_t i = 0; i < kCount; ++i)
      g[i] = static_cast<float>(random.normal(static_cast<std::uint32_t>(t), i));
    optimizer->update(step, g, w, arrays);
    for (std::size_t i = 0; i < kCount; ++i)
      rule(t, step.learning_rate, 0.5 * double{g[i]} + 0.1 * w2[i], w2[i], s1[i], s2[i]);
  }
  for (std::size_t i = 0; i < kCount; ++i)
    EXPECT_NEAR(w[i], w2[i], kStepTolerance) << name << ' ' << i;
}

TEST(Optimizers, FollowTheirRulesInDouble) {
  OptimizerOptions options;
  options.nesterovs_momentum = false;
  expect_rule("sgd", options, [](int, double rate, double d, double& w, double& v, double&) {
    v = 0.9 * v - rate * d;
    w += v;
  });
  options.nesterovs_momentum = true;
  expect_rule("sgd", options, [](int, double rate, double d, double& w, double& v, double&) {
    v = 0.9 * v - rate * d;
    w += 0.9 * v - rate * d;
  });
  const auto adam = [](double decay) {
    return [decay](int t, double rate, double d, double& w, double& m, double& v) {
      m = 0.9 * m + 0.1 * d;
      v = 0.999 * v + 0.001 * d * d;
      const double corrected = rate * std::sqrt(1 - std::pow(0.999, t)) / (1 - std::pow(0.9, t));
      w -= corrected * m / (std::sqrt(v) + 1e-8) + rate * decay * w;
    };
  };
  expect_rule("adam", options, adam(0));
  expect_rule("adamw", options, adam(0.01));
  expect_rule("rmsprop", options, [](int, double rate, double d, double& w, double& v, double&) {
    v = 0.99 * v + 0.01 * d * d;
    w -= rate * d / (std::sqrt(v) + 1e-8);
  });
}

TEST(Optimizers, RangesMayBeUpdatedApart) {
  for (const auto& row : optimizer_catalogue()) {
    if (!row.make) continue;
    const auto optimizer = row.make({});
    const std::vector<float> g(kCount, 0.3F);
    std::vector<float> whole(kCount, 1.0F), parts(kCount, 1.0F);
    std::vector<float> a(2 * kCount, 0.0F), b(2 * kCount, 0.0F);
    std::vector<float*> to_a, to_b;
    for (std::size_t s = 0; s < optimizer->state_arrays(); ++s)
      to_a.push_back(&a[s * kCount]), to_b.push_back(&b[s * kCount]);
    optimizer->update({}, g, whole, to_a);
    optimizer->update({}, std::span(g).first(10), std::span(parts).first(10), to_b);
    for (float*& pointer : to_b) pointer += 10;
    optimizer->update({}, std::span(g).subspan(10), std::span(parts).subspan(10), to_b);
    EXPECT_EQ(whole, parts) << row.name;
    EXPECT_NE(whole[0], 1.0F) << row.name;
  }
}

TEST(Optimizers, UnknownOrFullBatchSolversAreRefused) {
  expect_error<std::invalid_argument>([] { make_optimizer("adamm", {}); }, {"'adamm'", "adam"});
  expect_error<std::invalid_argument>([] { make_optimizer("lbfgs", {}); }, {"whole data"});
}

}  // namespace
}  // namespace hebb
