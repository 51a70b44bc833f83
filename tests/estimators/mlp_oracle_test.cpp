// scikit-learn's own runs (tests/oracles/mlp.py) from the same first weights: every epoch's loss,
// rate and validation score, where it stops, and what it predicts.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hebb/estimators/mlp.h"
#include "options_from.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

// Relative: networks compute in float32 here, in double there, and the difference grows by epochs.
constexpr std::size_t kEarly = 20;
constexpr double kLossTolerance = 1e-4, kLateLossTolerance = 1e-3;
constexpr double kPredictionTolerance = 2e-4, kLatePredictionTolerance = 2e-3;
// Of validation scores, which are of order one.
constexpr double kScoreTolerance = 1e-4;
// Rates are computed in double on both sides; the file rounds to 12 digits.
constexpr double kRateTolerance = 1e-11;
// L-BFGS, where rounding in float32 grows over hundreds of iterations: scikit-learn's own ends
// scatter by up to 0.5 % if its first weights are rounded so.
constexpr double kLbfgsTolerance = 0.01;

const nlohmann::json& oracle() {
  static const nlohmann::json json = test::oracle("mlp");
  return json;
}

// The sums below are exact, as in the script.
Dataset make_data(const nlohmann::json& problem, const std::string& target) {
  constexpr std::size_t kHidden = 10, kScores = 10;
  const auto rows = problem["samples"].get<std::size_t>();
  const auto features = problem["features"].get<std::size_t>();
  const auto seed = problem["seed"].get<std::uint64_t>();
  const auto drawn = test::uniform(seed, rows * features);
  const auto w = test::uniform(seed + 1, features * kHidden);
  const auto v = test::uniform(seed + 2, kHidden * kScores);
  const auto noise = test::uniform(seed + 3, rows * kScores);
  std::vector<double> x;
  for (const float value : drawn) x.push_back(2 * double{value});
  Target t;
  const std::size_t outputs = target == "three" ? 3 : 1;
  for (std::size_t o = 0; o < outputs; ++o) t.names.push_back("y" + std::to_string(o));
  for (std::size_t r = 0; r < rows; ++r) {
    std::vector<double> score(kScores);
    for (std::size_t h = 0; h < kHidden; ++h) {
      double sum = 0;
      for (std::size_t i = 0; i < features; ++i)
        sum += x[r * features + i] * double{w[i * kHidden + h]};
      for (std::size_t o = 0; o < kScores; ++o)
        score[o] += std::max(0.0, sum) * double{v[h * kScores + o]};
    }
    for (std::size_t o = 0; o < kScores; ++o) score[o] += 4 * double{noise[r * kScores + o]};
    const auto best = std::ranges::max_element(score) - score.begin();
    if (target == "two")
      t.values.push_back(score[0] > 0 ? 1 : 0);
    else if (target == "ten")
      t.values.push_back(static_cast<double>(r < kScores ? static_cast<std::ptrdiff_t>(r) : best));
    else
      for (std::size_t o = 0; o < outputs; ++o)
        t.values.push_back(double{static_cast<float>(score[o])});
  }
  return Dataset::from_values(x, {rows, features}, t);
}

class MlpOracle : public testing::TestWithParam<std::size_t> {
 protected:
  static const nlohmann::json& c() { return oracle()["cases"][GetParam()]; }
  static const nlohmann::json& problem() {
    return oracle()["problems"][c()["problem"].get<std::string>()];
  }
  static std::string target() { return c()["target"]; }
  static bool classifies() { return target() == "two" || target() == "ten"; }
  static std::size_t outputs() { return target() == "ten" ? 10 : target() == "three" ? 3 : 1; }

  static MLPOptions options() {
    auto o = test::options_from<MLPOptions>(c()["options"]);
    o.hidden_layer_sizes = problem()["hidden"].get<std::vector<std::size_t>>();
    o.activation = c()["activation"];
    o.shuffle = false;
    return o;
  }

