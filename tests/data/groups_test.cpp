// Splits that heed what is known of the samples: groups and times.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <stdexcept>

#include "expect_error.h"
#include "hebb/core/random.h"
#include "hebb/data/dataset.h"

namespace hebb {
namespace {

// Samples whose groups are given, with labels 0 or 1 by the parity of the sample.
Dataset grouped(const std::vector<std::uint32_t>& groups) {
  const std::size_t n = groups.size();
  std::vector<double> x(n), labels(n);
  std::iota(x.begin(), x.end(), 0.0);
  for (std::size_t i = 0; i < n; ++i) labels[i] = static_cast<double>(i % 2);
  Dataset data = Dataset::from_values(
      x, {n, 1}, {.names = {"y"}, .values = std::move(labels), .classes = {"no", "yes"}});
  std::vector<std::string> names;
  for (std::uint32_t g = 0; g <= std::ranges::max(groups); ++g) names.push_back(std::to_string(g));
  data.set_groups({.name = "patient", .values = groups, .labels = std::move(names)});
  return data;
}

std::set<std::uint32_t> groups_of(const Dataset& data) {
  return {data.groups().values.begin(), data.groups().values.end()};
}

bool share_a_group(const Dataset& a, const Dataset& b) {
  const auto in_a = groups_of(a);
  return std::ranges::any_of(groups_of(b), [&](auto group) { return in_a.contains(group); });
}

TEST(GroupSplit, KeepsGroupsWholeAndNearTheSize) {
  std::vector<std::uint32_t> groups;
  const Random random(3, Purpose::data);
  for (std::uint32_t g = 0; g < 60; ++g)
    groups.insert(groups.end(), 1 + static_cast<std::size_t>(20 * random.uniform(g, 0)), g);
  const Dataset data = grouped(groups);
  std::set<std::set<std::uint32_t>> kinds;
  for (const double share : {0.1, 0.25, 0.5, 0.8})
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      const auto [train, test] = data.split({.test_size = share, .random_state = seed});
      EXPECT_FALSE(share_a_group(train, test));
      EXPECT_EQ(train.samples() + test.samples(), data.samples());
      // Within half of the largest group, to which 1 is added for the rounding of the size.
      EXPECT_NEAR(static_cast<double>(test.samples()), share * static_cast<double>(groups.size()),
                  11);
      kinds.insert(groups_of(test));
    }
  EXPECT_GT(kinds.size(), 30U);  // another seed, another part
}

TEST(GroupSplit, IsAFunctionOfTheSeed) {
  const Dataset data = grouped({0, 0, 1, 1, 2, 2, 3, 3, 4, 4});
  const SplitOptions options{.test_size = 0.4, .random_state = 5};
  EXPECT_EQ(split_rows(data, options), split_rows(data, options));
}

TEST(GroupSplit, StratifiedKeepsTheSharesOfTheClasses) {
  // Groups of ten samples, of which every group has another share of the class "yes".
  std::vector<std::uint32_t> groups;
  std::vector<double> labels;
  for (std::uint32_t g = 0; g < 100; ++g)
    for (std::uint32_t i = 0; i < 10; ++i) {
      groups.push_back(g);
      labels.push_back(i < g % 11 ? 1 : 0);
    }
  std::vector<double> x(groups.size());
  Dataset data = Dataset::from_values(x, {x.size(), 1},
                                      {.names = {"y"}, .values = labels, .classes = {"no", "yes"}});
  data.set_groups({.values = groups, .labels = std::vector<std::string>(100, "g")});
  const double wanted = std::accumulate(labels.begin(), labels.end(), 0.0) / 1000;
  double worst = 0, worst_at_random = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const auto share = [&](bool stratify) {
      const auto [train, test] =
          data.split({.test_size = 0.2, .stratify = stratify, .random_state = seed});
      EXPECT_FALSE(share_a_group(train, test));
      const auto& values = test.target().values;
      return std::accumulate(values.begin(), values.end(), 0.0) /
             static_cast<double>(values.size());
    };
    worst = std::max(worst, std::abs(share(true) - wanted));
    worst_at_random = std::max(worst_at_random, std::abs(share(false) - wanted));
  }
  EXPECT_LT(worst, 0.03);
  EXPECT_LT(worst, worst_at_random);
}

