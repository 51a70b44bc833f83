#include "hebb/select/curves.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "expect_error.h"
#include "hebb/datasets/generators.h"
#include "hebb/estimators/mlp.h"
#include "hebb/select/cross_validate.h"
#include "hebb/select/study.h"
#include "oracles/oracle.h"
#include "scratch.h"

namespace hebb {
namespace {

PreparedRun net_on(Dataset data) {
  return prepare_run(
      {.dataset = std::move(data), .options = {{"hidden_layer_sizes", 4}, {"max_iter", 5}}});
}

Dimension one_option(const PreparedRun& run, const std::string& text) {
  return Space::parse({text}, run.options).dimensions().front();
}

// A linear regression: its minimum does not depend on the first weights.
PreparedRun linear_run(const nlohmann::json& values) {
  const std::size_t n = values["samples"], features = values["features"];
  const std::vector<float> x = test::uniform(1, n * features), noise = test::uniform(2, n);
  constexpr double kWeights[] = {2, -1, 0.5, 0, 0.25};
  std::vector<double> rows(x.begin(), x.end()), y;
  for (std::size_t i = 0; i < n; ++i) {
    double sum = noise[i];
    for (std::size_t k = 0; k < features; ++k) sum += kWeights[k] * rows[i * features + k];
    y.push_back(static_cast<float>(sum));
  }
  return prepare_run(
      {.dataset = Dataset::from_values(rows, {n, features}, {.names = {"y"}, .values = y}),
       .task = Task::regress,
       .options = {{"net", "linear(1)"},
                   {"solver", "lbfgs"},
                   {"alpha", 1.0},
                   {"tol", 1e-9},
                   {"max_iter", 1000}},
       .preprocess = {{"scale", "none"}}});
}

// float32 networks against a closed form in double.
constexpr double kCloseR2 = 2e-4;

void expect_folds(const FoldStatistics& of, const nlohmann::json& folds) {
  ASSERT_EQ(of.values.size(), folds.size());
  for (std::size_t i = 0; i < folds.size(); ++i)
    EXPECT_NEAR(of.values[i], folds[i].get<double>(), kCloseR2) << i;
}

TEST(ValidationCurve, AgreesWithScikitLearn) {
  const auto values = test::oracle("curves");
  const PreparedRun run = linear_run(values);
  const ValidationCurve curve = validation_curve(run, one_option(run, "alpha=0.01|1|10|100"),
                                                 {.folds = values["folds"], .shuffle = false});
  ASSERT_EQ(curve.points.size(), 4U);
  EXPECT_EQ(curve.score, "r2");
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(curve.points[i].value, values["alphas"][i].get<double>());
    expect_folds(curve.points[i].train, values["by_alpha"]["train"][i]);
    expect_folds(curve.points[i].test, values["by_alpha"]["test"][i]);
  }
}

TEST(LearningCurve, AgreesWithScikitLearn) {
  const auto values = test::oracle("curves");
  const LearningCurve curve =
      learning_curve(linear_run(values), values["sizes"].get<std::vector<std::size_t>>(),
                     {.folds = values["folds"], .shuffle = false});
  ASSERT_EQ(curve.points.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(curve.points[i].samples, values["sizes"][i].get<std::size_t>());
    expect_folds(curve.points[i].train, values["by_size"]["train"][i]);
    expect_folds(curve.points[i].test, values["by_size"]["test"][i]);
  }
}

TEST(ValidationCurve, HasTheScoresOfCrossValidation) {
  const PreparedRun run = net_on(make_moons({.n = 60, .seed = 3}));
  std::vector<std::size_t> told;
  const ValidationCurve curve =
      validation_curve(run, one_option(run, "hidden=8|2,2"), {.folds = 3}, "log_loss",
                       {.on_step = [&](std::size_t done, std::size_t of) {
                         EXPECT_EQ(of, 6U);
                         told.push_back(done);
                       }});
  EXPECT_EQ(told, (std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6}));
  EXPECT_FALSE(curve.higher_is_better);
  EXPECT_FALSE(curve.is_numeric());
  ASSERT_EQ(curve.points.size(), 2U);
  EXPECT_EQ(curve.points[1].text, "2,2");
  const CrossValidation folds = cross_validate(
      with_values(run, {{"hidden_layer_sizes", std::vector<std::int64_t>{2, 2}}}), {.folds = 3});
  EXPECT_EQ(curve.points[1].test.values, score_of(folds, "log_loss").test.values);
  EXPECT_EQ(curve.points[1].train.values, score_of(folds, "log_loss").train.values);
}

