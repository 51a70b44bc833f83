#include "hebb/metrics/significance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "expect_error.h"
#include "hebb/metrics/distributions.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

// Of probabilities, relative; of the oracle's own numbers where they are SciPy's.
constexpr double kOfProbabilities = 1e-12;
// SciPy's t distribution in far tails.
constexpr double kOfFarTails = 1e-9;

using FoldScores = std::vector<double>;
constexpr double kUndefinedScore = std::numeric_limits<double>::quiet_NaN();

void expect_close(double value, const nlohmann::json& expected,
                  double tolerance = kOfProbabilities) {
  const auto other = expected.get<double>();
  EXPECT_NEAR(value, other, tolerance * std::abs(other));
}

TEST(Distributions, AgreeWithTheOracle) {
  const auto oracle = test::oracle("significance");
  for (const auto& of : oracle["beta"]) {
    SCOPED_TRACE(of.dump());
    expect_close(incomplete_beta(of[0], of[1], of[2]), of[3]);
  }
  for (const auto& of : oracle["t_below"]) {
    SCOPED_TRACE(of.dump());
    expect_close(student_t_below(of[0], of[1]), of[2]);
  }
  for (const auto& of : oracle["t_quantile"]) {
    SCOPED_TRACE(of.dump());
    expect_close(student_t_quantile(of[0], of[1]), of[2]);
  }
  for (const auto& of : oracle["normal_quantile"]) {
    SCOPED_TRACE(of.dump());
    EXPECT_NEAR(normal_quantile(of[0]), of[1].get<double>(), kOfProbabilities);
  }
  EXPECT_EQ(student_t_quantile(0.5, 3), 0);
  EXPECT_EQ(normal_quantile(0.5), 0);
}

TEST(Distributions, AreDefinedAtTheEnds) {
  EXPECT_EQ(incomplete_beta(2, 3, 0), 0);
  EXPECT_EQ(incomplete_beta(2, 3, 1), 1);
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  EXPECT_EQ(student_t_below(-kInfinite, 4), 0);
  EXPECT_EQ(student_t_below(kInfinite, 4), 1);
  EXPECT_GT(student_t_below(-1e200, 1), 0);
}

TEST(Distributions, RefuseWhatIsOutOfRange) {
  expect_error<std::invalid_argument>([] { incomplete_beta(0, 1, 0.5); }, {"positive"});
  expect_error<std::invalid_argument>([] { incomplete_beta(1, 1, 1.5); }, {"[0, 1]", "1.5"});
  expect_error<std::invalid_argument>([] { student_t_below(kUndefinedScore, 2); },
                                      {"not a number"});
  expect_error<std::invalid_argument>([] { student_t_below(1, 0); }, {"degrees of freedom"});
  expect_error<std::invalid_argument>([] { student_t_quantile(1, 3); }, {"below 1"});
  expect_error<std::invalid_argument>([] { normal_quantile(0); }, {"above 0"});
}

TEST(McNemar, AgreesWithTheOracle) {
  const auto cases = test::oracle("significance")["mcnemar"];
  for (const auto& of : cases) {
    SCOPED_TRACE(of.dump());
    expect_close(mcnemar_p(of[0], of[1]), of[2]);
  }
}

TEST(McNemar, CountsWhatOnlyOneIsRightIn) {
  const std::vector<std::int32_t> truth = {0, 1, 2, 1, 0}, first = {0, 1, 0, 0, 0},
                                  second = {0, 2, 2, 2, 1};
  const McNemar test = mcnemar(truth, first, second);
  EXPECT_EQ(test.samples, 5U);
  EXPECT_EQ(test.only_first, 2U);
  EXPECT_EQ(test.only_second, 1U);
  EXPECT_DOUBLE_EQ(test.difference(), 0.2);
  EXPECT_EQ(test.p, 1);
}

TEST(McNemar, OfFiftyDisagreementsThirtyThreeAreNeeded) {
  EXPECT_GT(mcnemar_p(32, 18), 0.05);
  EXPECT_LT(mcnemar_p(33, 17), 0.05);
  const McNemar test{.samples = 1000, .only_first = 25, .only_second = 25};
  EXPECT_DOUBLE_EQ(test.least_difference(), 0.016);
}

