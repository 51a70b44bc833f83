// What training is given is checked once, and a score that is undefined is not a number.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/estimators/linear.h"
#include "hebb/estimators/mlp.h"
#include "hebb/model/bodies.h"
#include "hebb/nn/linear.h"
#include "hebb/nn/loss.h"
#include "hebb/optim/optimizer.h"
#include "hebb/train/trainer.h"

namespace hebb {
namespace {

struct RefusedCall {
  const char* what;
  std::function<void()> call;
  std::vector<std::string> parts;  // of the message
};

// Six samples of two features, of two classes.
struct SmallProblem {
  Inputs inputs = Inputs(Tensor({6, 2}));
  Targets targets{.outputs = 2, .classes = {0, 1, 0, 1, 0, 1}, .values = {}};
  TrainingSet data{&inputs, &targets, {0, 1, 2, 3, 4, 5}, {}};
  TrainingSet validation{};

  void train() {
    Network network("linear(2)", {2});
    hebb::train(network, *make_loss("cross_entropy"), data, validation,
                [](ConstView, std::span<const std::uint32_t>) { return 0.0; }, {.max_iter = 1});
  }
};

template <class Change>
std::function<void()> training_with(const Change& change) {
  return [change] {
    SmallProblem problem;
    change(problem);
    problem.train();
  };
}

Dataset line(std::size_t samples) {
  std::vector<double> x(samples), y(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    x[i] = static_cast<double>(i);
    y[i] = 1.5 * x[i];
  }
  return Dataset::from_values(x, {samples, 1}, {.names = {"y"}, .values = y});
}

std::pair<std::vector<EpochEnded>, std::vector<std::string>> events_of(Estimator& estimator,
                                                                       const Dataset& data) {
  std::pair<std::vector<EpochEnded>, std::vector<std::string>> out;
  RunControl control;
  control.on_event = [&](const Event& event) {
    if (const auto* epoch = std::get_if<EpochEnded>(&event)) out.first.push_back(*epoch);
    if (const auto* warned = std::get_if<Warned>(&event)) out.second.push_back(warned->message);
  };
  estimator.fit(data, control);
  return out;
}

TEST(TrainingArguments, AreCheckedBeforeTraining) {
  SmallProblem().train();
  const std::vector<float> three(3), two(2);
  std::vector<float> weights(3), spare(2);
  float* const arrays[] = {spare.data()};
  const auto sgd = make_optimizer("sgd", {});
  const auto loss = make_loss("squared_error");
  Tensor out({2, 2}), narrow({2, 1});
  const Network network("linear(3) relu linear(2)", {2});
  const std::vector<RefusedCall> rows = {
      {"a row beyond", training_with([](auto& p) { p.data.rows[2] = 6; }), {"row 6 of 6"}},
      {"a class beyond",
       training_with([](auto& p) { p.targets.classes[3] = 2; }),
       {"class of row 3 is 2", "one of 2"}},
      {"a class below",
       training_with([](auto& p) { p.targets.classes[0] = -1; }),
       {"class of row 0 is -1"}},
      {"too few classes",
       training_with([](auto& p) { p.targets.classes.pop_back(); }),
       {"6 samples, but the classes of 5"}},
      {"too few values",
       training_with([](auto& p) {
         p.targets.classes.clear();
         p.targets.values.resize(11);
       }),
       {"6 samples of 2 targets, but 11 values"}},
      {"weights", training_with([&](auto& p) { p.data.weights = three; }), {"but 3 weights"}},
      {"no inputs", training_with([](auto& p) { p.data.inputs = nullptr; }), {"without inputs"}},
      {"the width",
       training_with([](auto& p) {
         p.inputs = Inputs(Tensor({6, 5}));
       }),
       {"X has 5 features, the network takes 2"}},
      {"validation rows",
       training_with([](auto& p) {
         p.validation = {&p.inputs, &p.targets, {9}, {}};
       }),
       {"row 9 of 6"}},
      {"a target's row",
       [] {
         const std::uint32_t row[] = {3};
         float to[4];
         Targets{.outputs = 2, .classes = {0, 1}, .values = {}}.gather(row, to);
       },
       {"beyond the 2"}},
      {"a row to predict",
       [&] {
         const std::uint32_t row[] = {3};
         predict(network, OutputActivation::softmax, Inputs(Tensor({3, 2})), row);
       },
       {"beyond the 3"}},
      {"width to predict",
       [&] {
         const std::uint32_t row[] = {0};
         predict(network, OutputActivation::softmax, Inputs(Tensor({3, 4})), row);
       },
       {"X has 4 features, expected 2"}},
      {"no numbers",
       [&] {
         (void)network.predict({nullptr, Shape{3, 2}});
       },
       {"no numbers"}},
      {"slopes", [&] { sgd->update({}, two, weights, arrays); }, {"3 weights with 2 slopes"}},
      {"no state", [&] { sgd->update({}, three, weights, {}); }, {"0 arrays of state"}},
      {"targets of a loss",
       [&] { loss->value_and_gradient(out.view(), narrow.view(), {}, 1, out.view()); },
       {"(2, 2)", "(2, 1)"}},
      {"weights of a loss",
       [&] { loss->value_and_gradient(out.view(), out.view(), three, 1, out.view()); },
       {"2 rows, but 3 weights"}},
      {"a stage", [&] { (void)network.parameters_of(3); }, {"stage 3 of 3"}},
      {"a value", [&] { (void)network.uses(9); }, {"value 9 of 4"}},
      {"a value's shape", [&] { (void)network.value_shape(9); }, {"stage 8 of 3"}},
      {"an output",
       [&] {
         (void)network.input_gradient(Tensor({1, 2}).view(), 2);
       },
       {"0 to 1"}},
      {"no layer", [] { Network({2}, {Part(std::shared_ptr<Linear>())}); }, {"without a layer"}},
      {"units",
       [] {
         UnitsBody({.units = 2, .inputs = 3, .coef = {1}, .intercept = {0, 0}}, {});
       },
       {"2 units of 3 inputs with 1 weights"}},
  };
  for (const RefusedCall& row : rows) {
    SCOPED_TRACE(row.what);
    const std::string message = message_of<std::invalid_argument>(row.call);
    for (const std::string& part : row.parts) expect_contains(message, part);
  }
}

TEST(TrainingArguments, AModelOfPartsThatDoNotFitIsRefused) {
  LogisticRegression fitted;
  fitted.fit(Dataset::from_values(std::vector<double>{0, 1, 2, 3}, {4, 1},
                                  {.names = {"y"}, .values = {0, 0, 1, 1}, .classes = {"a", "b"}}));
  Model model = fitted.model();
  model.body = std::make_shared<UnitsBody>(
      LinearUnits{.units = 1, .inputs = 2, .coef = {1, 1}, .intercept = {0}},
      OutputActivation::logistic);
  expect_error<ModelError>([&] { LogisticRegression(FromModel(model)); },
                           {"do not fit", "takes 2 inputs, preprocessing gives 1"});
  model.body = std::make_shared<NetworkBody>(Network("linear(7)", {1}), OutputActivation::softmax);
  expect_error<ModelError>([&] { MLPClassifier(FromModel(model)); },
                           {"do not fit", "2 classes, but the network has 7 outputs"});
}

// R2 of the one sample held out is undefined.
TEST(UndefinedScore, IsSaidOnceAndStopsNoRun) {
  MLPRegressor network({.hidden_layer_sizes = {2},
                        .max_iter = 40,
                        .tol = 10,
                        .early_stopping = true,
                        .n_iter_no_change = 3});
  const auto [epochs, warnings] = events_of(network, line(8));
  ASSERT_EQ(epochs.size(), 40U);
  for (const EpochEnded& epoch : epochs) {
    ASSERT_TRUE(epoch.validation_score.has_value());
    EXPECT_TRUE(std::isnan(*epoch.validation_score));
  }
  ASSERT_EQ(warnings.size(), 1U);
  expect_contains(warnings[0], "validation score of 1 sample is undefined");
  EXPECT_EQ(network.validation_scores_.size(), 40U);

  AdalineRegressor unit({.max_iter = 30, .tol = 10, .n_iter_no_change = 3, .early_stopping = true});
  const auto [passes, none] = events_of(unit, line(8));
  EXPECT_EQ(passes.size(), 30U);
  EXPECT_TRUE(std::isnan(unit.validation_scores_.front()));
}

TEST(UndefinedScore, ADefinedOneStillStopsARun) {
  MLPRegressor network({.hidden_layer_sizes = {2},
                        .max_iter = 40,
                        .tol = 10,
                        .early_stopping = true,
                        .n_iter_no_change = 3});
  const auto [epochs, warnings] = events_of(network, line(40));
  EXPECT_LT(epochs.size(), 10U);
  EXPECT_TRUE(warnings.empty());
}

Dataset two_blobs(std::size_t samples) {
  std::vector<double> x, y;
  for (std::size_t i = 0; i < samples; ++i) {
    x.push_back(i % 2 == 0 ? -1 : 1);
    x.push_back(static_cast<double>(i % 7));
    y.push_back(static_cast<double>(i % 2));
  }
  return Dataset::from_values(x, {samples, 2},
                              {.names = {"y"}, .values = y, .classes = {"a", "b"}});
}

TEST(BatchNormTraining, RefusesBatchesOfOneSample) {
  MLPClassifier network({.batch_size = 1, .net = "linear(4) batchnorm relu linear(2)"});
  expect_error<std::invalid_argument>([&] { network.fit(two_blobs(20)); },
                                      {"[batch_size] must be 2 or more", "batchnorm"});
}

// A batch of 33 or 65 samples is cut into shards of 16 or more; only a batch of one is a single row.
TEST(BatchNormTraining, WarnsOfALastBatchOfOneSample) {
  const auto warnings = [](std::size_t samples, const char* net) {
    MLPClassifier network({.batch_size = 32, .max_iter = 2, .net = net});
    return events_of(network, two_blobs(samples)).second;
  };
  const auto said = warnings(33, "linear(4) batchnorm relu linear(2)");
  ASSERT_EQ(said.size(), 1U);
  expect_contains(said[0], "last batch of every epoch has one sample");
  expect_contains(said[0], "batchnorm");
  EXPECT_TRUE(warnings(34, "linear(4) batchnorm relu linear(2)").empty());
  EXPECT_TRUE(warnings(33, "linear(4) layernorm relu linear(2)").empty());
}

}  // namespace
}  // namespace hebb
