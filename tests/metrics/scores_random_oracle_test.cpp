// Every metric of the catalogue and every curve against scikit-learn, on random cases
// (tests/oracles/scores_random.py says which).
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "expect_error.h"
#include "hebb/metrics/catalogue.h"
#include "hebb/metrics/curves.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

// Sums of up to 60 doubles, in another order than the oracle's.
constexpr double kRounding = 1e-12;

using Numbers = std::vector<double>;

void expect_same(const std::optional<double>& value, const nlohmann::json& expected) {
  ASSERT_EQ(value.has_value(), !expected.is_null()) << expected;
  if (!value) return;
  const double other = expected.get<double>();
  EXPECT_NEAR(*value, other, kRounding * std::max(1.0, std::abs(other)));
}

void expect_same(const Numbers& values, const Numbers& expected) {
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_NEAR(values[i], expected[i], kRounding) << i;
}

void expect_metrics(const Predictions& predictions, const nlohmann::json& expected,
                    std::set<std::string>& seen) {
  const Scores scores = scores_of(predictions);
  for (const auto& [name, value] : expected.items()) {
    SCOPED_TRACE(name);
    const Metric metric = find_metric(name);
    seen.insert(metric.row->name);
    expect_same(metric(predictions, scores), value);
  }
}

// Of class 1 against the rest.
void expect_curves(const Predictions& predictions, const nlohmann::json& expected) {
  if (expected.empty()) return;
  const auto positive = predictions.is(1), score = predictions.scores_for(1);
  const auto roc = roc_curve(positive, score, predictions.weights);
  ASSERT_TRUE(roc);
  expect_same(roc->fpr, expected["fpr"].get<Numbers>());
  expect_same(roc->tpr, expected["tpr"].get<Numbers>());
  expect_same(Numbers(roc->thresholds.begin() + 1, roc->thresholds.end()),
              expected["thresholds"].get<Numbers>());
  const auto curve = precision_recall_curve(positive, score, predictions.weights);
  ASSERT_TRUE(curve);
  expect_same(curve->precision, expected["precision"].get<Numbers>());
  expect_same(curve->recall, expected["recall"].get<Numbers>());
}

TEST(MetricCatalogue, AgreesWithTheOracleOnRandomCases) {
  const auto oracle = test::oracle("scores_random");
  std::set<std::string> seen;
  ASSERT_GE(oracle["classification"].size() + oracle["regression"].size(), 100U);
  std::size_t number = 0;
  for (const auto& of : oracle["classification"]) {
    SCOPED_TRACE("case " + std::to_string(number++) + ", " + of["kind"].get<std::string>());
    Predictions predictions{.truth = of["truth"].get<std::vector<std::int32_t>>(),
                            .predicted = of["predicted"].get<std::vector<std::int32_t>>(),
                            .scores = of["scores"].get<Numbers>(),
                            .probabilities = of["probabilities"].get<bool>(),
                            .weights = of["weights"].get<Numbers>()};
    for (std::size_t c = 0; c < of["classes"].get<std::size_t>(); ++c)
      predictions.classes.push_back(std::to_string(c));
    expect_metrics(predictions, of["expected"], seen);
    expect_curves(predictions, of["curves"]);
  }
  for (const auto& of : oracle["regression"]) {
    SCOPED_TRACE("regression " + std::to_string(number++) + ", " + of["kind"].get<std::string>());
    expect_metrics({.outputs = of["outputs"].get<std::size_t>(),
                    .true_values = of["truth"].get<Numbers>(),
                    .predicted_values = of["predicted"].get<Numbers>(),
                    .weights = of["weights"].get<Numbers>()},
                   of["expected"], seen);
  }
  for (const MetricRow& row : metric_catalogue()) EXPECT_TRUE(seen.contains(row.name)) << row.name;
}

