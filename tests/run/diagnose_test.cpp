// Each finding is provoked by a run that deserves it, and kept away by one that does not.
#include "hebb/run/diagnose.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hebb/core/random.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/estimators/linear.h"
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

TEST(Diagnose, APenaltyIsAdvisedForATrainingPartThatWasLearntByHeart) {
  for (const std::size_t epochs : {20U, 200U}) {
    const Trial run =
        of_builtin("classification:n=100", {.max_iter = epochs}, {.scale = "standard"});
    const auto found = run.findings();
    ASSERT_TRUE(has(found, "over_fitting"));
    std::map<std::string, Value> penalty;
    if (epochs == 200) penalty["alpha"] = 0.1;
    EXPECT_EQ(found.front().change, penalty) << epochs;
  }
}

// The options of an mlp, some of them changed.
Record options_with(const NetOptions& changed) { return OptionSet(changed).record(); }

TEST(Diagnose, FindsOverFittingInAValidationScoreThatFell) {
  RunFacts facts{.loss_curve = std::vector<double>(20, 0.5)};
  for (int epoch = 0; epoch < 20; ++epoch)
    facts.validation_scores.push_back(0.9 - 0.01 * std::abs(epoch - 5));
  const auto found = diagnose(facts);
  ASSERT_TRUE(has(found, "over_fitting"));
  EXPECT_EQ(found.front().reason,
            "the validation score was best in epoch 6 (0.9000) and fell to 0.7650");
  facts.options = options_with({.early_stopping = true});
  EXPECT_TRUE(lacks(diagnose(facts), "over_fitting")) << "the best epoch was kept";
  facts.options = {};
  std::ranges::sort(facts.validation_scores);
  EXPECT_TRUE(lacks(diagnose(facts), "over_fitting"));
}

TEST(Diagnose, EarlyStoppingIsAdvisedWithItsValueWhereAPartWasHeldOut) {
  const Dataset train = two_groups(1000);
  RunFacts facts{.options = options_with({.validate = true}), .train = &train};
  for (int epoch = 0; epoch < 20; ++epoch)
    facts.validation_scores.push_back(0.9 - 0.01 * std::abs(epoch - 5));
  const auto found = diagnose(facts);
  ASSERT_TRUE(has(found, "over_fitting"));
  EXPECT_EQ(found.front().change,
            (std::map<std::string, Value>{{"early_stopping", true},
                                          {"n_iter_no_change", std::int64_t{10}}}));
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
  RunFacts facts{.options = options_with({.max_iter = 20}), .baseline_loss = 1};
  for (int epoch = 0; epoch < 20; ++epoch) facts.loss_curve.push_back(1 / std::sqrt(1 + epoch));
  const auto found = diagnose(facts);
  ASSERT_TRUE(has(found, "more_epochs"));
  EXPECT_EQ(found.front().change, (std::map<std::string, Value>{{"max_iter", std::int64_t{40}}}));
  facts.options = options_with({.max_iter = 30});
  EXPECT_TRUE(lacks(diagnose(facts), "more_epochs")) << "it stopped by itself";
  EXPECT_TRUE(lacks(of_builtin("digits", {.max_iter = 60}, {.scale = "standard"}).findings(),
                    "more_epochs"));
}

TEST(Diagnose, AsksForNoMoreEpochsWhereTheBestOneIsKeptAndPast) {
  RunFacts facts{.options = options_with({.max_iter = 20}), .baseline_loss = 1};
  for (int epoch = 0; epoch < 20; ++epoch) {
    facts.loss_curve.push_back(1 / std::sqrt(1 + epoch));
    facts.validation_scores.push_back(epoch == 17 ? 0.9 : 0.01 * epoch);
  }
  EXPECT_TRUE(has(diagnose(facts), "more_epochs")) << "the last epoch is kept";
  facts.options = options_with({.max_iter = 20, .early_stopping = true});
  EXPECT_TRUE(lacks(diagnose(facts), "more_epochs"));
  facts.validation_scores[17] = std::nan("");
  EXPECT_TRUE(has(diagnose(facts), "more_epochs")) << "the best is the last";
  facts.validation_scores.clear();
  EXPECT_TRUE(has(diagnose(facts), "more_epochs"));
}

