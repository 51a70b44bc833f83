#include "hebb/nn/loss.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "expect_error.h"
#include "hebb/core/random.h"

namespace hebb {
namespace {

constexpr std::size_t kLossRows = 4, kWidth = 3;
// float32 outputs of order one, summed in double.
constexpr double kLossTolerance = 2e-6;

struct LossCase {
  Tensor outputs{{kLossRows, kWidth}}, targets{{kLossRows, kWidth}};
  std::vector<float> weights = {1, 0.5F, 2, 0};

  explicit LossCase(const LossRow& row) {
    const bool one_hot = !row.regression;
    const Random random(8, Purpose::data);
    for (std::uint32_t i = 0; i < outputs.size(); ++i) {
      outputs[i] = static_cast<float>(2 * random.normal(0, i));
      targets[i] = one_hot ? (i % kWidth == i / kWidth % kWidth ? 1.0F : 0.0F)
                           : static_cast<float>(random.normal(1, i));
      if (row.name == "poisson") targets[i] = std::floor(3 * std::abs(targets[i]));
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
  if (name == "hinge")
    return [](const double* z, const float* t) {
      double most = -INFINITY, truth = 0;
      for (std::size_t i = 0; i < kWidth; ++i)
        (t[i] == 1 ? truth : most) = t[i] == 1 ? z[i] : std::max(most, z[i]);
      return std::max(0.0, 1 + most - truth);
    };
  if (name == "focal")
    return [](const double* z, const float* t) {
      double loss = 0;
      for (std::size_t i = 0; i < kWidth; ++i) {
        const double log_p = z[i] - log_sum_exp(z);
        loss -= double{t[i]} * std::pow(1 - std::exp(log_p), 2) * log_p;
      }
      return loss;
    };
  if (name == "poisson")
    return [](const double* z, const float* t) {
      double loss = 0;
      for (std::size_t i = 0; i < kWidth; ++i)
        loss += std::exp(z[i]) - double{t[i]} * z[i] +
                (t[i] > 0 ? double{t[i]} * std::log(double{t[i]}) - double{t[i]} : 0.0);
      return loss;
    };
  if (name == "quantile") return mean_of([](double d) { return std::abs(d) / 2; });
  if (name == "huber")
    return mean_of([](double d) { return std::abs(d) <= 1 ? d * d / 2 : std::abs(d) - 0.5; });
  throw std::logic_error("the loss " + name +
                         " has no reference: add its definition to reference() in loss_test.cpp");
}

TEST(Losses, ValueAndGradientAgreeWithTheirDefinitionInDouble) {
  for (const auto& row : loss_catalogue()) {
    const LossCase c(row);
    const auto loss = make_loss(row.name);
    const auto f = reference(row.name);
    Tensor gradient({kLossRows, kWidth});
    const double value = loss->value_and_gradient(c.outputs.view(), c.targets.view(), c.weights,
                                                  0.5F, gradient.view());
    EXPECT_TRUE(loss->name().starts_with(row.name));
    EXPECT_EQ(make_loss(loss->name())->name(), loss->name());
    double expected = 0;
    for (std::size_t r = 0; r < kLossRows; ++r) {
      std::vector<double> z(c.outputs.data() + r * kWidth, c.outputs.data() + (r + 1) * kWidth);
      const float* t = c.targets.data() + r * kWidth;
      expected += double{c.weights[r]} * f(z.data(), t);
      for (std::size_t i = 0; i < kWidth; ++i) {
        const double h = 1e-6;
        auto above = z, below = z;
        above[i] += h, below[i] -= h;
        const double factor = loss->gradient_factor(kWidth);
        const double slope = (f(above.data(), t) - f(below.data(), t)) / (2 * h) * factor;
        EXPECT_NEAR(gradient[r * kWidth + i], 0.5 * double{c.weights[r]} * slope, kLossTolerance)
            << row.name;
      }
    }
    EXPECT_NEAR(value, expected, kLossTolerance * 10) << row.name;
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
    EXPECT_TRUE(
        std::isnan(make_loss(row.name)->value_and_gradient(z.view(), t.view(), {}, 1, g.view())))
        << row.name;
}

// The gradient of one output is that of the same two classes with the outputs 0 and z.
TEST(Losses, TwoClassesMayBeOneOutput) {
  for (const char* name : {"focal:2", "focal:0.5", "binary_cross_entropy"})
    for (const float output : {-3.0F, -0.5F, 0.2F, 4.0F})
      for (const float truth : {0.0F, 0.3F, 1.0F}) {
        Tensor z({1, 1}), t({1, 1}), g({1, 1}), both({1, 2}), shares({1, 2}), slopes({1, 2});
        z[0] = both[1] = output, t[0] = shares[1] = truth, shares[0] = 1 - truth;
        const bool entropy = name == std::string("binary_cross_entropy");
        const auto loss = make_loss(name), wide = make_loss(entropy ? "cross_entropy" : name);
        EXPECT_NEAR(loss->value_and_gradient(z.view(), t.view(), {}, 1, g.view()),
                    wide->value_and_gradient(both.view(), shares.view(), {}, 1, slopes.view()),
                    kLossTolerance)
            << name;
        EXPECT_NEAR(g[0], slopes[1], kLossTolerance) << name << " of " << output;
      }
}

TEST(Hinge, OfOneOutputIsThatOfASupportVectorMachine) {
  for (const float output : {-2.0F, -0.5F, 0.5F, 2.0F})
    for (const float truth : {0.0F, 1.0F}) {
      Tensor z({1, 1}), t({1, 1}), g({1, 1});
      z[0] = output, t[0] = truth;
      const float sign = 2 * truth - 1;
      EXPECT_NEAR(make_loss("hinge")->value_and_gradient(z.view(), t.view(), {}, 1, g.view()),
                  std::max(0.0F, 1 - sign * output), kLossTolerance);
      EXPECT_EQ(g[0], sign * output < 1 ? -sign : 0.0F);
    }
}

TEST(Losses, TakeANumberBehindTheirName) {
  Tensor z({1, 1}), t({1, 1}), g({1, 1});
  t[0] = 1;
  EXPECT_NEAR(make_loss("quantile:0.9")->value_and_gradient(z.view(), t.view(), {}, 1, g.view()),
              0.9, kLossTolerance);
  EXPECT_NEAR(g[0], -0.9, kLossTolerance);
  EXPECT_EQ(make_loss("focal")->name(), "focal:2");
  EXPECT_EQ(find_loss("quantile:0.9").name, "quantile");
}

TEST(Losses, RefuseNumbersOutOfRangeOrNotTaken) {
  const auto refuses = [](const char* name, std::initializer_list<std::string> parts) {
    expect_error<std::invalid_argument>([name] { make_loss(name); }, parts);
  };
  refuses("quantile:1", {"q of quantile", "between 0 and 1", "'1'"});
  refuses("quantile:0", {"q of quantile"});
  refuses("quantile:high", {"q of quantile", "'high'"});
  refuses("quantile:", {"q of quantile", "''"});
  refuses("focal:-1", {"gamma of focal", ">= 0"});
  refuses("focal:nan", {"gamma of focal"});
  refuses("focal:inf", {"gamma of focal"});
  refuses("huber:2", {"huber takes no number"});
  expect_error<std::invalid_argument>([] { find_loss("quantil:0.9"); }, {"'quantil'", "quantile"});
}

TEST(Poisson, RefusesNegativeTargets) {
  const std::vector<float> counts = {0, 2, 1.5F}, others = {0, -1, 2};
  make_loss("poisson")->check_targets(counts);
  expect_error<std::invalid_argument>([&] { make_loss("poisson")->check_targets(others); },
                                      {"[loss]", "poisson", ">= 0", "-1"});
  make_loss("squared_error")->check_targets(others);
}

TEST(Losses, UnknownNameSuggestsTheNearest) {
  expect_error<std::invalid_argument>([] { make_loss("hubber"); }, {"'hubber'", "huber"});
}

}  // namespace
}  // namespace hebb
