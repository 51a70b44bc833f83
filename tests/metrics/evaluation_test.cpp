#include "hebb/metrics/evaluation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "hebb/core/printable.h"

namespace hebb {
namespace {

using testing::AssertionResult;

// `right` of `samples` predictions are right; two classes, the first with `share` of the samples.
ClassificationScores scores(std::size_t samples, std::size_t right, double share = 0.5) {
  std::vector<std::int32_t> truth(samples);
  std::vector<std::int32_t> predicted(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    truth[i] = static_cast<double>(i) < share * static_cast<double>(samples) ? 0 : 1;
    // Scattered, so that errors fall on both classes.
    predicted[i] = i * 7919 % samples < right ? truth[i] : 1 - truth[i];
  }
  return classification_scores(truth, predicted, {}, std::vector<std::string>{"no", "yes"});
}

RegressionScores r2_of(std::size_t samples, double r2) {
  RegressionScores out;
  out.samples = samples;
  out.r2 = r2;
  out.mse = 4;
  out.rmse = 2;
  out.mae = 1.5;
  return out;
}

Evaluation both(const ClassificationScores& train, const ClassificationScores& test) {
  return {.classes = {"no", "yes"}, .train = train, .test = test};
}

Evaluation both(const RegressionScores& train, const RegressionScores& test) {
  return {.classes = {}, .train = train, .test = test};
}

AssertionResult starts(const std::string& text, const std::string& start) {
  if (text.starts_with(start)) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "'" << text << "' does not start with '" << start << "'";
}

AssertionResult has(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "'" << part << "' is not in\n" << text;
}

AssertionResult lacks(const std::string& text, const std::string& part) {
  return has(text, part) ? testing::AssertionFailure() << "'" << part << "' is in\n"
                                                       << text
                         : testing::AssertionSuccess();
}

std::string printed(const Evaluation& evaluation, const TableStyle& style = {}) {
  std::ostringstream out;
  print(out, evaluation, style);
  return out.str();
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

std::size_t code_points(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

TEST(Figures, StandInTheOrderOfTheTable) {
  std::vector<std::string> keys;
  for (const auto& figure : score_rows(both(scores(100, 90), scores(50, 40))))
    if (!figure.label.empty()) keys.push_back(figure.key);
  const std::vector<std::string> expected = {
      "accuracy",        "precision_macro", "recall_macro", "f1_macro", "precision_weighted",
      "recall_weighted", "f1_weighted",     "roc_auc",      "log_loss"};
  EXPECT_EQ(keys, expected);
  keys.clear();
  for (const auto& figure : score_rows(both(r2_of(9, 0.5), r2_of(9, 0.5))))
    if (!figure.label.empty()) keys.push_back(figure.key);
  EXPECT_EQ(keys, (std::vector<std::string>{"r2", "mse", "rmse", "mae"}));
}

TEST(Figures, KeepPartsApartAndLeaveTheAbsentUnset) {
  const auto two = score_rows(both(scores(100, 90), scores(50, 40)));
  EXPECT_EQ(two[0].train, 0.9);
  EXPECT_EQ(two[0].test, 0.8);
  const auto area = std::ranges::find(two, "roc_auc", &ScoreRow::key);
  ASSERT_NE(area, two.end());
  EXPECT_FALSE(area->train);
  const auto one = score_rows({.classes = {"no", "yes"}, .train = {}, .test = scores(50, 40)});
  EXPECT_FALSE(one[0].train);
  EXPECT_EQ(one[0].test, 0.8);
  EXPECT_TRUE(score_rows({}).empty());
}

TEST(Verdict, CallsAGapBeyondChanceOverFitting) {
  EXPECT_EQ(verdict(both(scores(60000, 59940), scores(10000, 9300))),
            "over-fitting: accuracy 0.9990 in sample against 0.9300 out of sample, a gap of 0.0690 "
            "where chance explains 0.0051");
  EXPECT_TRUE(starts(verdict(both(scores(60000, 59940), scores(10000, 9850))), "slight over-"));
  EXPECT_TRUE(starts(verdict(both(scores(1000, 1000), scores(1000, 700))), "strong over-"));
  EXPECT_TRUE(starts(verdict(both(r2_of(300, 0.95), r2_of(300, 0.2))), "strong over-fitting: R2"));
}

TEST(Verdict, TakesAGapThatChanceExplainsForNone) {
  EXPECT_TRUE(starts(verdict(both(scores(112, 110), scores(38, 36))), "good fit: accuracy"));
  EXPECT_TRUE(starts(verdict(both(r2_of(331, 0.95), r2_of(111, 0.94))), "good fit: R2"));
  // The same gap over more samples is not chance.
  EXPECT_TRUE(starts(verdict(both(scores(11200, 11000), scores(3800, 3600))), "over-fitting"));
}

TEST(Verdict, DoesNotTrustAPerfectScoreOfFewSamplesBeyondChance) {
  EXPECT_TRUE(starts(verdict(both(scores(120, 120), scores(30, 28))), "good fit"));
}

TEST(Verdict, CallsAScoreNearTheLargestClassUnderFitting) {
  EXPECT_EQ(verdict(both(scores(1000, 620, 0.6), scores(1000, 610, 0.6))),
            "under-fitting: in-sample accuracy 0.6200 is little better than always guessing the "
            "largest class (0.6000)");
  EXPECT_TRUE(has(verdict(both(scores(1000, 500, 0.6), scores(1000, 610, 0.6))), "is worse than"));
  EXPECT_TRUE(has(verdict(both(r2_of(100, 0.02), r2_of(100, 0.01))),
                  "is little better than always predicting the mean (0.0000)"));
}

TEST(Verdict, LeavesAMiddlingScoreWithoutAGapOpen) {
  const auto text = verdict(both(scores(1000, 800), scores(1000, 795)));
  EXPECT_TRUE(starts(text, "no sign of over-fitting: accuracy 0.8000"));
  EXPECT_TRUE(has(text, "if the data hold more, this is under-fitting"));
}

TEST(Verdict, CallsALowScoreInSampleUnderFittingFirst) {
  EXPECT_EQ(verdict(both(scores(10000, 6400), scores(10000, 6100))),
            "under-fitting: accuracy 0.6400 in sample against 0.6100 out of sample: much of the "
            "training data is missed");
  EXPECT_TRUE(starts(verdict(both(scores(150, 105), scores(50, 35))), "under-fitting"));
  EXPECT_TRUE(starts(verdict(both(r2_of(10000, 0.4), r2_of(10000, 0.3))), "under-fitting: R2"));
  // Most of what little was learnt holds in sample only.
  EXPECT_TRUE(starts(verdict(both(scores(10000, 6400), scores(10000, 4500))), "strong over-"));
  EXPECT_TRUE(starts(verdict({.classes = {"no", "yes"}, .train = scores(400, 250), .test = {}}),
                     "under-fitting: accuracy 0.6250 in sample"));
}

TEST(Judge, MeasuresSkillAndGapFromGuessing) {
  const Judgement judgement = judge(both(scores(1000, 800), scores(1000, 700)));
  EXPECT_NEAR(judgement.skill.value(), 0.6, 1e-12);
  EXPECT_NEAR(judgement.gap, 0.2, 1e-12);
  EXPECT_FALSE(judge({}).skill);
  EXPECT_FALSE(judge(both(scores(50, 50, 1), scores(50, 50, 1))).skill);
}

TEST(Verdict, SaysWhenTheTestPartIsEasier) {
  EXPECT_TRUE(has(verdict(both(scores(1000, 800), scores(1000, 950))),
                  "the test part seems easier than the training part"));
}

TEST(Verdict, OfOneColumnSaysWhatItCannotTell) {
  Evaluation test{.classes = {"no", "yes"}, .train = {}, .test = scores(400, 360)};
  EXPECT_EQ(
      verdict(test),
      "out of sample only: accuracy 0.9000 (+-0.0302 by chance, always guessing the largest "
      "class reaches 0.5000); over- and under-fitting show only beside the in-sample figures");
  Evaluation train{.classes = {"no", "yes"}, .train = scores(400, 360), .test = {}};
  EXPECT_TRUE(has(verdict(train), "says nothing about new data"));
  train.train = scores(400, 205);
  EXPECT_TRUE(starts(verdict(train), "under-fitting"));
}

TEST(Verdict, RefusesOnTooFewSamples) {
  EXPECT_EQ(verdict(both(scores(100, 100), scores(5, 3))),
            "only 5 samples out of sample: too few to tell over- or under-fitting from chance");
  EXPECT_EQ(verdict(both(scores(1, 1), scores(50, 30))),
            "only 1 sample in sample: too few to tell over- or under-fitting from chance");
  RegressionScores one;
  one.samples = 1;
  EXPECT_TRUE(starts(verdict(both(r2_of(100, 0.9), one)), "only 1 sample out of sample"));
}

TEST(Verdict, OfOneClassOrNothingIsNoJudgement) {
  EXPECT_EQ(verdict(both(scores(50, 50, 1), scores(50, 50, 1))),
            "one class only in sample: there was nothing to learn");
  EXPECT_EQ(verdict({}), "nothing was judged");
}

TEST(Print, ShowsBothPartsSideBySide) {
  const auto text = printed(both(scores(1000, 990), scores(200, 196)));
  const auto rows = lines(text);
  EXPECT_TRUE(has(rows[0], "in sample   out of sample"));
  EXPECT_TRUE(has(rows[1], "1000             200"));
  EXPECT_TRUE(has(text, "\naccuracy                        0.9900          0.9800\n"));
  EXPECT_TRUE(has(text, "\nROC AUC                              -               -\n"));
  EXPECT_TRUE(has(text, "confusion matrix, out of sample: rows are the truth"));
  EXPECT_TRUE(has(text, "good fit: accuracy"));
}

TEST(Print, ShowsTheOnlyPartThereIs) {
  const auto text = printed({.classes = {"no", "yes"}, .train = scores(100, 90), .test = {}});
  EXPECT_TRUE(lacks(lines(text)[0], "out of sample"));
  EXPECT_TRUE(has(text, "confusion matrix, in sample"));
  EXPECT_EQ(printed({}), "nothing was judged\n");
}

TEST(Print, CountsTheMatrixByTruthInRows) {
  const std::vector<std::int32_t> truth = {0, 0, 0, 1};
  const std::vector<std::int32_t> predicted = {0, 1, 1, 1};
  const std::vector<std::string> classes = {"a", "b"};
  const auto text = printed({.classes = classes,
                             .train = {},
                             .test = classification_scores(truth, predicted, {}, classes)},
                            {.width = 80, .utf8 = false, .color = false});
  EXPECT_TRUE(has(text, "     a  b\na |  1  2\nb |  0  1\n"));
}

TEST(Print, OfRegressionHasNoClasses) {
  const auto text = printed(both(r2_of(331, 0.55), r2_of(111, 0.47)));
  EXPECT_TRUE(has(text, "\nR2                              0.5500          0.4700\n"));
  EXPECT_TRUE(lacks(text, "confusion"));
}

Evaluation many(std::size_t classes) {
  std::vector<std::string> names;
  std::vector<std::int32_t> truth;
  for (std::size_t c = 0; c < classes; ++c) {
    names.push_back("a class with a very long name, number " + std::to_string(c));
    truth.push_back(static_cast<std::int32_t>(c));
  }
  const auto all = classification_scores(truth, truth, {}, names);
  return {.classes = names, .train = all, .test = all};
}

TEST(Print, KeepsWithinTheTerminal) {
  for (const std::size_t width : {40U, 80U, 120U})
    for (const std::size_t classes : {2U, 10U, 40U})
      for (const auto& line : lines(printed(many(classes), {.width = width})))
        EXPECT_LE(code_points(line), width) << line;
}

TEST(Print, HoldsEveryFigureWhereTheTerminalIsNarrow) {
  Evaluation evaluation = both(scores(100, 90), scores(100, 80));
  evaluation.classes = {"a", "b"};
  const auto text = printed(evaluation, {.width = 40});
  EXPECT_TRUE(has(text, "\naccuracy                 0.9000   0.8000\n")) << text;
  for (const char* head : {"precision         recall\n", "F1           support\n"})
    EXPECT_TRUE(has(text, head)) << text;
  RegressionScores large;
  large.samples = 100, large.mse = 123456.7, large.rmse = 351.3641, large.r2 = -1234.5678;
  const Evaluation numbers{.classes = {}, .train = large, .test = large};
  const auto figures = printed(numbers, {.width = 40});
  EXPECT_TRUE(has(figures, "1.23e+05 1.23e+05\n")) << figures;
  EXPECT_TRUE(has(figures, "   351.36   351.36\n")) << figures;
  EXPECT_TRUE(has(figures, "    -1235    -1235\n")) << figures;
  for (const auto& line : lines(figures)) EXPECT_LE(code_points(line), 40U) << line;
}

TEST(Print, NamesAreAsWideAsTheBlocksAllow) {
  const std::vector<std::string> names = {"setosa", "versicolor", "virginica"};
  const std::vector<std::int32_t> truth = {0, 1, 2};
  const auto all = classification_scores(truth, truth, {}, names);
  const auto text = printed({.classes = names, .train = all, .test = {}}, {.width = 40});
  EXPECT_TRUE(has(text, "\nversicolor ")) << text;
  for (const auto& line : lines(text)) EXPECT_LE(code_points(line), 40U) << line;
  // The gaps between the columns are narrower, so that no class is left out.
  EXPECT_TRUE(lacks(text, "left out")) << text;
}

TEST(Print, CutsManyClassesWithANote) {
  const auto text = printed(many(40));
  EXPECT_TRUE(has(text, "and 10 more classes with fewer mistakes, which the averages include"));
  EXPECT_TRUE(has(text, "the most frequent mistakes, among 6 of 40 classes; 34 are left out"));
  EXPECT_TRUE(has(text, "a class with a"));
  EXPECT_TRUE(has(text, "…"));
}

TEST(Print, ShowsAnEmptyLabel) {
  Evaluation evaluation = both(scores(100, 90), scores(100, 80));
  evaluation.classes = {"", "yes"};
  const auto text = printed(evaluation);
  EXPECT_TRUE(has(text, "\n(empty) ")) << text;
  EXPECT_TRUE(has(text, "(empty) │")) << text;
}

TEST(Print, IsPlainAsciiWhereAsked) {
  Evaluation evaluation = both(scores(100, 90), scores(100, 90));
  evaluation.classes = {"né", "oui"};
  const auto text = printed(evaluation, {.width = 80, .utf8 = false, .color = false});
  EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return static_cast<signed char>(c) > 0; }));
  EXPECT_TRUE(has(text, "n? "));
}

TEST(Print, LinesUpNamesInUtf8) {
  Evaluation evaluation = both(scores(100, 90), scores(100, 90));
  evaluation.classes = {"Überlänge", "plain"};
  const auto rows = lines(printed(evaluation));
  const auto at = std::ranges::find_if(rows, [](const auto& r) { return r.starts_with("Über"); });
  ASSERT_NE(at, rows.end());
  EXPECT_EQ(code_points(*at), code_points(*(at + 1)));
}

TEST(Print, PaintsOnlyWhereAsked) {
  const auto evaluation = both(scores(100, 100), scores(100, 100));
  EXPECT_TRUE(lacks(printed(evaluation), "\x1b"));
  const auto painted = printed(evaluation, {.width = 80, .utf8 = true, .color = true});
  EXPECT_TRUE(has(painted, "\x1b[1mconfusion matrix, out of sample\x1b[0m"));
  EXPECT_TRUE(has(painted, "\x1b[2m    0\x1b[0m"));
}

TEST(Print, LinesUpWideNamesAndCombiningMarks) {
  Evaluation evaluation = both(scores(100, 90), scores(100, 90));
  // Three wide characters are as wide as six letters; a combining accent adds nothing.
  evaluation.classes = {"日本語", "e\xCC\x81tude"};
  auto rows = lines(printed(evaluation));
  const auto wide = std::ranges::find_if(rows, [](const auto& r) { return r.starts_with("日"); });
  ASSERT_NE(wide, rows.end());
  EXPECT_TRUE(starts(*wide, "日本語    "));
  EXPECT_TRUE(starts(*(wide + 1), "e\xCC\x81tude     "));
  for (const auto& row : rows) EXPECT_LE(display_width(row), 80U) << row;
  const auto bar = [](const std::string& row) {
    return display_width(row.substr(0, row.find("│")));
  };
  std::erase_if(rows, [](const auto& row) { return row.find("│") == std::string::npos; });
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(bar(rows[0]), bar(rows[1]));
  EXPECT_EQ(display_width(rows[0]), display_width(rows[1]));
}

TEST(Print, CutsWideNamesBetweenCharacters) {
  Evaluation evaluation = both(scores(100, 90), scores(100, 90));
  evaluation.classes = {"漢字漢字漢字漢字漢字漢字漢字", "plain"};  // 28 columns
  const auto rows = lines(printed(evaluation));
  for (const auto& row : rows) EXPECT_LE(display_width(row), 80U) << row;
  EXPECT_TRUE(has(printed(evaluation), "漢字漢字漢字漢字漢字漢…"));
}

TEST(Print, LetsNoControlCharacterOfANameThrough) {
  Evaluation evaluation = both(scores(100, 90), scores(100, 90));
  evaluation.classes = {"a\x1b[31m\nb",
                        "c\xC2\x9B"
                        "31m"};
  for (const bool utf8 : {true, false}) {
    const auto text = printed(evaluation, {.width = 80, .utf8 = utf8, .color = false});
    EXPECT_TRUE(lacks(text, "\x1b"));
    EXPECT_TRUE(lacks(text, "\xC2\x9B"));
    EXPECT_TRUE(has(text, R"(a\x1b[31m\nb)"));
    EXPECT_TRUE(has(text, R"(c\u009b31m)"));
  }
}

TEST(Print, ListsWarningsAsNotes) {
  const std::vector<std::string> classes = {"a", "b"};
  const std::vector<std::int32_t> truth = {0, 1};
  const std::vector<std::int32_t> predicted = {0, 0};
  const auto text = printed({.classes = classes,
                             .train = {},
                             .test = classification_scores(truth, predicted, {}, classes)},
                            {.width = 120});
  EXPECT_TRUE(has(text, "note, out of sample: precision of class 'b' is undefined"));
}

TEST(Print, StreamsWithTheDefaults) {
  const auto evaluation = both(scores(100, 90), scores(100, 90));
  std::ostringstream out;
  out << evaluation;
  EXPECT_EQ(out.str(), printed(evaluation));
}

}  // namespace
}  // namespace hebb
