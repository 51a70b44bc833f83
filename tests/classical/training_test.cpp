// How training ends before its time, and what it says then; and the rules of the options.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "expect_error.h"
#include "hebb/classical/catalogue.h"
#include "hebb/classical/knn.h"
#include "hebb/classical/linear_svm.h"
#include "hebb/classical/svm.h"
#include "hebb/classical/trees.h"
#include "hebb/core/log.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/datasets/generators.h"

namespace hebb::test {
namespace {

// Random labels: support vector machines take minutes for them.
Dataset noise(std::size_t rows) {
  std::vector<double> x;
  Target target{.names = {"kind"}, .values = {}, .classes = {"a", "b"}};
  const Random random(3, Purpose::data);
  for (std::uint32_t r = 0; r < rows; ++r) {
    for (std::uint32_t c = 0; c < 20; ++c) x.push_back(random.normal(r, c));
    target.values.push_back(random.uniform(r, 99) < 0.5 ? 0 : 1);
  }
  return Dataset::from_values(x, {rows, 20}, std::move(target));
}

struct Told {
  std::optional<StopReason> reason;
  std::vector<std::string> warnings;
  std::size_t epochs = 0;

  // Notes the events of a fit, which is stopped as soon as `stop` says so.
  RunControl control(std::function<bool()> stop = {}) {
    RunControl own;
    own.stop_requested = std::move(stop);
    own.on_event = [this](const Event& event) {
      if (const auto* stopped = std::get_if<Stopped>(&event)) reason = stopped->reason;
      if (const auto* warned = std::get_if<Warned>(&event)) warnings.push_back(warned->message);
      if (std::holds_alternative<EpochEnded>(event)) ++epochs;
    };
    return own;
  }
};

TEST(Svm, ThatIsStoppedGivesNoModel) {
  SvmClassifier svm({.C = 1e6, .gamma = "0.01"});
  Told told;
  expect_error<StoppedError>([&] { svm.fit(noise(6000), told.control([] { return true; })); },
                             {"interrupted", "svm", "no model"});
  EXPECT_EQ(told.reason, StopReason::interrupted);
  EXPECT_FALSE(svm.is_fitted());
}

TEST(Svm, WhoseTimeIsUsedUpGivesNoModel) {
  SvmClassifier svm({.C = 1e6, .gamma = "0.01", .max_seconds = 0.2});
  Told told;
  expect_error<StoppedError>([&] { svm.fit(noise(6000), told.control()); },
                             {"0.2 seconds", "svm", "no model", "--time"});
  EXPECT_EQ(told.reason, StopReason::time_budget);
  EXPECT_FALSE(svm.is_fitted());
}

TEST(Svm, TakesScaleAutoOrANumberAsGamma) {
  const Dataset iris = load_dataset("iris");
  for (const std::string wrong : {"", "broad", "0", "-1", "nan", "inf", "1x"}) {
    SvmClassifier svm({.gamma = wrong});
    expect_error<std::invalid_argument>([&] { svm.fit(iris); }, {"gamma", "scale, auto", wrong});
  }
  SvmClassifier by_rule({.gamma = "auto"}), by_number({.gamma = "0.25"});
  by_rule.fit(iris), by_number.fit(iris);
  EXPECT_EQ(by_rule.pair_decisions(iris), by_number.pair_decisions(iris));
}

TEST(Svm, HasProbabilitiesWhereItLearntThem) {
  const Dataset iris = load_dataset("iris");
  SvmClassifier plain, with({.probability = true});
  plain.fit(iris), with.fit(iris);
  EXPECT_FALSE(plain.has_probabilities());
  EXPECT_TRUE(with.has_probabilities());
  expect_error<std::invalid_argument>([&] { plain.predict_proba(iris); }, {"probability"});
  EXPECT_EQ(plain.pair_decisions(iris), with.pair_decisions(iris));
  SvmClassifier again({.probability = true}), other({.probability = true, .random_state = 9});
  again.fit(iris), other.fit(iris);
  const auto p = with.predict_proba(iris), q = again.predict_proba(iris),
             r = other.predict_proba(iris);
  EXPECT_TRUE(std::ranges::equal(p.span(), q.span()));
  EXPECT_FALSE(std::ranges::equal(p.span(), r.span()));  // other folds
}

TEST(Svm, RefusesWhatItDoesNotPredict) {
  SvmRegressor one;
  Target two{.names = {"a", "b"}, .values = {1, 2, 3, 4}};
  const Dataset both = Dataset::from_values(std::vector<double>{1, 2}, {2, 1}, two);
  expect_error<std::invalid_argument>([&] { one.fit(both); }, {"svm", "one number", "2 targets"});
  for (auto* wrong : {"class_weight", "probability"}) {
    SvmRegressor svm;
    svm.set_option(wrong, std::string(wrong) == "probability"
                              ? Value(true)
                              : Value(std::vector<std::string>{"balanced"}));
    expect_error<std::invalid_argument>([&] { svm.fit(load_dataset("diabetes")); },
                                        {wrong, "classification"});
  }
}

TEST(LinearSvm, SaysThatItDidNotConverge) {
  LinearSvmClassifier svm({.C = 1e5, .loss = "hinge", .dual = "true", .tol = 1e-12});
  Told told;
  svm.fit(load_dataset("breast_cancer"), told.control());
  ASSERT_EQ(told.warnings.size(), 1U);
  expect_contains(told.warnings.front(), "1000 iterations");
  EXPECT_TRUE(svm.is_fitted());
}

TEST(LinearSvm, NamesWhatLiblinearCannotCombine) {
  const Dataset iris = load_dataset("iris"), diabetes = load_dataset("diabetes");
  const auto refused = [&](const LinearSvmOptions& options,
                           std::initializer_list<std::string> parts) {
    LinearSvmClassifier svm(options);
    expect_error<std::invalid_argument>([&] { svm.fit(iris); }, parts);
  };
  refused({.loss = "hinge", .dual = "false"}, {"dual", "hinge", "false"});
  refused({.penalty = "l1", .dual = "true"}, {"l1", "dual"});
  refused({.loss = "hinge", .penalty = "l1"}, {"hinge", "l1"});
  refused({.loss = "epsilon_insensitive"}, {"loss", "regression"});
  LinearSvmRegressor svm({.loss = "hinge"});
  expect_error<std::invalid_argument>([&] { svm.fit(diabetes); }, {"loss", "classification"});
}

TEST(Classical, WeightsThatAKindDoesNotTakeAreSaid) {
  const Dataset iris = load_dataset("iris");
  const Dataset weighted(iris.table(), iris.target(), std::vector<double>(150, 2.0));
  std::vector<std::string> said;
  const LogSink before =
      set_log_sink([&](LogLevel, std::string_view text) { said.emplace_back(text); });
  KnnClassifier knn;
  knn.fit(weighted);
  set_log_sink(before);
  ASSERT_EQ(said.size(), 1U);
  expect_contains(said.front(), "knn takes no weights");
}

TEST(Classical, MissingValuesAreKeptForTreesAlone) {
  Target target{.names = {"y"}, .values = {1, 2, 3, 4}};
  const Dataset gap =
      Dataset::from_values(std::vector<double>{1, 2, std::nan(""), 4}, {4, 1}, target);
  KnnRegressor knn({.n_neighbors = 1}, {.impute = "keep"});
  expect_error<std::invalid_argument>([&] { knn.fit(gap); }, {"impute", "keep", "trees"});
  if (!has_xgboost()) return;
  TreesRegressor trees({.n_estimators = 3}, {.impute = "keep"});
  trees.fit(gap);
  EXPECT_EQ(trees.predict_one(std::vector<double>{std::nan("")}), trees.predict(gap.slice(2, 3)));
}

class TreesTraining : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_xgboost()) GTEST_SKIP() << "built without XGBoost";
  }
};