TEST(GroupSplit, IsStratifiedByAsManyValuesAsSamplesToo) {
  constexpr std::size_t kSamples = 300'000;
  std::vector<double> x(kSamples), y(kSamples);
  std::iota(y.begin(), y.end(), 0.0);
  Dataset data = Dataset::from_values(x, {kSamples, 1}, {.names = {"y"}, .values = y});
  std::vector<std::uint32_t> groups(kSamples);
  for (std::size_t i = 0; i < kSamples; ++i) groups[i] = static_cast<std::uint32_t>(i % 2);
  data.set_groups({.values = groups, .labels = {"a", "b"}});
  const auto [train, test] = split_rows(data, {.test_size = 0.5, .stratify = true});
  EXPECT_EQ(train.size(), kSamples / 2);
  EXPECT_EQ(test.size(), kSamples / 2);
}

TEST(GroupSplit, LeavesNoPartEmpty) {
  for (const double share : {0.01, 0.5, 0.99})
    for (const auto& groups : {std::vector<std::uint32_t>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1},
                               std::vector<std::uint32_t>{0, 1}}) {
      const auto [train, test] = grouped(groups).split({.test_size = share / 2});
      EXPECT_GT(train.samples(), 0U);
      EXPECT_GT(test.samples(), 0U);
    }
  expect_contains(message_of<std::invalid_argument>([] {
                    (void)grouped({0, 0, 0, 0}).split();
                  }),
                  "all samples are of one group of 'patient'");
}

TEST(GroupSplit, GroupsGoWithTheirSamples) {
  const Dataset data = grouped({2, 0, 1, 0});
  const std::vector<std::uint32_t> rows = {3, 2};
  EXPECT_EQ(data.select(rows).groups().values, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(data.slice(1, 3).groups().values, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(data.slice(1, 3).groups().labels.size(), 3U);
  EXPECT_EQ(data.slice(1, 3).groups().name, "patient");
  Dataset bare = data;
  bare.set_groups({});
  EXPECT_NE(bare.hash(), data.hash());
  EXPECT_THROW(bare.set_groups({.values = {0, 0}, .labels = {"a"}}), std::invalid_argument);
  EXPECT_THROW(bare.set_groups({.values = {0, 0, 1, 0}, .labels = {"a"}}), std::invalid_argument);
}

Dataset timed(std::vector<double> times) {
  const std::size_t n = times.size();
  std::vector<double> x(n);
  Dataset data = Dataset::from_values(x, {n, 1}, {.names = {"y"}, .values = x});
  data.set_times({.name = "day", .values = std::move(times)});
  return data;
}

TEST(TimeSplit, CutsOffTheLastSamples) {
  const Dataset data = timed({5, 1, 4, 2, 3, 0, 7, 6});
  const auto [train, test] = data.split({.test_size = 0.25, .random_state = 9});
  EXPECT_EQ(train.times().values, (std::vector<double>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(test.times().values, (std::vector<double>{6, 7}));
  EXPECT_EQ(test.row_number(0), 8U);
  EXPECT_NE(data.hash(), timed({5, 1, 4, 2, 3, 0, 6, 7}).hash());
}

TEST(TimeSplit, SamplesOfOneTimeStayTogether) {
  EXPECT_EQ(timed({1, 2, 3, 3, 3, 3, 3, 3}).split({.test_size = 0.25}).second.samples(), 6U);
  EXPECT_EQ(timed({1, 1, 1, 1, 1, 1, 1, 2}).split({.test_size = 0.5}).second.samples(), 1U);
  expect_contains(message_of<std::invalid_argument>([] {
                    (void)timed({1, 1, 1, 1}).split(SplitOptions{});
                  }),
                  "all samples are of one time of 'day'");
}

TEST(TimeSplit, RefusesWhatItCannotHeed) {
  expect_contains(message_of<std::invalid_argument>([] {
                    (void)timed({1, 2, 3, 4}).split({.stratify = true});
                  }),
                  "cannot stratify a split by time");
  Dataset both = grouped({0, 0, 1, 1});
  both.set_times({.values = {1, 2, 3, 4}});
  expect_contains(message_of<std::invalid_argument>([&] { (void)both.split(SplitOptions{}); }),
                  "leave out one of the columns 'patient' and 'time'");
  EXPECT_THROW(both.set_times({.values = {1}}), std::invalid_argument);
  EXPECT_THROW(both.set_times({.values = {1, 2, 3, std::nan("")}}), std::invalid_argument);
  for (const double index : {-1.0, 0.5, 2.0})
    EXPECT_THROW(both.set_times({.values = {0, 1, 0, index}, .labels = {"a", "b"}}),
                 std::invalid_argument);
}

}  // namespace
}  // namespace hebb
