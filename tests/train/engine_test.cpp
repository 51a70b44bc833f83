// The engine's gradient against that of the network's layers one by one, all rows at once.
#include "train/engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <list>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "hebb/core/random.h"
#include "hebb/optim/optimizer.h"
#include "nn/walk.h"

namespace hebb {
namespace {

constexpr std::size_t kEngineSamples = 90, kClasses = 3;  // a batch of several shards
const Shape kImage = {1, 12, 14};

class EngineGradient : public testing::TestWithParam<const char*> {};

TEST_P(EngineGradient, IsThatOfTheLayersOneByOne) {
  const std::string text = GetParam();
  const Random random(6, Purpose::data);
  Tensor x({kEngineSamples, kImage.size()});
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = static_cast<float>(random.normal(0, static_cast<std::uint32_t>(i)));
  const std::vector<float> rows(x.span().begin(), x.span().end());
  Targets targets{.outputs = kClasses, .classes = {}, .values = {}};
  Tensor one_hot({kEngineSamples, kClasses});
  for (std::size_t i = 0; i < kEngineSamples; ++i) {
    targets.classes.push_back(static_cast<std::int32_t>(i * i % kClasses));
    one_hot[i * kClasses + i * i % kClasses] = 1;
  }
  const auto loss = make_loss("cross_entropy");

  test::Walk walk(text, kImage, kEngineSamples, {.training = true});
  walk.network.initialize("he_uniform", 3);
  std::ranges::for_each(walk.network.parameters(), [](float& v) { v += 0.01F; });  // biases too
  Tensor outputs({kEngineSamples, kClasses}), deltas({kEngineSamples, kClasses});
  std::ranges::copy(walk.forward(rows), outputs.data());
  const double expected = loss->value_and_gradient(outputs.view(), one_hot.view(), {},
                                                   1.0F / kEngineSamples, deltas.view()) /
                          kEngineSamples;
  walk.backward(deltas.span());

  const Inputs inputs(std::move(x));
  TrainingSet data{&inputs, &targets, std::vector<std::uint32_t>(kEngineSamples), {}};
  std::iota(data.rows.begin(), data.rows.end(), 0U);
  for (const int threads : {1, 3}) {
    NetOptions options;
    options.alpha = 0;
    options.threads = threads;
    Network network(text, kImage);
    std::ranges::copy(walk.network.parameters(), network.parameters().begin());
    Engine engine(network, *loss, data, kEngineSamples, options);
    std::vector<float> gradient(network.parameter_count());
    EXPECT_NEAR(engine.objective(data.rows, gradient).loss, expected, 1e-6);
    for (std::size_t i = 0; i < gradient.size(); ++i)
      ASSERT_NEAR(gradient[i], walk.gradient[i], 1e-6 + 1e-5 * std::abs(walk.gradient[i])) << i;
  }
}

// ---- gradient, then update ----

class EngineSeam : public testing::TestWithParam<const char*> {
 protected:
  static constexpr std::size_t kWidth = 120, kRows = 200;

  EngineSeam() {
    Tensor x({kRows, kWidth});
    const Random random(6, Purpose::data);
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = static_cast<float>(random.normal(0, static_cast<std::uint32_t>(i)));
    inputs_ = Inputs(std::move(x));
    for (std::size_t i = 0; i < kRows; ++i)
      targets_.classes.push_back(static_cast<std::int32_t>(i * i % kClasses));
    data_.rows.resize(kRows);
    std::iota(data_.rows.begin(), data_.rows.end(), 0U);
    network_.initialize("he_uniform", 3);
  }

  NetOptions options(int threads) const {
    NetOptions options;
    options.threads = threads;
    options.ema = 0.9;
    return options;
  }

  // A network in training: its parameters, the average of them and what the solver keeps.
  struct Run {
    Run(const EngineSeam& test, int threads)
        : network(test.network_),
          engine(network, *test.loss_, test.data_, kRows, test.options(threads)),
          average(network.parameters().begin(), network.parameters().end()) {
      for (std::size_t a = 0; a < optimizer->state_arrays(); ++a) {
        arrays.emplace_back(network.parameter_count());
        state.push_back(arrays.back().data());
      }
      engine.keep_average(average);
    }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    std::vector<float> weights() const {
      return {network.parameters().begin(), network.parameters().end()};
    }

