#include "hebb/run/memory.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "expect_error.h"
#include "hebb/datasets/catalogue.h"

namespace hebb {
namespace {

constexpr double kFloat = 4;

TEST(OutputCount, IsOneForTwoClassesAndOneATargetOrClassOtherwise) {
  EXPECT_EQ(output_count({.names = {"y"}, .values = {}, .classes = {"a", "b"}}), 1U);
  EXPECT_EQ(output_count({.names = {"y"}, .values = {}, .classes = {"a", "b", "c"}}), 3U);
  EXPECT_EQ(output_count({.names = {"y", "z"}}), 2U);
}

TEST(CheckMemory, CountsWeightsAndActivationsBeforeTheyAreMade) {
  const Dataset iris = load_dataset("iris");  // 4 features, 3 classes
  const NetOptions options{.hidden_layer_sizes = {10}, .solver = "sgd"};
  // Parameters, gradient, the last finite parameters and the velocity; of each of 150 rows the
  // input, and outputs with gradients of linear, relu and linear.
  const double weights = 4 * 10 + 10 + 10 * 3 + 3, of_sample = 4 + 2 * (10 + 10 + 3);
  const double needed = kFloat * (4 * weights + 150 * of_sample);
  const double data = kFloat * 150 * 4;
  EXPECT_NO_THROW(check_memory(options, iris, needed + data));
  expect_error<std::invalid_argument>([&] { check_memory(options, iris, needed + data - 1); },
                                      {"[data]", "150 samples of 4 inputs", "fewer rows"});
  expect_error<std::invalid_argument>([&] { check_memory(options, iris, needed - 1); },
                                      {"[hidden_layer_sizes]", "83 weights", "kB", "fewer"});
}

TEST(CheckMemory, NamesTheColumnWhoseCategoriesAreTheMost) {
  Table table{.rows = 1000, .columns = {{.name = "a"}, {.name = "id"}}, .values = {}};
  for (std::size_t i = 0; i < 1000; ++i) {
    table.columns[1].categories.push_back("k" + std::to_string(i));
    table.values.insert(table.values.end(), {0.5, static_cast<double>(i)});
  }
  const Dataset data(table, {.names = {"y"}, .values = std::vector<double>(1000, 1.0)});
  const NetOptions options{.hidden_layer_sizes = {2}};
  EXPECT_NO_THROW(check_memory(options, data, 1e7));
  expect_error<std::invalid_argument>(
      [&] { check_memory(options, data, 4e6); },
      {"[data]", "1,001 inputs", "column 'id' has 1,000 categories", "--ignore"});
}

TEST(CheckMemory, HoldsForSizesThatNoIntegerCounts) {
  const Dataset iris = load_dataset("iris");
  const NetOptions options{.hidden_layer_sizes = {4'000'000'000, 4'000'000'000}};
  expect_error<std::invalid_argument>([&] { check_memory(options, iris, 1e15); },
                                      {"[hidden_layer_sizes]", "1.6e+19 weights"});
}

TEST(CheckMemory, NamesTheNetworkWhereItIsGivenAsText) {
  NetOptions options;
  options.net = "linear(1000) relu linear(3)";
  expect_error<std::invalid_argument>([&] { check_memory(options, load_dataset("iris"), 1000); },
                                      {"[net]", "this machine has 1.0 kB"});
}

TEST(CheckMemory, GrowsWithTheBatchAndTheSolver) {
  const Dataset iris = load_dataset("iris");
  const auto needs_more_than = [&](NetOptions options, double limit) {
    try {
      check_memory(options, iris, limit);
      return false;
    } catch (const std::invalid_argument&) {
      return true;
    }
  };
  NetOptions small{.hidden_layer_sizes = {100}};
  small.batch_size = 1;
  EXPECT_FALSE(needs_more_than(small, 2.5e4));
  EXPECT_TRUE(needs_more_than({.hidden_layer_sizes = {100}}, 2.5e4));
  small.solver = "lbfgs";
  EXPECT_TRUE(needs_more_than(small, 2.5e4));
}

TEST(TrainingMemory, AddsTheDataAsTheNetworkSeesIt) {
  const Dataset iris = load_dataset("iris");
  const Network network("linear(10) relu linear(3)", {4});
  NetOptions options;
  options.solver = "lbfgs";  // the whole of so few rows at once
  const double of_network = static_cast<double>(network.training_bytes(150, 44));
  EXPECT_EQ(training_memory(network, iris, options), 150 * 4 * kFloat + of_network);
}

}  // namespace
}  // namespace hebb
