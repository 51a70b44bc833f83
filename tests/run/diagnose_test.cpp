// Each finding is provoked by a run that deserves it, and kept away by one that does not.
#include "hebb/run/diagnose.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hebb/core/random.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/mlp.h"

namespace hebb {
namespace {

using testing::AssertionFailure;
using testing::AssertionResult;
using testing::AssertionSuccess;

// `samples` points of two classes around -1 and 1 in both columns; `labels` of chance if `noise`.
Dataset two_groups(std::size_t samples, bool noise = false, std::uint64_t seed = 1) {
  const Random random(seed, Purpose::data);
  std::vector<double> values;
  Target target{.names = {"group"}, .values = {}, .classes = {"a", "b"}};
  for (std::uint32_t i = 0; i < samples; ++i) {
    const double side = i % 2 == 0 ? -1 : 1;
    for (std::uint32_t c = 0; c < 2; ++c) values.push_back(side + 0.3 * random.normal(i, c));
    target.values.push_back(noise ? std::floor(2 * random.uniform(i, 9)) : i % 2);
  }
  return Dataset::from_values(values, {samples, 2}, target);
}

struct Trial {
  Dataset train, test;
  MLPOptions options = {};
  PreprocessOptions preprocess = {.scale = "standard"};

  std::vector<Finding> findings() const {
    MLPClassifier net(options, preprocess);
    net.fit(train);
    return diagnose(facts_of(net.model(), evaluate(net, train, test), &train, &test));
  }
};

Trial plain_run() { return {.train = two_groups(400), .test = two_groups(200, false, 2)}; }

Trial of_builtin(const std::string& name, MLPOptions options, PreprocessOptions preprocess) {
  auto [train, test] = load_dataset(name).split();
  return {std::move(train), std::move(test), std::move(options), std::move(preprocess)};
}

std::string list_of(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& one : findings) text += one.kind + ": " + one.reason + "\n";
  return text;
}

AssertionResult has(const std::vector<Finding>& findings, const std::string& kind) {
  const bool there = std::ranges::count(findings, kind, &Finding::kind) > 0;
  return (there ? AssertionSuccess() : AssertionFailure()) << "found:\n" << list_of(findings);
}

AssertionResult lacks(const std::vector<Finding>& findings, const std::string& kind) {
  const bool there = std::ranges::count(findings, kind, &Finding::kind) > 0;
  return (there ? AssertionFailure() : AssertionSuccess()) << "found:\n" << list_of(findings);
}

TEST(Diagnose, FindsNothingInAGoodRun) { EXPECT_EQ(list_of(plain_run().findings()), ""); }

TEST(Diagnose, OfNothingIsEmpty) { EXPECT_TRUE(diagnose({}).empty()); }

TEST(Diagnose, SaysWhatWasSeenAndWhatToTry) {
  Trial run = plain_run();
  run.options = {.solver = "sgd", .learning_rate_init = 1e-5, .max_iter = 20};
  for (const Finding& one : run.findings()) {
    EXPECT_EQ(std::ranges::count(finding_kinds(), one.kind), 1) << one.kind;
    EXPECT_FALSE(one.reason.empty());
    EXPECT_FALSE(one.advice.empty());
  }
}

TEST(Diagnose, FindsUnderFittingOfAWeakModel) {
  // Whether the signs of two numbers agree: no line tells.
  const Random random(3, Purpose::data);
  std::vector<double> values;
  Target target{.names = {"same"}, .values = {}, .classes = {"no", "yes"}};
  for (std::uint32_t i = 0; i < 400; ++i) {
    const double x = random.uniform(i, 0) - 0.5, y = random.uniform(i, 1) - 0.5;
    values.insert(values.end(), {x, y});
    target.values.push_back(x * y > 0 ? 1 : 0);
  }
  const Dataset all = Dataset::from_values(values, {400, 2}, target);
  Trial run{.train = all.slice(0, 300), .test = all.slice(300, 400)};
  run.options.net = "linear(1)";
  EXPECT_TRUE(has(run.findings(), "under_fitting"));
  run.options = {.hidden_layer_sizes = {16}, .learning_rate_init = 0.02};
  EXPECT_TRUE(lacks(run.findings(), "under_fitting"));
}

TEST(Diagnose, FindsOverFittingOfLabelsByChance) {
  Trial run{.train = two_groups(100, true), .test = two_groups(200, true, 2)};
  run.options = {.hidden_layer_sizes = {100}, .solver = "lbfgs"};
  EXPECT_TRUE(has(run.findings(), "over_fitting"));
  EXPECT_TRUE(lacks(plain_run().findings(), "over_fitting"));
}

TEST(Diagnose, FindsOverFittingInAValidationScoreThatFell) {
  RunFacts facts{.loss_curve = std::vector<double>(20, 0.5)};
  for (int epoch = 0; epoch < 20; ++epoch)
    facts.validation_scores.push_back(0.9 - 0.01 * std::abs(epoch - 5));
  const auto found = diagnose(facts);
  ASSERT_TRUE(has(found, "over_fitting"));
  EXPECT_EQ(found.front().reason,
            "the validation score was best in epoch 6 (0.9000) and fell to 0.7650");
  std::ranges::sort(facts.validation_scores);
  EXPECT_TRUE(lacks(diagnose(facts), "over_fitting"));
}

TEST(Diagnose, FindsALearningRateThatIsTooHigh) {
  struct Case {
    const char *activation, *solver;
    double rate;
  };
  for (const auto& [activation, solver, rate] :
       {Case{"relu", "adam", 30}, {"tanh", "adam", 3}, {"tanh", "sgd", 30}}) {
    const Trial run = of_builtin(
        "digits",
        {.activation = activation, .solver = solver, .learning_rate_init = rate, .max_iter = 20},
        {.scale = "standard"});
    EXPECT_TRUE(has(run.findings(), "learning_rate_too_high")) << activation << solver << rate;
  }
  for (const double rate : {1e-4, 1e-3, 1e-2}) {
    const Trial run =
        of_builtin("digits", {.learning_rate_init = rate, .max_iter = 20}, {.scale = "standard"});
    EXPECT_TRUE(lacks(run.findings(), "learning_rate_too_high")) << rate;
  }
}

TEST(Diagnose, FindsALearningRateThatIsTooLow) {
  for (const char* solver : {"sgd", "adam"}) {
    const Trial run =
        of_builtin("digits", {.solver = solver, .learning_rate_init = 1e-6, .max_iter = 20},
                   {.scale = "standard"});
    EXPECT_TRUE(has(run.findings(), "learning_rate_too_low")) << solver;
  }
  for (const double rate : {1e-3, 1e-2, 1.0}) {
    const Trial run =
        of_builtin("digits", {.learning_rate_init = rate, .max_iter = 20}, {.scale = "standard"});
    EXPECT_TRUE(lacks(run.findings(), "learning_rate_too_low")) << rate;
  }
}

TEST(Diagnose, AsksForMoreEpochsWhereTheLossStillFalls) {
  Trial run = of_builtin("digits", {.max_iter = 8}, {.scale = "standard"});
  EXPECT_TRUE(has(run.findings(), "more_epochs"));
  run.options = {.max_iter = 60};
  EXPECT_TRUE(lacks(run.findings(), "more_epochs"));
}

TEST(Diagnose, FindsAPlateauOfADeepNetworkThatDoesNotLearn) {
  // Gradients vanish through eight layers of the logistic function.
  const Trial run = of_builtin("digits",
                               {.hidden_layer_sizes = std::vector<std::size_t>(8, 16),
                                .activation = "logistic",
                                .solver = "sgd",
                                .max_iter = 30},
                               {.scale = "standard"});
  EXPECT_TRUE(has(run.findings(), "plateau"));
  EXPECT_TRUE(
      lacks(of_builtin("digits", {.max_iter = 30}, {.scale = "standard"}).findings(), "plateau"));
}

TEST(Diagnose, FindsTestDataOfAnotherProblem) {
  Trial run = plain_run();
  const auto values = run.test.table().values();
  std::vector<double> negated(values.begin(), values.end());
  for (double& value : negated) value = -value;
  run.test = Dataset::from_values(negated, {200, 2}, run.test.target());
  const auto found = run.findings();
  EXPECT_TRUE(has(found, "worse_than_chance"));
  EXPECT_NE(list_of(found).find("other data? the accuracy of the test part is 0.0000, where "
                                "guessing reaches 0.5000"),
            std::string::npos)
      << list_of(found);
  // What was learnt by heart does as well as guessing.
  run = {.train = two_groups(100, true), .test = two_groups(100, true, 2)};
  run.options = {.hidden_layer_sizes = {200}, .solver = "lbfgs", .alpha = 0};
  EXPECT_TRUE(lacks(run.findings(), "worse_than_chance"));
}

TEST(Diagnose, FindsFeaturesThatAreNotScaled) {
  Trial run = of_builtin("wine", {}, {});
  const auto found = run.findings();
  ASSERT_TRUE(has(found, "unscaled_features"));
  const auto at = std::ranges::find(found, "unscaled_features", &Finding::kind);
  EXPECT_EQ(at->reason,
            "column 'proline' spreads over 1257, column 'nonflavanoid_phenols' over 0.53");
  run.preprocess.scale = "standard";
  EXPECT_TRUE(lacks(run.findings(), "unscaled_features"));
  EXPECT_TRUE(lacks(of_builtin("iris", {}, {}).findings(), "unscaled_features"));
}

TEST(Diagnose, FindsRareClassesUnlessTheyAreWeighted) {
  const Dataset all = two_groups(1000);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t i = 0; i < 1000; ++i)
    if (i % 2 == 0 || i % 25 == 0) rows.push_back(i);
  Trial run{.train = all.select(rows), .test = two_groups(200, false, 2)};
  const auto found = run.findings();
  ASSERT_TRUE(has(found, "imbalance"));
  EXPECT_EQ(found.front().reason,
            "class 'a' has 500 samples, class 'b' 20: always guessing 'a' is right in 96.2%");
  run.options.class_weight = {"balanced"};
  EXPECT_TRUE(lacks(run.findings(), "imbalance"));
  EXPECT_TRUE(lacks(plain_run().findings(), "imbalance"));
}

