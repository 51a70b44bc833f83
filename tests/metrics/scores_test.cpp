#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "expect_error.h"
#include "hebb/metrics/classification.h"
#include "hebb/metrics/regression.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

// Sums of at most a few dozen doubles, taken in another order than the oracle's.
constexpr double kScoreRounding = 1e-12;
// Truths near 1e6 leave their residuals, of size 1, about 1e-10 of relative precision.
constexpr double kFarRounding = 1e-9;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string> names(std::size_t classes) {
  std::vector<std::string> out;
  for (std::size_t c = 0; c < classes; ++c) out.push_back(std::to_string(c));
  return out;
}

void expect_same_scores(const std::optional<double>& value, const nlohmann::json& expected,
                        double tolerance = kScoreRounding) {
  ASSERT_EQ(value.has_value(), !expected.is_null());
  if (value) {
    EXPECT_NEAR(*value, expected.get<double>(), tolerance);
  }
}

void expect_averages(const PrecisionRecall& value, const nlohmann::json& expected) {
  expect_same_scores(value.precision, expected[0]);
  expect_same_scores(value.recall, expected[1]);
  expect_same_scores(value.f1, expected[2]);
}

TEST(ClassificationScores, AgreeWithTheOracle) {
  const auto cases = test::oracle("metrics")["classification"];
  ASSERT_GE(cases.size(), 40U);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    SCOPED_TRACE("case " + std::to_string(i));
    const auto& of = cases[i];
    const auto n = of["classes"].get<std::size_t>();
    const auto scores = classification_scores(of["truth"].get<std::vector<std::int32_t>>(),
                                              of["predicted"].get<std::vector<std::int32_t>>(),
                                              of["probability"].get<std::vector<double>>(),
                                              names(n), of["weights"].get<std::vector<double>>());
    EXPECT_EQ(scores.samples, of["truth"].size());
    expect_same_scores(scores.accuracy, of["accuracy"]);
    for (std::size_t k = 0; k < n * n; ++k)
      expect_same_scores(scores.confusion.at(k / n, k % n), of["confusion"][k]);
    for (std::size_t c = 0; c < n; ++c) {
      expect_same_scores(scores.per_class[c].precision, of["precision"][c]);
      expect_same_scores(scores.per_class[c].recall, of["recall"][c]);
      expect_same_scores(scores.per_class[c].f1, of["f1"][c]);
      expect_same_scores(scores.per_class[c].support, of["support"][c]);
    }
    expect_averages(scores.macro, of["macro"]);
    expect_averages(scores.weighted, of["weighted"]);
    expect_same_scores(scores.roc_auc, of["roc_auc"]);
    if (n > 1) expect_same_scores(scores.log_loss, of["log_loss"]);
  }
}

TEST(RegressionScores, AgreeWithTheOracle) {
  const auto cases = test::oracle("metrics")["regression"];
  ASSERT_GE(cases.size(), 20U);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    SCOPED_TRACE("case " + std::to_string(i));
    const auto& of = cases[i];
    const auto truth = of["truth"].get<std::vector<double>>();
    const auto scores = regression_scores(truth, of["predicted"].get<std::vector<double>>(),
                                          of["outputs"].get<std::size_t>(),
                                          of["weights"].get<std::vector<double>>());
    const double tolerance = truth[0] > 1e5 ? kFarRounding : kScoreRounding;
    expect_same_scores(scores.r2, of["r2"], tolerance);
    expect_same_scores(scores.mse, of["mse"], tolerance);
    expect_same_scores(scores.rmse, of["rmse"], tolerance);
    expect_same_scores(scores.mae, of["mae"], tolerance);
  }
}

TEST(RegressionScores, GiveAConstantThatDoubleCannotSumExactlyNoSpread) {
  const std::vector<double> truth(10, 0.1);
  std::vector<double> predicted = truth;
  EXPECT_EQ(regression_scores(truth, predicted).r2, 1.0);
  predicted[3] = 0.2;
  EXPECT_EQ(regression_scores(truth, predicted).r2, 0.0);
}

