// Rows of weight 0 count as absent, from the list of classes to the scores; so do rows that
// preprocessing drops.
#include <gtest/gtest.h>

#include <limits>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/estimators/linear.h"
#include "hebb/estimators/mlp.h"
#include "hebb/run/run.h"

namespace hebb {
namespace {

// Sixty rows of two classes; with `all`, every third row more is of class "never" and weighs 0.
Dataset rows_with_weights(bool all) {
  std::vector<double> x, y, weights;
  for (std::size_t i = 0; i < 60; ++i) {
    const double side = i % 2 == 0 ? -1.0 : 1.0;
    x.push_back(side + 0.01 * static_cast<double>(i));
    y.push_back(all ? 2.0 * static_cast<double>(i % 2) : static_cast<double>(i % 2));
    weights.push_back(1 + static_cast<double>(i % 4));
    if (!all || i % 3 != 0) continue;
    x.push_back(1e6);
    y.push_back(1);
    weights.push_back(0);
  }
  Target target{.names = {"y"}, .values = std::move(y), .classes = {"a", "b"}};
  if (all) target.classes = {"a", "never", "b"};
  return Dataset::from_values(x, {x.size(), 1}, std::move(target), std::move(weights));
}

TEST(Weightless, DataSetsLoseTheRowsAndTheirClasses) {
  EXPECT_FALSE(rows_with_weights(false).weighed().has_value());
  const auto left = rows_with_weights(true).weighed();
  ASSERT_TRUE(left.has_value());
  const Dataset without = rows_with_weights(false);
  EXPECT_EQ(left->hash(), without.hash());
  EXPECT_EQ(left->target().classes, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(left->row_number(1), 3U);  // in the file
  Dataset parts = rows_with_weights(true);
  parts.set_test_begin(4);  // rows 2 of weight 0 in front of it: 1
  EXPECT_EQ(parts.weighed()->test_begin(), 3U);
  expect_error<std::invalid_argument>(
      [] {
        (void)Dataset::from_values(std::vector<double>{1}, {1, 1}, {}, {0}).weighed();
      },
      {"no sample has a weight above 0"});
}

TEST(Weightless, RowsAreAbsentFromAWholeRun) {
  const auto result_of = [](bool all) {
    return run({.dataset = rows_with_weights(all),
                .split = SplitOptions{.test_size = 0.25, .stratify = true},
                .model = "logistic"});
  };
  const RunResult with = result_of(true), without = result_of(false);
  EXPECT_EQ(with.estimator->model().classes, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(with.train.samples(), without.train.samples());
  EXPECT_EQ(with.predictions.scores, without.predictions.scores);
  EXPECT_EQ(with.estimator->model().data_hash, without.estimator->model().data_hash);
  EXPECT_EQ(with.notes.front(), "20 of 80 rows have a weight of 0 and are left out");
  EXPECT_EQ(with.task.reason, without.task.reason);
}

TEST(Weightless, RowsAreAbsentFromTestData) {
  const RunResult result = run({.dataset = rows_with_weights(false),
                                .test_dataset = rows_with_weights(true),
                                .model = "logistic"});
  EXPECT_EQ(result.test->samples(), 60U);
  EXPECT_EQ(result.notes.front(), "test data: 20 of 80 rows have a weight of 0 and are left out");
}

TEST(Weightless, ScoresLeaveThemOut) {
  LogisticRegression unit;
  unit.fit(rows_with_weights(true));
  EXPECT_EQ(unit.classes().size(), 2U);
  EXPECT_EQ(unit.score(rows_with_weights(true)), unit.score(rows_with_weights(false)));
  EXPECT_EQ(std::get<ClassificationScores>(unit.scores(rows_with_weights(true))).samples, 60U);
}

// All rows of class "gone" lack a value.
Dataset with_gaps() {
  const double gap = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> x, y;
  for (std::size_t i = 0; i < 30; ++i) {
    x.push_back(i % 3 == 2 ? gap : static_cast<double>(i % 3) + 0.01 * static_cast<double>(i));
    y.push_back(static_cast<double>(i % 3));
  }
  return Dataset::from_values(x, {30, 1},
                              {.names = {"y"}, .values = y, .classes = {"a", "b", "gone"}});
}

TEST(DroppedRows, NameNoClass) {
  MLPClassifier network({.max_iter = 2}, {.impute = "drop"});
  network.fit(with_gaps());
  EXPECT_EQ(network.classes(), (std::vector<std::string>{"a", "b"}));
  LogisticRegression unit({}, {.impute = "drop"});
  unit.fit(with_gaps());
  EXPECT_EQ(unit.classes(), (std::vector<std::string>{"a", "b"}));
  const RunResult result = run({.dataset = with_gaps(),
                                .test_dataset = with_gaps(),
                                .model = "logistic",
                                .preprocess = {{"impute", std::string("drop")}}});
  EXPECT_EQ(result.test->samples(), 20U);
}

}  // namespace
}  // namespace hebb