TEST(ValidationCurve, TakesValuesOfARangeInAscendingOrder) {
  const PreparedRun run = net_on(make_moons({.n = 30, .seed = 3}));
  const auto values = [&](const std::string& text) {
    std::vector<double> all;
    for (const auto& at : validation_curve(run, one_option(run, text), {.folds = 2}).points)
      all.push_back(at.value);
    return all;
  };
  EXPECT_EQ(values("max_iter=2..4"), (std::vector<double>{2, 3, 4}));
  EXPECT_EQ(values("max_iter=1..2:4"), (std::vector<double>{1, 2}));
  EXPECT_EQ(values("alpha=1|0.1"), (std::vector<double>{0.1, 1}));
  const std::vector<double> alphas = values("alpha=log:1e-3..1e3");
  ASSERT_EQ(alphas.size(), 7U);
  EXPECT_NEAR(alphas[3], 1, 1e-12);
}

TEST(ValidationCurve, ADivergingValueIsAGap) {
  const PreparedRun run =
      prepare_run({.dataset = make_sine({.n = 40, .seed = 1}),
                   .options = {{"hidden_layer_sizes", 4}, {"max_iter", 30}, {"solver", "sgd"}},
                   .preprocess = {{"scale_target", "none"}}});
  const ValidationCurve curve =
      validation_curve(run, one_option(run, "learning-rate=0.001|1e30"), {.folds = 2});
  ASSERT_EQ(curve.points.size(), 2U);
  EXPECT_TRUE(curve.points[0].failure.empty());
  EXPECT_TRUE(test::contains(curve.points[1].failure, "fold 1 of 2")) << curve.points[1].failure;
  EXPECT_EQ(best_value(curve), 0U);
}

TEST(ValidationCurve, EndsWithTheValuesThatWereDoneWhereItIsStopped) {
  const PreparedRun run = net_on(make_moons({.n = 60, .seed = 3}));
  std::size_t trainings = 0;
  CurveControl control;
  control.on_step = [&](std::size_t done, std::size_t) { trainings = done; };
  control.training.stop_requested = [&] { return trainings == 4; };
  const ValidationCurve curve =
      validation_curve(run, one_option(run, "alpha=1|2|3"), {.folds = 3}, {}, control);
  EXPECT_EQ(curve.points.size(), 1U);
}

TEST(LearningCurve, TrainsOnPartsOfTheSameSizesWithEachClass) {
  const PreparedRun run = net_on(make_blobs({.n = 70, .centers = 3, .seed = 2}));
  const LearningCurve curve = learning_curve(run, {}, {.folds = 5});
  ASSERT_EQ(curve.points.size(), 6U);
  EXPECT_EQ(curve.points.back().samples, 56U);
  EXPECT_EQ(curve.points.front().samples, 9U);
  for (const auto& at : curve.points) EXPECT_EQ(at.test.defined, 5U);
  // With all rows of each fold it is cross-validation.
  const CrossValidation folds = cross_validate(run, {.folds = 5});
  EXPECT_EQ(curve.points.back().test.values, score_of(folds, "accuracy").test.values);
  EXPECT_EQ(curve.points.back().train.values, score_of(folds, "accuracy").train.values);
}

TEST(LearningCurve, TakesAsManyRowsAsThereAreClassesAtLeast) {
  const PreparedRun run = net_on(make_blobs({.n = 40, .centers = 4, .seed = 2}));
  EXPECT_EQ(learning_curve(run, {30, 4, 4}, {.folds = 4}).points.size(), 2U);
  expect_error<std::invalid_argument>([&] { learning_curve(run, {3}, {.folds = 4}); },
                                      {"sizes", "4 (rows, or one of each class) to 30", "3 to 3"});
  expect_error<std::invalid_argument>([&] { learning_curve(run, {31}, {.folds = 4}); }, {"31"});
  expect_error<std::invalid_argument>([&] { learning_curve(run, {}, {.folds = 41}); },
                                      {"41 folds"});
  expect_error<std::invalid_argument>([&] { learning_curve(run, {}, {}, "r2"); },
                                      {"r2 is not for models that classify"});
  expect_error<std::invalid_argument>([&] { learning_curve(run, {}, {}, "acuracy"); },
                                      {"accuracy"});
}

}  // namespace
}  // namespace hebb
