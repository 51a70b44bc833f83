// The layers on images and small networks of them by PyTorch (tests/oracles/convolution.py).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "hebb/nn/loss.h"
#include "nn/walk.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

// float32: sums of up to 800 products of order one, each product and sum rounded by 6e-8, and in
// networks some layers of them.
constexpr double kTolerance = 1e-5;

// A number, so that only a test that runs reads the file.
constexpr std::size_t kCases = 121;

const nlohmann::json& cases() {
  static const nlohmann::json all = test::oracle("convolution");
  return all;
}

void expect_close(std::span<const float> ours, const nlohmann::json& expected,
                  const std::string& what) {
  ASSERT_EQ(ours.size(), expected.size()) << what;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const auto value = expected[i].get<double>();
    ASSERT_NEAR(ours[i], value, kTolerance * std::max(1.0, std::abs(value)))
        << what << ", element " << i;
  }
}

Shape shape_of(const nlohmann::json& extents) {
  Shape shape;
  for (std::size_t axis = extents.size(); axis-- > 0;) shape = shape.with_front(extents[axis]);
  return shape;
}

// The loss of a network's outputs and its gradient by them.
std::vector<float> loss_gradient(const nlohmann::json& c, std::span<const float> y) {
  const auto classes = c["classes"].get<std::vector<std::size_t>>();
  Tensor targets({classes.size(), y.size() / classes.size()});
  for (std::size_t row = 0; row < classes.size(); ++row) targets.view().row(row)[classes[row]] = 1;
  Tensor gradient(targets.shape());
  const auto loss = c["loss"].get<double>();
  EXPECT_NEAR(
      make_loss("cross_entropy")
          ->value_and_gradient({y.data(), targets.shape()}, targets.view(), {}, 1, gradient.view()),
      loss, kTolerance * loss);
  expect_close(gradient.span(), c["dy"], "gradient of the outputs");
  return {gradient.span().begin(), gradient.span().end()};
}

class ConvolutionOracle : public testing::TestWithParam<std::size_t> {};

TEST_P(ConvolutionOracle, AgreesForwardAndBackward) {
  const auto& c = cases()[GetParam()];
  SCOPED_TRACE(c["layer"].get<std::string>() + " on " + c["input"].dump() + ", " +
               c["rows"].dump() + " rows");
  test::Walk walk(c["layer"], shape_of(c["input"]), c["rows"], {.training = c["training"]});
  const auto parameters = c["parameters"].get<std::vector<float>>();
  ASSERT_EQ(walk.network.parameter_count(), parameters.size());
  std::ranges::copy(parameters, walk.network.parameters().begin());
  EXPECT_EQ(walk.network.output_shape(), shape_of(c["output"]));

  const auto y = walk.forward(c["x"].get<std::vector<float>>());
  expect_close(y, c["y"], "outputs");
  const auto dy = c.contains("classes") ? loss_gradient(c, y) : c["dy"].get<std::vector<float>>();
  expect_close(walk.backward(dy), c["dx"], "gradient of the inputs");
  const auto gradient = c["gradient"].get<std::vector<double>>();
  for (const auto& block : walk.network.blocks()) {
    if (block.statistic) continue;
    for (std::size_t i = block.begin; i < block.begin + block.shape.size(); ++i)
      ASSERT_NEAR(walk.gradient[i], gradient[i], kTolerance * std::max(1.0, std::abs(gradient[i])))
          << block.name << ", element " << i - block.begin;
  }
}

// An update takes off a running statistic what makes it (1 - momentum) * itself + momentum * that
// of the batch.
TEST(ConvolutionOracleCases, RunningStatisticsFollowTheBatch) {
  std::size_t found = 0;
  for (const auto& c : cases()) {
    if (!c.contains("mean") || !c["training"].get<bool>()) continue;
    ++found;
    SCOPED_TRACE(c["layer"].get<std::string>() + " on " + c["input"].dump());
    test::Walk walk(c["layer"], shape_of(c["input"]), c["rows"], {.training = true});
    const auto parameters = c["parameters"].get<std::vector<float>>();
    std::ranges::copy(parameters, walk.network.parameters().begin());
    walk.forward(c["x"].get<std::vector<float>>());
    walk.backward(c["dy"].get<std::vector<float>>());
    const auto mean = c["mean"].get<std::vector<double>>();
    const auto variance = c["variance"].get<std::vector<double>>();
    const std::size_t n = mean.size();
    const std::string text = c["layer"];
    const auto at = text.find("momentum=");
    const double momentum = at == std::string::npos ? 0.1 : std::stod(text.substr(at + 9));
    for (std::size_t i = 0; i < n; ++i) {
      const auto updated = [&](std::size_t p) { return parameters[p] - walk.gradient[p]; };
      const auto mixed = [&](std::size_t p, double now) {
        return (1 - momentum) * double{parameters[p]} + momentum * now;
      };
      EXPECT_NEAR(updated(2 * n + i), mixed(2 * n + i, mean[i]), kTolerance);
      EXPECT_NEAR(updated(3 * n + i), mixed(3 * n + i, variance[i]), kTolerance);
    }
  }
  EXPECT_GE(found, 4U);
}

INSTANTIATE_TEST_SUITE_P(All, ConvolutionOracle, testing::Range<std::size_t>(0, kCases));

TEST(ConvolutionOracleCases, EachIsTested) { EXPECT_EQ(cases().size(), kCases); }

TEST(ConvolutionOracleCases, EveryLayerOfImagesHasOne) {
  for (const auto& row : layer_catalogue()) {
    if (row.example_input.rank() == 1 || row.name == "dropout2d") continue;
    EXPECT_TRUE(std::ranges::any_of(cases(), [&](const auto& c) {
      return c["layer"].template get<std::string>().starts_with(row.name);
    })) << row.name;
  }
}

}  // namespace
}  // namespace hebb
