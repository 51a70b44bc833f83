// Networks whose output has the shape (k, outputs): their loss, gradient and predictions, by
// PyTorch (tests/oracles/tabular.py) and member by member, and through the estimators.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/estimators/mlp.h"
#include "hebb/model/model.h"
#include "hebb/nn/loss.h"
#include "hebb/nn/network.h"
#include "hebb/train/trainer.h"
#include "nn/walk.h"
#include "oracles/oracle.h"
#include "scratch.h"
#include "train/engine.h"
#include "train/output_bias.h"

namespace hebb {
namespace {

constexpr double kMembersTolerance = 1e-5;

void expect_members(std::span<const float> ours, const nlohmann::json& expected,
                    const std::string& what) {
  ASSERT_EQ(ours.size(), expected.size()) << what;
  for (std::size_t i = 0; i < ours.size(); ++i)
    ASSERT_NEAR(ours[i], expected[i].get<double>(), kMembersTolerance) << what << ' ' << i;
}

TEST(NetworkMembers, LossesAndPredictionsAgreeWithPyTorch) {
  std::size_t compared = 0;
  for (const auto& c : test::oracle("tabular")) {
    if (!c.contains("cross_entropy")) continue;
    ++compared;
    const std::size_t rows = c["rows"], width = c["output"][1];
    const Shape sample{c["sample"][0].get<std::size_t>()};
    Network network(c["text"].get<std::string>(), sample);
    SCOPED_TRACE(network.text());
    std::ranges::copy(test::uniform(3, network.parameter_count()), network.parameters().begin());
    auto x = test::uniform(1, rows * sample.size());
    for (float& v : x) v *= c["scale"].get<float>();
    const ConstView inputs{x.data(), sample.with_front(rows)};
    EXPECT_EQ(network.members(), c["output"][0].get<std::size_t>());
    EXPECT_EQ(network.outputs(), width);

    const Tensor outputs = network.predict(inputs);
    Tensor gradient(outputs.shape()), one_hot({rows, width}), numbers({rows, width});
    for (std::size_t r = 0; r < rows; ++r) one_hot[r * width + r % width] = 1;
    std::ranges::copy(test::uniform(5, numbers.size()), numbers.data());
    for (const auto& [name, targets] :
         {std::pair<std::string, const Tensor*>{"cross_entropy", &one_hot},
          {"squared_error", &numbers}}) {
      const double value = loss_of_members(*make_loss(name), outputs.view(), targets->view(), {}, 1,
                                           gradient.view());
      EXPECT_NEAR(value / c[name][0].get<double>(), 1, kMembersTolerance) << name;
      expect_members(gradient.span(), c[name + "_gradient"], name);
    }
    const Tensor shares = predict(network, OutputActivation::softmax, inputs);
    EXPECT_EQ(shares.shape(), (Shape{rows, width}));
    expect_members(shares.span(), c["probabilities"], "probabilities");
    expect_members(predict(network, OutputActivation::identity, inputs).span(), c["numbers"],
                   "numbers");
  }
  EXPECT_GE(compared, 2U);
}

// Every loss, with weights: the mean of what each member has alone.
TEST(NetworkMembers, HaveTheMeanOfTheirLosses) {
  constexpr std::size_t kRows = 7, kMembers = 3;
  for (const LossRow& row : loss_catalogue()) {
    const auto loss = make_loss(row.name);
    const std::size_t width = row.one_output ? 1 : 4;
    Tensor outputs({kRows, kMembers, width}), gradient(outputs.shape()), targets({kRows, width});
    std::ranges::copy(test::uniform(1, outputs.size()), outputs.data());
    for (std::size_t r = 0; r < kRows; ++r)
      targets[r * width + r % width] = r % 2 == 0 ? 1.0F : 0.0F;
    const std::vector<float> weights = {1, 2, 0.5F, 0, 1, 3, 1};
    const double value =
        loss_of_members(*loss, outputs.view(), targets.view(), weights, 0.5F, gradient.view());
    double expected = 0;
    for (std::size_t m = 0; m < kMembers; ++m) {
      Tensor own({kRows, width}), slopes(own.shape());
      for (std::size_t i = 0; i < own.size(); ++i)
        own[i] = outputs[(i / width * kMembers + m) * width + i % width];
      expected +=
          loss->value_and_gradient(own.view(), targets.view(), weights, 0.5F, slopes.view());
      for (std::size_t i = 0; i < own.size(); ++i)
        EXPECT_NEAR(gradient[(i / width * kMembers + m) * width + i % width], slopes[i] / kMembers,
                    1e-7)
            << row.name;
    }
    EXPECT_NEAR(value, expected / kMembers, 1e-6) << row.name;
  }
}

TEST(NetworkMembers, LossRefusesOtherShapes) {
  const auto loss = make_loss("cross_entropy");
  Tensor outputs({4, 2, 3}), gradient({4, 2, 3}), targets({4, 2});
  expect_error<std::invalid_argument>(
      [&] { loss_of_members(*loss, outputs.view(), targets.view(), {}, 1, gradient.view()); },
      {"[loss]", "(4, 2, 3)", "(4, 2)"});
}

// ---- the engine ----

constexpr std::size_t kMembersRows = 150;  // a batch of several shards

struct MembersProblem {
  explicit MembersProblem(std::size_t features)
      : x(test::uniform(7, kMembersRows * features)), inputs([&] {
          for (std::size_t r = 0; r < kMembersRows; ++r)  // the last column numbers a category
            x[(r + 1) * features - 1] = static_cast<float>(r % 5);
          Tensor all({kMembersRows, features});
          std::ranges::copy(x, all.data());
          return Inputs(std::move(all));
        }()) {
    for (std::size_t r = 0; r < kMembersRows; ++r)
      targets.classes.push_back(static_cast<std::int32_t>(r * r % 3));
    data.rows.resize(kMembersRows);
    std::iota(data.rows.begin(), data.rows.end(), 0U);
  }

