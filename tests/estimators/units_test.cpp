// What each of the three units alone can do.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/core/random.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/linear.h"
#include "scratch.h"

namespace hebb {
namespace {

// A rounding or two of doubles.
constexpr double kUnitRounding = 1e-12;

Dataset two_classes(std::vector<double> x, std::size_t features, std::vector<double> labels) {
  const std::size_t rows = labels.size();
  return Dataset::from_values(
      x, {rows, features},
      {.names = {"kind"}, .values = std::move(labels), .classes = {"no", "yes"}});
}

// Two clouds around (3, -2) and its opposite, far enough apart for a line between them.
Dataset clouds(std::size_t samples = 200) {
  std::vector<double> x, labels;
  const Random random(3, Purpose::data);
  for (std::uint32_t r = 0; r < samples; ++r) {
    const double sign = r % 2 ? 1 : -1;
    x.push_back(3 * sign + 0.5 * random.normal(r, 0));
    x.push_back(-2 * sign + 0.5 * random.normal(r, 1));
    labels.push_back(r % 2);
  }
  return two_classes(std::move(x), 2, std::move(labels));
}

TEST(Perceptron, ScoreZeroIsTheFirstClass) {
  Perceptron unit({.max_iter = 1, .shuffle = false});
  unit.fit(two_classes({1, -1}, 1, {1, 0}));
  // The first sample is a mistake, w = 1 and b = 1; the second scores 0, a mistake too: w = 2, b =
  // 0.
  EXPECT_EQ(unit.coef_(), std::vector<double>{2});
  EXPECT_EQ(unit.intercept_(), std::vector<double>{0});
  EXPECT_EQ(unit.predict(Dataset::from_values(std::vector<double>{0.0}, {1, 1})),
            std::vector<std::string>{"no"});
}

TEST(Perceptron, SeparatesWhatLeastSquaresDoesNot) {
  const Dataset data = two_classes({-2, -1, 1, 30, 30, 30}, 1, {0, 0, 1, 1, 1, 1});
  Perceptron perceptron;
  perceptron.fit(data);
  EXPECT_EQ(perceptron.score(data), 1);
  Adaline adaline({.full_batch = true, .max_iter = 20000, .tol = 0, .n_iter_no_change = 20000});
  adaline.fit(data);
  EXPECT_LT(adaline.score(data), 1);
}

TEST(Perceptron, MakesNoMoreMistakesThanNovikoffAllows) {
  Perceptron unit;
  RunControl control;
  std::size_t updates = 0;
  control.on_update = [&](const UnitUpdate& update) {
    updates = update.update;
    EXPECT_LE(update.desired * update.score, 0);
    for (std::size_t j = 0; j < 2; ++j)
      EXPECT_NEAR(update.after[j], update.before[j] + update.step * update.x[j], kUnitRounding);
    return true;
  };
  unit.fit(clouds(), control);
  ASSERT_TRUE(unit.mistake_bound_());
  EXPECT_EQ(unit.mistake_bound_()->mistakes, updates);
  EXPECT_GT(unit.mistake_bound_()->margin, 0);
  EXPECT_LE(static_cast<double>(updates), unit.mistake_bound_()->bound);

  Perceptron penalised({.penalty = "l2"});
  control.on_update = [](const UnitUpdate&) { return false; };
  penalised.fit(clouds(), control);
  EXPECT_FALSE(penalised.mistake_bound_()) << "the theorem is for the plain rule";
}

TEST(Perceptron, TracingChangesNoBit) {
  Perceptron plain, traced;
  plain.fit(clouds());
  RunControl control;
  control.on_update = [](const UnitUpdate&) { return true; };
  traced.fit(clouds(), control);
  EXPECT_EQ(traced.coef_(), plain.coef_());
  EXPECT_EQ(traced.n_iter_, plain.n_iter_);
}

// Large enough for a second thread to gather rows, and for units to be shared out.
TEST(Perceptron, ThreadsDoNotChangeABitOfLargeTables) {
  constexpr std::size_t kRows = 20'000, kColumns = 9;
  std::vector<double> x(kRows * kColumns);
  Target two{.names = {"kind"}, .values = {}, .classes = {"a", "b"}};
  Target many{.names = {"kind"}, .values = {}, .classes = {"a", "b", "c", "d", "e", "f", "g", "h"}};
  const Random random(8, Purpose::data);
  for (std::uint32_t r = 0; r < kRows; ++r) {
    for (std::uint32_t c = 0; c < kColumns; ++c)
      x[r * kColumns + c] = random.normal(r, c) + (c == r % 8 ? 2.0 : 0.0);
    two.values.push_back(x[r * kColumns] > x[r * kColumns + 1] ? 1 : 0);
    many.values.push_back(r % 8);
  }
  for (const Target& target : {two, many}) {
    const Dataset data = Dataset::from_values(x, {kRows, kColumns}, target);
    std::vector<double> first;
    for (const int threads : {1, 2, 3}) {
      Perceptron unit({.max_iter = 3, .threads = threads});
      unit.fit(data);
      if (first.empty()) first = unit.coef_();
      EXPECT_EQ(unit.coef_(), first) << threads;
    }
  }
}

TEST(Perceptron, PartialFitLearnsPassByPass) {
  Perceptron whole({.max_iter = 3, .tol = 0, .shuffle = false, .n_iter_no_change = 9});
  Perceptron parts({.shuffle = false});
  const Dataset data = clouds();
  whole.fit(data);
  for (int pass = 0; pass < 3; ++pass) parts.partial_fit(data);
  EXPECT_EQ(parts.coef_(), whole.coef_());

  Perceptron named;
  named.partial_fit(data.slice(0, 10), {"maybe", "no", "yes"});
  EXPECT_EQ(named.classes(), (std::vector<std::string>{"maybe", "no", "yes"}));
  expect_error<DataError>(
      [&] {
        named.partial_fit(two_classes({1, 1}, 2, {0}).with_classes());
        Target other{.names = {"kind"}, .values = {0}, .classes = {"perhaps"}};
        named.partial_fit(Dataset::from_values(std::vector<double>{1, 1}, {1, 2}, other));
      },
      {"perhaps"});
  Perceptron averaged({.average = true});
  expect_error<std::invalid_argument>([&] { averaged.partial_fit(data); }, {"average"});
}

TEST(Perceptron, EarlyStoppingHoldsSamplesOut) {
  Perceptron unit({.early_stopping = true, .validation_fraction = 0.2});
  unit.fit(clouds());
  ASSERT_FALSE(unit.validation_scores_.empty());
  EXPECT_EQ(unit.validation_scores_.back(), 1);
  Perceptron none({.early_stopping = true, .validation_fraction = 0.99});
  expect_error<std::invalid_argument>([&] { none.fit(clouds(10)); }, {"validation_fraction"});
}

TEST(Perceptron, KeepsTheLastFiniteWeightsWhenItDiverges) {
  Perceptron unit({.eta0 = 1e308});
  expect_error<DivergedError>(
      [&] {
        unit.fit(two_classes({10, -10, 9, -9}, 1, {1, 0, 1, 0}));
      },
      {"not finite", "eta0", "scale"});
  ASSERT_TRUE(unit.is_fitted());
  EXPECT_EQ(unit.coef_(), std::vector<double>{0});
}

TEST(LogisticRegression, NumbersBeyondItsReachDiverge) {
  const Dataset data = two_classes({1e300, -1e300, 1e300, -1e300}, 1, {1, 0, 0, 1});
  for (const std::string solver : {"lbfgs", "sgd"}) {
    LogisticRegression unit({.solver = solver});
    try {
      unit.fit(data);
    } catch (const DivergedError& error) {
      expect_contains(error.what(), "scale");
    }
    ASSERT_TRUE(unit.is_fitted()) << solver;
    for (const double w : unit.coef_()) EXPECT_TRUE(std::isfinite(w)) << solver;
  }
}

TEST(Perceptron, OneClassIsRefused) {
  Target one{.names = {"kind"}, .values = {0, 0}, .classes = {"only"}};
  Perceptron unit;
  expect_error<std::invalid_argument>(
      [&] {
        unit.fit(Dataset::from_values(std::vector<double>{1, 2}, {2, 1}, one));
      },
      {"one class", "only"});
}

TEST(Units, KeepNoCheckpoints) {
  RunControl control;
  control.checkpoint_dir = "anywhere";
  Perceptron perceptron;
  Adaline adaline;
  LogisticRegression logistic;
  for (Estimator* unit : std::initializer_list<Estimator*>{&perceptron, &adaline, &logistic})
    expect_error<std::invalid_argument>([&] { unit->fit(clouds(), control); },
                                        {"checkpoint", "networks"});
}

TEST(Units, HaveNoSearchForALearningRate) {
  Perceptron perceptron;
  Adaline adaline;
  LogisticRegression logistic;
  for (const Supervised* unit :
       std::initializer_list<const Supervised*>{&perceptron, &adaline, &logistic})
    expect_error<std::invalid_argument>([&] { find_learning_rate(*unit, clouds()); },
                                        {"find_lr", "networks", unit->kind()});
}

TEST(Units, StopAtTheTimeGivenAndSaySo) {
  Perceptron unit(
      {.max_iter = 1000000, .tol = 0, .n_iter_no_change = 1000000, .max_seconds = 0.01});
  std::optional<StopReason> reason;
  std::size_t epochs = 0;
  RunControl control;
  control.on_event = [&](const Event& event) {
    if (const auto* stopped = std::get_if<Stopped>(&event)) reason = stopped->reason;
    if (std::holds_alternative<EpochEnded>(event)) ++epochs;
  };
  unit.fit(clouds(), control);
  EXPECT_EQ(reason, StopReason::time_budget);
  EXPECT_EQ(unit.n_iter_, epochs);
}

TEST(Units, HoldDoublesInTheirFiles) {
  const test::Scratch scratch;
  LogisticRegression unit;
  unit.fit(clouds());
  unit.save(scratch / "m.hebb");
  EXPECT_EQ(LogisticRegression::load(scratch / "m.hebb").coef_(), unit.coef_());
  expect_error<ModelError>([&] { Perceptron::load(scratch / "m.hebb"); },
                           {"m.hebb", "holds no Perceptron"});
  expect_error<ModelError>([&] { Adaline::load(scratch / "m.hebb"); }, {"holds no Adaline"});
  expect_error<ModelError>([&] { AdalineRegressor::load(scratch / "m.hebb"); }, {"holds no"});
}

TEST(Units, GoOnOnlyFromUnitsOfTheirSize) {
  Perceptron first;
  first.fit(clouds());
  Perceptron next;
  next.start_from(first.model());
  const Dataset narrow = two_classes({1, 2}, 1, {0, 1});
  EXPECT_THROW(next.fit(narrow), std::invalid_argument);
  Model network = first.model();
  network.body =
      std::make_shared<NetworkBody>(Network("linear(1)", {2}), OutputActivation::logistic);
  Perceptron other;
  other.start_from(network);
  expect_error<std::invalid_argument>([&] { other.fit(clouds()); }, {"network"});
}

TEST(Adaline, RefusesTwoSizesOfABatch) {
  Adaline unit({.batch_size = 4, .full_batch = true});
  expect_error<std::invalid_argument>([&] { unit.fit(clouds()); }, {"full_batch", "batch_size"});
}

TEST(Adaline, DivergesJustAboveTheLimitAndConvergesJustBelow) {
  const Dataset data = load_dataset("wine");
  const auto fit = [&](double rate) {
    Adaline unit({.learning_rate_init = rate,
                  .full_batch = true,
                  .max_iter = 5000,
                  .tol = 0,
                  .n_iter_no_change = 5000},
                 {.scale = "standard"});
    unit.fit(data);
    return unit.loss_;
  };
  Adaline by_itself({.full_batch = true}, {.scale = "standard"});
  by_itself.fit(data);
  const double limit = 2 * by_itself.learning_rate_;  // it takes 1 / lambda_max
  EXPECT_TRUE(std::isfinite(fit(0.999 * limit)));
  expect_error<DivergedError>([&] { fit(1.001 * limit); }, {"2 / lambda_max", "would do"});
}

TEST(Adaline, KeepsTheLastFiniteModelWhenItDiverges) {
  Adaline unit({.learning_rate_init = 1});
  EXPECT_THROW(unit.fit(clouds()), DivergedError);
  ASSERT_TRUE(unit.is_fitted());
  for (const double w : unit.coef_()) EXPECT_TRUE(std::isfinite(w));
}

TEST(Adaline, BatchesOfAnySizeLearn) {
  for (const std::size_t batch : {1U, 7U, 200U, 1000U}) {
    Adaline unit({.batch_size = batch});
    unit.fit(clouds());
    EXPECT_EQ(unit.score(clouds()), 1) << batch;
  }
}

TEST(AdalineRegressor, LearnsSeveralTargetsInTheirOwnUnits) {
  std::vector<double> x, y;
  const Random random(5, Purpose::data);
  for (std::uint32_t r = 0; r < 100; ++r) {
    const double a = random.normal(r, 0), b = random.normal(r, 1);
    x.insert(x.end(), {a, b});
    y.insert(y.end(), {1000 + 50 * a, 3 - 2 * b});
  }
  AdalineRegressor unit({.full_batch = true, .max_iter = 5000, .tol = 0, .n_iter_no_change = 5000},
                        {.scale_target = "standard"});
  const Dataset data = Dataset::from_values(x, {100, 2}, {.names = {"u", "v"}, .values = y});
  unit.fit(data);
  const auto predicted = unit.predict(data);
  for (std::size_t i = 0; i < y.size(); ++i) EXPECT_NEAR(predicted[i], y[i], 1e-6);
  EXPECT_NEAR(unit.predict_one(std::vector<double>{1, 1})[0], 1050, 1e-6);
}

TEST(LogisticRegression, StochasticDescentComesNearTheSameMinimum) {
  const Dataset data = load_dataset("iris");
  LogisticRegression exact({}, {.scale = "standard"});
  exact.fit(data);
  LogisticRegression stochastic({.solver = "sgd", .max_iter = 2000, .tol = 0},
                                {.scale = "standard"});
  stochastic.fit(data);
  // Steps that fall as 1 / t, and end where passes gain nothing: they wander by hundredths.
  constexpr double kWandering = 0.1;
  for (std::size_t i = 0; i < exact.coef_().size(); ++i)
    EXPECT_NEAR(stochastic.coef_()[i], exact.coef_()[i], kWandering);
}

}  // namespace
}  // namespace hebb