  // Weights and biases as the script draws them, scaled to scikit-learn's bounds.
  static Model first() {
    Network network = build_mlp(options(), {problem()["features"].get<std::size_t>()}, outputs());
    auto seed = oracle()["weights_seed"].get<std::uint64_t>();
    double bound = 0;
    for (const auto& block : network.blocks()) {
      const double six = c()["activation"] == "logistic" ? 2 : 6;
      if (block.decays)
        bound = std::sqrt(six / static_cast<double>(block.shape[0] + block.shape[1]));
      const auto drawn = test::uniform(seed++, block.shape.size());
      std::ranges::transform(drawn, network.parameters().subspan(block.begin).begin(),
                             [bound](float u) { return static_cast<float>(bound * double{u}); });
    }
    Model model;
    model.body = std::make_shared<NetworkBody>(std::move(network), OutputActivation::identity);
    return model;
  }

  // Learns, and keeps each change of the rate and the reason of the end.
  template <class Net>
  void fit(Net& net, const Dataset& data) {
    RunControl control;
    control.on_event = [&](const Event& event) {
      if (const auto* ended = std::get_if<EpochEnded>(&event))
        if (rates_.empty() || rates_.back().second != ended->learning_rate)
          rates_.emplace_back(ended->epoch, ended->learning_rate);
      if (const auto* stopped = std::get_if<Stopped>(&event)) reason_ = stopped->reason;
    };
    net.start_from(first());
    net.fit(data, control);
  }

  void expect_results(const FitResults& ours) const {
    EXPECT_EQ(ours.out_activation_, c()["out_activation"].get<std::string>());
    // Where L-BFGS finds nothing lower depends on rounding; the file has what limits make of it.
    if (c().contains("n_iter")) {
      EXPECT_EQ(ours.n_iter_, c()["n_iter"].get<std::size_t>());
      EXPECT_EQ(reason_ != StopReason::converged, c()["at_limit"].get<bool>());
    }
    if (!c().contains("loss_curve")) {
      EXPECT_NEAR(ours.loss_ / c()["loss"].get<double>(), 1, kLbfgsTolerance);
      return;
    }
    const auto curve = c()["loss_curve"].get<std::vector<double>>();
    ASSERT_EQ(ours.loss_curve_.size(), curve.size());
    for (std::size_t i = 0; i < curve.size(); ++i)
      ASSERT_NEAR(ours.loss_curve_[i] / curve[i], 1,
                  i < kEarly ? kLossTolerance : kLateLossTolerance)
          << "epoch " << i + 1;
    const auto scores = c()["scores"].get<std::vector<double>>();
    ASSERT_EQ(ours.validation_scores_.size(), scores.size());
    for (std::size_t i = 0; i < scores.size(); ++i)
      EXPECT_NEAR(ours.validation_scores_[i], scores[i], kScoreTolerance) << "epoch " << i + 1;
    const auto& rates = c()["rates"];
    ASSERT_EQ(rates_.size(), rates.size());
    for (std::size_t i = 0; i < rates.size(); ++i) {
      EXPECT_EQ(rates_[i].first, rates[i][0].get<std::size_t>());
      EXPECT_NEAR(rates_[i].second / rates[i][1].get<double>(), 1, kRateTolerance);
    }
  }

  static void expect_predictions(std::span<const double> ours) {
    if (!c().contains("predicted")) return;
    const auto theirs = c()["predicted"].get<std::vector<double>>();
    const bool early = c()["n_iter"].get<std::size_t>() <= kEarly;
    const double tolerance = early ? kPredictionTolerance : kLatePredictionTolerance;
    for (std::size_t i = 0; i < theirs.size(); ++i)
      EXPECT_NEAR(ours[i], theirs[i], tolerance * std::max(1.0, std::abs(theirs[i])));
  }

  std::vector<std::pair<std::size_t, double>> rates_;
  StopReason reason_{};
};

TEST_P(MlpOracle, LearnsAsScikitLearnDoes) {
  const Dataset data = make_data(problem(), target());
  if (classifies()) {
    MLPClassifier net(options());
    fit(net, data);
    expect_results(net);
    const Tensor p = net.predict_proba(data);
    expect_predictions(std::vector<double>(p.span().begin(), p.span().end()));
  } else {
    MLPRegressor net(options());
    fit(net, data);
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
