// The three units against scikit-learn: tests/oracles/units.py. Without shuffling, both see the
// same samples in the same order and do the same arithmetic.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/linear.h"
#include "options_from.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

// Sums of some hundred products, in another order and with fused additions.
constexpr double kOracleTolerance = 1e-9;
// Where L-BFGS stops: the gradient is within 1e-4 of zero on both sides.
constexpr double kLogisticTolerance = 1e-4;
// What full batches come to after many passes.
constexpr double kLeastSquaresTolerance = 1e-6;

using Json = nlohmann::json;

// As made() of units.py; sums of products of these numbers are exact.
Dataset made(std::uint64_t seed, std::size_t samples, std::size_t features, std::size_t classes) {
  const auto x = test::uniform(seed, samples * features);
  const std::size_t units = classes > 2 ? classes : 1;
  const auto w = test::uniform(seed + 1000, units * features);
  Target target{.names = {"kind"}, .values = {}, .classes = {}};
  for (std::size_t c = 0; c < classes; ++c) target.classes.push_back(std::to_string(c));
  for (std::size_t r = 0; r < samples; ++r) {
    std::vector<double> scores(units);
    for (std::size_t u = 0; u < units; ++u)
      for (std::size_t j = 0; j < features; ++j)
        scores[u] += double{x[r * features + j]} * double{w[u * features + j]};
    std::size_t label =
        units == 1 ? (scores[0] > 0 ? 1U : 0U)
                   : static_cast<std::size_t>(std::ranges::max_element(scores) - scores.begin());
    if (r % 10 == 9) label = (label + 1) % classes;
    target.values.push_back(static_cast<double>(label));
  }
  return Dataset::from_values(std::vector<double>(x.begin(), x.end()), {samples, features},
                              std::move(target));
}

Dataset weighted(const Dataset& data) {
  std::vector<double> weights;
  for (std::size_t r = 0; r < data.samples(); ++r)
    weights.push_back(0.5 + static_cast<double>(r % 3));
  return Dataset(data.table(), data.target(), std::move(weights));
}

Dataset data_of(const Json& one) {
  const Json& data = one["data"];
  Dataset all = data.is_string() ? load_dataset(data.get<std::string>())
                                 : made(data[0], data[1], data[2], data[3]);
  return one.value("sample_weight", false) ? weighted(all) : all;
}

PreprocessOptions scaling_of(const Json& one) {
  return {.scale = one["data"].is_string() ? "standard" : "none"};
}

template <class Options>
void read(const Json& options, Options& to) {
  to = test::options_from<Options>(options, to);
}

void expect_near(const std::vector<double>& got, const Json& wanted, double tolerance) {
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double value = wanted[i].get<double>();
    EXPECT_NEAR(got[i], value, tolerance * std::max(1.0, std::abs(value))) << i;
  }
}

template <class Unit>
void expect_same(const Unit& unit, const Json& one, double tolerance) {
  SCOPED_TRACE(one["data"].dump() + one.value("options", Json()).dump());
  expect_near(unit.coef_(), one["coef"], tolerance);
  expect_near(unit.intercept_(), one["intercept"], tolerance);
  EXPECT_EQ(unit.n_iter_, one["n_iter"].get<std::size_t>());
}

TEST(UnitsOracle, PerceptronsLearnScikitLearnsWeightsInAsManyPasses) {
  const auto oracle = test::oracle("units")["perceptron"];
  EXPECT_GE(oracle.size(), 20U);
  for (const Json& one : oracle) {
    PerceptronOptions options;
    read(one["options"], options);
    options.shuffle = false;
    Perceptron unit(options, scaling_of(one));
    unit.fit(data_of(one));
    expect_same(unit, one, kOracleTolerance);
  }
}

TEST(UnitsOracle, AveragedPerceptronsLearnTheMeanOfScikitLearnsWeights) {
  const Json cases = test::oracle("units");
  for (const Json& one : cases["average"]) {
    PerceptronOptions options;
    read(one["options"], options);
    options.shuffle = false;
    options.average = true;
    Perceptron unit(options, scaling_of(one));
    unit.fit(data_of(one));
    expect_same(unit, one, kOracleTolerance);
  }
}

TEST(UnitsOracle, ASigmoidPerceptronIsStochasticLogisticRegression) {
  const Json cases = test::oracle("units");
  for (const Json& one : cases["sigmoid"]) {
    PerceptronOptions options;
    read(one["options"], options);
    options.shuffle = false;
    options.activation = "sigmoid";
    Perceptron unit(options, scaling_of(one));
    unit.fit(data_of(one));
    expect_same(unit, one, kOracleTolerance);
  }
}

TEST(UnitsOracle, LogisticRegressionsAreScikitLearns) {
  const Json cases = test::oracle("units");
  for (const Json& one : cases["logistic"]) {
    LogisticOptions options;
    read(one["options"], options);
    LogisticRegression unit(options, scaling_of(one));
    unit.fit(data_of(one));
    SCOPED_TRACE(one["data"].dump() + one["options"].dump());
    expect_near(unit.coef_(), one["coef"], kLogisticTolerance);
    expect_near(unit.intercept_(), one["intercept"], kLogisticTolerance);
  }
}

// Classes are wanted as -1 and +1, numbers as scale_target leaves them.
template <class Check>
void with_adaline(const Json& one, const AdalineOptions& options, const Check& check) {
  const Dataset data = data_of(one);
  PreprocessOptions preprocess = scaling_of(one);
  if (data.target().is_classes()) {
    Adaline unit(options, preprocess);
    unit.fit(data);
    check(unit);
    return;
  }
  preprocess.scale_target = "standard";
  AdalineRegressor unit(options, preprocess);
  unit.fit(data);
  check(unit);
}

TEST(UnitsOracle, AdalinesOnLineAreScikitLearnsGradientDescent) {
  const AdalineOptions options{.learning_rate_init = 0.01,
                               .max_iter = 20,
                               .tol = 0,
                               .n_iter_no_change = 100,
                               .shuffle = false};
  const Json cases = test::oracle("units");
  for (const Json& one : cases["adaline"])
    with_adaline(one, options, [&](const auto& unit) {
      SCOPED_TRACE(one["data"].dump());
      expect_near(unit.coef_(), one["online"]["coef"], kOracleTolerance);
      expect_near(unit.intercept_(), one["online"]["intercept"], kOracleTolerance);
    });
}

TEST(UnitsOracle, AdalinesOfFullBatchesReachTheLeastSquares) {
  const AdalineOptions options{
      .full_batch = true, .max_iter = 20000, .tol = 0, .n_iter_no_change = 20000};
  const Json cases = test::oracle("units");
  for (const Json& one : cases["adaline"])
    with_adaline(one, options, [&](const auto& unit) {
      SCOPED_TRACE(one["data"].dump());
      expect_near(unit.coef_(), one["least_squares"]["coef"], kLeastSquaresTolerance);
      EXPECT_NEAR(unit.intercept_()[0], one["least_squares"]["intercept"].get<double>(),
                  kLeastSquaresTolerance);
    });
}

}  // namespace
}  // namespace hebb