TEST(ClassificationScores, OfOneClassHaveNoAreaAndNoLoss) {
  const std::vector<std::int32_t> zeros(3, 0);
  const auto scores = classification_scores(zeros, zeros, std::vector<double>(3, 1.0), names(1));
  EXPECT_EQ(scores.accuracy, 1.0);
  EXPECT_FALSE(scores.roc_auc);
  ASSERT_TRUE(scores.log_loss);
  EXPECT_NEAR(*scores.log_loss, 0, kScoreRounding);
  EXPECT_TRUE(scores.warnings.empty());
}

TEST(ClassificationScores, TakeTheAreaOfTwoClassesFromTheSecond) {
  const std::vector<std::int32_t> truth = {0, 1, 0, 1};
  // The first column, which need not mirror the second, tells nothing.
  const std::vector<double> probability = {.5, .1, .5, .9, .5, .2, .5, .8};
  EXPECT_EQ(classification_scores(truth, truth, probability, names(2)).roc_auc, 1.0);
}

TEST(ClassificationScores, LackLossAndAreaWithoutProbabilities) {
  const std::vector<std::int32_t> truth = {0, 1};
  const auto scores = classification_scores(truth, truth, {}, names(2));
  EXPECT_FALSE(scores.roc_auc);
  EXPECT_FALSE(scores.log_loss);
}

TEST(ClassificationScores, WarnWhereARatioIsUndefined) {
  const std::vector<std::int32_t> truth = {0, 0, 3};
  const std::vector<std::int32_t> predicted = {0, 1, 0};
  const auto scores = classification_scores(truth, predicted, {}, names(5));
  const std::vector<std::string> expected = {
      "precision of class '3' is undefined: it was never predicted; 0 was put there",
      "recall of class '1' is undefined: it is not among these samples; 0 was put there",
      "2 classes ('2', '4') occur neither in the truth nor among the predictions; they are left "
      "out "
      "of the averages"};
  EXPECT_EQ(scores.warnings, expected);
  EXPECT_EQ(scores.per_class[3].precision, 0);
  EXPECT_EQ(scores.per_class[1].recall, 0);
}

TEST(ClassificationScores, NameOnlySomeOfManyClassesInAWarning) {
  std::vector<std::int32_t> truth(40);
  for (std::int32_t i = 0; i < 40; ++i) truth[static_cast<std::size_t>(i)] = i;
  const auto scores = classification_scores(truth, std::vector<std::int32_t>(40, 0), {}, names(40));
  ASSERT_EQ(scores.warnings.size(), 1U);
  EXPECT_EQ(
      scores.warnings[0],
      "precision of 39 classes ('1', '2', '3', ...) is undefined: they were never predicted; 0 "
      "was put there");
}

TEST(ClassificationScores, TakeAWeightOfZeroAsAnAbsentRow) {
  const std::vector<std::int32_t> truth = {0, 1, 1, 2};
  const std::vector<std::int32_t> predicted = {0, 1, 0, 1};
  const std::vector<double> probability = {.8, .1, .1, .2, .7, .1, .5, .4, .1, .3, .4, .3};
  const auto all = classification_scores(truth, predicted, probability, names(3),
                                         std::vector<double>{1, 1, 1, 0});
  const auto fewer = classification_scores(std::span(truth).first(3), std::span(predicted).first(3),
                                           std::span(probability).first(9), names(3));
  EXPECT_EQ(all.accuracy, fewer.accuracy);
  EXPECT_EQ(all.macro.f1, fewer.macro.f1);
  EXPECT_EQ(all.log_loss, fewer.log_loss);
  EXPECT_EQ(all.roc_auc, fewer.roc_auc);
}

TEST(RegressionScores, TakeAWeightOfZeroAsAnAbsentRow) {
  const std::vector<double> truth = {9, 1, 1};
  const std::vector<double> predicted = {0, 1, 1};
  const auto scores = regression_scores(truth, predicted, 1, std::vector<double>{0, 1, 2});
  EXPECT_EQ(scores.r2, 1.0);
  EXPECT_EQ(scores.mse, 0.0);
}

