// The part held out for early stopping heeds groups and times.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <stdexcept>

#include "estimators/common.h"
#include "expect_error.h"
#include "hebb/core/log.h"
#include "hebb/estimators/linear.h"
#include "hebb/estimators/mlp.h"

namespace hebb {
namespace {

constexpr std::size_t kSamples = 60;

// Labels 0 and 1 by turns; groups of six neighbours.
Dataset samples() {
  std::vector<double> x(kSamples), labels(kSamples);
  std::iota(x.begin(), x.end(), 0.0);
  for (std::size_t i = 0; i < kSamples; ++i) labels[i] = static_cast<double>(i % 2);
  return Dataset::from_values(x, {kSamples, 1},
                              {.names = {"y"}, .values = labels, .classes = {"no", "yes"}});
}

Dataset with_groups(std::size_t size) {
  Dataset data = samples();
  Groups groups{.labels = std::vector<std::string>(kSamples, "g")};
  for (std::size_t i = 0; i < kSamples; ++i)
    groups.values.push_back(static_cast<std::uint32_t>(i / size));
  data.set_groups(std::move(groups));
  return data;
}

// Every second row, from the end.
std::vector<std::uint32_t> some_rows() {
  std::vector<std::uint32_t> rows;
  for (std::size_t i = kSamples; i >= 2; i -= 2) rows.push_back(static_cast<std::uint32_t>(i - 1));
  return rows;
}

TEST(HoldOut, WithoutGroupsIsAStratifiedSplit) {
  const Dataset data = samples();
  std::vector<std::uint32_t> rows(kSamples);
  std::iota(rows.begin(), rows.end(), 0U);
  const auto& labels = data.target().values;
  EXPECT_EQ(hold_out(data, rows, labels, 0.2, 7, {"no", "yes"}),
            split_rows(kSamples, labels, {.test_size = 0.2, .stratify = true, .random_state = 7}));
  EXPECT_EQ(hold_out(data, rows, {}, 0.2, 7, {}),
            split_rows(kSamples, {}, {.test_size = 0.2, .random_state = 7}));
}

TEST(HoldOut, KeepsGroupsWhole) {
  const Dataset data = with_groups(6);
  const auto rows = some_rows();
  const std::vector<double> labels(rows.size(), 0.0);
  const auto [train, held_out] = hold_out(data, rows, labels, 0.3, 1, {"one"});
  EXPECT_EQ(train.size() + held_out.size(), rows.size());
  EXPECT_EQ(held_out.size(), 9U);  // three groups of three rows each
  const auto groups_of = [&](const std::vector<std::uint32_t>& part) {
    std::set<std::uint32_t> groups;
    for (const auto sample : part) groups.insert(data.groups().values[rows[sample]]);
    return groups;
  };
  for (const auto group : groups_of(train)) EXPECT_FALSE(groups_of(held_out).contains(group));
}

TEST(HoldOut, TakesTheLastByTime) {
  Dataset data = samples();
  Times times;
  for (std::size_t i = 0; i < kSamples; ++i) times.values.push_back(static_cast<double>(i));
  data.set_times(std::move(times));
  const auto rows = some_rows();  // late ones first
  const std::vector<double> labels(rows.size(), 1.0);
  EXPECT_EQ(hold_out(data, rows, labels, 0.1, 1, {"no", "yes"}).second,
            (std::vector<std::uint32_t>{2, 1, 0}));
}

TEST(HoldOut, DrawsWithoutRegardToClassesWhereOneIsTooSmall) {
  const Dataset data = samples();
  const auto rows = some_rows();
  std::vector<double> labels(rows.size(), 1.0);
  labels[3] = 0;
  std::string said;
  const LogSink before = set_log_sink([&](LogLevel, std::string_view text) { said += text; });
  const auto [train, held_out] = hold_out(data, rows, labels, 0.1, 1, {"no", "yes"});
  set_log_sink(before);
  expect_contains(said, "without regard to the classes");
  EXPECT_EQ(train.size() + held_out.size(), rows.size());
  EXPECT_EQ(held_out.size(), 3U);
}

TEST(HoldOut, AnEstimatorOfOneGroupHasNoneToHoldOut) {
  const Dataset data = with_groups(kSamples);
  const auto refuses = [&](auto estimator) {
    expect_error<std::invalid_argument>(
        [&] { estimator.fit(data); },
        {"[validation_fraction]", "cannot be held out", "all samples are of one group"});
  };
  refuses(MLPClassifier({.early_stopping = true}));
  refuses(Perceptron({.early_stopping = true}));
  refuses(Adaline({.early_stopping = true}));
}

// Rows of weight zero count for nothing, so the only group left is that of the others.
TEST(HoldOut, GroupsAreThoseOfTheRowsThatCount) {
  const Dataset data = with_groups(kSamples / 2);
  std::vector<double> weights(kSamples, 1.0);
  std::fill(weights.begin(), weights.begin() + kSamples / 2, 0.0);
  Dataset weighted(data.table(), data.target(), weights);
  weighted.set_groups(data.groups());
  EXPECT_NO_THROW(MLPClassifier({.max_iter = 1, .early_stopping = true}).fit(data));
  EXPECT_THROW(MLPClassifier({.max_iter = 1, .early_stopping = true}).fit(weighted),
               std::invalid_argument);
  EXPECT_NO_THROW(Perceptron({.early_stopping = true}).fit(data));
  EXPECT_THROW(Perceptron({.early_stopping = true}).fit(weighted), std::invalid_argument);
}

}  // namespace
}  // namespace hebb
