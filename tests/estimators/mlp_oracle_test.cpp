// scikit-learn's own runs (tests/oracles/mlp.py) from the same first weights: every epoch's loss,
// where it stops, and what it predicts.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hebb/estimators/mlp.h"
#include "model/json.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

// Relative: networks compute in float32 here, in double there.
constexpr double kLossTolerance = 1e-4;
constexpr double kPredictionTolerance = 2e-4;
// L-BFGS takes other steps to the same valley.
constexpr double kLbfgsTolerance = 0.01;

const nlohmann::json& oracle() {
  static const nlohmann::json json = test::oracle("mlp");
  return json;
}

Dataset data_of(const std::string& target) {
  const auto x = oracle()["x"].get<std::vector<double>>();
  const auto y = oracle()["targets"][target].get<std::vector<double>>();
  const auto features = oracle()["features"].get<std::size_t>();
  const std::size_t rows = x.size() / features;
  Target t;
  for (std::size_t o = 0; o < y.size() / rows; ++o) t.names.push_back("y" + std::to_string(o));
  t.values = y;
  return Dataset::from_values(x, {rows, features}, t);
}

class MlpOracle : public testing::TestWithParam<std::size_t> {
 protected:
  const nlohmann::json& c() const { return oracle()["cases"][GetParam()]; }
  std::string target() const { return c()["target"]; }
  bool classifies() const { return target() == "two" || target() == "ten"; }
  std::size_t outputs() const { return target() == "ten" ? 10 : target() == "three" ? 3 : 1; }

  MLPOptions options() const {
    MLPOptions o;
    read_fields(MLPOptions::fields(), nlohmann::ordered_json::parse(c()["options"].dump()), &o);
    o.hidden_layer_sizes = {10, 4};
    o.activation = c()["activation"];
    o.shuffle = false;
    return o;
  }

  Model first() const {
    Model model;
    model.network = build_mlp(options(), {oracle()["features"].get<std::size_t>()}, outputs());
    std::ranges::copy(c()["first"].get<std::vector<float>>(), model.network.parameters().begin());
    return model;
  }

  void expect_results(const FitResults& ours) const {
    EXPECT_EQ(ours.out_activation_, c()["out_activation"].get<std::string>());
    const auto loss = c()["loss"].get<double>();
    if (!c().contains("loss_curve")) {
      EXPECT_LE(ours.loss_, loss * (1 + kLbfgsTolerance));
      return;
    }
    EXPECT_EQ(ours.n_iter_, c()["n_iter"].get<std::size_t>());
    const auto curve = c()["loss_curve"].get<std::vector<double>>();
    ASSERT_EQ(ours.loss_curve_.size(), curve.size());
    for (std::size_t i = 0; i < curve.size(); ++i)
      ASSERT_NEAR(ours.loss_curve_[i] / curve[i], 1, kLossTolerance) << "epoch " << i + 1;
  }

  void expect_predictions(std::span<const double> ours) const {
    if (!c().contains("predicted")) return;
    const auto theirs = c()["predicted"].get<std::vector<double>>();
    for (std::size_t i = 0; i < theirs.size(); ++i)
      EXPECT_NEAR(ours[i], theirs[i], kPredictionTolerance * std::max(1.0, std::abs(theirs[i])));
  }
};

TEST_P(MlpOracle, LearnsAsScikitLearnDoes) {
  const Dataset data = data_of(target());
  if (classifies()) {
    MLPClassifier net(options());
    net.start_from(first());
    net.fit(data);
    expect_results(net);
    const Tensor p = net.predict_proba(data);
    expect_predictions(std::vector<double>(p.span().begin(), p.span().end()));
  } else {
    MLPRegressor net(options());
    net.start_from(first());
    net.fit(data);
    expect_results(net);
    expect_predictions(net.predict(data));
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, MlpOracle, testing::Range(std::size_t{0}, oracle()["cases"].size()),
    [](const auto& instance) {
      return oracle()["cases"][instance.param]["name"].template get<std::string>();
    });

}  // namespace
}  // namespace hebb