TEST(RocAuc, CountsTiesHalf) {
  const std::vector<double> positive = {0, 1, 0, 1};
  EXPECT_EQ(roc_auc(positive, std::vector<double>{.5, .5, .5, .5}), 0.5);
  EXPECT_EQ(roc_auc(positive, std::vector<double>{.1, .5, .5, .9}), 0.875);
}

TEST(RocAuc, IsUnsetWhereASideIsAbsent) {
  const std::vector<double> score = {.1, .5};
  EXPECT_FALSE(roc_auc(std::vector<double>{1, 1}, score));
  EXPECT_FALSE(roc_auc(std::vector<double>{0, 0}, score));
}

TEST(LogLoss, ClipsProbabilitiesOfZero) {
  const std::vector<std::int32_t> truth = {1};
  const double loss = log_loss(truth, std::vector<double>{1, 0}, 2);
  EXPECT_NEAR(loss, -std::log(std::numeric_limits<double>::epsilon()), kScoreRounding);
}

TEST(Scores, RejectSizesThatDiffer) {
  const std::vector<std::int32_t> two = {0, 1};
  const std::vector<std::int32_t> three = {0, 1, 1};
  const std::vector<double> numbers(3);
  EXPECT_EQ(message_of<std::invalid_argument>([&] { confusion_matrix(two, three, 2); }),
            "[metrics] 2 true labels, but 3 predictions");
  EXPECT_EQ(
      message_of<std::invalid_argument>([&] { classification_scores(two, three, {}, names(2)); }),
      "[metrics] 2 true labels, but 3 predictions");
  EXPECT_EQ(message_of<std::invalid_argument>(
                [&] { classification_scores(two, two, numbers, names(2)); }),
            "[metrics] expected probabilities (2, 2), got 3 numbers");
  EXPECT_EQ(message_of<std::invalid_argument>([&] { log_loss(two, numbers, 2); }),
            "[metrics] expected probabilities (2, 2), got 3 numbers");
  EXPECT_EQ(message_of<std::invalid_argument>([&] { roc_auc(numbers, std::vector<double>(2)); }),
            "[metrics] 3 labels, but 2 scores");
  EXPECT_EQ(message_of<std::invalid_argument>(
                [&] { regression_scores(numbers, std::vector<double>(2)); }),
            "[metrics] 3 true values, but 2 predictions");
  EXPECT_EQ(message_of<std::invalid_argument>([&] { regression_scores(numbers, numbers, 2); }),
            "[metrics] 3 values do not make rows of 2 outputs");
}

TEST(Scores, RejectLabelsOutOfRange) {
  const std::vector<std::int32_t> good = {0, 1};
  const std::vector<std::int32_t> high = {0, 2};
  const std::vector<std::int32_t> low = {-1, 0};
  EXPECT_EQ(message_of<std::invalid_argument>([&] { confusion_matrix(high, good, 2); }),
            "[metrics] true label 2 is 2, expected one of 2 classes, counted from 0");
  EXPECT_EQ(message_of<std::invalid_argument>([&] { confusion_matrix(good, low, 2); }),
            "[metrics] prediction 1 is -1, expected one of 2 classes, counted from 0");
  EXPECT_EQ(
      message_of<std::invalid_argument>([&] { classification_scores(good, high, {}, names(2)); }),
      "[metrics] prediction 2 is 2, expected one of 2 classes, counted from 0");
  EXPECT_EQ(message_of<std::invalid_argument>([&] { log_loss(high, std::vector<double>(4), 2); }),
            "[metrics] true label 2 is 2, expected one of 2 classes, counted from 0");
}

TEST(Scores, RejectNoSamples) {
  EXPECT_EQ(message_of<std::invalid_argument>([&] { classification_scores({}, {}, {}, names(2)); }),
            "[metrics] 0 samples");
  EXPECT_EQ(message_of<std::invalid_argument>([&] { regression_scores({}, {}); }),
            "[metrics] 0 samples");
}

