// What training by each loss comes to, through an estimator.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "expect_error.h"
#include "hebb/core/random.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/mlp.h"
#include "scratch.h"

namespace hebb {
namespace {

const NetOptions kSmallNet = {.hidden_layer_sizes = {16}, .learning_rate_init = 0.01};

NetOptions with_loss(const std::string& loss) {
  NetOptions options = kSmallNet;
  options.loss = loss;
  return options;
}

// Rows of one feature x in (-1, 1), and a target that `draw` makes of x and a row's random numbers.
template <class Draw>
Dataset numbers(std::size_t count, const Draw& draw) {
  const Random random(7, Purpose::data);
  Table table{.rows = count, .columns = {{.name = "x"}}, .values = {}};
  Target target{.names = {"y"}, .values = {}, .classes = {}};
  for (std::uint32_t i = 0; i < count; ++i) {
    const double x = 2 * random.uniform(0, i) - 1;
    table.values.push_back(x);
    target.values.push_back(draw(x, random, i));
  }
  return Dataset(std::move(table), std::move(target));
}

// By the definition of the distribution: arrivals until their exponential gaps come to 1.
double poisson_draw(double mean, const Random& random, std::uint32_t row) {
  double time = 0;
  for (std::uint32_t arrivals = 0;; ++arrivals) {
    time -= std::log(1 - random.uniform(1 + arrivals, row)) / mean;
    if (time > 1) return arrivals;
  }
}

TEST(HingeLoss, SeparatesTwoClassesByOneOutputAndSeveralByTheLargest) {
  for (const auto& [set, outputs, least] :
       {std::tuple{"moons:n=1000,seed=1", 1U, 0.97}, std::tuple{"iris", 3U, 0.96}}) {
    MLPClassifier net(with_loss("hinge"), {.scale = "standard"});
    const Dataset data = load_dataset(set);
    net.fit(data);
    EXPECT_GT(net.score(data), least) << set;
    EXPECT_EQ(net.model().network()->output_shape().size(), outputs) << set;
  }
}

TEST(FocalLoss, LearnsTwoClassesAndSeveral) {
  for (const auto& [set, outputs, least] :
       {std::tuple{"moons:n=1000,seed=1", 1U, 0.97}, std::tuple{"iris", 3U, 0.96}}) {
    MLPClassifier net(with_loss("focal"), {.scale = "standard"});
    const Dataset data = load_dataset(set);
    net.fit(data);
    EXPECT_GT(net.score(data), least) << set;
    EXPECT_EQ(net.model().network()->output_shape().size(), outputs) << set;
    EXPECT_EQ(net.model().loss, "focal") << set;
  }
}

// With gamma 0 it is cross-entropy, and trains to the same weights but for rounding.
TEST(FocalLoss, WithoutItsFactorIsCrossEntropy) {
  const Dataset data = load_dataset("iris");
  NetOptions options = kSmallNet;
  options.max_iter = 5;
  MLPClassifier entropy(options, {.scale = "standard"});
  entropy.fit(data);
  options.loss = "focal:0";
  MLPClassifier focal(options, {.scale = "standard"});
  focal.fit(data);
  constexpr double kRoundingOfFiveEpochs = 1e-4;
  const auto a = entropy.model().network()->parameters(), b = focal.model().network()->parameters();
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], kRoundingOfFiveEpochs);
}

// The mean of counts is exp(1 + x): the network finds it, and predicts means, never below 0.
TEST(PoissonLoss, FindsTheMeanOfCountsThroughItsLogarithm) {
  const auto mean = [](double x) { return std::exp(1 + x); };
  const Dataset data = numbers(4000, [&](double x, const Random& random, std::uint32_t row) {
    return poisson_draw(mean(x), random, row);
  });
  MLPRegressor net(with_loss("poisson"));
  net.fit(data);
  EXPECT_EQ(net.out_activation_, "exp");
  for (const double x : {-0.8, -0.3, 0.2, 0.7}) {
    const double predicted = net.predict_one(std::vector<double>{x}).front();
    // Near x stand some 400 counts, of a mean from 1.2 to 5.5: its deviation is below 0.1.
    EXPECT_NEAR(predicted / mean(x), 1, 0.1) << x;
  }
  for (const double predicted : net.predict(data)) EXPECT_GT(predicted, 0);
}

TEST(PoissonLoss, SurvivesSavingAndRefusesWhatIsNoCount) {
  const Dataset data =
      numbers(200, [](double x, const Random&, std::uint32_t) { return std::round(2 + x); });
  MLPRegressor net(with_loss("poisson"));
  net.fit(data);
  const test::Scratch folder;
  net.save(folder / "counts.hebb");
  EXPECT_EQ(MLPRegressor::load(folder / "counts.hebb").predict(data), net.predict(data));

  const Dataset negative = numbers(50, [](double x, const Random&, std::uint32_t) { return x; });
  expect_error<std::invalid_argument>([&] { MLPRegressor(with_loss("poisson")).fit(negative); },
                                      {"[loss]", "poisson", ">= 0"});
  expect_error<std::invalid_argument>(
      [&] { MLPRegressor(with_loss("poisson"), {.scale_target = "standard"}).fit(data); },
      {"[scale_target]", "poisson", "below 0"});
  expect_error<std::invalid_argument>(
      [&] { MLPClassifier(with_loss("poisson")).fit(load_dataset("iris")); }, {"poisson"});
}

TEST(QuantileLoss, LeavesItsShareOfTargetsBelow) {
  const Dataset data = numbers(4000, [](double x, const Random& random, std::uint32_t row) {
    return 2 * x + (1 + x) * random.normal(1, row);
  });
  for (const auto& [loss, share] : {std::pair{"quantile:0.9", 0.9}, std::pair{"quantile", 0.5},
                                    std::pair{"quantile:0.1", 0.1}}) {
    NetOptions options = with_loss(loss);
    options.learning_rate = "cosine";  // ends near the minimum: steps of one size leave a jitter
    options.max_iter = 60;
    MLPRegressor net(options);
    net.fit(data);
    const auto predicted = net.predict(data);
    double below = 0;
    for (std::size_t i = 0; i < predicted.size(); ++i)
      below += data.target().values[i] < predicted[i] ? 1 : 0;
    // A share of 4,000 has a deviation of 0.005; training ends near the minimum.
    EXPECT_NEAR(below / static_cast<double>(predicted.size()), share, 0.03) << loss;
  }
}

TEST(Losses, AreRefusedWhereTheyDoNotServe) {
  const Dataset classes = load_dataset("iris"), values = load_dataset("diabetes");
  for (const char* loss : {"hinge", "focal", "cross_entropy"})
    expect_error<std::invalid_argument>([&] { MLPRegressor(with_loss(loss)).fit(values); },
                                        {"[loss]", loss, "classification"});
  for (const char* loss : {"poisson", "quantile:0.9"})
    expect_error<std::invalid_argument>([&] { MLPClassifier(with_loss(loss)).fit(classes); },
                                        {"[loss]", loss, "regression"});
  expect_error<std::invalid_argument>([&] { MLPRegressor(with_loss("quantile:2")).fit(values); },
                                      {"[loss]", "q of quantile"});
}

}  // namespace
}  // namespace hebb