TEST(Diagnose, TellsSwingsFromAFallAndFromTheNoiseOfASmallLoss) {
  RunFacts facts{.baseline_loss = 1, .learning_rate = 0.1};
  for (int epoch = 0; epoch < 20; ++epoch)
    facts.loss_curve.push_back(0.8 + (epoch % 2 == 0 ? 0.1 : -0.1));
  const auto found = diagnose(facts);
  ASSERT_TRUE(has(found, "learning_rate_too_high"));
  EXPECT_EQ(found.front().reason, "the loss swings by 25% an epoch around 0.8 instead of falling");
  EXPECT_EQ(found.front().advice, "a smaller learning rate: 0.01 in place of 0.1");
  for (double& loss : facts.loss_curve) loss /= 100;
  EXPECT_TRUE(lacks(diagnose(facts), "learning_rate_too_high"));
}

TEST(Diagnose, DoesNotJudgeRatesWhereTheSolverFindsItsSteps) {
  RunFacts facts{.loss_curve = {1, 2, 1, 3, 1, 4, 1, 5, 1, 6}};
  EXPECT_TRUE(lacks(diagnose(facts), "learning_rate_too_high"));
  facts.learning_rate = 0.1;
  EXPECT_TRUE(has(diagnose(facts), "learning_rate_too_high"));
}

