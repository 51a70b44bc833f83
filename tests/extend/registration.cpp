// What programs add to the catalogues. It changes them for the whole process, so these tests have
// one of their own.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "expect_error.h"
#include "hebb/hebb.h"
#include "nn/walk.h"
#include "scratch.h"
#include "train/engine.h"

namespace hebb {
namespace {

// y = x / |x|, row by row. |x| is kept for the way back: saved_size() by rows.
class UnitRows : public Layer {
 public:
  LayerSpec spec() const override { return LayerSpec("unit_rows"); }
  Shape output_shape(const Shape& in) const override { return in; }
  std::size_t saved_size(const Shape& /*in*/, std::size_t rows) const override { return rows; }
  void forward(const Pass& pass, std::span<const float> /*parameters*/, ConstView x,
               View y) const override {
    EXPECT_EQ(pass.saved.size(), pass.training ? x.rows() : 0U);
    for (std::size_t r = 0; r < x.rows(); ++r) {
      const float norm = norm_of(x, r);
      if (pass.training) pass.saved[r] = norm;
      for (std::size_t i = 0; i < x.row_size(); ++i) y.row(r)[i] = x.row(r)[i] / norm;
    }
  }
  // dx = (dy - y (y . dy)) / |x|.
  void backward(const Pass& pass, std::span<const float> /*parameters*/, ConstView x, ConstView y,
                ConstView dy, View dx) const override {
    for (std::size_t r = 0; r < x.rows(); ++r) {
      float along = 0;
      for (std::size_t i = 0; i < x.row_size(); ++i) along += y.row(r)[i] * dy.row(r)[i];
      const float norm = pass.training ? pass.saved[r] : norm_of(x, r);
      for (std::size_t i = 0; i < x.row_size(); ++i)
        dx.row(r)[i] = (dy.row(r)[i] - y.row(r)[i] * along) / norm;
    }
  }

 private:
  static float norm_of(ConstView x, std::size_t row) {
    float squares = 1e-6F;
    for (std::size_t i = 0; i < x.row_size(); ++i) squares += x.row(row)[i] * x.row(row)[i];
    return std::sqrt(squares);
  }
};

// Squared error, but for its name, so that the two can be compared bit by bit.
class Mine : public Loss {
 public:
  explicit Mine(std::string name) : name_(std::move(name)) {}
  std::string name() const override { return name_; }
  double gradient_factor(std::size_t outputs) const override {
    return squared_->gradient_factor(outputs);
  }
  double value_and_gradient(ConstView outputs, ConstView targets, std::span<const float> weights,
                            float scale, View gradient) const override {
    return squared_->value_and_gradient(outputs, targets, weights, scale, gradient);
  }