  std::vector<float> x;
  Inputs inputs;
  Targets targets{.outputs = 3, .classes = {}, .values = {}};
  TrainingSet data{&inputs, &targets, {}, {}};
};

class TabularEngine : public testing::TestWithParam<const char*> {};

TEST_P(TabularEngine, GradientIsThatOfTheLayersOneByOneOnAnyNumberOfThreads) {
  constexpr std::size_t kFeatures = 12;
  const MembersProblem problem(kFeatures);
  const auto loss = make_loss("cross_entropy");
  test::Walk walk(GetParam(), {kFeatures}, kMembersRows, {.training = true});
  walk.network.initialize("he_uniform", 3);
  std::ranges::for_each(walk.network.parameters(), [](float& v) { v += 0.01F; });
  Tensor outputs(walk.network.output_shape().with_front(kMembersRows)), deltas(outputs.shape());
  Tensor one_hot({kMembersRows, 3});
  for (std::size_t r = 0; r < kMembersRows; ++r) one_hot[r * 3 + r * r % 3] = 1;
  std::ranges::copy(walk.forward(problem.x), outputs.data());
  const double expected = loss_of_members(*loss, outputs.view(), one_hot.view(), {},
                                          1.0F / kMembersRows, deltas.view()) /
                          kMembersRows;
  walk.backward(deltas.span());
  double first_loss = 0;
  std::vector<float> first;
  for (const int threads : {1, 2, 4}) {
    NetOptions options;
    options.alpha = 0;
    options.threads = threads;
    Engine engine(walk.network, *loss, problem.data, kMembersRows, options);
    std::vector<float> gradient(walk.network.parameter_count());
    const double value = engine.objective(problem.data.rows, gradient).loss;
    if (threads == 1) {
      first_loss = value, first = gradient;
      EXPECT_NEAR(value, expected, 1e-6);
      for (std::size_t i = 0; i < gradient.size(); ++i)
        ASSERT_NEAR(gradient[i], walk.gradient[i], 1e-6 + 1e-5 * std::abs(walk.gradient[i])) << i;
    }
    EXPECT_EQ(value, first_loss) << threads;
    EXPECT_EQ(gradient, first) << threads;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Networks, TabularEngine,
    testing::Values(
        "concat(columns(0,5) scale | columns(0,5) scale grouped(16,weight=0.1,bias_init=3,"
        "rate=6.28) cos grouped(3) flatten | columns(5,11) | columns(11,12) embed(4,8)) ntk(128) "
        "parametric(selu) ntk(128) parametric(mish) ntk(3)",
        "members(8) shared(64) relu scale(1) shared(64) parametric(silu) grouped(3)",
        "linear(64) relu members(4) shared(64) gelu dropout(0) grouped(3,weight=0.1)"));

// ---- estimators ----

const char* const kWineMembers = "members(8) shared(24) relu shared(24) relu grouped(3)";

MLPOptions members_options(const std::string& net) {
  MLPOptions options;
  options.net = net;
  options.max_iter = 60;
  options.learning_rate_init = 0.01;
  options.random_state = 1;
  options.threads = 1;
  return options;
}

TEST(NetworkMembers, LearnClassesThroughAnEstimator) {
  const Dataset wine = load_dataset("wine");
  MLPClassifier classifier(members_options(kWineMembers), {.scale = "standard"});
  classifier.fit(wine);
  EXPECT_GT(classifier.score(wine), 0.97);
  const auto shares = classifier.predict_proba(wine);
  const Model& model = classifier.model();
  const Network& network = *model.network();
  EXPECT_EQ(network.output_shape(), (Shape{8, 3}));
  EXPECT_EQ(model.body->outputs(), 3U);
  // The mean of the members' probabilities, and they differ.
  const Inputs inputs = model.preprocessor.transform(wine);
  Tensor x({wine.samples(), inputs.features()});
  std::vector<std::uint32_t> rows(wine.samples());
  std::iota(rows.begin(), rows.end(), 0U);
  inputs.gather(rows, x.data());
  const Tensor outputs = network.predict(x.view());
  for (std::size_t r = 0; r < wine.samples(); ++r) {
    double total = 0;
    for (std::size_t c = 0; c < 3; ++c) {
      double mean = 0;
      for (std::size_t m = 0; m < 8; ++m) {
        const float* z = outputs.view().row(r) + m * 3;
        double sum = 0;
        for (std::size_t i = 0; i < 3; ++i) sum += std::exp(double{z[i]});
        mean += std::exp(double{z[c]}) / sum / 8;
      }
      EXPECT_NEAR(shares.view().row(r)[c], mean, 1e-6);
      total += double{shares.view().row(r)[c]};
    }
    EXPECT_NEAR(total, 1, 1e-6);
  }
  EXPECT_GT(std::abs(outputs[0] - outputs[3]), 1e-4);
}

TEST(NetworkMembers, LearnOneOutputForTwoClasses) {
  const Dataset cancer = load_dataset("breast_cancer");
  MLPClassifier classifier(members_options("members(4) shared(16) relu grouped(1)"),
                           {.scale = "standard"});
  classifier.fit(cancer);
  EXPECT_EQ(classifier.model().loss, "binary_cross_entropy");
  EXPECT_GT(classifier.score(cancer), 0.96);
}

TEST(NetworkMembers, LearnNumbersThroughAnEstimator) {
  const Dataset diabetes = load_dataset("diabetes");
  MLPRegressor regressor(members_options("members(4) shared(16) relu grouped(1)"),
                         {.scale = "standard", .scale_target = "standard"});
  regressor.fit(diabetes);
  EXPECT_GT(regressor.score(diabetes), 0.4);
}

TEST(NetworkMembers, AreKeptInModelFiles) {
  const test::Scratch folder;
  const Dataset wine = load_dataset("wine");
  MLPClassifier classifier(members_options(kWineMembers), {.scale = "standard"});
  classifier.fit(wine);
  classifier.save(folder / "members.hebb");
  const auto loaded = load_model(folder / "members.hebb");
  const auto& again = dynamic_cast<const Classifier&>(*loaded);
  EXPECT_EQ(again.model().network()->text(), kWineMembers);
  EXPECT_TRUE(
      std::ranges::equal(again.predict_proba(wine).span(), classifier.predict_proba(wine).span()));
}

TEST(NetworkMembers, OfAnotherNumberOfOutputsAreRefused) {
  const Dataset wine = load_dataset("wine");
  MLPClassifier classifier(members_options("members(8) shared(4) relu grouped(2)"));
  expect_error<std::invalid_argument>([&] { classifier.fit(wine); },
                                      {"[fit]", "2 outputs", "3 classes"});
}

// A bias for each member, or one for all.
TEST(NetworkMembers, BeginAtThePriorEach) {
  const MembersProblem problem(6);
  const double shares[] = {50.0 / 150, 100.0 / 150, 1.0 / 150};  // r * r % 3 is 0 or 1
  for (const char* text : {"members(4) shared(5) relu grouped(3)", "members(4) shared(3)"}) {
    Network network(text, {6});
    set_prior_bias(network, OutputActivation::softmax, problem.data);
    const Network::Block last = network.blocks().back();
    for (std::size_t i = 0; i < last.shape.size(); ++i)
      EXPECT_NEAR(network.parameters()[last.begin + i], std::log(shares[i % 3]), 1e-6) << text;
  }
  Network network("members(4) shared(5) relu scale(1)", {6});
  expect_error<std::invalid_argument>(
      [&] { set_prior_bias(network, OutputActivation::softmax, problem.data); },
      {"[output_bias]", "ends in scale"});
}

// That of the mean of the members' outputs, by central differences.
TEST(NetworkMembers, HaveTheGradientOfTheirMeanOutput) {
  Network network("members(3) shared(5) tanh grouped(2)", {4});
  network.initialize("glorot", 1);
  const auto x = test::uniform(1, 2 * 4);
  const Tensor gradient = network.input_gradient({x.data(), {2, 4}}, 1);
  constexpr float kStep = 1e-2F;
  for (std::size_t i = 0; i < x.size(); ++i) {
    double difference = 0;
    for (const float sign : {1.0F, -1.0F}) {
      auto moved = x;
      moved[i] += sign * kStep;
      const Tensor mean = predict(network, OutputActivation::identity, {moved.data(), {2, 4}});
      difference += double{sign} * double{mean[i / 4 * 2 + 1]} / (2 * double{kStep});
    }
    EXPECT_NEAR(gradient[i], difference, 1e-4) << i;
  }
  expect_error<std::invalid_argument>(
      [&] {
        network.input_gradient({x.data(), {2, 4}}, 2);
      },
      {"outputs 0 to 1", "got 2"});
}

}  // namespace
}  // namespace hebb
