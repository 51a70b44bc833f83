// Prediction into memory of the caller's, and gradients by the input.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/nn/network.h"
#include "nn/graph_reference.h"
#include "nn/walk.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

using test::Doubles;
using test::Sample;

// ---- gradients by the input ----

struct InputCase {
  const char* text;
  Shape input;
};

class InputGradient : public testing::TestWithParam<InputCase> {
 protected:
  static constexpr std::size_t kRows = 3;
  // float32: sums of up to 100 products of order one, in a few layers.
  static constexpr double kTolerance = 1e-5;
  // A central difference in double: curvature near h^2, rounding near 1e-16 / h.
  static constexpr double kStep = 1e-5;

  InputGradient() {
    const auto drawn = test::uniform(3, network_.parameter_count());
    std::ranges::copy(drawn, network_.parameters().begin());
    parameters_.assign(drawn.begin(), drawn.end());
    // Samples in the order (C, H, W); those of the network lie channels last.
    const auto x = test::uniform(1, kRows * size());
    for (std::size_t i = 0; i < x.size(); ++i)
      x_.view().row(i / size())[test::place(GetParam().input, i % size())] = x[i];
    rows_.assign(x.begin(), x.end());
  }

  std::size_t size() const { return GetParam().input.size(); }

  // Sum over the outputs of a row times `dy`, for a row in double.
  double objective(const Doubles& row, std::span<const float> dy) const {
    std::size_t at = 0;
    const Sample y = test::run(specs_, {GetParam().input, row}, parameters_, at);
    double sum = 0;
    for (std::size_t i = 0; i < y.values.size(); ++i) sum += y.values[i] * double{dy[i]};
    return sum;
  }

  void expect_slopes(const Tensor& dx, std::size_t row, std::span<const float> dy) const {
    Doubles x(rows_.begin() + static_cast<std::ptrdiff_t>(row * size()),
              rows_.begin() + static_cast<std::ptrdiff_t>((row + 1) * size()));
    for (std::size_t i = 0; i < size(); ++i) {
      const double kept = x[i];
      x[i] = kept + kStep;
      const double above = objective(x, dy);
      x[i] = kept - kStep;
      const double slope = (above - objective(x, dy)) / (2 * kStep);
      x[i] = kept;
      ASSERT_NEAR(dx.view().row(row)[test::place(GetParam().input, i)], slope,
                  kTolerance * std::max(1.0, std::abs(slope)))
          << "row " << row << ", input " << i;
    }
  }

  Network network_{GetParam().text, GetParam().input};
  std::vector<LayerSpec> specs_ = parse_network_text(GetParam().text);
  Doubles parameters_, rows_;
  Tensor x_{GetParam().input.with_front(kRows)};
};

TEST_P(InputGradient, IsThatOfPlainDoubleArithmetic) {
  Tensor dy(network_.output_shape().with_front(kRows));
  std::ranges::copy(test::uniform(2, dy.size()), dy.data());
  const Tensor dx = network_.input_gradient(x_.view(), dy.view());
  EXPECT_EQ(dx.shape(), x_.shape());
  for (std::size_t row = 0; row < kRows; ++row)
    expect_slopes(dx, row, {dy.view().row(row), dy.view().row_size()});
}

TEST_P(InputGradient, OfAnOutputIsThatOfItsDerivative) {
  for (std::size_t output = 0; output < network_.output_shape().size(); ++output) {
    std::vector<float> dy(network_.output_shape().size());
    dy[output] = 1;
    const Tensor dx = network_.input_gradient(x_.view(), output);
    expect_slopes(dx, kRows - 1, dy);
  }
}

// A ReLU that is fused into a pool, one that two layers take, an input that branches take.
INSTANTIATE_TEST_SUITE_P(
    Networks, InputGradient,
    testing::Values(
        InputCase{"linear(4) tanh linear(2)", {3}},
        InputCase{"concat( | linear(2) tanh) add(linear(3) | linear(3) logistic)", {4}},
        InputCase{"conv(3,3) relu maxpool(2) residual(conv(3,3) tanh) linear(2)", {2, 4, 5}},
        InputCase{"concat(conv(2,3) | conv(1,1) relu | ) relu maxpool(2) linear(2)", {2, 4, 4}}));