    Network network;
    Engine engine;
    std::vector<float> average;
    std::unique_ptr<Optimizer> optimizer = make_optimizer("adam", {});
    std::list<std::vector<float>> arrays;
    std::vector<float*> state;
  };

  Engine::Part part(std::size_t first, std::size_t rows, std::uint64_t update) const {
    return {.rows = std::span(data_.rows).subspan(first, rows),
            .first_row = first,
            .batch_rows = kRows,
            .epoch = 1,
            .update = update};
  }

  Network network_{GetParam(), {kWidth}};
  Inputs inputs_;
  Targets targets_{.outputs = kClasses, .classes = {}, .values = {}};
  TrainingSet data_{&inputs_, &targets_, {}, {}};
  std::unique_ptr<Loss> loss_ = make_loss("cross_entropy");
};

TEST_P(EngineSeam, GradientAndUpdateHaveTheBitsOfBothAtOnce) {
  for (const double clip : {0.0, 0.1}) {
    Run fused(*this, 1), apart(*this, 2);
    Engine::Gradient gradient;
    for (std::uint64_t number = 1; number <= 3; ++number) {
      const UpdateStep step{.number = number, .learning_rate = 0.01};
      const double loss =
          fused.engine.learn(data_.rows, 1, *fused.optimizer, fused.state, step, clip);
      apart.engine.gradient(part(0, kRows, number), gradient);
      EXPECT_EQ(gradient.rows, kRows);
      EXPECT_EQ(apart.engine.update(gradient, *apart.optimizer, apart.state, step, clip), loss);
    }
    EXPECT_EQ(apart.weights(), fused.weights());
    EXPECT_EQ(apart.average, fused.average);
    EXPECT_NE(apart.average, apart.weights());
  }
}

TEST_P(EngineSeam, PartsAddedInOrderHaveTheSameBitsWhoeverComputesThem) {
  constexpr std::size_t kFirst = 96;
  // One engine computes both parts, or one each, which then make the same update.
  Run alone(*this, 1), left(*this, 2), right(*this, 3);
  for (std::uint64_t number = 1; number <= 3; ++number) {
    const UpdateStep step{.number = number, .learning_rate = 0.01};
    const auto first = part(0, kFirst, number), second = part(kFirst, kRows - kFirst, number);
    Engine::Gradient sum, next;
    alone.engine.gradient(first, sum);
    alone.engine.gradient(second, next);
    sum.add(next);
    alone.engine.update(sum, *alone.optimizer, alone.state, step, 0);

    Engine::Gradient of_left, of_right;
    left.engine.gradient(first, of_left);
    right.engine.gradient(second, of_right);
    of_left.add(of_right);
    EXPECT_EQ(of_left.rows, kRows);
    for (Run* run : {&left, &right})
      run->engine.update(of_left, *run->optimizer, run->state, step, 0);
  }
  EXPECT_EQ(left.weights(), alone.weights());
  EXPECT_EQ(right.weights(), alone.weights());
}

class EngineParts : public EngineSeam {};

TEST_P(EngineParts, AddUpToTheGradientOfTheBatch) {
  Run run(*this, 2);
  Engine::Gradient whole, sum, next;
  run.engine.gradient(part(0, kRows, 1), whole);
  run.engine.gradient(part(0, 96, 1), sum);
  run.engine.gradient(part(96, 104, 1), next);
  sum.add(next);
  for (std::size_t i = 0; i < whole.values.size(); ++i)
    ASSERT_NEAR(sum.values[i], whole.values[i], 1e-6 + 1e-5 * std::abs(whole.values[i])) << i;
}

// Rounding alone differs: dropout is that of the whole batch. Batch normalisation, by shards, is not.
INSTANTIATE_TEST_SUITE_P(Networks, EngineParts,
                         testing::Values("linear(100) relu dropout(0.3) linear(3)"));

INSTANTIATE_TEST_SUITE_P(Networks, EngineSeam,
                         testing::Values("linear(100) relu dropout(0.3) linear(3)",
                                         "linear(100) batchnorm relu linear(3)",
                                         "concat(linear(60) relu | linear(40) tanh) linear(3)"));

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