TEST(Scores, RejectNaN) {
  const std::vector<std::int32_t> one = {0};
  const std::vector<double> broken = {kNaN, 0.5};
  EXPECT_EQ(
      message_of<std::invalid_argument>([&] { classification_scores(one, one, broken, names(2)); }),
      "[metrics] a probability is NaN");
  EXPECT_EQ(message_of<std::invalid_argument>([&] {
              roc_auc(std::vector<double>{0, 1}, broken);
            }),
            "[metrics] a score is NaN");
}

TEST(Scores, RejectWeightsThatDoNotWeigh) {
  const std::vector<std::int32_t> labels = {0, 1};
  const std::vector<double> numbers = {0, 1};
  const auto with = [&](const std::vector<double>& weights) {
    auto first = message_of<std::invalid_argument>(
        [&] { classification_scores(labels, labels, {}, names(2), weights); });
    EXPECT_EQ(
        message_of<std::invalid_argument>([&] { confusion_matrix(labels, labels, 2, weights); }),
        first);
    EXPECT_EQ(message_of<std::invalid_argument>([&] { roc_auc(numbers, numbers, weights); }),
              first);
    EXPECT_EQ(
        message_of<std::invalid_argument>([&] { regression_scores(numbers, numbers, 1, weights); }),
        first);
    return first;
  };
  EXPECT_EQ(with({1}), "[metrics] 2 samples, but 1 weights");
  EXPECT_EQ(with({1, -1}), "[metrics] weight 2 is -1, expected a finite number >= 0");
  EXPECT_EQ(with({kNaN, 1}), "[metrics] weight 1 is nan, expected a finite number >= 0");
  EXPECT_EQ(with({0, 0}), "[metrics] all weights are zero, expected one above zero at least");
}

// ----- Many classes