TEST(McNemar, FewDisagreementsShowNothing) {
  const McNemar equal = mcnemar({}, {}, {});
  EXPECT_EQ(equal.p, 1);
  EXPECT_EQ(equal.difference(), 0);
  EXPECT_EQ(equal.least_difference(), 0);
  const McNemar few{.samples = 100, .only_first = 5};
  EXPECT_GE(mcnemar_p(5, 0), 0.05);
  EXPECT_DOUBLE_EQ(few.least_difference(), 0.06);  // six for one and none for the other
}

TEST(McNemar, RefusesPredictionsOfOtherSamples) {
  const std::vector<std::int32_t> two = {0, 1}, one = {0};
  expect_error<std::invalid_argument>([&] { mcnemar(two, two, one); }, {"2 true labels", "1"});
}

TEST(PairedTest, AgreesWithTheOracle) {
  const auto cases = test::oracle("significance")["paired"];
  for (const auto& of : cases) {
    SCOPED_TRACE(of.dump());
    const auto first = of["first"].get<FoldScores>(), second = of["second"].get<FoldScores>();
    const auto share = of["test_share"].get<double>();
    const PairedTest test =
        share == 0 ? paired_t_test(first, second) : resampled_t_test(first, second, share);
    EXPECT_NEAR(test.difference, of["difference"].get<double>(), 1e-14);
    expect_close(test.standard_error, of["standard_error"]);
    expect_close(test.t, of["t"], 1e-11);
    expect_close(test.p, of["p"], kOfFarTails);
    expect_close(test.p_less, of["p_less"], kOfFarTails);
    expect_close(test.p_greater, of["p_greater"], kOfFarTails);
    expect_close(*test.least_difference(), of["least"], kOfFarTails);
  }
}

TEST(PairedTest, TheLeastDifferenceHasTheProbabilityAskedFor) {
  const FoldScores first = {0.91, 0.88, 0.93, 0.90, 0.87}, second = {0.90, 0.86, 0.93, 0.85, 0.88};
  const PairedTest test = resampled_t_test(first, second, 0.25);
  FoldScores shifted = first;
  for (double& score : shifted) score += *test.least_difference(0.01) - test.difference;
  EXPECT_NEAR(resampled_t_test(shifted, second, 0.25).p, 0.01, 1e-10);
}

TEST(PairedTest, WithoutVariationIsASignTest) {
  const FoldScores low = {0.1, 0.2, 0.3, 0.4, 0.5}, high = {0.2, 0.3, 0.4, 0.5, 0.6};
  const PairedTest plain = paired_t_test(low, high);
  EXPECT_EQ(plain.standard_error, 0);  // although 0.3 - 0.2 and 0.2 - 0.1 differ in the last bit
  EXPECT_TRUE(std::isinf(plain.t));
  EXPECT_LT(plain.t, 0);
  EXPECT_DOUBLE_EQ(plain.p, 1.0 / 16);
  EXPECT_DOUBLE_EQ(plain.p_less, 1.0 / 32);
  EXPECT_EQ(plain.p_greater, 1);
  // 5 folds with a quarter held out tell as much as 5 / (1 + 5 / 4) independent scores.
  EXPECT_DOUBLE_EQ(resampled_t_test(low, high, 0.25).p, 2 * std::exp2(-5 / 2.25));
  EXPECT_EQ(*plain.least_difference(), 0);
}

TEST(PairedTest, EqualScoresAreNoDifference) {
  const FoldScores scores = {0.9, 0.8, 0.7};
  const PairedTest test = resampled_t_test(scores, scores, 0.5);
  EXPECT_EQ(test.difference, 0);
  EXPECT_EQ(test.t, 0);
  EXPECT_EQ(test.p, 1);
  EXPECT_EQ(test.p_less, 0.5);
}

