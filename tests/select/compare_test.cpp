#include "hebb/select/compare.h"

#include <gtest/gtest.h>

#include <cmath>

#include "expect_error.h"
#include "hebb/classical/catalogue.h"
#include "hebb/metrics/significance.h"
#include "hebb/select/cross_validate.h"
#include "select/judged_run.h"

namespace hebb {
namespace {

// Kinds that train in milliseconds.
CompareOptions quick(const std::string& models, std::optional<FoldOptions> folds = FoldOptions()) {
  register_classical();
  return {.candidates = parse_candidates(models), .folds = folds};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Compare, HasTheScoresOfCrossValidationWithASeedForEachFold) {
  const Comparison all = compare_models({.data = "wine"}, quick("perceptron,logistic:epochs=20"));
  ASSERT_EQ(all.models.size(), 2U);
  EXPECT_TRUE(all.complete);
  EXPECT_EQ(all.trainings, 10U);
  for (const std::size_t fold : {0U, 3U}) {
    const PreparedRun run =
        prepare_run({.data = "wine",
                     .model = "logistic",
                     .options = {{"max_iter", std::int64_t{20}},
                                 {"random_state", static_cast<std::int64_t>(1'000'003 * fold)}}});
    const CrossValidation alone = cross_validate(run, {.folds = 5});
    for (const FoldScore& score : alone.scores) {
      const FoldScore& compared = compared_score(all.models[1], score.key).score;
      if (std::isnan(score.test.values[fold])) continue;
      EXPECT_EQ(compared.train.values[fold], score.train.values[fold]) << score.key;
      EXPECT_EQ(compared.test.values[fold], score.test.values[fold]) << score.key;
    }
    EXPECT_EQ(all.models[1].values[fold], score_of(alone, "accuracy").test.values[fold]);
  }
}

TEST(Compare, MeasuresEveryModel) {
  const Comparison all = compare_models({.data = "iris"}, quick("adaline,mlp:epochs=5"));
  for (const ComparedModel& model : all.models) {
    EXPECT_GT(model.fit_seconds, 0);
    EXPECT_GT(model.predict_seconds, 0);
    EXPECT_GT(model.peak_bytes, 1e6);
    ASSERT_TRUE(model.model_bytes);
    EXPECT_GT(*model.model_bytes, 100);
  }
  EXPECT_EQ(all.models[0].parameters, 15U);
  EXPECT_EQ(all.models[1].parameters, 4U * 100 + 100 + 100 * 3 + 3);
}

TEST(Compare, TestsAllPairsOfFolds) {
  const Comparison all = compare_models({.data = "wine"}, quick("perceptron,adaline,logistic"));
  ASSERT_EQ(all.ranking.size(), 3U);
  ASSERT_EQ(all.pairs.size(), 3U);
  std::vector<double> p;
  for (const ComparedPair& pair : all.pairs) {
    // 178 rows: of 5 folds, 3 hold out 36 and 2 hold out 35.
    const PairedTest test = resampled_t_test(all.models[pair.first].values,
                                             all.models[pair.second].values, 178.0 / (4 * 178));
    EXPECT_DOUBLE_EQ(pair.p, test.p);
    EXPECT_DOUBLE_EQ(pair.difference, test.difference);
    EXPECT_GE(pair.difference, 0);
    p.push_back(pair.p);
  }
  const auto adjusted = holm(p);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(all.pairs[i].adjusted_p, adjusted[i]);
    EXPECT_EQ(all.pairs[i].shown, adjusted[i] < 0.05);
  }
  EXPECT_FALSE(all.conclusions.empty());
}

TEST(Compare, ALowerScoreMayBeBetter) {
  CompareOptions options = quick("mlp:epochs=2,logistic");
  options.metric = "log_loss";
  const Comparison all = compare_models({.data = "iris"}, options);
  ASSERT_EQ(all.ranking.size(), 2U);
  EXPECT_EQ(all.models[all.ranking.front()].candidate.kind, "logistic");
  EXPECT_LT(all.pairs.front().difference, 0);
}

TEST(Compare, AMetricThatNeedsPredictionsIsMeasured) {
  CompareOptions options = quick("logistic");
  options.metric = "top_k:2";
  const Comparison all = compare_models({.data = "wine"}, options);
  EXPECT_EQ(compared_score(all.models[0], "top_k:2").score.test.values, all.models[0].values);
  EXPECT_GT(all.models[0].values.front(), 0.9);
}

TEST(Compare, OneTestPartIsJudgedByMcNemar) {
  const RunSpec spec{.data = "digits", .split = SplitOptions{.test_size = 0.4}};
  const Comparison all = compare_models(spec, quick("perceptron:epochs=1,logistic", {}));
  EXPECT_FALSE(all.folds);
  EXPECT_EQ(all.trainings, 2U);
  EXPECT_EQ(all.test_samples, 719U);
  EXPECT_EQ(all.test, "McNemar's exact test");
  // The same models alone.
  std::vector<Predictions> alone;
  for (const std::size_t i : all.ranking) {
    RunSpec one = spec;
    one.model = all.models[i].candidate.kind;
    one.options = all.models[i].candidate.options;
    alone.push_back(run(one).predictions);
  }
  const McNemar test = mcnemar(alone[0].truth, alone[0].predicted, alone[1].predicted);
  EXPECT_EQ(all.pairs.front().p, test.p);
  EXPECT_EQ(all.pairs.front().difference, test.difference());
  const ComparedModel& best = all.models[all.ranking.front()];
  const Interval wilson =
      wilson_interval(static_cast<std::size_t>(std::lround(best.values.front() * 719)), 719);
  const auto interval = compared_score(best, "accuracy").interval;
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->low, wilson.low);
  EXPECT_EQ(interval->high, wilson.high);
  EXPECT_FALSE(compared_score(best, "f1_macro").interval);
}

