#include "hebb/data/sequences.h"

#include <gtest/gtest.h>

#include <numeric>
#include <stdexcept>

#include "expect_error.h"
#include "hebb/data/dataset.h"

namespace hebb {
namespace {

// Three sequences of two columns, of 2, 1 and 3 steps; step r holds 10 r and 10 r + 1.
Sequences small(std::vector<std::string> ids = {}) {
  Table steps{.rows = 6, .columns = {{.name = "a"}, {.name = "b"}}};
  for (int r = 0; r < 6; ++r) {
    steps.values.push_back(10.0 * r);
    steps.values.push_back(10.0 * r + 1);
  }
  return {std::move(steps), {0, 2, 3, 6}, std::move(ids)};
}

std::vector<double> numbers(std::span<const double> values) {
  return {values.begin(), values.end()};
}

TEST(Sequences, KnowTheirSteps) {
  const Sequences all = small({"x", "y", "z"});
  EXPECT_EQ(all.count(), 3U);
  EXPECT_EQ(all.width(), 2U);
  EXPECT_EQ(all.length(2), 3U);
  EXPECT_EQ(all.total_steps(), 6U);
  EXPECT_EQ(all.length_range(), std::pair(std::size_t{1}, std::size_t{3}));
  EXPECT_EQ(all.id(1), "y");
  EXPECT_EQ(numbers(all.steps(1)), (std::vector<double>{20, 21}));
  EXPECT_EQ(all.table().rows, 6U);
  EXPECT_EQ(small().id(0), "");
  EXPECT_EQ(Sequences().count(), 0U);
  EXPECT_EQ(Sequences().length_range(), std::pair(std::size_t{0}, std::size_t{0}));
}

TEST(Sequences, PartsShareTheNumbers) {
  const Sequences all = small({"x", "y", "z"});
  const Sequences two = all.select(RowIndex({2, 0}), 2);
  EXPECT_EQ(two.steps(0).data(), all.steps(2).data());
  EXPECT_EQ(two.steps(1).data(), all.steps(0).data());
  EXPECT_EQ(two.id(0), "z");
  const Sequences last = two.slice(1, 2);
  EXPECT_EQ(last.steps(0).data(), all.steps(0).data());
  EXPECT_EQ(all.slice(1, 3).select(RowIndex(1), 1).steps(0).data(), all.steps(2).data());
  EXPECT_EQ(two.table().values(), (std::vector<double>{30, 31, 40, 41, 50, 51, 0, 1, 10, 11}));
  EXPECT_EQ(two.table().row(0), all.steps(2).data());
  EXPECT_EQ(all.slice(1, 3).table().row(0), all.steps(1).data());
}

TEST(Sequences, RejectOffsetsThatDoNotFit) {
  const auto error = [](std::vector<std::size_t> offsets, std::vector<std::string> ids = {}) {
    return message_of<std::invalid_argument>([&] {
      Sequences(Table{.rows = 3, .columns = {{.name = "a"}}, .values = {1, 2, 3}},
                std::move(offsets), std::move(ids));
    });
  };
  expect_contains(error({}), "from 0 to the number of steps, 3");
  expect_contains(error({0, 2}), "from 0 to the number of steps, 3");
  expect_contains(error({1, 3}), "from 0 to the number of steps, 3");
  expect_contains(error({0, 2, 2, 3}), "a sequence has no step");
  expect_contains(error({0, 2, 3}, {"x"}), "2 sequences, but 1 ids");
}

Dataset with_step_targets() {
  return Dataset(small({"x", "y", "z"}),
                 {.names = {"y"}, .values = {0, 1, 2, 3, 4, 5}, .offsets = {0, 2, 3, 6}});
}

TEST(Sequences, AreTheSamplesOfADataSet) {
  const Dataset data(small(), {.names = {"y"}, .values = {1, 2, 3}}, {1, 2, 3});
  EXPECT_TRUE(data.is_sequences());
  EXPECT_FALSE(data.is_table());
  EXPECT_EQ(data.samples(), 3U);
  EXPECT_EQ(data.features(), 2U);
  EXPECT_EQ(data.sample_shape(), Shape({2}));
  EXPECT_EQ(data.columns()[1].name, "b");
  const std::vector<std::uint32_t> rows = {2, 1};
  const Dataset two = data.select(rows);
  EXPECT_EQ(two.target().values, (std::vector<double>{3, 2}));
  EXPECT_EQ(two.weights(), (std::vector<double>{3, 2}));
  EXPECT_EQ(two.row_number(0), 3U);
  EXPECT_EQ(two.sequences().steps(0).data(), data.sequences().steps(2).data());
}

TEST(Sequences, MayHaveATargetForEachStep) {
  const Dataset data = with_step_targets();
  const std::vector<std::uint32_t> rows = {2, 0};
  const Dataset two = data.select(rows);
  EXPECT_EQ(two.target().values, (std::vector<double>{3, 4, 5, 0, 1}));
  EXPECT_EQ(two.target().offsets, (std::vector<std::size_t>{0, 3, 5}));
  EXPECT_EQ(two.slice(1, 2).target().values, (std::vector<double>{0, 1}));
  const auto error = [](Target target) {
    return message_of<std::invalid_argument>([&] { Dataset(small(), std::move(target)); });
  };
  expect_contains(error({.names = {"y"}, .values = {0, 1, 2}, .offsets = {0, 2, 3}}),
                  "3 sequences, but a target with the steps of 2");
  expect_contains(error({.names = {"y"}, .values = {0, 1, 2, 3, 4, 5}, .offsets = {0, 1, 3, 6}}),
                  "sequence 1 has 2 steps, its target 1");
  expect_contains(error({.names = {"y"}, .values = {0, 1}, .offsets = {0, 2, 3, 6}}),
                  "6 steps and 1 target columns, but 2 target values");
  expect_contains(message_of<std::invalid_argument>([] {
                    Dataset(Table{.rows = 1, .columns = {{.name = "a"}}, .values = {1}},
                            {.names = {"y"}, .values = {1}, .offsets = {0, 1}});
                  }),
                  "a row a step is for sequences");
}

TEST(Sequences, HashTellsDataApart) {
  const Dataset data = with_step_targets();
  const std::vector<std::uint32_t> all = {0, 1, 2}, turned = {1, 0, 2};
  EXPECT_EQ(data.select(all).hash(), data.hash());
  EXPECT_NE(data.select(turned).hash(), data.hash());
  // The same numbers cut at other places.
  Table steps{.rows = 6, .columns = {{.name = "a"}, {.name = "b"}}};
  steps.values = data.sequences().table().values();
  const Dataset other(Sequences(steps, {0, 3, 4, 6}));
  EXPECT_NE(other.hash(), Dataset(small()).hash());
  EXPECT_NE(Dataset(std::move(steps)).hash(), Dataset(small()).hash());
  // One row of a table is no sequence of one step, nor is a target for it one for its step.
  const Table row{.rows = 1, .columns = {{.name = "a"}}, .values = {1}};
  const Target whole{.names = {"y"}, .values = {1}};
  Target each = whole;
  each.offsets = {0, 1};
  EXPECT_NE(Dataset(row).hash(), Dataset(Sequences(row, {0, 1})).hash());
  EXPECT_NE(Dataset(Sequences(row, {0, 1}), whole).hash(),
            Dataset(Sequences(row, {0, 1}), each).hash());
}

TEST(Sequences, MessagesCallThemByTheirIds) {
  EXPECT_EQ(with_step_targets().place(1, "a"), "sequence 'y', column 'a': ");
  EXPECT_EQ(Dataset(small()).slice(1, 3).place(0, "a"), "sequence 2, column 'a': ");
}

}  // namespace
}  // namespace hebb
