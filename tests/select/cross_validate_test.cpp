#include "hebb/select/cross_validate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "expect_error.h"
#include "hebb/datasets/generators.h"
#include "hebb/estimators/mlp.h"

namespace hebb {
namespace {

PreparedRun prepared(Dataset data) {
  return prepare_run({.dataset = std::move(data),
                      .options = {{"hidden_layer_sizes", 4}, {"max_iter", 5}},
                      .metrics = {"balanced_accuracy"}});
}

TEST(FoldStatistics, AreMeanAndSampleDeviation) {
  const FoldStatistics of = fold_statistics({1, 2, 6});
  EXPECT_DOUBLE_EQ(of.mean, 3);
  EXPECT_DOUBLE_EQ(of.deviation, std::sqrt((4.0 + 1.0 + 9.0) / 2));
  EXPECT_EQ(of.defined, 3U);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const FoldStatistics one = fold_statistics({nan, 2, nan});
  EXPECT_EQ(one.mean, 2);
  EXPECT_TRUE(std::isnan(one.deviation));
  EXPECT_EQ(one.defined, 1U);
  EXPECT_TRUE(std::isnan(fold_statistics({nan}).mean));
}

TEST(CrossValidate, TrainsEachFoldAsARunOnItsRowsAlone) {
  const Dataset data = make_moons({.n = 90, .seed = 3});
  const PreparedRun run = prepared(data);
  const FoldOptions options{.folds = 3, .random_state = 4};
  const CrossValidation all = cross_validate(run, options);
  const auto cuts = fold_rows(data, options);
  ASSERT_EQ(all.folds.size(), 3U);
  EXPECT_TRUE(all.complete);
  for (std::size_t i = 0; i < 3; ++i) {
    MLPClassifier alone({.hidden_layer_sizes = {4}, .max_iter = 5}, {.scale = "standard"});
    alone.fit(data.select(cuts[i].train));
    EXPECT_EQ(score_of(all, "accuracy").test.values[i], alone.score(data.select(cuts[i].test)));
    EXPECT_EQ(score_of(all, "accuracy").train.values[i], alone.score(data.select(cuts[i].train)));
    // To the last bit, so scales are of the fold's rows too.
    EXPECT_EQ(score_of(all, "log_loss").test.values[i],
              alone.score(data.select(cuts[i].test), "log_loss"));
    EXPECT_EQ(score_of(all, "balanced_accuracy").test.values[i],
              alone.score(data.select(cuts[i].test), "balanced_accuracy"));
  }
}

TEST(CrossValidate, EachRowIsPredictedByAModelThatDidNotSeeIt) {
  const PreparedRun run = prepared(make_moons({.n = 50, .seed = 1}));
  std::vector<std::size_t> held_out;
  cross_validate(run, {.folds = 4}, {}, [&](const FoldResult&, const RunResult& fold) {
    for (std::size_t row = 0; row < fold.test->samples(); ++row)
      held_out.push_back(fold.test->row_number(row));
    EXPECT_EQ(fold.predictions.truth.size(), fold.test->samples());
  });
  std::ranges::sort(held_out);
  ASSERT_EQ(held_out.size(), 50U);
  for (std::size_t row = 0; row < 50; ++row) EXPECT_EQ(held_out[row], row + 1);
}

TEST(CrossValidate, TheSameForAnyNumberOfThreads) {
  const auto scores = [](int threads) {
    PreparedRun run = prepared(make_moons({.n = 400, .seed = 2}));
    run.options.set("threads", std::int64_t{threads});
    return score_of(cross_validate(run, {.folds = 3}), "log_loss").test.values;
  };
  EXPECT_EQ(scores(1), scores(2));
}

TEST(CrossValidate, EndsWithTheFoldsThatWereDoneWhereItIsStopped) {
  int asked = 0;
  RunControl control;
  std::size_t done = 0;
  control.stop_requested = [&] { return done == 2 && ++asked > 0; };
  const CrossValidation all =
      cross_validate(prepared(make_moons({.n = 60, .seed = 1})), {.folds = 5}, control,
                     [&](const FoldResult&, const RunResult&) { ++done; });
  EXPECT_FALSE(all.complete);
  EXPECT_EQ(all.folds.size(), 2U);
  EXPECT_EQ(score_of(all, "accuracy").test.values.size(), 2U);
}

TEST(CrossValidate, NamesTheFoldInErrors) {
  // Class c is in one group, so one fold holds out a label that no other has.
  Dataset data = Dataset::from_values(
      std::vector<double>(6), {6, 1},
      {.names = {"y"}, .values = {0, 1, 0, 1, 2, 2}, .classes = {"a", "b", "c"}});
  data.set_groups({.values = {0, 0, 1, 1, 2, 2}, .labels = {"x", "y", "z"}});
  const PreparedRun run = prepared(std::move(data));
  expect_error<DataError>([&] { cross_validate(run, {.folds = 3}); }, {"fold ", " of 3: ", "'c'"});
  expect_error<std::invalid_argument>([&] { cross_validate(run, {.folds = 4}); },
                                      {"4 folds need as many groups"});
  expect_error<std::invalid_argument>([&] { score_of({}, "f1"); }, {"'f1'"});
}

}  // namespace
}  // namespace hebb
