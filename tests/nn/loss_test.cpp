#include "hebb/nn/loss.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "expect_error.h"
#include "hebb/core/random.h"

namespace hebb {
namespace {

constexpr std::size_t kRows = 4, kWidth = 3;
// float32 outputs of order one, summed in double.
constexpr double kTolerance = 2e-6;

struct Case {
  Tensor outputs{{kRows, kWidth}}, targets{{kRows, kWidth}};
  std::vector<float> weights = {1, 0.5F, 2, 0};

  explicit Case(bool one_hot) {
    const Random random(8, Purpose::data);
    for (std::uint32_t i = 0; i < outputs.size(); ++i) {
      outputs[i] = static_cast<float>(2 * random.normal(0, i));
      targets[i] = one_hot ? (i % kWidth == i / kWidth % kWidth ? 1.0F : 0.0F)
                           : static_cast<float>(random.normal(1, i));
    }
  }
};

using Reference = std::function<double(const double* z, const float* t)>;

double log_sum_exp(const double* z) {
  double total = 0;
  for (std::size_t i = 0; i < kWidth; ++i) total += std::exp(z[i]);
  return std::log(total);
}

// The plain definitions, in double. The gradient of losses of a difference is not divided by the
// outputs.
Reference reference(const std::string& name) {
  if (name == "cross_entropy")
    return [](const double* z, const float* t) {
      double loss = 0;
      for (std::size_t i = 0; i < kWidth; ++i) loss -= double{t[i]} * (z[i] - log_sum_exp(z));
      return loss;
    };
  if (name == "binary_cross_entropy")
    return [](const double* z, const float* t) {
      double loss = 0;
      for (std::size_t i = 0; i < kWidth; ++i) {
        const double p = 1 / (1 + std::exp(-z[i]));
        loss -= double{t[i]} * std::log(p) + (1 - double{t[i]}) * std::log(1 - p);
      }
      return loss;
    };
  const auto mean_of = [](const std::function<double(double)>& f) {
    return [f](const double* z, const float* t) {
      double loss = 0;
      for (std::size_t i = 0; i < kWidth; ++i) loss += f(z[i] - double{t[i]});
      return loss / kWidth;
    };
  };
  if (name == "squared_error") return mean_of([](double d) { return d * d / 2; });
  if (name == "absolute_error") return mean_of([](double d) { return std::abs(d); });
  if (name == "huber")
    return mean_of([](double d) { return std::abs(d) <= 1 ? d * d / 2 : std::abs(d) - 0.5; });
  throw std::logic_error("the loss " + name +
                         " has no reference: add its definition to reference() in loss_test.cpp");
}

TEST(Losses, ValueAndGradientAgreeWithTheirDefinitionInDouble) {
  for (const auto& row : loss_catalogue()) {
    const Case c(row.classification && !row.regression);
    const auto loss = row.make();
    const auto f = reference(row.name);
    Tensor gradient({kRows, kWidth});
    const double value = loss->value_and_gradient(c.outputs.view(), c.targets.view(), c.weights,
                                                  0.5F, gradient.view());
    EXPECT_EQ(loss->name(), row.name);
    double expected = 0;
    for (std::size_t r = 0; r < kRows; ++r) {
      std::vector<double> z(c.outputs.data() + r * kWidth, c.outputs.data() + (r + 1) * kWidth);
      const float* t = c.targets.data() + r * kWidth;
      expected += double{c.weights[r]} * f(z.data(), t);
      for (std::size_t i = 0; i < kWidth; ++i) {
        const double h = 1e-6;
        auto above = z, below = z;
        above[i] += h, below[i] -= h;
        const double factor = row.regression ? kWidth : 1;
        const double slope = (f(above.data(), t) - f(below.data(), t)) / (2 * h) * factor;
        EXPECT_NEAR(gradient[r * kWidth + i], 0.5 * double{c.weights[r]} * slope, kTolerance)
            << row.name;
      }
    }
    EXPECT_NEAR(value, expected, kTolerance * 10) << row.name;
  }
}

TEST(Losses, StayFiniteForWrongCertainties) {
  Tensor z({1, 2}), t({1, 2}), g({1, 2});
  z[0] = 1e4F, t[1] = 1;
  for (const char* name : {"cross_entropy", "binary_cross_entropy"})
    EXPECT_TRUE(
        std::isfinite(make_loss(name)->value_and_gradient(z.view(), t.view(), {}, 1, g.view())));
}

TEST(Losses, ShowAnOutputThatIsNotANumber) {
  Tensor z({1, 2}), t({1, 2}), g({1, 2});
  z[0] = std::nanf(""), t[0] = 1;
  for (const auto& row : loss_catalogue())
    EXPECT_TRUE(std::isnan(row.make()->value_and_gradient(z.view(), t.view(), {}, 1, g.view())))
        << row.name;
}

TEST(Losses, UnknownNameSuggestsTheNearest) {
  expect_error<std::invalid_argument>([] { make_loss("hubber"); }, {"'hubber'", "huber"});
}

}  // namespace
}  // namespace hebb