TEST(Diagnose, FindsVanishingGradientsOfADeepNetworkThatDoesNotLearn) {
  Trial run = of_builtin("digits",
                         {.hidden_layer_sizes = std::vector<std::size_t>(6, 50),
                          .activation = "logistic",
                          .max_iter = 30},
                         {.scale = "standard"});
  const auto found = run.findings();
  ASSERT_TRUE(has(found, "vanishing_gradients"));
  EXPECT_EQ(found.front().kind, "vanishing_gradients");
  EXPECT_EQ(found.front().change,
            (std::map<std::string, Value>{{"activation", std::string("relu")}}));
  run.options.activation = "relu";
  EXPECT_TRUE(lacks(run.findings(), "vanishing_gradients"));
}

TEST(Diagnose, ChangesTheActivationsOfANetworkGivenAsText) {
  RunFacts facts{.options =
                     options_with({.net = "linear(9) relu residual(linear(9) relu) linear(2)"})};
  facts.network.samples = 50;
  facts.network.activations = {{.layer = "relu", .units = 9, .dead = 9}};
  const auto found = diagnose(facts);
  ASSERT_TRUE(has(found, "dead_units"));
  EXPECT_EQ(found.front().change.at("net"),
            Value(std::string("linear(9) leaky_relu residual(linear(9) leaky_relu) linear(2)")));
  facts.continued = true;
  EXPECT_TRUE(diagnose(facts).front().change.empty()) << "its network cannot be changed";
}

TEST(Diagnose, NamesDeadUnitsBeforeAnythingElse) {
  for (const std::uint64_t seed : {0U, 5U}) {
    const Trial run = of_builtin(
        "digits",
        {.hidden_layer_sizes = {2, 3, 2}, .learning_rate_init = 0.01, .random_state = seed},
        {.scale = "minmax"});
    MLPClassifier net(run.options, run.preprocess);
    net.fit(run.train);
    const NetworkFacts network = network_facts(net.model(), run.train);
    ASSERT_EQ(network.activations.size(), 3U);
    ASSERT_EQ(network.gradients.size(), 4U);
    const bool dead = std::ranges::any_of(
        network.activations, [](const auto& layer) { return 2 * layer.dead >= layer.units; });
    const auto found =
        diagnose(facts_of(net.model(), evaluate(net, run.train, run.test), &run.train, &run.test));
    if (dead)
      EXPECT_EQ(found.front().kind, "dead_units") << list_of(found);
    else
      EXPECT_TRUE(lacks(found, "dead_units"));
  }
}

TEST(Diagnose, AWholeDeadLayerIsToldWithWhatHelps) {
  RunFacts facts{.options = options_with({.hidden_layer_sizes = {2, 3, 2}})};
  facts.network = {.samples = 256,
                   .activations = {{.layer = "relu", .units = 2, .dead = 0},
                                   {.layer = "relu", .units = 3, .dead = 1},
                                   {.layer = "relu", .units = 2, .dead = 2}}};
  const auto found = diagnose(facts);
  ASSERT_TRUE(has(found, "dead_units"));
  EXPECT_EQ(
      found.front().reason,
      "2 of the 2 units of hidden layer 3 (relu) are 0 for each of 256 samples: the output is "
      "the same for every sample, and no gradient reaches the layers before");
  EXPECT_EQ(found.front().change.at("activation"), Value(std::string("leaky_relu")));
  facts.network.activations.back().dead = 0;
  EXPECT_TRUE(lacks(diagnose(facts), "dead_units"));
}

TEST(Diagnose, ATooSmallNetworkIsUnderFittedAndNothingElse) {
  const Trial run =
      of_builtin("digits", {.hidden_layer_sizes = {3, 3}, .max_iter = 100}, {.scale = "minmax"});
  MLPClassifier net(run.options, run.preprocess);
  net.fit(run.train);
  const Evaluation evaluation = evaluate(net, run.train, run.test);
  EXPECT_EQ(judge(evaluation).fitting, Fitting::under);
  const auto found = diagnose(facts_of(net.model(), evaluation, &run.train, &run.test));
  ASSERT_EQ(found.size(), 1U) << list_of(found);
  EXPECT_EQ(found.front().kind, "under_fitting");
  EXPECT_EQ(found.front().change.at("hidden_layer_sizes"), Value(std::vector<std::int64_t>{100}));
}