TEST_F(TreesTraining, TellsOfRoundsAndKeepsThoseDone) {
  const Dataset iris = load_dataset("iris");
  TreesClassifier trees({.n_estimators = 50});
  Told told;
  trees.fit(iris, told.control([&] { return told.epochs >= 7; }));
  EXPECT_EQ(told.epochs, 7U);
  EXPECT_EQ(told.reason, StopReason::interrupted);
  EXPECT_EQ(trees.n_iter_, 7U);
  TreesClassifier seven({.n_estimators = 7});
  seven.fit(iris);
  EXPECT_TRUE(
      std::ranges::equal(trees.predict_proba(iris).span(), seven.predict_proba(iris).span()));
  EXPECT_EQ(trees.loss_curve_, seven.loss_curve_);
}

TEST_F(TreesTraining, EarlyStoppingKeepsTheBestRounds) {
  const Dataset all = load_dataset("diabetes");
  TreesRegressor trees({.n_estimators = 200, .early_stopping = true, .n_iter_no_change = 5});
  Told told;
  trees.fit(all, told.control());
  EXPECT_EQ(told.reason, StopReason::converged);
  EXPECT_EQ(told.epochs, trees.n_iter_ + 5);
  EXPECT_EQ(trees.model().body->facts().number("trees"), static_cast<double>(trees.n_iter_));
  EXPECT_EQ(trees.validation_scores_.size(), told.epochs);
}

TEST_F(TreesTraining, LossIsThatOfThePredictions) {
  const Dataset iris = load_dataset("iris"), diabetes = load_dataset("diabetes");
  constexpr double kSums = 1e-5;  // of float32 probabilities
  TreesClassifier trees({.n_estimators = 5});
  trees.fit(iris);
  EXPECT_NEAR(trees.loss_curve_.back(), trees.score(iris, "log_loss"), kSums);
  TreesRegressor numbers({.n_estimators = 5});
  numbers.fit(diabetes);
  EXPECT_NEAR(numbers.loss_curve_.back() / (numbers.score(diabetes, "mse") / 2), 1, kSums);
}

TEST_F(TreesTraining, AForestThatIsStoppedGivesNoModel) {
  ForestClassifier forest({.n_estimators = 20000});
  Told told;
  expect_error<StoppedError>([&] { forest.fit(noise(20000), told.control([] { return true; })); },
                             {"interrupted", "forest", "no model"});
  EXPECT_FALSE(forest.is_fitted());
}

TEST_F(TreesTraining, ClassWeightsActAsWeightsOfTheSamples) {
  const Dataset iris = load_dataset("iris");
  std::vector<double> weights;
  for (const double c : iris.target().values) weights.push_back(c == 0 ? 3 : 1);
  const Dataset weighted(iris.table(), iris.target(), weights);
  TreesClassifier by_class({.n_estimators = 5, .class_weight = {iris.target().classes[0] + "=3"}}),
      by_sample({.n_estimators = 5});
  by_class.fit(iris), by_sample.fit(weighted);
  EXPECT_TRUE(std::ranges::equal(by_class.predict_proba(iris).span(),
                                 by_sample.predict_proba(iris).span()));
}

}  // namespace
}  // namespace hebb::test
