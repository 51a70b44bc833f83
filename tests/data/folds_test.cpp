#include "hebb/data/folds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>

#include "expect_error.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

// Whole numbers below `kinds`, as in tests/oracles/folds.py.
std::vector<double> numbers(std::uint64_t seed, std::size_t count, int kinds) {
  std::vector<double> values;
  for (const float u : test::uniform(seed, count))
    values.push_back(std::floor(double{u} * double{u} * kinds));
  return values;
}

Dataset labelled(const std::vector<double>& labels) {
  return Dataset::from_values(std::vector<double>(labels.size()), {labels.size(), 1},
                              to_classes({.names = {"y"}, .values = labels}));
}

void set_groups(Dataset& data, const std::vector<double>& groups) {
  Groups made{.name = "patient"};
  for (const double group : groups) {
    made.values.push_back(static_cast<std::uint32_t>(group));
    while (made.labels.size() <= made.values.back())
      made.labels.push_back(std::to_string(made.labels.size()));
  }
  data.set_groups(std::move(made));
}

// For each row the last part that holds it out, -1 for none.
std::vector<int> parts(const std::vector<Fold>& folds, std::size_t samples) {
  std::vector<int> part(samples, -1);
  for (std::size_t i = 0; i < folds.size(); ++i)
    for (const auto row : folds[i].test) part[row] = static_cast<int>(i);
  return part;
}

using Parts = std::vector<int>;

TEST(Folds, AreThoseOfScikitLearnWithoutShuffling) {
  const auto oracle = test::oracle("folds");
  std::uint64_t seed = 0;
  for (const auto& c : oracle) {
    const auto samples = c["samples"].get<std::size_t>();
    const FoldOptions options{.folds = c["folds"].get<int>(), .shuffle = false};
    const auto labels = numbers(2 * seed + 1, samples, c["classes"].get<int>());
    const auto groups = numbers(2 * seed + 2, samples, c["groups"].get<int>());
    ++seed;

    Dataset data = labelled(labels);
    EXPECT_EQ(parts(fold_rows(data, options), samples), c["stratified"].get<Parts>()) << seed;
    FoldOptions plain = options;
    plain.stratify = false;
    EXPECT_EQ(parts(fold_rows(data, plain), samples), c["plain"].get<Parts>()) << seed;

    Dataset timed = data;
    Times times{.values = std::vector<double>(samples)};
    for (std::size_t row = 0; row < samples; ++row) times.values[row] = static_cast<double>(row);
    timed.set_times(std::move(times));
    const auto by_time = fold_rows(timed, options);
    EXPECT_EQ(parts(by_time, samples), c["time_parts"].get<Parts>()) << seed;
    for (std::size_t i = 0; i < by_time.size(); ++i)
      EXPECT_EQ(by_time[i].train.size(), c["times"][i][0].get<std::size_t>()) << seed;

    if (c["grouped"].empty()) continue;
    set_groups(data, groups);
    EXPECT_EQ(parts(fold_rows(data, options), samples), c["stratified_groups"].get<Parts>())
        << seed;
    std::vector<std::size_t> sizes;
    for (const Fold& fold : fold_rows(data, plain)) sizes.push_back(fold.test.size());
    std::ranges::sort(sizes);
    EXPECT_EQ(sizes, c["grouped"].get<std::vector<std::size_t>>()) << seed;
  }
}

TEST(Folds, HoldOutEachRowOnceARepeat) {
  Dataset data = labelled(numbers(1, 203, 4));
  for (const bool grouped : {false, true})
    for (const bool stratify : {false, true}) {
      if (grouped) set_groups(data, numbers(2, 203, 40));
      const auto folds =
          fold_rows(data, {.folds = 4, .repeats = 3, .stratify = stratify, .random_state = 5});
      ASSERT_EQ(folds.size(), 12U);
      for (std::size_t repeat = 0; repeat < 3; ++repeat) {
        std::vector<int> held_out(203);
        for (std::size_t i = 4 * repeat; i < 4 * repeat + 4; ++i) {
          for (const auto row : folds[i].test) ++held_out[row];
          std::vector<std::uint32_t> rows = folds[i].train;
          rows.insert(rows.end(), folds[i].test.begin(), folds[i].test.end());
          std::ranges::sort(rows);
          ASSERT_EQ(rows.size(), 203U);
          for (std::uint32_t row = 0; row < rows.size(); ++row) ASSERT_EQ(rows[row], row);
        }
        EXPECT_EQ(std::ranges::count(held_out, 1), 203);
      }
      EXPECT_NE(folds[0].test, folds[4].test);  // another repeat, another order
    }
}

