// Facts about single activations; the catalogue test checks gradients, text and shapes of all of
// them.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "expect_error.h"
#include "hebb/nn/activations.h"
#include "hebb/nn/network.h"

namespace hebb {
namespace {

// float32 rounding of numbers of order one.
constexpr double kTolerance = 5e-7;

std::vector<float> apply(const std::string& text, const std::vector<float>& x) {
  const Network network(text, {x.size()});
  const Tensor y = network.predict({x.data(), {1, x.size()}});
  return {y.span().begin(), y.span().end()};
}

using Floats = std::vector<float>;

TEST(Step, IsOneAboveZeroOnly) { EXPECT_EQ(apply("step", {-1, 0, 1e-6F}), (Floats{0, 0, 1})); }

TEST(Relu, CutsOffWhatIsNegative) { EXPECT_EQ(apply("relu", {-2, 0, 3}), (Floats{0, 0, 3})); }

TEST(LeakyRelu, KeepsAShareOfWhatIsNegative) {
  EXPECT_EQ(apply("leaky_relu", {-2, 3}), (Floats{-0.02F, 3}));
  EXPECT_EQ(apply("leaky_relu(slope=0.5)", {-2, 3}), (Floats{-1, 3}));
}

TEST(Logistic, IsAHalfAtZeroAndSymmetric) {
  const Floats y = apply("logistic", {0, 2, -2});
  EXPECT_EQ(y[0], 0.5F);
  EXPECT_NEAR(y[1] + y[2], 1, kTolerance);
}

TEST(Tanh, IsOdd) {
  const Floats y = apply("tanh", {1.5F, -1.5F});
  EXPECT_EQ(y[0], -y[1]);
}

TEST(Gelu, IsTheExactForm) { EXPECT_NEAR(apply("gelu", {1})[0], 0.841344746, kTolerance); }

TEST(Softplus, IsLogTwoAtZeroAndLinearFarOut) {
  const Floats y = apply("softplus", {0, 50});
  EXPECT_NEAR(y[0], std::log(2.0), kTolerance);
  EXPECT_EQ(y[1], 50.0F);
}

TEST(Silu, HasSwishForASecondName) {
  EXPECT_EQ(Network("swish", {2}).text(), "silu");
  EXPECT_EQ(apply("swish", {-1, 2}), apply("silu", {-1, 2}));
}

TEST(Elu, TakesAlpha) {
  EXPECT_NEAR(apply("elu", {-1})[0], std::exp(-1.0) - 1, kTolerance);
  EXPECT_NEAR(apply("elu(alpha=2)", {-1})[0], 2 * (std::exp(-1.0) - 1), kTolerance);
  EXPECT_EQ(Network("elu(alpha=2)", {2}).text(), "elu(2)");
  expect_error<std::invalid_argument>([] { Network("linear(2) elu(-1)", {2}); },
                                      {"'alpha' of elu must be >= 0", "linear(2) elu(-1)", "^"});
}

TEST(Elementwise, IsMadeByNameAndParameter) {
  EXPECT_EQ(Elementwise("relu").text(), "relu");
  EXPECT_EQ(Elementwise("swish").text(), "silu");
  EXPECT_EQ(Elementwise("leaky_relu", 0.5).text(), "leaky_relu(0.5)");
  EXPECT_EQ(Elementwise("elu").text(), "elu(1)");
}

TEST(Elementwise, RefusesUnknownNamesAndParameters) {
  expect_error<std::invalid_argument>([] { Elementwise("reul"); }, {"'reul'", "relu"});
  expect_error<std::invalid_argument>([] { Elementwise("tanh", 1.0); }, {"[tanh]", "no parameter"});
  expect_error<std::invalid_argument>([] { Elementwise("elu", -0.5); }, {"[elu]", "alpha", ">= 0"});
  expect_error<std::invalid_argument>([] { Elementwise("leaky_relu", NAN); },
                                      {"[leaky_relu]", "slope", "finite"});
}

// The derivative of what works in place comes from the output, or from nothing.
TEST(Elementwise, WorksInPlaceUnlessTheDerivativeNeedsTheInput) {
  for (const char* name : {"relu", "tanh", "elu", "selu", "hard_sigmoid"}) {
    EXPECT_TRUE(Elementwise(name).works_in_place()) << name;
    EXPECT_TRUE(Elementwise(name).needs_output()) << name;
  }
  for (const char* name : {"gelu", "silu", "mish", "leaky_relu"})
    EXPECT_FALSE(Elementwise(name).works_in_place()) << name;
  EXPECT_FALSE(Elementwise("identity").needs_output());
}

TEST(Softmax, SumsToOneOverASample) {
  const Floats y = apply("softmax", {1, 2, 3});
  EXPECT_NEAR(y[0] + y[1] + y[2], 1, kTolerance);
  EXPECT_NEAR(y[2] / y[1], std::exp(1.0), 3 * kTolerance);
}

TEST(Identity, ChangesNothing) { EXPECT_EQ(apply("identity", {-1, 2}), (Floats{-1, 2})); }

}  // namespace
}  // namespace hebb