TEST(PairedTest, WithoutTwoPairsShowsNothing) {
  for (const FoldScores& first :
       {FoldScores{}, FoldScores{0.9}, FoldScores{0.9, kUndefinedScore, kUndefinedScore}}) {
    const PairedTest test = resampled_t_test(first, FoldScores(first.size(), 0.5), 0.25);
    EXPECT_EQ(test.p, 1);
    EXPECT_EQ(test.p_less, 1);
    EXPECT_EQ(test.p_greater, 1);
    EXPECT_FALSE(test.least_difference());
    EXPECT_FALSE(std::isnan(test.difference) || std::isnan(test.t));
  }
}

TEST(PairedTest, LeavesOutPairsWithNaN) {
  const FoldScores first = {0.9, kUndefinedScore, 0.8, 0.7},
                   second = {0.8, 0.1, kUndefinedScore, 0.65};
  const PairedTest test = paired_t_test(first, second);
  EXPECT_EQ(test.pairs, 2U);
  EXPECT_DOUBLE_EQ(test.difference, 0.075);
}

TEST(PairedTest, RefusesScoresThatDoNotPair) {
  expect_error<std::invalid_argument>(
      [] {
        paired_t_test(FoldScores{1}, FoldScores{1, 2});
      },
      {"1 scores", "2"});
  expect_error<std::invalid_argument>(
      [] {
        paired_t_test(FoldScores{1, std::numeric_limits<double>::infinity()}, FoldScores{1, 2});
      },
      {"infinite"});
  expect_error<std::invalid_argument>([] { resampled_t_test(FoldScores{1}, FoldScores{1}, -1); },
                                      {"0 or more", "-1"});
  expect_error<std::invalid_argument>(
      [] { (void)PairedTest{.pairs = 3, .freedom = 2}.least_difference(0); }, {"alpha"});
}

TEST(FoldInterval, AgreesWithTheOracle) {
  const auto cases = test::oracle("significance")["fold_interval"];
  for (const auto& of : cases) {
    const auto interval =
        fold_interval(of["scores"].get<FoldScores>(), of["test_share"], of["level"]);
    ASSERT_TRUE(interval);
    expect_close(interval->low, of["low"], kOfFarTails);
    expect_close(interval->high, of["high"], kOfFarTails);
  }
}

TEST(FoldInterval, NeedsTwoScores) {
  EXPECT_FALSE(fold_interval(FoldScores{}, 0.25));
  EXPECT_FALSE(fold_interval(FoldScores{0.9, kUndefinedScore}, 0.25));
  const auto equal = fold_interval(FoldScores{0.9, 0.9, 0.9}, 0.5);
  ASSERT_TRUE(equal);
  EXPECT_DOUBLE_EQ(equal->low, equal->high);
  expect_error<std::invalid_argument>([] { fold_interval(FoldScores{1, 2}, 0.25, 1); }, {"level"});
}

TEST(Holm, AgreesWithTheOracle) {
  const auto cases = test::oracle("significance")["holm"];
  for (const auto& of : cases) {
    const auto adjusted = holm(of[0].get<FoldScores>());
    for (std::size_t i = 0; i < adjusted.size(); ++i) expect_close(adjusted[i], of[1][i]);
  }
}

TEST(Holm, CountsATestWithoutResult) {
  EXPECT_TRUE(holm({}).empty());
  EXPECT_EQ(holm(FoldScores{0.03, kUndefinedScore}), (std::vector<double>{0.06, 1}));
  expect_error<std::invalid_argument>([] { holm(FoldScores{1.5}); }, {"1.5"});
}

TEST(Wilson, AgreesWithTheOracleAndStaysWithinZeroAndOne) {
  const auto cases = test::oracle("significance")["wilson"];
  for (const auto& of : cases) {
    const Interval interval = wilson_interval(of[0], of[1], of[2]);
    expect_close(interval.low, of[3]);
    expect_close(interval.high, of[4]);
  }
  EXPECT_EQ(wilson_interval(0, 0).low, 0);
  EXPECT_EQ(wilson_interval(0, 0).high, 1);
  EXPECT_EQ(wilson_interval(0, 10).low, 0);
  EXPECT_GT(wilson_interval(0, 10).high, 0.2);
  EXPECT_EQ(wilson_interval(10, 10).high, 1);
  expect_error<std::invalid_argument>([] { wilson_interval(2, 1); }, {"2 successes of 1"});
}

}  // namespace
}  // namespace hebb