TEST(Compare, OtherMetricsOfOneTestPartByTheBootstrap) {
  CompareOptions options = quick("adaline,mlp:epochs=3", {});
  const Comparison all =
      compare_models({.data = "diabetes", .split = SplitOptions{.test_size = 0.3}}, options);
  EXPECT_EQ(all.metric, "r2");
  EXPECT_EQ(all.test, "paired bootstrap");
  ASSERT_EQ(all.pairs.size(), 1U);
  EXPECT_TRUE(all.pairs.front().shown);  // three epochs are no training
  const auto& best = all.models[all.ranking.front()];
  EXPECT_EQ(best.candidate.kind, "adaline");
  const auto interval = compared_score(best, "r2").interval;
  ASSERT_TRUE(interval);
  EXPECT_LT(interval->low, best.values.front());
  EXPECT_GT(interval->high, best.values.front());
}

TEST(Compare, WithoutFoldsTheTestPartDecides) {
  CompareOptions options = quick("perceptron", {});
  EXPECT_EQ(compare_models({.data = "iris"}, options).folds->folds, 5);
  EXPECT_FALSE(compare_models({.data = "iris", .split = SplitOptions()}, options).folds);
  options.folds = FoldOptions{.folds = 3};
  EXPECT_EQ(compare_models({.data = "iris", .split = SplitOptions()}, options).trainings, 3U);
}

TEST(Compare, AFailureEndsNoOther) {
  const Comparison all = compare_models(
      {.data = "diabetes"}, quick("mlp:solver=sgd,learning-rate=1e30,perceptron,adaline"));
  EXPECT_TRUE(all.complete);
  EXPECT_TRUE(contains(all.models[0].error, "fold 1 of 5: ")) << all.models[0].error;
  EXPECT_TRUE(contains(all.models[1].error, "perceptron predicts classes")) << all.models[1].error;
  EXPECT_TRUE(all.models[2].error.empty());
  EXPECT_EQ(all.ranking, (std::vector<std::size_t>{2}));
  EXPECT_TRUE(contains(all.conclusions.front(), "Only adaline could be scored"));
  EXPECT_EQ(all.trainings, all.of_trainings);
}

TEST(Compare, ATrainingThatTakesTooLongHasFailed) {
  CompareOptions options = quick("mlp:epochs=1000000,tol=0,hidden=500,500,perceptron");
  options.max_seconds = 0.3;
  const Comparison all = compare_models({.data = "digits"}, options);
  EXPECT_TRUE(contains(all.models[0].error, "took longer than 0.3 seconds"));
  EXPECT_EQ(all.models[1].values.size(), 5U);
}

TEST(Compare, StoppedHasTheSameFoldsOfAllModels) {
  // The sixth training, of the third round, is stopped when it begins.
  bool stop = false;
  CompareControl control;
  control.on_progress = [&](const CompareProgress& now) { stop = now.so_far.trainings == 5; };
  control.stop_requested = [&] { return stop; };
  const Comparison all = compare_models({.data = "iris"}, quick("perceptron,adaline"), control);
  EXPECT_FALSE(all.complete);
  EXPECT_EQ(all.trainings, 5U);
  EXPECT_EQ(all.models[0].values.size(), 2U);
  EXPECT_EQ(all.models[1].values.size(), 2U);
  EXPECT_EQ(compared_score(all.models[0], "accuracy").score.test.values.size(), 2U);
  EXPECT_EQ(all.pairs.size(), 1U);
}

TEST(Compare, StoppedInTheFirstRoundHasNoPairs) {
  CompareControl control;
  control.stop_requested = [] { return true; };
  const Comparison all = compare_models({.data = "iris"}, quick("perceptron,adaline"), control);
  EXPECT_FALSE(all.complete);
  EXPECT_TRUE(all.ranking.empty());
  EXPECT_TRUE(all.models[0].scores.empty());
  EXPECT_TRUE(contains(all.conclusions.front(), "nothing to compare"));
}

