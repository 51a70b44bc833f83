#include "hebb/explain/permutation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/core/random.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/linear.h"
#include "hebb/estimators/mlp.h"

namespace hebb {
namespace {

// y = 3 a - 2 b + 0 c without noise, of `rows` rows.
Dataset weighed_sum(std::size_t rows) {
  const Random random(1, Purpose::data);
  Table table{.rows = rows, .columns = {{.name = "a"}, {.name = "b"}, {.name = "c"}}};
  Target target{.names = {"y"}};
  for (std::uint32_t row = 0; row < rows; ++row) {
    for (std::uint32_t c = 0; c < 3; ++c) table.values.push_back(random.normal(row, c));
    target.values.push_back(3 * table.at(row, 0) - 2 * table.at(row, 1));
  }
  return Dataset(std::move(table), std::move(target));
}

double variance(const std::vector<double>& values) {
  double sum = 0;
  double squares = 0;
  for (const double value : values) sum += value, squares += value * value;
  const auto n = static_cast<double>(values.size());
  return squares / n - sum / n * sum / n;
}

// Of a sum that is known exactly, a shuffled column of weight w costs 2 w^2 var(x) / var(y) of R^2
// in the mean: the shuffled value is any of the column's with the same probability.
TEST(PermutationImportance, OfASumIsTheVarianceOfItsParts) {
  const Dataset data = weighed_sum(400);
  MLPRegressor sum({.hidden_layer_sizes = {}, .solver = "lbfgs", .alpha = 0, .max_iter = 100});
  sum.fit(data);
  ASSERT_GT(sum.score(data), 1 - 1e-6);
  const auto all = permutation_importance(sum, data, {.repeats = 200});
  ASSERT_EQ(all.size(), 3U);
  const double total = variance(data.target().values);
  const auto expected = [&](std::size_t column, double weight) {
    std::vector<double> values;
    for (std::size_t row = 0; row < data.samples(); ++row)
      values.push_back(data.table().at(row, column));
    return 2 * weight * weight * variance(values) / total;
  };
  EXPECT_EQ(all[0].column, "a");
  EXPECT_NEAR(all[0].mean, expected(0, 3), 4 * all[0].deviation / std::sqrt(200));
  EXPECT_EQ(all[1].column, "b");
  EXPECT_NEAR(all[1].mean, expected(1, 2), 4 * all[1].deviation / std::sqrt(200));
  EXPECT_NEAR(all[2].mean, 0, 1e-5);
  EXPECT_GT(all[0].deviation, 0.001);
  EXPECT_LT(all[0].deviation, 0.2);
}

TEST(PermutationImportance, IsWhatTheMetricLoses) {
  const Dataset data = weighed_sum(60);
  MLPRegressor sum({.hidden_layer_sizes = {}, .solver = "lbfgs", .alpha = 0, .max_iter = 100});
  sum.fit(data);
  const auto by_error = permutation_importance(sum, data, {.metric = "rmse", .repeats = 50});
  EXPECT_EQ(by_error[0].column, "a");
  EXPECT_GT(by_error[0].mean, 3);  // a lower error is better, so more of it is lost
  const auto again = permutation_importance(sum, data, {.metric = "rmse", .repeats = 50});
  EXPECT_EQ(again[0].mean, by_error[0].mean);
  const auto other =
      permutation_importance(sum, data, {.metric = "rmse", .repeats = 50, .random_state = 1});
  EXPECT_NE(other[0].mean, by_error[0].mean);
}

TEST(PermutationImportance, LooksAtTheColumnsThatTheModelReads) {
  const Dataset iris = load_dataset("iris");
  MLPClassifier net({.max_iter = 20});
  net.fit(iris);
  Table wider{.rows = iris.samples(), .columns = iris.columns()};
  wider.columns.insert(wider.columns.begin(), {.name = "more"});
  for (std::size_t row = 0; row < iris.samples(); ++row) {
    wider.values.push_back(1);
    const double* const values = iris.table().row(row);
    wider.values.insert(wider.values.end(), values, values + iris.features());
  }
  const auto all = permutation_importance(net, Dataset(std::move(wider), iris.target()));
  EXPECT_EQ(all.size(), 4U);
  for (const ColumnImportance& one : all) EXPECT_NE(one.column, "more");
}

TEST(PermutationImportance, RefusesWhatHasNone) {
  const Dataset iris = load_dataset("iris");
  MLPClassifier net({.max_iter = 5});
  net.fit(iris);
  expect_error<std::invalid_argument>([&] { permutation_importance(net, iris, {.repeats = 0}); },
                                      {"[repeats]"});
  expect_error<std::invalid_argument>([&] { permutation_importance(net, iris, {.metric = "r2"}); },
                                      {"r2"});
  expect_error<DataError>(
      [&] { permutation_importance(net, iris.slice(0, 50), {.metric = "roc_auc"}); },
      {"iris", "roc_auc", "undefined"});
  expect_error<StoppedError>(
      [&] { permutation_importance(net, iris, {.stop_requested = [] { return true; }}); },
      {"stopped"});
  const Images one{.count = 1, .height = 1, .width = 1, .pixels = std::make_shared<std::uint8_t>()};
  expect_error<std::invalid_argument>([&] { permutation_importance(net, Dataset(one)); },
                                      {"tables alone"});
}

}  // namespace
}  // namespace hebb
