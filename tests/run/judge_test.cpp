#include "hebb/run/judge.h"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/mlp.h"
#include "scratch.h"

namespace hebb {
namespace {

// Three of four are right; of two classes the scores are for the second.
Predictions two_classes() {
  return {.classes = {"no", "yes, or so"},
          .truth = {0, 0, 1, 1},
          .predicted = {0, 1, 1, 1},
          .scores = {0.9, 0.1, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8},
          .probabilities = true};
}

TEST(FindMetrics, TakesNamesParametersAndAll) {
  EXPECT_EQ(find_metrics({"accuracy", "f_beta:2"}, Task::classify).size(), 2U);
  std::size_t of_numbers = 0;
  for (const MetricRow& row : metric_catalogue()) of_numbers += row.task == Task::regress ? 1 : 0;
  EXPECT_EQ(find_metrics({"all"}, Task::regress).size(), of_numbers);
}

TEST(FindMetrics, RefusesThoseOfTheOtherTask) {
  expect_error<std::invalid_argument>([] { find_metrics({"r2"}, Task::classify); },
                                      {"[metrics]", "r2 is for models of numbers"});
  expect_error<std::invalid_argument>([] { find_metrics({"accuracy"}, Task::regress); },
                                      {"accuracy is for classifiers"});
  expect_error<std::invalid_argument>([] { find_metrics({"acuracy"}, Task::classify); },
                                      {"did you mean accuracy"});
}

TEST(Measure, NamesMetricsWithTheirParameter) {
  const Predictions said = two_classes();
  const auto measured = measure(find_metrics({"accuracy", "f_beta", "f_beta:2"}, Task::classify),
                                said, scores_of(said));
  ASSERT_EQ(measured.size(), 3U);
  EXPECT_EQ(measured[0].name(), "accuracy");
  EXPECT_EQ(measured[0].value, 0.75);
  EXPECT_EQ(measured[1].name(), "f_beta:" + to_text(measured[1].metric.row->standard));
  EXPECT_EQ(measured[2].name(), "f_beta:2");
}

TEST(Rule, ReadsKeyOperatorAndNumber) {
  const Rule rule = Rule::parse("accuracy >= 0.75");
  EXPECT_EQ(rule.text, "accuracy >= 0.75");
  EXPECT_EQ(rule.metric.row->name, "accuracy");
  EXPECT_EQ(rule.sign, ">=");
  EXPECT_EQ(rule.bound, 0.75);
}

TEST(Rule, HoldsByItsOperator) {
  const auto holds = [](const char* sign, double value) {
    return Rule{.text = {}, .metric = {}, .sign = sign, .bound = 1}.holds(value);
  };
  EXPECT_TRUE(holds(">=", 1) && holds("<=", 1) && holds("==", 1) && holds(">", 2) && holds("<", 0));
  EXPECT_FALSE(holds(">=", 0.5) || holds("<=", 1.5) || holds("==", 1.5) || holds(">", 1) ||
               holds("<", 1));
  EXPECT_FALSE(holds(">=", std::numeric_limits<double>::quiet_NaN()));
  EXPECT_FALSE(Rule::parse("accuracy>=0").holds(std::nullopt));
}

TEST(Rule, SaysWhatIsBroken) {
  const Predictions said = two_classes();
  const Scores scores = scores_of(said);
  EXPECT_EQ(Rule::parse("accuracy==0.75").broken(said, scores), "");
  EXPECT_EQ(Rule::parse("accuracy>0.8").broken(said, scores),
            "the assertion accuracy>0.8 does not hold: accuracy is 0.75");
  Predictions one_class = said;
  one_class.truth = {1, 1, 1, 1};
  EXPECT_EQ(Rule::parse("roc_auc>0").broken(one_class, scores_of(one_class)),
            "the assertion roc_auc>0 does not hold: roc_auc is undefined on this data");
}

TEST(Rule, RefusesWhatIsNone) {
  for (const char* text :
       {"accuracy", ">=0.9", "accuracy>=", "accuracy>=high", "accuracy>=0.9x", "accuracy!=0.9"})
    expect_error<std::invalid_argument>([&] { Rule::parse(text); },
                                        {"[assert] must be KEY, one of", text});
  expect_error<std::invalid_argument>([] { Rule::parse("acuracy>=1"); },
                                      {"[assert]", "did you mean accuracy"});
}

TEST(LoadJudged, KnowsTheTrainingDataAgain) {
  const test::Scratch folder;
  MLPClassifier net({.max_iter = 1});
  net.fit(load_dataset("iris"));
  const JudgedData same = load_judged(net.model(), "iris");
  EXPECT_TRUE(same.in_sample);
  EXPECT_FALSE(same.own_part);
  EXPECT_EQ(same.data.samples(), 150U);
  const Dataset wine = load_dataset("wine");
  MLPClassifier other({.max_iter = 1});
  other.fit(wine);
  EXPECT_FALSE(
      load_judged(other.model(), "wine", {{"ignore", std::vector<std::string>{"ash"}}}).in_sample);
}

TEST(LoadJudged, TakesTheOwnPartForTesting) {
  const Dataset digits = load_dataset("mnist10k");
  ASSERT_GT(digits.test_begin(), 0U);
  MLPClassifier net({.hidden_layer_sizes = {4}, .max_iter = 1}, {.scale = "minmax"});
  net.fit(digits.slice(0, 500));
  const JudgedData judged = load_judged(net.model(), "mnist10k");
  EXPECT_TRUE(judged.own_part);
  EXPECT_EQ(judged.data.samples(), digits.samples() - digits.test_begin());
}

TEST(ConfusionCsv, HasTheTruthInRows) {
  const Predictions said = two_classes();
  EXPECT_EQ(confusion_csv(scores_of(said), said.classes),
            "truth,no,\"yes, or so\"\nno,1,1\n\"yes, or so\",0,2\n");
  expect_error<std::invalid_argument>([] { confusion_csv(RegressionScores{}, {}); },
                                      {"[confusion] is for classification"});
}

TEST(ConfusionCsv, OfThousandsOfClassesListsItsCells) {
  ConfusionMatrix matrix{.classes = ConfusionMatrix::kMostInTables + 1,
                         .cells = {{.truth = 0, .prediction = 1000, .count = 2.5},
                                   {.truth = 1000, .prediction = 1000, .count = 3}}};
  std::vector<std::string> names(matrix.classes, "x");
  names.front() = "a,b";
  ClassificationScores scores;
  scores.confusion = matrix;
  EXPECT_EQ(confusion_csv(scores, names), "truth,predicted,count\n\"a,b\",x,2.5\nx,x,3\n");
}

TEST(RocCsv, HasACurveForTheSecondOfTwoClasses) {
  EXPECT_EQ(roc_csv(two_classes()),
            "class,threshold,fpr,tpr\n"
            "\"yes, or so\",inf,0,0\n"
            "\"yes, or so\",0.8,0,0.5\n"
            "\"yes, or so\",0.7,0,1\n"
            "\"yes, or so\",0.6,0.5,1\n"
            "\"yes, or so\",0.1,1,1\n");
  expect_error<std::invalid_argument>([] { roc_csv({}); }, {"[roc]", "two classes or more"});
}

TEST(RocCsv, WarnsOfAClassWithoutCurve) {
  std::string warning;
  const LogSink before =
      set_log_sink([&](LogLevel, std::string_view message) { warning = message; });
  Predictions one_class = two_classes();
  one_class.truth = {1, 1, 1, 1};
  EXPECT_EQ(roc_csv(one_class), "class,threshold,fpr,tpr\n");
  set_log_sink(before);
  expect_contains(warning, "class 'yes, or so' has no ROC curve");
}

}  // namespace
}  // namespace hebb