TEST(Diagnose, TakesHistoriesThatAreShortOrBroken) {
  EXPECT_TRUE(diagnose({.loss_curve = {1, 2, 3}, .learning_rate = 1}).empty());
  std::vector<double> broken(10, 1.0);
  broken[3] = std::nan("");
  EXPECT_TRUE(diagnose({.loss_curve = broken, .learning_rate = 1}).empty());
}

// The first `copied` rows of the training part stand in the test part too.
Trial run_with_copies(std::size_t copied) {
  Trial run = plain_run();
  auto values = run.test.table().values();
  auto labels = run.test.target();
  for (std::size_t row = 0; row < copied; ++row) {
    for (std::size_t c = 0; c < 2; ++c) values[row * 2 + c] = run.train.table().at(row, c);
    labels.values[row] = run.train.target().values[row];
  }
  run.test = Dataset::from_values(values, {run.test.samples(), 2}, labels);
  return run;
}

TEST(Diagnose, LeakageIsSuspectedWhereTestRowsWereTrainedOn) {
  const auto found = run_with_copies(40).findings();
  ASSERT_TRUE(has(found, "leakage"));
  EXPECT_EQ(found.front().kind, "leakage");
  EXPECT_NE(found.front().reason.find("40"), std::string::npos) << found.front().reason;
  EXPECT_TRUE(lacks(plain_run().findings(), "leakage"));
}

TEST(Diagnose, LeakageIsSuspectedWhereAColumnTellsTheTarget) {
  Trial run = plain_run();
  const auto with_answer = [](const Dataset& data) {
    std::vector<double> values;
    for (std::size_t r = 0; r < data.samples(); ++r)
      values.insert(values.end(), {data.table().at(r, 0), data.table().at(r, 1),
                                   5 + data.target().values[r] + 1e-6 * static_cast<double>(r)});
    return Dataset::from_values(values, {data.samples(), 3}, data.target());
  };
  run.train = with_answer(run.train);
  run.test = with_answer(run.test);
  EXPECT_TRUE(has(run.findings(), "leakage"));
}

}  // namespace
}  // namespace hebb