TEST(Compare, TellsTheTimeBeforeTheFirstTraining) {
  std::size_t told = 0, pilots = 0;
  CompareControl control;
  control.on_predicted = [&](const Comparison& so_far) {
    EXPECT_EQ(so_far.trainings, 0U);
    EXPECT_GT(so_far.predicted_seconds.value_or(0), 0);
    ++told;
  };
  control.on_progress = [&](const CompareProgress& now) {
    if (now.pilot) {
      EXPECT_EQ(told, 0U);
      ++pilots;
    } else {
      EXPECT_EQ(told, 1U);
      EXPECT_TRUE(now.seconds_left);
    }
  };
  const Comparison all = compare_models(
      {.data = "iris"}, quick("perceptron,adaline", FoldOptions{.folds = 2}), control);
  EXPECT_GT(pilots, 0U);
  EXPECT_TRUE(all.predicted_seconds);
  EXPECT_GT(all.seconds, 0);
}

// The time of a model that fails in its pilots is known once it has failed.
TEST(Compare, WithoutAPredictionTheTimeLeftIsKnownAfterTheFirstRound) {
  std::vector<bool> known;
  CompareControl control;
  control.on_predicted = [](const Comparison&) { FAIL() << "of a model that cannot be trained"; };
  control.on_progress = [&](const CompareProgress& now) {
    if (!now.running) known.push_back(now.seconds_left.has_value());
  };
  const Comparison all =
      compare_models({.data = "iris"},
                     quick("perceptron,knn:n-neighbors=10000", FoldOptions{.folds = 2}), control);
  EXPECT_FALSE(all.predicted_seconds);
  EXPECT_EQ(known, (std::vector<bool>{false, true, true}));
}

TEST(Compare, IntervalsStayInTheRangeOfTheMetric) {
  const Comparison all = compare_models({.data = "wine"}, quick("logistic"));
  bool cut = false;
  for (const ComparedScore& one : all.models[0].scores) {
    if (!one.interval) continue;
    const MetricRow& metric = *find_metric(one.score.key).row;
    EXPECT_GE(one.interval->low, metric.least) << one.score.key;
    EXPECT_LE(one.interval->high, metric.most) << one.score.key;
    EXPECT_LE(one.interval->low, one.score.test.mean);
    EXPECT_GE(one.interval->high, one.score.test.mean);
    cut = cut || one.interval->high == metric.most || one.interval->low == metric.least;
  }
  EXPECT_TRUE(cut);  // an accuracy of 0.98 with a deviation of 0.02 does not end at 1 by itself
}

TEST(Compare, RefusesWhatItCannotCompare) {
  const auto expect = [](const RunSpec& spec, const CompareOptions& options,
                         std::initializer_list<std::string> parts) {
    expect_error<std::invalid_argument>([&] { compare_models(spec, options); }, parts);
  };
  const RunSpec iris{.data = "iris"};
  expect(iris, quick("mlp,mlp"), {"'mlp' is named twice"});
  CompareOptions options = quick("mlp");
  options.metric = "r2";
  expect(iris, options, {"r2 is for models of numbers"});
  options = quick("mlp");
  options.alpha = 1;
  expect(iris, options, {"alpha", "below 1"});
  expect({.data = "iris", .model = "mlp"}, quick("mlp"), {"the spec names another one"});
  expect({.data = "iris", .model_file = "m.hebb"}, quick("mlp"), {"keeps no model"});
  expect(iris, quick("mlp", FoldOptions{.folds = 1000}), {"1000"});
}

TEST(JudgedRun, IsTheSameAsBytes) {
  const JudgedRun judged{
      .scores = {{.key = "accuracy", .label = "accuracy", .train = 1, .test = 0.5},
                 {.key = "auc", .label = {}}},
      .predictions = {.classes = {"a", "b c"},
                      .truth = {0, 1},
                      .predicted = {1, 1},
                      .scores = {0.25, 0.75, 1, 0},
                      .probabilities = true,
                      .outputs = 3},
      .fit_seconds = 2,
      .predict_seconds = 1e-6,
      .model_bytes = 1234,
      .parameters = 5,
      .stopped = StopReason::max_iter,
      .warnings = {"one", ""}};
  const std::string bytes = bytes_of(judged);
  const JudgedRun back = judged_run_from(bytes);
  EXPECT_EQ(bytes_of(back), bytes);
  EXPECT_EQ(back.scores[1].key, "auc");
  EXPECT_FALSE(back.scores[1].test);
  EXPECT_EQ(back.predictions.classes, judged.predictions.classes);
  EXPECT_EQ(back.predictions.scores, judged.predictions.scores);
  EXPECT_EQ(back.stopped, StopReason::max_iter);
  EXPECT_EQ(back.warnings, judged.warnings);
  for (std::size_t length = 0; length < bytes.size(); ++length)
    expect_error<std::runtime_error>([&] { judged_run_from(bytes.substr(0, length)); },
                                     {"incomplete"});
}

}  // namespace
}  // namespace hebb