TEST(MetricCatalogue, NamesTakeParametersInTheirRange) {
  EXPECT_EQ(find_metric("f_beta:0.5").parameter, 0.5);
  EXPECT_EQ(find_metric("f_beta").parameter, 2);
  EXPECT_EQ(find_metric("top_k").parameter, 3);
  const std::map<std::string, std::string> bad = {
      {"acuracy", "there is no metric 'acuracy'; did you mean accuracy?"},
      {"accuracy:2", "accuracy takes no parameter"},
      {"top_k:1.5", "k of top_k must be a whole number from 1 to"},
      {"lift:0", "share of lift must be a number from"},
      {"lift:1.1", "share of lift must be a number from"},
      {"pinball:x", "alpha of pinball must be a number from 0 to 1, got 'x'"}};
  for (const auto& [name, message] : bad)
    expect_contains(
        message_of<std::invalid_argument>([&, &asked = name] { (void)find_metric(asked); }),
        message);
}

TEST(MetricCatalogue, WhatCannotBeHadIsUnset) {
  const Predictions one{
      .classes = {"a", "b"}, .truth = {0, 0}, .predicted = {0, 1}, .scores = {-1, 1}};
  const Scores scores = scores_of(one);
  for (const char* name : {"roc_auc", "average_precision", "lift:0.1", "log_loss", "brier", "r2"})
    EXPECT_FALSE(find_metric(name)(one, scores)) << name;
  EXPECT_EQ(find_metric("accuracy")(one, scores), 0.5);
  const Predictions same{.classes = {"a", "b"}, .truth = {0, 0}, .predicted = {0, 0}};
  EXPECT_FALSE(find_metric("kappa")(same, scores_of(same)));
}

TEST(GainCurve, IsReadBetweenItsPoints) {
  const auto curve = gain_curve(Numbers{1, 0, 1, 0}, Numbers{4, 3, 2, 1});
  ASSERT_TRUE(curve);
  EXPECT_EQ(curve->gain, (Numbers{0, 0.5, 0.5, 1, 1}));
  EXPECT_EQ(curve->lift_at(0.25), 2);
  EXPECT_EQ(curve->gain_at(0.125), 0.25);
  EXPECT_EQ(curve->gain_at(1), 1);
  EXPECT_THROW((void)curve->gain_at(0), std::invalid_argument);
  EXPECT_THROW((void)curve->gain_at(1.5), std::invalid_argument);
}

TEST(GainOfEveryClass, IsThatOfItsCurve) {
  constexpr std::size_t kSamples = 57;
  for (const std::size_t classes : std::vector<std::size_t>{2, 3, 21}) {
    Predictions of;
    for (std::size_t c = 0; c < classes; ++c) of.classes.push_back(std::to_string(c));
    for (std::size_t i = 0; i < kSamples; ++i) {
      of.truth.push_back(static_cast<std::int32_t>(i % classes));
      of.predicted.push_back(0);
      for (std::size_t c = 0; c < (classes == 2 ? 1 : classes); ++c)  // with ties
        of.scores.push_back(static_cast<double>((i * 7919 + c * 104729 + i * c) % 17));
    }
    const Scores scores = scores_of(of);
    for (const double share : {1e-9, 0.1, 1.0 / kSamples, 0.5, 56.0 / kSamples, 1.0}) {
      double gain = 0;
      for (std::size_t c = classes == 2 ? 1 : 0; c < classes; ++c)
        gain += gain_curve(of.is(c), of.scores_for(c))->gain_at(share);
      gain /= static_cast<double>(classes == 2 ? 1 : classes);
      Metric metric = find_metric("gain");
      metric.parameter = share;
      EXPECT_EQ(metric(of, scores), gain) << classes << ' ' << share;
    }
  }
}

TEST(Curves, RefuseWhatIsNoScore) {
  const Numbers two = {0, 1}, three = {1, 2, 3}, broken = {1, NAN};
  for (const auto& call :
       {+[](const Numbers&p, const Numbers&s) { (void)roc_curve(p, s); },
        +[](const Numbers&p, const Numbers&s) { (void)gain_curve(p, s); },
        +[](const Numbers&p, const Numbers&s) { (void)precision_recall_curve(p, s); }}) {
    EXPECT_EQ(message_of<std::invalid_argument>([&] { call(two, three); }),
              "[metrics] 2 labels, but 3 scores");
    EXPECT_EQ(message_of<std::invalid_argument>([&] { call(two, broken); }),
              "[metrics] a score is NaN");
  }
}

}  // namespace
}  // namespace hebb
