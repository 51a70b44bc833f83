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
constexpr double kOracleTolerance = 1e-5;

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
    ASSERT_NEAR(ours[i], value, kOracleTolerance * std::max(1.0, std::abs(value)))
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
      loss, kOracleTolerance * loss);
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
  expect_close(walk.gradient, c["gradient"], "gradient of the parameters");
}

INSTANTIATE_TEST_SUITE_P(All, ConvolutionOracle, testing::Range<std::size_t>(0, kCases));

TEST(ConvolutionOracleCases, EachIsTested) { EXPECT_EQ(cases().size(), kCases); }

TEST(ConvolutionOracleCases, EveryLayerOfImagesHasOne) {
  for (const auto& row : layer_catalogue()) {
    if (row.example_input.rank() < 3 || row.name == "dropout2d") continue;
    EXPECT_TRUE(std::ranges::any_of(cases(), [&](const auto& c) {
      return c["layer"].template get<std::string>().starts_with(row.name);
    })) << row.name;
  }
}

}  // namespace
}  // namespace hebb
