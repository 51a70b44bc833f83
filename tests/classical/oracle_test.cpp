// The kinds of this room against scikit-learn, LIBSVM's programs and XGBoost: tests/oracles/classical.py.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hebb/classical/catalogue.h"
#include "hebb/classical/knn.h"
#include "hebb/classical/linear_svm.h"
#include "hebb/classical/majority.h"
#include "hebb/classical/svm.h"
#include "hebb/classical/trees.h"
#include "hebb/datasets/catalogue.h"
#include "options_from.h"
#include "oracles/oracle.h"

namespace hebb::test {
namespace {

using Json = nlohmann::json;

// The same sums in another order, of doubles that the file holds to 12 digits.
constexpr double kExact = 1e-9;
// Probabilities are float32.
constexpr double kFloat32 = 1e-6;
// Where two implementations stop that both are within 1e-10 of the minimum's slope.
constexpr double kSameMinimum = 1e-5;
// The decisions of machines trained alike, in sums of another order.
constexpr double kDecisions = 1e-6;
// svm-train writes support vectors with 8 digits, svm-predict probabilities with 6.
constexpr double kWrittenProbabilities = 2e-4;

const Json& wanted() {
  static const Json all = oracle("classical");
  return all;
}

struct Cut {
  Dataset train, rest;
};

// As parts() of classical.py.
Cut cut_of(const Json& one) {
  const Json& name = one["data"];
  Dataset all;
  if (name.is_string()) {
    all = load_dataset(name.get<std::string>());
  } else {
    const std::size_t samples = name[1], features = name[2];
    const auto made = uniform(name[0], samples * features);
    const std::vector<double> x(made.begin(), made.end());
    Target target{.names = {"y"}};
    for (std::size_t r = 0; r < samples; ++r) {
      const auto row = std::span(x).subspan(r * features, features);
      double sum = 0;
      for (const double v : row) sum += v;
      target.values.push_back(10 * row[0] * row[1] + sum);
    }
    all = Dataset::from_values(x, {samples, features}, std::move(target));
  }
  std::vector<std::uint32_t> train, rest;
  for (std::uint32_t r = 0; r < all.samples(); ++r) (r % 3 == 2 ? rest : train).push_back(r);
  Cut cut{.train = all.select(train), .rest = all.select(rest)};
  if (!one.value("sample_weight", false)) return cut;
  std::vector<double> weights;
  for (std::size_t r = 0; r < cut.train.samples(); ++r)
    weights.push_back(0.5 + static_cast<double>(r % 3));
  cut.train = Dataset(cut.train.table(), cut.train.target(), std::move(weights));
  return cut;
}

// As in classical.py: every seventh number is missing.
Dataset with_gaps(const Dataset& data) {
  Table table{.rows = data.samples(), .columns = data.columns(), .values = data.table().values()};
  for (std::size_t i = 3; i < table.values.size(); i += 7) table.values[i] = std::nan("");
  return Dataset(std::move(table), data.target(), data.weights());
}

PreprocessOptions scaled(bool standard = true) { return {.scale = standard ? "standard" : "none"}; }

template <class Numbers>
void expect_first(const Numbers& got, const Json& expected, double tolerance) {
  ASSERT_GE(got.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double value = expected[i].get<double>();
    EXPECT_NEAR(got[i], value, tolerance * std::max(1.0, std::abs(value))) << i;
  }
}

void expect_labels(const Classifier& classifier, const Dataset& data, const Json& expected) {
  EXPECT_EQ(classifier.predict_index(data), expected.get<std::vector<std::int32_t>>());
}

TEST(ClassicalOracle, MajorityIsScikitLearns) {
  for (const Json& one : wanted()["majority"]) {
    SCOPED_TRACE(one["data"].dump());
    const Cut cut = cut_of(one);
    if (one.contains("predicted")) {
      MajorityClassifier majority;
      majority.fit(cut.train);
      expect_first(majority.predict_proba(cut.rest).span(), one["values"], kFloat32);
      EXPECT_EQ(majority.predict_index(cut.rest).front(), one["predicted"].get<std::int32_t>());
    } else {
      MajorityRegressor mean;
      mean.fit(cut.train);
      expect_first(mean.predict(cut.rest), one["values"], kExact);
    }
  }
}

TEST(ClassicalOracle, NeighboursAreScikitLearns) {
  for (const Json& one : wanted()["knn"]) {
    SCOPED_TRACE(one["data"].dump() + one["options"].dump());
    const Cut cut = cut_of(one);
    const auto options = options_from<KnnOptions>(one["options"]);
    if (one.contains("predicted")) {
      KnnClassifier knn(options, scaled(one["standard"]));
      knn.fit(cut.train);
      expect_labels(knn, cut.rest, one["predicted"]);
      expect_first(knn.predict_proba(cut.rest).span(), one["values"], kFloat32);
    } else {
      KnnRegressor knn(options, scaled(one["standard"]));
      knn.fit(cut.train);
      expect_first(knn.predict(cut.rest), one["values"], kFloat32);
    }
  }
}

// scikit-learn's `dual` is a truth.
Json with_dual_as_text(Json options) {
  if (options.contains("dual")) options["dual"] = options["dual"].get<bool>() ? "true" : "false";
  options["tol"] = 1e-10;
  return options;
}

TEST(ClassicalOracle, LinearMachinesComeToScikitLearnsMinimum) {
  for (const Json& one : wanted()["linear_svm"]) {
    SCOPED_TRACE(one["data"].dump() + one["options"].dump());
    const Cut cut = cut_of(one);
    const auto options = options_from<LinearSvmOptions>(with_dual_as_text(one["options"]));
    if (one.contains("predicted")) {
      LinearSvmClassifier svm(options, scaled());
      svm.fit(cut.train);
      expect_first(svm.coef_(), one["coef"], kSameMinimum);
      expect_first(svm.intercept_(), one["intercept"], kSameMinimum);
      expect_labels(svm, cut.rest, one["predicted"]);
    } else {
      LinearSvmRegressor svm(options, scaled());
      svm.fit(cut.train);
      expect_first(svm.coef_(), one["coef"], kSameMinimum);
      expect_first(svm.intercept_(), one["intercept"], kSameMinimum);
      expect_first(svm.predict(cut.rest), one["values"], kSameMinimum);
    }
  }
}

// Its gamma is a number or a text.
Json with_gamma_as_text(Json options) {
  if (options.contains("gamma") && options["gamma"].is_number())
    options["gamma"] = options["gamma"].dump();
  return options;
}

TEST(ClassicalOracle, MachinesDecideAsScikitLearns) {
  for (const Json& one : wanted()["svm"]) {
    SCOPED_TRACE(one["data"].dump() + one["options"].dump());
    const Cut cut = cut_of(one);
    const auto options = options_from<SvmOptions>(with_gamma_as_text(one["options"]));
    if (one.contains("predicted")) {
      SvmClassifier svm(options, scaled());
      svm.fit(cut.train);
      EXPECT_EQ(svm.n_support_(), one["n_support"].get<std::vector<std::size_t>>());
      expect_labels(svm, cut.rest, one["predicted"]);
      expect_first(svm.decision_function(cut.rest), one["scores"], kDecisions);
      auto pairs = svm.pair_decisions(cut.rest);
      if (svm.classes().size() == 2)  // of two classes scikit-learn turns the sign
        for (double& value : pairs) value = -value;
      expect_first(pairs, one["pairs"], kDecisions);
    } else {
      SvmRegressor svm(options, scaled());
      svm.fit(cut.train);
      EXPECT_EQ(svm.n_support_(), one["n_support"][0].get<std::size_t>());
      expect_first(svm.predict(cut.rest), one["values"], kDecisions);
    }
  }
}

TEST(ClassicalOracle, ProbabilitiesOfMachinesAreThoseOfSvmTrain) {
  for (const Json& one : wanted()["svm_probabilities"]) {
    SCOPED_TRACE(one["data"].dump());
    const Cut cut = cut_of(one);
    SvmClassifier svm({.probability = true, .random_state = 1}, scaled());
    svm.fit(cut.train);
    expect_first(svm.predict_proba(cut.rest).span(), one["values"], kWrittenProbabilities);
  }
}

template <class ClassifierKind, class RegressorKind, class Options>
void expect_trees(const Json& one) {
  SCOPED_TRACE(one["data"].dump() + one["kind"].dump() + one["options"].dump());
  Cut cut = cut_of(one);
  PreprocessOptions preprocess;
  if (one["gaps"].get<bool>()) {
    cut = {.train = with_gaps(cut.train), .rest = with_gaps(cut.rest)};
    preprocess.impute = "keep";
  }
  const auto options = options_from<Options>(one["options"]);
  const auto learnt = [&](auto estimator) {
    estimator.fit(cut.train);
    EXPECT_EQ(estimator.model().body->facts().number("trees"), one["count"].get<double>());
    return estimator;
  };
  if (cut.train.target().is_classes())
    expect_first(learnt(ClassifierKind(options, preprocess)).predict_proba(cut.rest).span(),
                 one["values"], kFloat32);
  else
    expect_first(learnt(RegressorKind(options, preprocess)).predict(cut.rest), one["values"],
                 kFloat32);
}

TEST(ClassicalOracle, TreesPredictAsXgboosts) {
  if (!has_xgboost()) GTEST_SKIP() << "built without XGBoost";
  for (const Json& one : wanted()["trees"]) {
    if (one["kind"] == "trees")
      expect_trees<TreesClassifier, TreesRegressor, TreesOptions>(one);
    else
      expect_trees<ForestClassifier, ForestRegressor, ForestOptions>(one);
  }
}

}  // namespace
}  // namespace hebb::test
