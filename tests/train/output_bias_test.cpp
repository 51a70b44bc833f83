// The bias with which the last layer begins (NetOptions::output_bias), against plain arithmetic.
#include "train/output_bias.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/core/random.h"
#include "hebb/estimators/mlp.h"

namespace hebb {
namespace {

constexpr std::size_t kColumns = 3;

std::vector<std::uint32_t> all_rows(std::size_t rows) {
  std::vector<std::uint32_t> all(rows);
  std::iota(all.begin(), all.end(), 0U);
  return all;
}

// A training set without features that matter.
struct BiasProblem {
  Inputs inputs;
  Targets targets;
  std::vector<float> weights = {};

  explicit BiasProblem(Targets given)
      : inputs(Tensor({std::max(given.classes.size(), given.values.size() / given.outputs), 1})),
        targets(std::move(given)) {}
  TrainingSet set() const { return {&inputs, &targets, all_rows(inputs.samples()), weights}; }
};

// The bias of a network without hidden layers, whose other weights are 0.
std::vector<float> bias_of(const BiasProblem& problem, OutputActivation activation,
                           const TrainingSet& set) {
  Network network(concat("linear(", problem.targets.outputs, ")"), {1});
  set_prior_bias(network, activation, set);
  const auto all = network.parameters();
  return {all.begin() + static_cast<std::ptrdiff_t>(problem.targets.outputs), all.end()};
}

std::vector<float> bias_of(const BiasProblem& problem, OutputActivation activation) {
  return bias_of(problem, activation, problem.set());
}

// `rare` samples of class 1 of 2, the others of class 0.
Targets rare_class(std::size_t rare, std::size_t others, bool one_hot) {
  Targets targets{.outputs = one_hot ? 2U : 1U, .one_hot = one_hot};
  targets.classes.assign(rare + others, 0);
  std::fill_n(targets.classes.begin(), rare, 1);
  return targets;
}

TEST(OutputBias, OfARareClassBeginsAtTheLossOfThePrior) {
  const double share = 80.0 / 40'000;
  const double entropy = -share * std::log(share) - (1 - share) * std::log(1 - share);
  for (const bool one_hot : {false, true}) {
    const BiasProblem problem(rare_class(80, 39'920, one_hot));
    const auto loss = make_loss(one_hot ? "cross_entropy" : "binary_cross_entropy");
    Network network(one_hot ? "linear(5) relu linear(2)" : "linear(5) relu linear(1)", {1});
    const auto mean_loss = [&] {
      const std::size_t samples = problem.inputs.samples();
      const Tensor outputs = network.predict(Tensor({samples, 1}).view());
      Tensor targets(outputs.shape()), gradient(outputs.shape());
      problem.targets.gather(all_rows(samples), targets.data());
      return loss->value_and_gradient(outputs.view(), std::as_const(targets).view(), {}, 1,
                                      gradient.view()) /
             static_cast<double>(samples);
    };
    EXPECT_NEAR(mean_loss(), std::log(2), 1e-6);
    set_prior_bias(network, loss->output_activation(), problem.set());
    EXPECT_NEAR(mean_loss(), entropy, 1e-7);  // 0.0144
  }
}

TEST(OutputBias, IsTheInverseOfTheOutputActivation) {
  Targets classes{.outputs = 3};
  classes.classes = {0, 1, 1, 2, 1, 0};
  const BiasProblem three(classes);
  EXPECT_EQ(
      bias_of(three, OutputActivation::softmax),
      (std::vector{static_cast<float>(std::log(2.0 / 6)), static_cast<float>(std::log(3.0 / 6)),
                   static_cast<float>(std::log(1.0 / 6))}));
  // Squared error of classes: the shares themselves.
  EXPECT_EQ(bias_of(three, OutputActivation::identity),
            (std::vector{static_cast<float>(2.0 / 6), static_cast<float>(3.0 / 6),
                         static_cast<float>(1.0 / 6)}));
  const BiasProblem two(rare_class(3, 5, false));
  for (const auto activation : {OutputActivation::logistic, OutputActivation::softmax})
    EXPECT_NEAR(bias_of(two, activation)[0], std::log(3.0 / 5), 1e-7);

  Targets numbers{.outputs = 2};
  numbers.values = {1, -4, 2, -5, 6, 0};
  const BiasProblem pair(numbers);
  EXPECT_EQ(bias_of(pair, OutputActivation::identity), (std::vector{3.0F, -3.0F}));
  numbers.values = {1, 4, 2, 5, 6, 0};
  EXPECT_EQ(bias_of(BiasProblem(numbers), OutputActivation::exp),
            (std::vector{static_cast<float>(std::log(3.0)), static_cast<float>(std::log(3.0))}));
}

TEST(OutputBias, CountsRowsByTheirWeightAndOnlyThoseOfThePart) {
  Targets numbers{.outputs = 1};
  numbers.values = {1, 2, 40, 8};
  BiasProblem problem(numbers);
  problem.weights = {0.5F, 1.5F, 1, 1};
  TrainingSet set = problem.set();
  set.rows = {0, 1, 3};  // of weights 0.5, 1.5 and 1
  EXPECT_EQ(bias_of(problem, OutputActivation::identity, set),
            std::vector{static_cast<float>((0.5 * 1 + 1.5 * 2 + 8) / 3)});
  BiasProblem classes(rare_class(1, 3, false));
  classes.weights = {3, 1, 1, 1};
  EXPECT_EQ(bias_of(classes, OutputActivation::logistic), std::vector{0.0F});
}

TEST(OutputBias, OfAClassWithoutSamplesIsThatOfOneSample) {
  Targets classes{.outputs = 3};
  classes.classes = {0, 1, 1, 0, 1};
  const auto bias = bias_of(BiasProblem(classes), OutputActivation::softmax);
  EXPECT_NEAR(bias[2], std::log(1.0 / 5), 1e-7);
  EXPECT_NEAR(bias_of(BiasProblem(rare_class(0, 8, false)), OutputActivation::logistic)[0],
              std::log(1.0 / 8), 1e-7);
}

TEST(OutputBias, IsRefusedWhereTheNetworkEndsInNone) {
  Targets numbers{.outputs = 1};
  numbers.values = {1, 2};
  const BiasProblem problem(numbers);
  for (const std::string net : {"linear(1) tanh", "linear(1) residual(linear(1))"}) {
    Network network(net, {1});
    expect_error<std::invalid_argument>(
        [&] { set_prior_bias(network, OutputActivation::identity, problem.set()); },
        {"output_bias", "last layer has a bias", net});
  }
}

// ---- by the option ----

Dataset table(std::size_t rows, bool numbers) {
  const Random random(7, Purpose::data);
  std::vector<double> x;
  Target target{.names = {"y"}, .values = {}, .classes = {}};
  if (!numbers) target.classes = {"common", "rare"};
  for (std::uint32_t r = 0; r < rows; ++r) {
    for (std::uint32_t c = 0; c < kColumns; ++c) x.push_back(random.normal(r, c));
    target.values.push_back(numbers ? 100 + random.normal(r, 9) : r % 10 == 0 ? 1 : 0);
  }
  return Dataset::from_values(x, {rows, kColumns}, target);
}

// Steps that are too small to change a weight.
MLPOptions at_start() {
  return {.hidden_layer_sizes = {4},
          .solver = "sgd",
          .learning_rate_init = 1e-30,
          .max_iter = 1,
          .output_bias = "prior"};
}

template <class Estimator>
float last_bias(const Estimator& fitted) {
  return fitted.intercepts_().back()[0];
}

TEST(OutputBias, BeginsAtThePriorOfTheTrainingPart) {
  MLPClassifier net(at_start());
  net.fit(table(200, false));
  EXPECT_NEAR(last_bias(net), std::log(0.1 / 0.9), 1e-6);
  MLPOptions balanced = at_start();
  balanced.class_weight = {"balanced"};
  MLPClassifier weighted(balanced);
  weighted.fit(table(200, false));
  EXPECT_NEAR(last_bias(weighted), 0, 1e-6);

  const Dataset data = table(200, true);
  const auto& values = data.target().values;
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / 200;
  MLPRegressor plain(at_start()), scaled(at_start(), {.scale_target = "standard"});
  plain.fit(data);
  scaled.fit(data);
  EXPECT_NEAR(last_bias(plain), mean, 1e-4);
  EXPECT_NEAR(last_bias(scaled), 0, 1e-6);
}

TEST(OutputBias, TheOtherWeightsAreThoseOfTheInitializer) {
  MLPOptions plain = at_start();
  plain.output_bias = "init";
  MLPClassifier by_prior(at_start()), by_init(plain);
  by_prior.fit(table(100, false));
  by_init.fit(table(100, false));
  const auto a = by_prior.model().network()->parameters();
  const auto b = by_init.model().network()->parameters();
  EXPECT_TRUE(std::equal(a.begin(), a.end() - 1, b.begin(), b.end() - 1));
  EXPECT_NE(a.back(), b.back());
}

TEST(OutputBias, OfAModelThatTrainingContinuesFromIsKept) {
  MLPClassifier first(at_start());
  first.fit(table(100, false));
  MLPOptions options = at_start();
  options.class_weight = {"balanced"};  // a prior of 0
  MLPClassifier second(options);
  second.start_from(first.model());
  second.fit(table(100, false));
  EXPECT_EQ(last_bias(second), last_bias(first));
}

TEST(OutputBias, GivesTheSameBitsForAnyNumberOfThreads) {
  std::vector<float> before;
  for (const int threads : {1, 2, 5}) {
    MLPOptions options = at_start();
    options.learning_rate_init = 0.1;
    options.max_iter = 3;
    options.hidden_layer_sizes = {64};
    options.threads = threads;
    MLPClassifier net(options);
    net.fit(table(1000, false));
    const auto p = net.model().network()->parameters();
    const std::vector<float> now(p.begin(), p.end());
    if (before.empty()) before = now;
    EXPECT_EQ(now, before) << threads;
  }
}

}  // namespace
}  // namespace hebb
