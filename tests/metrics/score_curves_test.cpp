#include "hebb/metrics/score_curves.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "scratch.h"

namespace hebb {
namespace {

using test::contains;

ValidationCurve::At value_at(double value, std::vector<double> train, std::vector<double> test) {
  return {.text = std::to_string(static_cast<int>(value)),
          .value = value,
          .train = fold_statistics(std::move(train)),
          .test = fold_statistics(std::move(test))};
}

// The mean of the best is 0.8, its standard error 0.1 / sqrt(4) = 0.05.
ValidationCurve curve_of_four() {
  const double off = 0.1 * std::sqrt(0.75);
  return {
      .option = "alpha",
      .score = "accuracy",
      .points = {value_at(1, {1, 1, 1, 1}, {0.6, 0.6, 0.6, 0.6}),
                 value_at(2, {0.9, 0.9, 0.9, 0.9}, {0.8 - off, 0.8 + off, 0.8 - off, 0.8 + off}),
                 value_at(3, {0.85, 0.85, 0.85, 0.85}, {0.76, 0.76, 0.76, 0.76}),
                 value_at(4, {0.55, 0.55, 0.55, 0.55}, {0.5, 0.5, 0.5, 0.5})}};
}

TEST(ValidationCurve, TellsWhetherAWorseScoreIsWorseInSampleToo) {
  const ValidationCurve curve = curve_of_four();
  ASSERT_NEAR(curve.points[1].test.deviation, 0.1, 1e-12);
  EXPECT_EQ(best_value(curve), 1U);
  EXPECT_EQ(fittings(curve),
            (std::vector{Fitting::over, Fitting::good, Fitting::good, Fitting::under}));
  const std::string words = verdict(curve);
  EXPECT_TRUE(contains(words,
                       "best at alpha 2: accuracy 0.8000 (std 0.1000) on the rows held out, "
                       "0.9000"))
      << words;
  EXPECT_TRUE(contains(words, "; 4 under-fits") && contains(words, "; 1 over-fits")) << words;
}

TEST(ValidationCurve, SaysNothingWhereBothScoresAreWorse) {
  ValidationCurve curve = curve_of_four();
  curve.points[3].train = fold_statistics({0.75, 0.75});  // half of the 0.3 that are lost held out
  EXPECT_EQ(fittings(curve)[3], Fitting::untold);
  curve.points[3].train = fold_statistics({0.81, 0.81});
  EXPECT_EQ(fittings(curve)[3], Fitting::over);
  curve.points[3].train = fold_statistics({0.69, 0.69});
  EXPECT_EQ(fittings(curve)[3], Fitting::under);
}

TEST(ValidationCurve, IsTheSameOfAScoreOfWhichLessIsBetter) {
  ValidationCurve curve = curve_of_four();
  curve.higher_is_better = false;
  for (auto& at : curve.points)
    for (FoldStatistics* of : {&at.train, &at.test}) {
      for (double& value : of->values) value = 1 - value;
      *of = fold_statistics(of->values);
    }
  EXPECT_EQ(best_value(curve), 1U);
  EXPECT_EQ(fittings(curve),
            (std::vector{Fitting::over, Fitting::good, Fitting::good, Fitting::under}));
}

TEST(ValidationCurve, JoinsNeighboursOfNumbersButNotOfNames) {
  ValidationCurve curve = curve_of_four();
  curve.points.insert(curve.points.begin(), value_at(0, {1, 1, 1, 1}, {0.5, 0.5, 0.5, 0.5}));
  EXPECT_TRUE(contains(verdict(curve), "; 0 to 1 over-fits")) << verdict(curve);
  for (auto& at : curve.points) at.value = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(curve.is_numeric());
  EXPECT_TRUE(contains(verdict(curve), "; 0 | 1 over-fits")) << verdict(curve);
}

TEST(ValidationCurve, LeavesOutValuesWithoutAScore) {
  ValidationCurve curve = curve_of_four();
  curve.points[1].train = curve.points[1].test = fold_statistics({});
  curve.points[1].failure = "the loss is not finite";
  EXPECT_EQ(best_value(curve), 2U);
  EXPECT_EQ(fittings(curve)[1], Fitting::untold);
  EXPECT_TRUE(contains(verdict(curve), "no score at 2: the loss is not finite"));
  for (auto& at : curve.points) at.test = fold_statistics({});
  EXPECT_EQ(best_value(curve), std::nullopt);
  EXPECT_EQ(verdict(curve), "no value has a score");
  EXPECT_EQ(verdict(ValidationCurve()), "no value has a score");
}

TEST(ValidationCurve, OfEqualScoresTakesTheFirst) {
  ValidationCurve curve = curve_of_four();
  curve.points = {curve.points[0], curve.points[0]};
  EXPECT_EQ(best_value(curve), 0U);
  EXPECT_TRUE(contains(verdict(curve), "no other value is worse by more than")) << verdict(curve);
}

TEST(LearningCurve, SaysWhatTheLastSamplesGained) {
  LearningCurve curve{.score = "accuracy",
                      .points = {{50, fold_statistics({1, 1}), fold_statistics({0.6, 0.6})},
                                 {80, fold_statistics({1, 1}), fold_statistics({0.8, 0.84})}}};
  EXPECT_EQ(
      verdict(curve),
      "with 80 samples accuracy 0.8200 (std 0.0283) on the rows held out, 1.0000 (std 0.0000) "
      "in sample, a gap of 0.1800; the last 30 samples improved it by 0.2200");
  curve.points[0].test = fold_statistics({0.81, 0.82});
  EXPECT_TRUE(contains(verdict(curve), "did not improve it by more than one standard error"));
  curve.points[1].train = fold_statistics({std::numeric_limits<double>::quiet_NaN()});
  EXPECT_TRUE(contains(verdict(curve), "undefined in sample; the last")) << verdict(curve);
}

}  // namespace
}  // namespace hebb
