// Every row of the layer catalogue passes through here: a new layer gets these checks for nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "expect_error.h"
#include "hebb/core/random.h"
#include "hebb/nn/layer.h"
#include "hebb/nn/network.h"

namespace hebb {
namespace {

constexpr std::size_t kRows = 5;
// A central difference over 2h in float32: rounding near 1e-7/h, curvature near h^2.
constexpr float kStep = 1e-2F;
constexpr float kApart = 5 * kStep;  // of inputs
constexpr double kDifferenceTolerance = 2e-3;

class LayerCatalogue : public testing::TestWithParam<std::string> {
 protected:
  LayerCatalogue()
      : network_(row().example, row().example_input), layer_(*network_.stages()[0].layer) {
    network_.initialize("glorot", 1);
    const Random random(2, Purpose::data);
    // Away from zero, where some activations have no derivative, and from each other, where the
    // largest of some has none.
    const auto places = permutation(x_.size(), random);
    for (std::size_t i = 0; i < x_.size(); ++i)
      x_[i] = kApart * (static_cast<float>(places[i]) + 0.5F - static_cast<float>(x_.size()) / 2);
    for (std::uint32_t i = 0; i < dy_.size(); ++i) dy_[i] = static_cast<float>(random.normal(1, i));
  }

  static const LayerRow& row() {
    for (const auto& candidate : layer_catalogue())
      if (candidate.name == GetParam()) return candidate;
    throw std::logic_error("no such row");
  }

  Tensor forward() const {
    Tensor y(network_.output_shape().with_front(kRows));
    layer_.forward(pass(), network_.parameters(), x_.view(), y.view());
    return y;
  }

  // The sum of outputs times dy: its gradient is what backward() and gradient() compute.
  double objective() const {
    const Tensor y = forward();
    double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i) sum += double{y[i]} * double{dy_[i]};
    return sum;
  }

  double difference(float& at) const {
    const float kept = at;
    at = kept + kStep;
    const double above = objective();
    at = kept - kStep;
    const double below = objective();
    at = kept;
    return (above - below) / (2 * double{kStep});
  }

  Pass pass() const {
    return {.training = true, .seed = 4, .step = 3, .first_row = 0, .layer = 1, .saved = saved_};
  }

  Network network_;
  const Layer& layer_;
  mutable std::vector<float> saved_{
      std::vector<float>(layer_.saved_size(row().example_input, kRows))};
  const Shape input_ = row().example_input;
  Tensor x_{input_.with_front(kRows)};
  Tensor dy_{network_.output_shape().with_front(kRows)};
};

TEST_P(LayerCatalogue, TextBuildsTheSameLayerAgain) {
  EXPECT_EQ(Network(network_.text(), input_).text(), network_.text());
  EXPECT_FALSE(row().help.empty());
}

TEST_P(LayerCatalogue, InputGradientAgreesWithDifferences) {
  const Tensor y = forward();
  Tensor dx(x_.shape());
  std::vector<float> gradient(network_.parameter_count());
  layer_.gradient_of_rows(pass(), network_.parameters(), x_.view(), dy_.view(), gradient);
  layer_.backward(pass(), network_.parameters(), x_.view(), y.view(), dy_.view(), dx.view());
  for (std::size_t i = 0; i < x_.size(); ++i) {
    const double expected = difference(x_[i]);
    EXPECT_NEAR(dx[i], expected, kDifferenceTolerance * std::max(1.0, std::abs(expected))) << i;
  }
}

// Of parameters that are learnt; statistics are kept up otherwise.
TEST_P(LayerCatalogue, ParameterGradientAgreesWithDifferencesAndAccumulates) {
  const std::size_t count = network_.parameter_count();
  std::vector<float> gradient(count);
  std::size_t at = 0;
  for (const auto& piece : layer_.pieces(input_)) {
    EXPECT_EQ(piece.begin, at) << "pieces follow each other";
    at = piece.end;
    const auto part = std::span(gradient).subspan(piece.begin, piece.end - piece.begin);
    if (!layer_.gradient_by_rows())
      layer_.gradient(pass(), piece, x_.view(), dy_.view(), part, false);
  }
  EXPECT_EQ(at, count) << "pieces cover all parameters";
  forward();
  if (layer_.gradient_by_rows())
    layer_.gradient_of_rows(pass(), network_.parameters(), x_.view(), dy_.view(), gradient);
  for (const auto& block : network_.blocks()) {
    if (block.statistic) continue;
    for (std::size_t i = block.begin; i < block.begin + block.shape.size(); ++i) {
      const double expected = difference(network_.parameters()[i]);
      EXPECT_NEAR(gradient[i], expected, kDifferenceTolerance * std::max(1.0, std::abs(expected)))
          << i;
    }
  }
  if (layer_.gradient_by_rows()) return;
  for (const auto& piece : layer_.pieces(input_)) {
    std::vector<float> more(piece.end - piece.begin, 7.0F);
    layer_.gradient(pass(), piece, x_.view(), dy_.view(), more, true);
    for (std::size_t i = 0; i < more.size(); ++i)
      EXPECT_NEAR(more[i], gradient[piece.begin + i] + 7, 1e-5);  // float32 rounding of order ten
  }
}

TEST_P(LayerCatalogue, ABatchOfOneEqualsItsRow) {
  const Tensor all = network_.predict(x_.view());
  for (std::size_t r = 0; r < kRows; ++r) {
    const Tensor one = network_.predict({x_.view().row(r), input_.with_front(1)});
    for (std::size_t i = 0; i < one.size(); ++i)
      EXPECT_NEAR(one[i], all[r * one.size() + i], 1e-6);  // sums may run in another order
  }
}

TEST_P(LayerCatalogue, WrongWidthIsRefusedWithBothNamed) {
  const std::size_t width = input_.size();
  const Tensor wide({2, width + 1});
  expect_error<std::invalid_argument>(
      [&] { network_.predict(wide.view()); },
      {std::to_string(width + 1) + " features", "expected " + std::to_string(width)});
}

TEST_P(LayerCatalogue, UnknownArgumentIsPointedAt) {
  expect_error<std::invalid_argument>(
      [&] { Network(GetParam() + "(nonsense=1)", row().example_input); },
      {"[net]", "\n  " + GetParam() + "(nonsense=1)\n", "^"});
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const auto& row : layer_catalogue()) all.push_back(row.name);
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, LayerCatalogue, testing::ValuesIn(names()),
                         [](const auto& instance) { return instance.param; });

TEST(Activations, AreOfferedByName) {
  const auto offered = activation_names();
  for (const char* name : {"identity", "logistic", "tanh", "relu", "gelu"})
    EXPECT_NE(std::ranges::find(offered, name), offered.end()) << name;
  EXPECT_EQ(std::ranges::find(offered, "linear"), offered.end());
}

}  // namespace
}  // namespace hebb