 private:
  std::string name_;
  std::unique_ptr<Loss> squared_ = make_loss("squared_error");
};

LayerRow row_of_unit_rows(const std::string& name = "unit_rows") {
  return {.name = name,
          .arguments = "",
          .help = "y = x / |x|",
          .activation = true,
          .example = name,
          .make = [](const LayerSpec& spec) -> std::unique_ptr<Layer> {
            spec.allow({});
            return std::make_unique<UnitRows>();
          }};
}

LossRow row_of_mine(const std::string& name) {
  return {.name = name,
          .help = "squared error",
          .classification = true,
          .regression = true,
          .make = [name](double) { return std::make_unique<Mine>(name); }};
}

void register_once() {
  static const bool once = [] {
    register_layer(row_of_unit_rows());
    register_loss(row_of_mine("mine"));
    register_metric({.name = "half_error",
                     .label = "half",
                     .help = "half the mean absolute error",
                     .task = Task::regress,
                     .higher_is_better = false,
                     .get = [](const Predictions&, const Scores& scores, double) {
                       const auto* numbers = std::get_if<RegressionScores>(&scores);
                       return numbers ? std::optional(numbers->mae / 2) : std::nullopt;
                     }});
    return true;
  }();
  (void)once;
}

class Registered : public testing::Test {
 protected:
  Registered() { register_once(); }
};

MLPOptions options_of(const std::string& net) {
  MLPOptions options;
  options.net = net;
  options.max_iter = 5;
  options.random_state = 3;
  return options;
}

TEST_F(Registered, LayersStandInTextsAndAreActivations) {
  const Network network("linear(3) unit_rows linear(2)", {4});
  EXPECT_EQ(network.text(), "linear(3) unit_rows linear(2)");
  EXPECT_EQ(std::ranges::count(activation_names(), "unit_rows"), 1);
  expect_error<std::invalid_argument>([] { Network("linear(3) unit_row", {4}); },
                                      {"did you mean unit_rows?"});
}

TEST_F(Registered, NamesThatAreTakenOrNoWordsAreRefused) {
  expect_error<std::invalid_argument>([] { register_layer(row_of_unit_rows()); },
                                      {"[register]", "a layer 'unit_rows' already"});
  for (const char* name : {"relu", "concat", "residual"})
    expect_error<std::invalid_argument>([&] { register_layer(row_of_unit_rows(name)); },
                                        {"[register]", "there is a layer", "already"});
  expect_error<std::invalid_argument>(
      [] { register_layer(row_of_unit_rows("two words")); },
      {"name of the layer", "letters, digits and _ alone, got 'two words'"});
  expect_error<std::invalid_argument>([] { register_layer({.name = "unmade"}); },
                                      {"the layer 'unmade' has no make"});
  for (const char* name : {"mine", "huber", "auto"})
    expect_error<std::invalid_argument>([&] { register_loss(row_of_mine(name)); },
                                        {"[register]", "there is a loss", "already"});
  expect_error<std::invalid_argument>([] { register_loss({.name = "unmade"}); },
                                      {"the loss 'unmade' has no make"});
  expect_error<std::invalid_argument>([] { register_metric({.name = "unmade"}); },
                                      {"the metric 'unmade' has no get"});
  expect_error<std::invalid_argument>(
      [] { register_metric({.name = "accuracy", .get = metric_catalogue().begin()->get}); },
      {"[register]", "a metric 'accuracy' already"});
}

TEST_F(Registered, ALayerMayHaveAnAliasButNoNameThatIsNotRegistered) {
  register_layer(row_of_unit_rows("alias"));
  EXPECT_EQ(Network("alias", {4}).text(), "unit_rows");

  class Nameless : public UnitRows {
   public:
    LayerSpec spec() const override { return LayerSpec("nameless"); }
  };
  LayerRow row = row_of_unit_rows("named");
  row.make = [](const LayerSpec&) -> std::unique_ptr<Layer> {
    return std::make_unique<Nameless>();
  };
  register_layer(row);
  expect_error<std::invalid_argument>(
      [] { Network("named", {4}); },
      {"[layer]", "the spec of layer 'named' names 'nameless', which is not registered"});
}

TEST_F(Registered, LayersTrainAndComeBackFromTheModelFile) {
  const Dataset data = load_dataset("iris");
  for (const char* net : {"linear(8) unit_rows linear(3)",
                          "concat(linear(4) unit_rows | linear(3) tanh) linear(3)"}) {
    MLPClassifier classifier(options_of(net));
    classifier.fit(data);
    const test::Scratch scratch;
    classifier.save(scratch / "m.hebb");
    const auto loaded = load_model(scratch / "m.hebb");
    EXPECT_EQ(loaded->model().network()->text(), net);
    EXPECT_EQ(loaded->predictions(data).scores, classifier.predictions(data).scores);
  }
}

TEST_F(Registered, LossesTrainByTheirName) {
  const Dataset data = load_dataset("diabetes");
  std::vector<std::vector<double>> predicted;
  for (const char* loss : {"mine", "squared_error"}) {
    MLPOptions options = options_of("linear(8) tanh linear(1)");
    options.loss = loss;
    MLPRegressor net(options);
    net.fit(data);
    predicted.push_back(net.predict(data));
    const test::Scratch scratch;
    net.save(scratch / "m.hebb");
    EXPECT_EQ(load_model(scratch / "m.hebb")->model().loss, loss);
  }
  EXPECT_EQ(predicted[0], predicted[1]);
  MLPOptions options = options_of("linear(3)");
  options.loss = "mine";
  MLPClassifier classifier(options);
  classifier.fit(load_dataset("iris"));
  EXPECT_EQ(classifier.model().loss, "mine");
}

TEST_F(Registered, MetricsAreFoundAndStandInTables) {
  const Dataset data = load_dataset("diabetes");
  MLPRegressor net(options_of("linear(1)"));
  net.fit(data);
  const auto predictions = net.predictions(data);
  const Scores scores = scores_of(predictions);
  EXPECT_EQ(find_metric("half_error")(predictions, scores),
            std::get<RegressionScores>(scores).mae / 2);
  const auto rows = score_rows(evaluate(net, data));
  EXPECT_EQ(std::ranges::count(rows, "half_error", &ScoreRow::key), 1);
}

TEST_F(Registered, WhatIsSavedByRowsServesEveryShard) {
  constexpr std::size_t kRows = 200;
  const Shape input{300};
  test::Walk walk("linear(40) unit_rows linear(3)", input, kRows, {.training = true});
  walk.network.initialize("glorot", 2);
  Tensor x(input.with_front(kRows));
  const Random random(6, Purpose::data);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = static_cast<float>(random.normal(0, static_cast<std::uint32_t>(i)));
  const std::vector<float> rows(x.span().begin(), x.span().end());
  Targets targets{.outputs = 3, .classes = {}, .values = std::vector<float>(kRows * 3, 0.5F)};
  const auto loss = make_loss("squared_error");
  Tensor y({kRows, 3}), dy({kRows, 3}), wanted({kRows, 3});
  std::ranges::fill(wanted.span(), 0.5F);
  std::ranges::copy(walk.forward(rows), y.data());
  loss->value_and_gradient(y.view(), wanted.view(), {}, 1.0F / kRows, dy.view());
  walk.backward(dy.span());

  const Inputs inputs(std::move(x));
  TrainingSet data{&inputs, &targets, {}, {}};
  for (std::uint32_t row = 0; row < kRows; ++row) data.rows.push_back(row);
  for (const int threads : {1, 2}) {
    NetOptions options;
    options.alpha = 0;
    options.threads = threads;
    Engine engine(walk.network, *loss, data, kRows, options);
    std::vector<float> gradient(walk.gradient.size());
    engine.objective(data.rows, gradient);
    for (std::size_t i = 0; i < gradient.size(); ++i)
      ASSERT_NEAR(gradient[i], walk.gradient[i], 1e-6 + 1e-5 * std::abs(walk.gradient[i])) << i;
  }
}

TEST_F(Registered, ThreadsMayRegisterAndLookAtOnce) {
  constexpr int kThreads = 8, kEach = 20;
  const LossRow* const first = loss_catalogue().find("huber");
  std::atomic<int> taken = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        register_loss(row_of_mine("of_" + std::to_string(t) + "_" + std::to_string(i)));
        try {
          register_loss(row_of_mine("shared_" + std::to_string(i)));
        } catch (const std::invalid_argument&) {
          ++taken;
        }
        make_loss("of_" + std::to_string(t) + "_" + std::to_string(i));
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(taken, (kThreads - 1) * kEach) << "each shared name belongs to one of them";
  const auto names = loss_names();
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
  EXPECT_EQ(loss_catalogue().find("huber"), first) << "rows keep their addresses";
}

TEST(ClassicalKinds, AreKnownOnceTheyAreAskedForOrFitted) {
  const std::string path = HEBB_SOURCE_DIR "/tests/fuzz/corpus/model/majority_n";
  expect_error<ModelError>([&] { load_model(path); }, {path, "constants", "register_classical()"});
  const test::Scratch scratch;
  Target target{.names = {"y"}, .values = {1, 3}};
  const Dataset two = Dataset::from_values(std::vector<double>{0, 1}, {2, 1}, target);
  MajorityRegressor mean;
  mean.fit(two);
  mean.save(scratch / "m.hebb");
  EXPECT_EQ(load_model(scratch / "m.hebb")->predict_one(std::vector<double>{5}),
            std::vector<double>{2});
  register_classical();
  register_classical();
  EXPECT_TRUE(estimator_catalogue().find("svm"));
}

}  // namespace
}  // namespace hebb
