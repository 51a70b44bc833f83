#include "hebb/nn/initializer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "expect_error.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

constexpr Fans kFans{.in = 300, .out = 200};

std::vector<float> weights_of(const std::string& name, const Fans& fans = kFans) {
  std::vector<float> weights(fans.in * fans.out);
  find_initializer(name).weights(weights, fans, Random(1, Purpose::init));
  return weights;
}

TEST(Initializers, HaveTheSpreadThatTheirPapersGive) {
  const std::map<std::string, double> variance = {
      {"sklearn", 2.0 / 500},       {"glorot", 2.0 / 500},
      {"glorot_normal", 2.0 / 500}, {"he", 2.0 / 300},
      {"he_uniform", 2.0 / 300},    {"lecun", 1.0 / 300},
      {"lecun_uniform", 1.0 / 300}, {"orthogonal", 1.0 / 300}};
  for (const auto& row : initializer_catalogue()) {
    double squares = 0;
    const auto weights = weights_of(row.name);
    for (const float w : weights) squares += double{w} * double{w};
    // 60,000 draws: the relative error of a variance is 0.6 %; five of them.
    ASSERT_TRUE(variance.contains(row.name))
        << "the initialiser " << row.name << " has no variance to be held against: add it above";
    EXPECT_NEAR(squares / static_cast<double>(weights.size()) / variance.at(row.name), 1, 0.03)
        << row.name;
  }
}

// The bound of uniform numbers, or the deviation of normal ones, that PyTorch and scikit-learn draw
// with (tests/oracles/initializers.py).
TEST(Initializers, DrawAsWideAsPyTorchAndScikitLearn) {
  for (const auto& c : test::oracle("initializers")) {
    const auto name = c["initializer"].get<std::string>();
    const Fans fans{.in = c["fan_in"], .out = c["fan_out"], .logistic = c["logistic"]};
    const auto weights = weights_of(name, fans);
    double squares = 0, top = 0;
    for (const float w : weights) {
      squares += double{w} * double{w};
      top = std::max(top, std::abs(double{w}));
    }
    const auto draws = static_cast<double>(weights.size());
    const double deviation = std::sqrt(squares / draws);
    if (c.contains("bound")) {
      // The largest of n draws falls short of the bound by 1/n on average, by 20/n once in 1e9.
      EXPECT_LE(top, c["bound"].get<double>() * (1 + 1e-7)) << name;  // float32 rounding
      EXPECT_GE(top, c["bound"].get<double>() * (1 - 20 / draws)) << name;
      EXPECT_NEAR(deviation / c["bound"].get<double>() * std::sqrt(3.0), 1,
                  5 / std::sqrt(2 * draws));
    } else {
      EXPECT_NEAR(deviation / c["deviation"].get<double>(), 1, 5 / std::sqrt(2 * draws)) << name;
      EXPECT_GT(top, 3 * deviation) << name << " is not normal";
    }
  }
}

TEST(Initializers, ScikitLearnsBoundIsSmallerForLogistic) {
  Fans fans = kFans;
  fans.logistic = true;
  const double bound = std::sqrt(2.0 / 500), wide = std::sqrt(6.0 / 500);
  const auto top = [](std::vector<float> w) { return *std::ranges::max_element(w); };
  EXPECT_NEAR(top(weights_of("sklearn", fans)), bound, bound * 1e-3);
  EXPECT_NEAR(top(weights_of("sklearn")), wide, wide * 1e-3);
}

TEST(Initializers, OnlyScikitLearnsBiasesAreNotZero) {
  for (const auto& row : initializer_catalogue()) {
    std::vector<float> biases(50, 1.0F);
    row.biases(biases, kFans, Random(1, Purpose::init));
    EXPECT_EQ(std::ranges::all_of(biases, [](float b) { return b == 0; }), row.name != "sklearn")
        << row.name;
  }
}

TEST(Initializers, OrthogonalGivesOrthonormalRowsOrColumns) {
  for (const Fans& fans : {Fans{.in = 5, .out = 8}, Fans{.in = 8, .out = 5}}) {
    const auto w = weights_of("orthogonal", fans);
    const bool wide = fans.out > fans.in;
    const std::size_t count = std::min(fans.in, fans.out), length = std::max(fans.in, fans.out);
    const auto at = [&](std::size_t vector, std::size_t i) {
      return double{wide ? w[vector * fans.out + i] : w[i * fans.out + vector]};
    };
    for (std::size_t a = 0; a < count; ++a)
      for (std::size_t b = 0; b < count; ++b) {
        double dot = 0;
        for (std::size_t i = 0; i < length; ++i) dot += at(a, i) * at(b, i);
        EXPECT_NEAR(dot, a == b ? 1 : 0, 1e-6);  // float32 rounding
      }
  }
}

TEST(Initializers, UnknownNameSuggestsTheNearest) {
  expect_error<std::invalid_argument>([] { find_initializer("hee"); },
                                      {"'hee'", "did you mean he?"});
}

}  // namespace
}  // namespace hebb
