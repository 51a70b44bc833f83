#include "hebb/optim/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "expect_error.h"

namespace hebb {
namespace {

double rate(const std::string& name, const ScheduleState& state) {
  return find_schedule(name).rate(state);
}

TEST(Schedules, ConstantStays) {
  EXPECT_EQ(rate("constant", {.learning_rate_init = 0.1, .update = 70}), 0.1);
}

TEST(Schedules, InvscalingFallsWithTheSamplesSeen) {
  EXPECT_EQ(rate("invscaling", {.learning_rate_init = 0.1}), 0.1);
  EXPECT_DOUBLE_EQ(
      rate("invscaling", {.learning_rate_init = 0.1, .power_t = 0.5, .samples_seen = 99}), 0.01);
}

TEST(Schedules, StepFallsByItsFactor) {
  ScheduleState state{.learning_rate_init = 1, .step_factor = 0.1, .step_epochs = 3};
  state.epoch = 2;
  EXPECT_DOUBLE_EQ(rate("step", state), 1);
  state.epoch = 3;
  EXPECT_DOUBLE_EQ(rate("step", state), 0.1);
  state.epoch = 6;
  EXPECT_DOUBLE_EQ(rate("step", state), 0.01);
}

TEST(Schedules, CosineGoesFromTheRateToZero) {
  ScheduleState state{.learning_rate_init = 2, .update = 0, .updates_total = 100};
  EXPECT_DOUBLE_EQ(rate("cosine", state), 2);
  state.update = 50;
  EXPECT_NEAR(rate("cosine", state), 1, 1e-12);
  state.update = 100;
  EXPECT_NEAR(rate("cosine", state), 0, 1e-12);
}

TEST(Schedules, OneCycleRisesThenFalls) {
  ScheduleState state{.learning_rate_init = 1, .warmup = 0.25, .update = 0, .updates_total = 100};
  EXPECT_NEAR(rate("one_cycle", state), 1.0 / 25, 1e-12);
  state.update = 24;  // the 25th
  EXPECT_NEAR(rate("one_cycle", state), 1, 1e-12);
  state.update = 99;
  EXPECT_NEAR(rate("one_cycle", state), 1.0 / 250000, 1e-12);
}

TEST(Schedules, OneCycleOfFewUpdatesHasARateForEach) {
  for (const double warmup : {1e-9, 0.3, 0.5, 1 - 1e-9})
    for (std::uint64_t total = 1; total < 6; ++total)
      for (std::uint64_t update = 0; update < total; ++update) {
        const double value =
            rate("one_cycle", {.warmup = warmup, .update = update, .updates_total = total});
        EXPECT_GT(value, 0) << warmup << ' ' << update << " of " << total;
        EXPECT_LE(value, ScheduleState{}.learning_rate_init);
      }
}

TEST(Schedules, Coslog4ReturnsToZeroFourTimes) {
  ScheduleState state{.learning_rate_init = 3, .updates_total = 1500};
  for (const std::uint64_t end : {0U, 100U, 300U, 700U, 1500U}) {  // 1, 2, 4 and 8 fifteenths
    state.update = end;
    EXPECT_NEAR(rate("coslog4", state), 0, 1e-12) << end;
  }
  state.update = 1100;  // 15 * 1100 / 1500 + 1 = 12, which is no power of 2 times the root of 2
  EXPECT_NEAR(rate("coslog4", state), 1.5 * (1 - std::cos(2 * M_PI * std::log2(12))), 1e-12);
}

TEST(Schedules, UnknownNameSuggestsTheNearest) {
  expect_error<std::invalid_argument>([] { find_schedule("cosinus"); }, {"'cosinus'", "cosine"});
}

}  // namespace
}  // namespace hebb