TEST(Folds, ShuffledKeepTheSharesOfClasses) {
  const Dataset data = labelled(numbers(3, 500, 5));
  const auto counts = [&](const std::vector<std::uint32_t>& rows) {
    std::vector<std::size_t> found(data.target().classes.size());
    for (const auto row : rows) ++found[static_cast<std::size_t>(data.target().values[row])];
    return found;
  };
  const auto folds = fold_rows(data, {.folds = 7, .random_state = 1});
  for (std::size_t c = 0; c < data.target().classes.size(); ++c) {
    std::set<std::size_t> sizes;
    for (const Fold& fold : folds) sizes.insert(counts(fold.test)[c]);
    EXPECT_LE(*sizes.rbegin() - *sizes.begin(), 1U);
  }
}

TEST(Folds, KeepGroupsAndTimesTogether) {
  Dataset grouped = labelled(numbers(5, 120, 2));
  set_groups(grouped, numbers(6, 120, 25));
  for (const Fold& fold : fold_rows(grouped, {.folds = 3})) {
    std::set<std::uint32_t> held_out;
    for (const auto row : fold.test) held_out.insert(grouped.groups().values[row]);
    for (const auto row : fold.train) EXPECT_FALSE(held_out.contains(grouped.groups().values[row]));
  }
  Dataset timed = labelled(numbers(7, 60, 2));
  timed.set_times({.values = numbers(8, 60, 30)});
  for (const Fold& fold : fold_rows(timed, {.folds = 3})) {
    double last = -1, first = 100;
    for (const auto row : fold.train) last = std::max(last, timed.times().values[row]);
    for (const auto row : fold.test) first = std::min(first, timed.times().values[row]);
    EXPECT_LT(last, first);
  }
}

TEST(Folds, AreIndependentSplitsWithATestSize) {
  const Dataset data = labelled(numbers(9, 100, 3));
  const auto folds = fold_rows(data, {.folds = 4, .test_size = 0.2, .random_state = 2});
  ASSERT_EQ(folds.size(), 4U);
  std::set<std::vector<std::uint32_t>> different;
  for (const Fold& fold : folds) {
    EXPECT_EQ(fold.test.size(), 20U);
    EXPECT_EQ(fold.train.size(), 80U);
    different.insert(fold.test);
  }
  EXPECT_EQ(different.size(), 4U);
  // Those of 16 seeds are made from numbers of all sizes, half of which do not fit an option.
  for (std::uint64_t seed = 0; seed < 16; ++seed)
    EXPECT_EQ(fold_rows(data, {.folds = 4, .test_size = 0.2, .random_state = seed}).size(), 4U);
}

TEST(Folds, AreRefusedByName) {
  const auto cut = [](const Dataset& data, const FoldOptions& options) {
    return [&data, options] { fold_rows(data, options); };
  };
  Dataset data = labelled({0, 0, 1, 1, 2});
  expect_error<std::invalid_argument>(cut(data, {.folds = 2}), {"the class of row 5 has 1 row"});
  expect_error<std::invalid_argument>(cut(data, {.folds = 6}), {"6 folds need as many rows"});
  expect_error<std::invalid_argument>(cut(data, {.folds = 1}), {"folds"});
  expect_error<std::invalid_argument>(
      cut(data, {.folds = 2, .repeats = 2, .stratify = false, .shuffle = false}),
      {"the same folds"});
  set_groups(data, {0, 0, 1, 1, 1});
  expect_error<std::invalid_argument>(cut(data, {.folds = 3, .stratify = false}),
                                      {"3 folds need as many groups, and 'patient' has 2"});
  Dataset timed = labelled({0, 1, 0, 1, 0, 1});
  timed.set_times({.name = "day", .values = {1, 1, 1, 1, 1, 2}});
  expect_error<std::invalid_argument>(cut(timed, {.folds = 2}), {"'day' has too few"});
  expect_error<std::invalid_argument>(cut(timed, {.folds = 2, .repeats = 2}), {"neither repeats"});
}

}  // namespace
}  // namespace hebb
