#include "hebb/run/search.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "expect_error.h"

namespace hebb {
namespace {

TEST(SearchRate, FindsTheRateOfTheRunsOwnNetwork) {
  const RunSpec spec{.data = "digits", .options = {{"hidden_layer_sizes", 16}}};
  const RateSearch found = search_rate(prepare_run(spec));
  EXPECT_GT(found.search.suggested, 1e-5);
  EXPECT_LT(found.search.suggested, 1);
  EXPECT_EQ(found.search.suggested, found.search.lowest / 10);
  EXPECT_EQ(search_rate(prepare_run(spec)).search.losses, found.search.losses);
}

TEST(SearchRate, IsForNetworks) {
  const PreparedRun run = prepare_run({.data = "iris", .model = "perceptron"});
  expect_error<std::invalid_argument>([&] { search_rate(run); },
                                      {"[find_lr] is for networks: a perceptron"});
  expect_error<std::invalid_argument>([&] { check_searchable(*run.row); }, {"[find_lr]"});
}

TEST(SearchRate, ChecksTheNetworkFirst) {
  const PreparedRun run = prepare_run({.data = "iris", .model = "mlp", .options = {{"net", " "}}});
  expect_error<std::invalid_argument>([&] { search_rate(run); }, {"[net] is empty"});
}

std::vector<std::string> doubts_at(double fall) {
  LearningRateSearch search;
  search.fall = fall;
  return doubts_of(search);
}

TEST(DoubtsOf, AreThatTheLossFellTooLittleOrTooFar) {
  EXPECT_TRUE(doubts_at(0.5).empty());
  ASSERT_EQ(doubts_at(0.01).size(), 1U);
  expect_contains(doubts_at(0.01)[0], "the loss fell by 1.0% only");
  expect_contains(doubts_at(-0.5)[0], "by 0.0% only");
  ASSERT_EQ(doubts_at(0.995).size(), 1U);
  expect_contains(doubts_at(0.995)[0], "next to nothing");
}

}  // namespace
}  // namespace hebb
