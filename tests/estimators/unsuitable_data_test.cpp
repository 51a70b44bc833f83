// Data that no estimator takes yet is refused by all of them, in words.
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <vector>

#include "expect_error.h"
#include "hebb/estimators/linear.h"
#include "hebb/estimators/mlp.h"
#include "hebb/formats/csv.h"

namespace hebb {
namespace {

std::vector<std::unique_ptr<Classifier>> classifiers() {
  std::vector<std::unique_ptr<Classifier>> all;
  all.push_back(std::make_unique<MLPClassifier>());
  all.push_back(std::make_unique<Perceptron>());
  all.push_back(std::make_unique<Adaline>());
  all.push_back(std::make_unique<LogisticRegression>());
  return all;
}

std::vector<std::unique_ptr<Regressor>> regressors() {
  std::vector<std::unique_ptr<Regressor>> all;
  all.push_back(std::make_unique<MLPRegressor>());
  all.push_back(std::make_unique<AdalineRegressor>());
  return all;
}

const char* const kSteps = "id,a,y\nu,1,0\nu,2,0\nv,3,1\nw,4,0\nw,5,0\nw,6,0\nx,2,1\n";

TEST(UnsuitableData, SequencesAreRefusedToLearnAndToPredict) {
  const Dataset numbers = parse_csv(kSteps, "steps.csv", {.sequence = "id"});
  const Dataset table = parse_csv("a,y\n1,0\n2,1\n3,0\n4,1\n", "table.csv");
  const auto holds = [&](auto& estimator, bool classes) {
    const auto data = [&](const Dataset& one) { return classes ? one.with_classes() : one; };
    expect_error<std::invalid_argument>([&] { estimator.fit(data(numbers)); },
                                        {"X holds sequences", "expected a table or images"});
    estimator.fit(data(table));
    expect_error<std::invalid_argument>([&] { (void)estimator.predict(numbers); },
                                        {"X holds sequences"});
  };
  for (const auto& one : classifiers()) holds(*one, true);
  for (const auto& one : regressors()) holds(*one, false);
}

TEST(UnsuitableData, TargetsForEachStepAreRefused) {
  const Dataset steps = parse_csv(kSteps, "steps.csv", {.sequence = "id", .step_target = true});
  for (const auto& one : classifiers())
    EXPECT_THROW(one->fit(steps.with_classes()), std::invalid_argument);
  for (const auto& one : regressors()) EXPECT_THROW(one->fit(steps), std::invalid_argument);
}

TEST(UnsuitableData, SeveralColumnsOfLabelsAreRefused) {
  const Dataset data =
      parse_csv("a,kind,size\n1,cat,2\n2,dog,3\n3,cat,4\n", "f.csv", {.target = {"kind", "size"}});
  for (const auto& one : classifiers())
    expect_error<std::invalid_argument>([&] { one->fit(data); },
                                        {"classes need one target column, got 2"});
  for (const auto& one : regressors())
    expect_error<std::invalid_argument>([&] { one->fit(data); },
                                        {"holds labels, a regressor needs numbers"});
}

}  // namespace
}  // namespace hebb