TEST(ConfusionMatrix, StoresOnlyPairsThatOccur) {
  const std::vector<std::int32_t> truth = {2, 0, 2, 9999, 0, 2}, predicted = {2, 1, 0, 9999, 1, 2};
  const auto matrix = confusion_matrix(truth, predicted, 10'000);
  EXPECT_EQ(matrix.cells.size(), 4U);
  EXPECT_EQ(matrix.at(0, 1), 2);
  EXPECT_EQ(matrix.at(2, 2), 2);
  EXPECT_EQ(matrix.at(2, 0), 1);
  EXPECT_EQ(matrix.at(1, 0), 0);
  EXPECT_EQ(matrix.at(9999, 9999), 1);
  EXPECT_EQ(matrix.total(), 6);
  const auto row = matrix.row(2);
  ASSERT_EQ(row.size(), 10'000U);
  EXPECT_EQ(row[0], 1);
  EXPECT_EQ(row[2], 2);
  const auto margins = matrix.margins();
  EXPECT_EQ(margins.truth[2], 3);
  EXPECT_EQ(margins.predicted[1], 2);
  EXPECT_TRUE(margins.occurs(1));
  EXPECT_FALSE(margins.occurs(3));
}

TEST(ConfusionMatrix, RanksClassesByMistakes) {
  // Class 1 is taken for 3 twice, 2 for 0 once; 4 is right.
  const std::vector<std::int32_t> truth = {1, 1, 2, 4, 4, 4, 0}, predicted = {3, 3, 0, 4, 4, 4, 0};
  const auto matrix = confusion_matrix(truth, predicted, 6);
  using Classes = std::vector<std::size_t>;
  EXPECT_EQ(most_confused(matrix, 2), (Classes{1, 3}));
  EXPECT_EQ(most_confused(matrix, 3), (Classes{0, 1, 3}));
  EXPECT_EQ(most_confused(matrix, 5), (Classes{0, 1, 2, 3, 4}));
  EXPECT_EQ(most_confused(matrix, 6).size(), 6U);
}

TEST(ConfusionMatrix, OfTheMostFrequentMistakesBothClassesAreTaken) {
  // Class 1 has the most mistakes, with a different class each; 5 is taken for 6 twice.
  const std::vector<std::int32_t> truth = {1, 1, 1, 1, 5, 5, 8}, predicted = {0, 2, 3, 4, 6, 6, 8};
  const auto matrix = confusion_matrix(truth, predicted, 10);
  using Classes = std::vector<std::size_t>;
  EXPECT_EQ(most_confused(matrix, 2), (Classes{1, 5}));
  EXPECT_EQ(most_frequent_mistakes(matrix, 1), (Classes{1}));
  EXPECT_EQ(most_frequent_mistakes(matrix, 2), (Classes{5, 6}));
  EXPECT_EQ(most_frequent_mistakes(matrix, 3), (Classes{1, 5, 6})) << "no room for two";
  EXPECT_EQ(most_frequent_mistakes(matrix, 4), (Classes{0, 1, 5, 6}));
  EXPECT_EQ(most_frequent_mistakes(matrix, 8), (Classes{0, 1, 2, 3, 4, 5, 6, 8}));
  EXPECT_EQ(most_frequent_mistakes(matrix, 20).size(), 10U);
  EXPECT_TRUE(most_frequent_mistakes(matrix, 0).empty());
}

// Areas are counted in two ways: by look-ups, and with weights by sorting. Ties included, both give
// the same bits.
TEST(ClassificationScores, HaveTheSameAreasWithWeightsOfOne) {
  constexpr std::size_t kRows = 300, kClasses = 7;
  const auto random = test::uniform(5, kRows * kClasses);
  std::vector<std::int32_t> truth(kRows), predicted(kRows);
  std::vector<double> score(kRows * kClasses);
  for (std::size_t i = 0; i < score.size(); ++i) score[i] = std::round(20 * double{random[i]}) / 20;
  for (std::size_t i = 0; i < kRows; ++i) {
    truth[i] = static_cast<std::int32_t>(i * i % kClasses);
    score[i * kClasses + static_cast<std::size_t>(truth[i])] += 0.1;
  }
  for (std::size_t i = 0; i < kRows; ++i) predicted[i] = truth[(i + 3) % kRows];
  const std::vector<double> ones(kRows, 1.0);
  const auto plain = classification_scores(truth, predicted, score, names(kClasses), {}, false);
  const auto weighted =
      classification_scores(truth, predicted, score, names(kClasses), ones, false);
  // Squares modulo 7 are 0, 1, 2 and 4 only: areas of absent classes are undefined.
  EXPECT_FALSE(plain.roc_auc.has_value());
  EXPECT_EQ(plain.average_precision, weighted.average_precision);
  for (auto& label : truth) label = (label * 3 + 1) % 2;
  for (auto& label : predicted) label %= 2;
  std::vector<double> two(score.begin(), score.begin() + kRows);
  const auto second = classification_scores(truth, predicted, two, names(2), {}, false);
  const auto second_weighted = classification_scores(truth, predicted, two, names(2), ones, false);
  ASSERT_TRUE(second.roc_auc.has_value());
  EXPECT_EQ(*second.roc_auc, *second_weighted.roc_auc);
  EXPECT_EQ(*second.average_precision, *second_weighted.average_precision);
  for (std::size_t i = 0; i < kRows; ++i) truth[i] = static_cast<std::int32_t>(i * 31 % kClasses);
  for (std::size_t i = 0; i < kRows; ++i) predicted[i] = truth[(i + 3) % kRows];
  const auto all = classification_scores(truth, predicted, score, names(kClasses), {}, false);
  const auto all_weighted =
      classification_scores(truth, predicted, score, names(kClasses), ones, false);
  ASSERT_TRUE(all.roc_auc.has_value());
  EXPECT_EQ(*all.roc_auc, *all_weighted.roc_auc);
  EXPECT_EQ(*all.roc_auc_weighted, *all_weighted.roc_auc_weighted);
  EXPECT_EQ(*all.average_precision, *all_weighted.average_precision);
}

}  // namespace
}  // namespace hebb