TEST(Diagnose, ScalesATargetThatIsFarFromOne) {
  auto [train, test] = load_dataset("diabetes").split();
  for (const std::size_t epochs : {20U, 200U}) {
    MLPRegressor net({.max_iter = epochs}, {.scale = "standard"});
    net.fit(train);
    const auto found = diagnose(facts_of(net.model(), evaluate(net, train, test), &train, &test));
    ASSERT_TRUE(has(found, "unscaled_target"));
    ASSERT_EQ(found.size(), 1U) << list_of(found);
    EXPECT_EQ(found.front().change.at("scale_target"), Value(std::string("standard")));
  }
}

TEST(Diagnose, AdvisesNoOptionThatTheModelLacks) {
  const Dataset train = two_groups(1000, true), test = two_groups(400, true, 2);
  for (const EstimatorRow& row : estimator_catalogue()) {
    if (row.name == "convnet" || !row.has_task(Task::classify)) continue;
    const auto model = make_supervised(row, Task::classify, row.options, {.scale = "standard"});
    model->fit(train);
    for (const Finding& one :
         diagnose(facts_of(model->model(), evaluate(*model, train, test), &train, &test))) {
      OptionSet options =
          one.change.contains("model") ? estimator_catalogue().begin()->options : row.options;
      for (const auto& [name, value] : one.change) {
        const bool known = name == "model" || find_field(PreprocessOptions::fields(), name);
        EXPECT_TRUE(known || options.find(name)) << row.name << ' ' << name;
      }
    }
  }
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

// Samples of one number, around 0 of class "a" and, one in `every`, around 1.5 of class "b".
Dataset rare_class(std::size_t samples, std::size_t every, std::uint64_t seed) {
  const Random random(seed, Purpose::data);
  std::vector<double> values;
  Target target{.names = {"group"}, .values = {}, .classes = {"a", "b"}};
  for (std::uint32_t i = 0; i < samples; ++i) {
    const bool rare = i % every == 0;
    values.push_back((rare ? 1.5 : 0) + random.normal(i, 0));
    target.values.push_back(rare ? 1 : 0);
  }
  return Dataset::from_values(values, {samples, 1}, target);
}

TEST(Diagnose, FindsARareClassThatIsMissedUnlessClassesAreWeighted) {
  Trial run{.train = rare_class(4000, 100, 1), .test = rare_class(2000, 100, 2)};
  run.options.max_iter = 30;
  const auto found = run.findings();
  ASSERT_EQ(found.size(), 1U) << list_of(found);
  EXPECT_EQ(found.front().kind, "imbalance") << "and nothing on the learning rate";
  EXPECT_TRUE(found.front().reason.starts_with("class 'a' has 3960 samples, class 'b' 40; "))
      << found.front().reason;
  EXPECT_EQ(found.front().change.at("class_weight"), Value(std::vector<std::string>{"balanced"}));
  const auto balanced = [&] {
    MLPClassifier net(run.options, run.preprocess);
    net.fit(run.train);
    return net.score(run.test, "balanced_accuracy");
  };
  const double before = balanced();
  run.options.class_weight = {"balanced"};
  EXPECT_GT(balanced(), before + 0.1);
  EXPECT_TRUE(lacks(run.findings(), "imbalance"));
  EXPECT_TRUE(lacks(plain_run().findings(), "imbalance"));
}

TEST(NetworkFacts, GradientsAreThoseOfTheBiasThatTrainingBeganWith) {
  const Dataset train = load_dataset("diabetes");  // of a mean of 152, twice its deviation
  const auto last_gradient = [&](const std::string& output_bias) {
    MLPRegressor net({.max_iter = 1, .output_bias = output_bias}, {.scale = "standard"});
    net.fit(train);
    return network_facts(net.model(), train).gradients.back();
  };
  EXPECT_LT(last_gradient("prior"), 0.5 * last_gradient("init"));
}

// Weights of the classes and a scaled target are no use to a network that nothing reaches.
TEST(Diagnose, VanishingGradientsExplainARareClassThatIsMissedAndATargetThatIsNotLearnt) {
  const MLPOptions deep{.hidden_layer_sizes = std::vector<std::size_t>(6, 50),
                        .activation = "logistic",
                        .max_iter = 30};
  Trial run{.train = rare_class(1000, 40, 1), .test = rare_class(500, 40, 2), .options = deep};
  ASSERT_EQ(run.findings().size(), 1U) << list_of(run.findings());
  EXPECT_TRUE(has(run.findings(), "vanishing_gradients"));
  run.options.activation = "relu";
  EXPECT_TRUE(lacks(run.findings(), "vanishing_gradients"));

  auto [train, test] = load_dataset("diabetes").split();
  MLPRegressor net(deep, {.scale = "standard"});
  net.fit(train);
  const auto found = diagnose(facts_of(net.model(), evaluate(net, train, test), &train, &test));
  ASSERT_EQ(found.size(), 1U) << list_of(found);
  EXPECT_EQ(found.front().kind, "vanishing_gradients");
}

// A unit that recognises the rare class at the expense of the other, as weights make it do.
TEST(Diagnose, AnotherModelWeighsClassesAsTheOldOneAndRareOnesInAnyCase) {
  using Weights = std::vector<std::string>;
  const auto weights_after = [](const Dataset& train, const Weights& told) {
    LogisticRegression unit({.class_weight = {"balanced"}}, {.scale = "standard"});
    unit.fit(train);
    RunFacts facts = facts_of(unit.model(), evaluate(unit, train, train), &train);
    facts.options.set("class_weight", told);
    const auto found = diagnose(facts);
    EXPECT_TRUE(has(found, "under_fitting"));
    const auto& change = found.front().change;
    EXPECT_EQ(change.at("model"), Value(std::string("mlp")));
    return change.contains("class_weight") ? std::get<Weights>(change.at("class_weight"))
                                           : Weights();
  };
  const Dataset rare = rare_class(4000, 100, 1), even = two_groups(200, true);
  EXPECT_EQ(weights_after(rare, {"balanced"}), Weights{"balanced"});
  EXPECT_EQ(weights_after(rare, {"b=50"}), Weights{"b=50"});
  EXPECT_EQ(weights_after(rare, {}), Weights{"balanced"});
  EXPECT_EQ(weights_after(even, {"b=2"}), Weights{"b=2"});
  EXPECT_EQ(weights_after(even, {}), Weights());
}

TEST(Diagnose, TellsSwingsFromAFallAndFromTheNoiseOfASmallLoss) {
  RunFacts facts{.options = options_with({.learning_rate_init = 0.1}), .baseline_loss = 1};
  for (int epoch = 0; epoch < 20; ++epoch)
    facts.loss_curve.push_back(0.8 + (epoch % 2 == 0 ? 0.1 : -0.1));
  const auto found = diagnose(facts);
  ASSERT_TRUE(has(found, "learning_rate_too_high"));
  EXPECT_EQ(found.front().reason, "the loss swings by 25% an epoch around 0.8 instead of falling");
  EXPECT_EQ(found.front().advice, "a smaller learning rate, 0.01 in place of 0.1");
  for (double& loss : facts.loss_curve) loss /= 100;
  EXPECT_TRUE(lacks(diagnose(facts), "learning_rate_too_high"));
}

TEST(Diagnose, DoesNotJudgeRatesWhereTheSolverFindsItsSteps) {
  RunFacts facts{.loss_curve = {1, 2, 1, 3, 1, 4, 1, 5, 1, 6}};
  EXPECT_TRUE(lacks(diagnose(facts), "learning_rate_too_high"));
  facts.options = options_with({.learning_rate_init = 0.1});
  EXPECT_TRUE(has(diagnose(facts), "learning_rate_too_high"));
}

TEST(Diagnose, TakesHistoriesThatAreShortOrBroken) {
  EXPECT_TRUE(diagnose({.options = options_with({}), .loss_curve = {1, 2, 3}}).empty());
  std::vector<double> broken(10, 1.0);
  broken[3] = std::nan("");
  EXPECT_TRUE(diagnose({.options = options_with({}), .loss_curve = broken}).empty());
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
