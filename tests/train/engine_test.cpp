// The engine's gradient against that of the network's layers one by one, all rows at once.
#include "train/engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "hebb/core/random.h"
#include "nn/walk.h"

namespace hebb {
namespace {

constexpr std::size_t kSamples = 90, kClasses = 3;  // a batch of several shards
const Shape kImage = {1, 12, 14};

class EngineGradient : public testing::TestWithParam<const char*> {};

TEST_P(EngineGradient, IsThatOfTheLayersOneByOne) {
  const std::string text = GetParam();
  const Random random(6, Purpose::data);
  Tensor x({kSamples, kImage.size()});
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = static_cast<float>(random.normal(0, static_cast<std::uint32_t>(i)));
  const std::vector<float> rows(x.span().begin(), x.span().end());
  Targets targets{.outputs = kClasses, .classes = {}, .values = {}};
  Tensor one_hot({kSamples, kClasses});
  for (std::size_t i = 0; i < kSamples; ++i) {
    targets.classes.push_back(static_cast<std::int32_t>(i * i % kClasses));
    one_hot[i * kClasses + i * i % kClasses] = 1;
  }
  const auto loss = make_loss("cross_entropy");

  test::Walk walk(text, kImage, kSamples, {.training = true});
  walk.network.initialize("he_uniform", 3);
  std::ranges::for_each(walk.network.parameters(), [](float& v) { v += 0.01F; });  // biases too
  Tensor outputs({kSamples, kClasses}), deltas({kSamples, kClasses});
  std::ranges::copy(walk.forward(rows), outputs.data());
  const double expected =
      loss->value_and_gradient(outputs.view(), one_hot.view(), {}, 1.0F / kSamples, deltas.view()) /
      kSamples;
  walk.backward(deltas.span());

  const Inputs inputs(std::move(x));
  TrainingSet data{&inputs, &targets, std::vector<std::uint32_t>(kSamples), {}};
  std::iota(data.rows.begin(), data.rows.end(), 0U);
  for (const int threads : {1, 3}) {
    NetOptions options;
    options.alpha = 0;
    options.threads = threads;
    Network network(text, kImage);
    std::ranges::copy(walk.network.parameters(), network.parameters().begin());
    Engine engine(network, *loss, data, kSamples, options);
    std::vector<float> gradient(network.parameter_count());
    EXPECT_NEAR(engine.objective(data.rows, gradient).loss, expected, 1e-6);
    for (std::size_t i = 0; i < gradient.size(); ++i)
      ASSERT_NEAR(gradient[i], walk.gradient[i], 1e-6 + 1e-5 * std::abs(walk.gradient[i])) << i;
  }
}

// Layers in place, a ReLU that a pool overtakes or may not overtake, skips over both, gradients by
// rows and not.
INSTANTIATE_TEST_SUITE_P(
    Networks, EngineGradient,
    testing::Values("conv(9,3) relu maxpool(2) conv(5,3) relu maxpool(3,stride=2) linear(3)",
                    "conv(4,3) relu residual(maxpool(2) conv(8,3)) relu linear(3)",
                    "conv(4,3) residual(relu maxpool(1)) relu maxpool(2) linear(3)",
                    "conv(4,3) relu avgpool(2) tanh globalmaxpool flatten linear(3)",
                    "flatten linear(40) relu linear(30) logistic linear(3)",
                    "linear(50) relu linear(3)"));

}  // namespace
}  // namespace hebb
