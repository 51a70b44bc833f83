#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

#include "expect_error.h"
#include "hebb/data/dataset.h"

namespace hebb {
namespace {

using Rows = std::vector<std::uint32_t>;

std::string split_error(std::size_t samples, const std::vector<double>& labels,
                        SplitOptions options) {
  return message_of<std::invalid_argument>([&] { (void)split_rows(samples, labels, options); });
}

TEST(Split, CutsEveryRowIntoOnePart) {
  auto [train, test] = split_rows(10, {}, {.test_size = 0.25});
  EXPECT_EQ(test.size(), 3U);  // rounded up
  Rows all = train;
  all.insert(all.end(), test.begin(), test.end());
  EXPECT_FALSE(std::ranges::is_sorted(all));
  std::ranges::sort(all);
  EXPECT_EQ(all, (Rows{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST(Split, IsAFunctionOfTheSeed) {
  const auto once = split_rows(100, {}, {.random_state = 7});
  EXPECT_EQ(once, split_rows(100, {}, {.random_state = 7}));
  EXPECT_NE(once, split_rows(100, {}, {.random_state = 8}));
  // These bits stand for "the same on every machine".
  EXPECT_EQ(split_rows(8, {}, {.random_state = 1}).second, (Rows{1, 3}));
}

TEST(Split, StratifiedKeepsTheShareOfEveryClassWithinOneRow) {
  std::vector<double> labels;
  const std::map<double, std::size_t> counts = {{0, 50}, {1, 7}, {2, 101}, {5, 33}};
  for (const auto& [label, count] : counts) labels.insert(labels.end(), count, label);
  for (const double share : {0.1, 0.25, 0.5, 0.77}) {
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      const auto [train, test] = split_rows(
          labels.size(), labels, {.test_size = share, .stratify = true, .random_state = seed});
      EXPECT_EQ(train.size() + test.size(), labels.size());
      EXPECT_FALSE(std::ranges::is_sorted(train));
      std::map<double, double> got;
      for (const auto row : test) got[labels[row]] += 1;
      const double exact = static_cast<double>(test.size()) / static_cast<double>(labels.size());
      for (const auto& [label, count] : counts)
        EXPECT_LT(std::abs(got[label] - exact * static_cast<double>(count)), 1.0);
    }
  }
}

TEST(Split, WithoutShufflingCutsOffTheLastRows) {
  const auto [train, test] = split_rows(6, {}, {.test_size = 0.25, .shuffle = false});
  EXPECT_EQ(train, (Rows{0, 1, 2, 3}));
  EXPECT_EQ(test, (Rows{4, 5}));
  expect_contains(split_error(4, {0, 1, 0, 1}, {.stratify = true, .shuffle = false}),
                  "cannot stratify without shuffling");
}

TEST(Split, RejectsPartsThatLackRows) {
  expect_contains(split_error(0, {}, {}), "0 samples");
  expect_contains(split_error(1, {}, {}), "each needs at least 1 row");
  expect_contains(split_error(10, {}, {.test_size = 0.95}), "cuts 10 samples into 0 and 10");
  expect_contains(split_error(10, {}, {.test_size = 1}), "test_size");
  expect_contains(split_error(10, {}, {.test_size = 0}), "test_size");
  expect_contains(split_error(10, {}, {.test_size = std::nan("")}), "test_size");
}

TEST(Split, RejectsClassesTooSmallToStratify) {
  const SplitOptions stratified{.test_size = 0.5, .stratify = true};
  expect_contains(split_error(4, {1, 1, 1, 2}, stratified), "class 2 has 1 row");
  expect_contains(split_error(6, {1, 1, 2, 2, 3, 3}, {.test_size = 0.2, .stratify = true}),
                  "too small for 3 classes");
  expect_contains(split_error(4, {1, 1}, stratified), "4 samples it takes as many labels, got 2");
}

TEST(Split, NamesClassesAsTheUserWroteThem) {
  const std::vector<double> values(4);
  const auto data = Dataset::from_values(
      values, {4, 1}, {.names = {"kind"}, .values = {0, 0, 0, 1}, .classes = {"cat", "dog"}});
  expect_contains(message_of<std::invalid_argument>(
                      [&] { (void)data.split({.test_size = 0.5, .stratify = true}); }),
                  "class dog has 1 row");
  const auto bare = Dataset::from_values(values, {4, 1});
  expect_contains(message_of<std::invalid_argument>([&] { (void)bare.split({.stratify = true}); }),
                  "one target column, got 0");
}

TEST(Split, HasItsFlags) {
  const auto& fields = SplitOptions::fields();
  EXPECT_EQ(find_field(fields, "test_size")->flag(), "--test-size");
  EXPECT_EQ(find_field(fields, "stratify")->flag(), "--stratify");
  EXPECT_EQ(find_field(fields, "random_state")->flag(), "--seed");
}

}  // namespace
}  // namespace hebb
