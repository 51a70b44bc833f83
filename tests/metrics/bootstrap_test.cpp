#include "hebb/metrics/bootstrap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "expect_error.h"
#include "hebb/metrics/distributions.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

constexpr std::size_t kResamples = 4000;

// Labels of two classes, of which the first `wrong` are predicted as the other class.
Predictions labels_with_mistakes(std::size_t samples, std::size_t wrong) {
  Predictions of{.classes = {"a", "b"}};
  for (std::size_t i = 0; i < samples; ++i) {
    of.truth.push_back(static_cast<std::int32_t>(i % 2));
    of.predicted.push_back(i < wrong ? 1 - of.truth.back() : of.truth.back());
  }
  return of;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

TEST(Bootstrap, OfAccuracyIsABinomialNumber) {
  const Bootstrap of =
      bootstrap(labels_with_mistakes(200, 40), find_metric("accuracy"), {.resamples = kResamples});
  EXPECT_EQ(of.value, 0.8);
  const double deviation = std::sqrt(0.8 * 0.2 / 200);
  double squares = 0;
  for (const double value : of.resampled) squares += (value - 0.8) * (value - 0.8);
  EXPECT_NEAR(mean_of(of.resampled), 0.8, 4 * deviation / std::sqrt(kResamples));
  EXPECT_NEAR(std::sqrt(squares / kResamples), deviation, 0.05 * deviation);
  const auto interval = of.interval(0.9);
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->low, 0.8 + normal_quantile(0.05) * deviation, 0.0055);
  EXPECT_NEAR(interval->high, 0.8 + normal_quantile(0.95) * deviation, 0.0055);
}

TEST(Bootstrap, KeepsTheScoresThatAMetricNeeds) {
  Predictions of = labels_with_mistakes(60, 10);
  of.probabilities = true;
  for (std::size_t i = 0; i < of.truth.size(); ++i) {
    const double p = of.predicted[i] == 1 ? 0.9 : 0.1;
    of.scores.insert(of.scores.end(), {1 - p, p});
  }
  const Bootstrap loss = bootstrap(of, find_metric("log_loss"), {.resamples = 20});
  ASSERT_TRUE(loss.value);
  // Every row costs -log 0.9, or -log 0.1: the number of mistakes in a resample follows.
  const Bootstrap accuracy = bootstrap(of, find_metric("accuracy"), {.resamples = 20});
  for (std::size_t i = 0; i < 20; ++i)
    EXPECT_NEAR(
        loss.resampled[i],
        -accuracy.resampled[i] * std::log(0.9) - (1 - accuracy.resampled[i]) * std::log(0.1),
        1e-12);
}

TEST(Bootstrap, ResamplesNumbersAndWeights) {
  Predictions of{.outputs = 2};
  for (const float value : test::uniform(3, 40)) {
    of.true_values.push_back(double{value});
    of.predicted_values.push_back(double{value} + 0.25);
  }
  const Bootstrap error = bootstrap(of, find_metric("mae"), {.resamples = 10});
  for (const double value : error.resampled) EXPECT_NEAR(value, 0.25, 1e-12);

  Predictions weighed = labels_with_mistakes(10, 5);
  weighed.weights.assign(10, 0);
  weighed.weights[9] = 2;  // the one that counts is predicted correctly
  const Bootstrap accuracy = bootstrap(weighed, find_metric("accuracy"), {.resamples = 50});
  EXPECT_EQ(accuracy.value, 1);
  // Without it, a resample has no accuracy; so are (9/10)^10 of them.
  const auto undefined =
      std::ranges::count_if(accuracy.resampled, [](double v) { return std::isnan(v); });
  EXPECT_GT(undefined, 5);
  EXPECT_LT(undefined, 30);
  for (const double value : accuracy.resampled) EXPECT_TRUE(std::isnan(value) || value == 1);
}

TEST(Bootstrap, DependsOnTheSeed) {
  const auto at = [](std::uint64_t seed) {
    return bootstrap(labels_with_mistakes(50, 20), find_metric("accuracy"),
                     {.resamples = 20, .random_state = seed})
        .resampled;
  };
  EXPECT_EQ(at(1), at(1));
  EXPECT_NE(at(1), at(2));
}

TEST(Bootstrap, AnUndefinedMetricHasNoInterval) {
  Predictions one_class = labels_with_mistakes(8, 0);
  std::ranges::fill(one_class.truth, 1);
  one_class.scores.assign(8, 0.5);
  const Bootstrap of = bootstrap(one_class, find_metric("roc_auc"));
  EXPECT_FALSE(of.value);
  EXPECT_FALSE(of.interval());
  EXPECT_FALSE(bootstrap_difference(of, of));
}

TEST(BootstrapDifference, OfTheSamePredictionsIsNone) {
  const Bootstrap of = bootstrap(labels_with_mistakes(50, 20), find_metric("accuracy"));
  const auto difference = bootstrap_difference(of, of);
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->difference, 0);
  EXPECT_EQ(difference->interval.low, 0);
  EXPECT_EQ(difference->interval.high, 0);
  EXPECT_EQ(difference->p, 1);
}

TEST(BootstrapDifference, IsPaired) {
  // The first model's 40 mistakes are all among the 50 of the second: the two differ in 10 of 1000 rows.
  const auto accuracy = find_metric("accuracy");
  const auto difference = bootstrap_difference(bootstrap(labels_with_mistakes(1000, 40), accuracy),
                                               bootstrap(labels_with_mistakes(1000, 50), accuracy));
  ASSERT_TRUE(difference);
  EXPECT_NEAR(difference->difference, 0.01, 1e-12);
  EXPECT_NEAR(difference->standard_error, std::sqrt(0.01 * 0.99 / 1000), 4e-4);
  EXPECT_GT(difference->interval.low, 0);
  EXPECT_LT(difference->p, 0.01);
  EXPECT_NEAR(difference->least_difference(), 1.96 * difference->standard_error, 1e-5);
}

TEST(Bootstrap, RefusesWhatItCannotResample) {
  const auto accuracy = find_metric("accuracy");
  expect_error<std::invalid_argument>(
      [&] { bootstrap(labels_with_mistakes(4, 1), accuracy, {.resamples = 0}); }, {"0 resamples"});
  expect_error<std::invalid_argument>([&] { bootstrap(labels_with_mistakes(0, 0), accuracy); },
                                      {"no samples"});
  expect_error<std::invalid_argument>(
      [&] { bootstrap_interval(labels_with_mistakes(4, 1), accuracy, 1, {.resamples = 2}); },
      {"level"});
  const Bootstrap two = bootstrap(labels_with_mistakes(4, 1), accuracy, {.resamples = 2}),
                  three = bootstrap(labels_with_mistakes(4, 1), accuracy, {.resamples = 3});
  expect_error<std::invalid_argument>([&] { bootstrap_difference(two, three); }, {"2", "3"});
}

}  // namespace
}  // namespace hebb