TEST(InputGradient, TakesRunningStatisticsAndNoDropout) {
  Network network("linear(3) batchnorm dropout(0.5) linear(1)", {2});
  network.initialize("glorot", 1);
  Tensor x({4, 2});
  std::ranges::copy(test::uniform(1, x.size()), x.data());
  const Tensor dx = network.input_gradient(x.view(), 0);
  constexpr float kStep = 1e-2F;  // all is linear in x: only rounding, near 1e-7 / h
  for (std::size_t i = 0; i < x.size(); ++i) {
    Tensor above = x, below = x;
    above[i] += kStep;
    below[i] -= kStep;
    const float slope =
        (network.predict(above.view())[i / 2] - network.predict(below.view())[i / 2]) / (2 * kStep);
    EXPECT_NEAR(dx[i], slope, 1e-4) << i;
  }
}

TEST(InputGradient, OfManyRowsIsThatOfEach) {
  Network network("conv(3,3) relu maxpool(2) linear(2)", {1, 6, 6});
  network.initialize("he", 1);
  Tensor x({300, 1, 6, 6});
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i % 17) / 17;
  const Tensor all = network.input_gradient(x.view(), 1);
  for (const std::size_t row : {0U, 127U, 128U, 299U}) {
    const Tensor one = network.input_gradient({x.view().row(row), {1, 1, 6, 6}}, 1);
    for (std::size_t i = 0; i < one.size(); ++i)
      EXPECT_NEAR(one[i], all.view().row(row)[i], 1e-6) << row << ' ' << i;
  }
}

TEST(InputGradient, RefusesShapesThatDoNotFit) {
  const Network network("linear(3)", {4});
  const Tensor x({2, 4});
  expect_error<std::invalid_argument>(
      [&] {
        (void)network.input_gradient(x.view(), Tensor({2, 4}).view());
      },
      {"[input_gradient]", "(2, 3), got (2, 4)"});
  expect_error<std::invalid_argument>([&] { (void)network.input_gradient(x.view(), 3); },
                                      {"outputs 0 to 2, got 3"});
  expect_error<std::invalid_argument>(
      [&] {
        (void)network.input_gradient(Tensor({2, 5}).view(), 0);
      },
      {"X has 5 features, expected 4"});
}

// ---- prediction ----

TEST(PredictInto, GivesThatOfPredictInTheSameMemory) {
  Network network("conv(3,3) relu concat(conv(2,3) relu maxpool(2) | maxpool(2)) linear(2)",
                  {1, 6, 6});
  network.initialize("he", 1);
  Tensor x({150, 1, 6, 6});
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i % 13) / 13;
  Network::Workspace workspace;
  Tensor y({150, 2});
  network.predict(x.view(), y.view(), workspace);
  const Tensor expected = network.predict(x.view());
  EXPECT_TRUE(std::ranges::equal(y.span(), expected.span()));
  std::vector<const float*> buffers;
  for (const Tensor& buffer : workspace.buffers) buffers.push_back(buffer.data());
  EXPECT_FALSE(buffers.empty());
  Tensor few({40, 2});
  network.predict({x.data(), {40, 1, 6, 6}}, few.view(), workspace);
  for (std::size_t i = 0; i < few.size(); ++i) EXPECT_NEAR(few[i], expected[i], 1e-6);
  for (std::size_t i = 0; i < buffers.size(); ++i)
    EXPECT_EQ(workspace.buffers[i].data(), buffers[i]) << "memory is kept";
}

TEST(PredictInto, AWorkspaceServesSeveralNetworks) {
  Network::Workspace workspace;
  for (const char* text : {"linear(3)", "linear(40) relu linear(3)", "linear(5) tanh linear(3)"}) {
    Network network(text, {4});
    network.initialize("he", 1);
    Tensor x({7, 4}), y({7, 3});
    std::ranges::copy(test::uniform(1, x.size()), x.data());
    network.predict(x.view(), y.view(), workspace);
    EXPECT_TRUE(std::ranges::equal(y.span(), network.predict(x.view()).span())) << text;
  }
}

TEST(PredictInto, RefusesShapesThatDoNotFit) {
  const Network network("linear(3)", {4});
  Network::Workspace workspace;
  Tensor y({2, 4});
  expect_error<std::invalid_argument>(
      [&] {
        network.predict(Tensor({2, 4}).view(), y.view(), workspace);
      },
      {"[predict]", "(2, 3), got (2, 4)"});
  expect_error<std::invalid_argument>(
      [&] {
        network.predict(Tensor({2, 5}).view(), y.view(), workspace);
      },
      {"X has 5 features, expected 4"});
}

}  // namespace
}  // namespace hebb
