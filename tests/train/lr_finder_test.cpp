#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/core/random.h"
#include "hebb/train/trainer.h"

namespace hebb {
namespace {

constexpr std::size_t kSearchSamples = 300, kSearchFeatures = 12, kWarmIn = 20, kUpdates = 300;
constexpr double kRounding = 1e-12;  // of sums in double, relative
constexpr const char* kSearchNet = "linear(400) relu dropout(0.1) linear(2)";

// Two classes by the sign of a product of two sums: no line parts them.
struct SearchProblem {
  Inputs inputs;
  Targets targets{.outputs = 2, .classes = {}, .values = {}};
  TrainingSet data;

  explicit SearchProblem(double scale = 1) {
    const Random random(6, Purpose::data);
    Tensor x({kSearchSamples, kSearchFeatures});
    for (std::uint32_t r = 0; r < kSearchSamples; ++r) {
      double halves[2] = {};
      for (std::uint32_t i = 0; i < kSearchFeatures; ++i) {
        const double v = random.normal(r, i);
        x[r * kSearchFeatures + i] = static_cast<float>(scale * v);
        halves[i % 2] += v;
      }
      targets.classes.push_back(halves[0] * halves[1] > 0 ? 1 : 0);
    }
    inputs = Inputs(std::move(x));
    data = {&inputs, &targets, std::vector<std::uint32_t>(kSearchSamples), {}};
    std::iota(data.rows.begin(), data.rows.end(), 0U);
  }
  SearchProblem(const SearchProblem&) = delete;
  SearchProblem& operator=(const SearchProblem&) = delete;
};

NetOptions quick(const std::string& solver = "adam") {
  NetOptions options;
  options.solver = solver;
  options.batch_size = 64;
  options.threads = 1;
  return options;
}

Network network_for(const NetOptions& options) {
  Network network(kSearchNet, {kSearchFeatures});
  network.initialize(options.init, options.random_state);
  return network;
}

LearningRateSearch search(const SearchProblem& problem, const NetOptions& options,
                          const EventSink& on_event = {}) {
  return find_learning_rate(network_for(options), *make_loss("cross_entropy"), problem.data,
                            options, on_event);
}

TEST(LearningRateSearch, RaisesTheRateByTheSameFactorFromUpdateToUpdate) {
  const auto found = search(SearchProblem(), quick());
  ASSERT_GT(found.rates.size(), 100U);
  EXPECT_DOUBLE_EQ(found.rates[0], 1e-6);
  const double factor = std::pow(1e7, 1.0 / (kUpdates - 1));
  for (std::size_t i = 1; i < found.rates.size(); ++i)
    EXPECT_NEAR(found.rates[i] / found.rates[i - 1], factor, 1e-9);
}

TEST(LearningRateSearch, SmoothsByAMeanThatWeighsLateLossesMost) {
  const auto found = search(SearchProblem(), quick());
  ASSERT_EQ(found.losses.size(), found.smoothed.size());
  for (std::size_t i = 0; i < found.losses.size(); ++i) {
    double sum = 0, weights = 0;
    for (std::size_t k = 0; k <= i; ++k) {
      const double weight = std::pow(0.95, static_cast<double>(i - k));
      sum += weight * found.losses[k];
      weights += weight;
    }
    EXPECT_NEAR(found.smoothed[i], sum / weights, kRounding * sum / weights) << i;
  }
}

TEST(LearningRateSearch, StopsWhereTheLossRunsAwayAndSuggestsATenthOfTheLowest) {
  for (const char* solver : {"adam", "sgd"}) {
    const auto found = search(SearchProblem(), quick(solver));
    const auto& curve = found.smoothed;
    const auto lowest = std::min_element(curve.begin() + kWarmIn, curve.end()) - curve.begin();
    EXPECT_EQ(found.lowest, found.rates[static_cast<std::size_t>(lowest)]) << solver;
    EXPECT_DOUBLE_EQ(found.suggested, found.lowest / 10) << solver;
    EXPECT_NEAR(found.fall, 1 - curve[static_cast<std::size_t>(lowest)] / curve[kWarmIn],
                kRounding);
    EXPECT_GT(found.fall, 0.3) << solver;
    ASSERT_TRUE(found.stopped_at) << solver;
    EXPECT_EQ(*found.stopped_at, found.rates.back()) << solver;
    EXPECT_GT(curve.back(), 4 * curve[static_cast<std::size_t>(lowest)]) << solver;
    for (std::size_t i = kWarmIn; i + 1 < curve.size(); ++i)
      EXPECT_LE(curve[i], 4 * *std::min_element(curve.begin() + kWarmIn,
                                                curve.begin() + static_cast<std::ptrdiff_t>(i) + 1))
          << solver << ' ' << i;
  }
}

TEST(LearningRateSearch, IsWithinTenTimesTheBestRateOfAGrid) {
  const SearchProblem problem;
  for (const char* solver : {"adam", "sgd", "rmsprop"}) {
    NetOptions options = quick(solver);
    options.max_iter = 5;
    double best_rate = 0, best_loss = HUGE_VAL;
    for (int power = -10; power <= 2; ++power) {
      options.learning_rate_init = std::pow(10, power / 2.0);
      Network network = network_for(options);
      try {
        const double loss =
            train(network, *make_loss("cross_entropy"), problem.data, {}, Scorer(), options).loss;
        if (loss < best_loss) best_loss = loss, best_rate = options.learning_rate_init;
      } catch (const DivergedError&) {
        continue;
      }
    }
    const double ratio = search(problem, options).suggested / best_rate;
    EXPECT_GT(ratio, 0.1) << solver;
    EXPECT_LT(ratio, 10) << solver;
  }
}

TEST(LearningRateSearch, HasTheSameBitsForAnyNumberOfThreads) {
  const SearchProblem problem;
  NetOptions options = quick();
  options.batch_size = 128;  // several shards
  options.clip_norm = 1;
  const auto one = search(problem, options);
  for (const int threads : {2, 4}) {
    options.threads = threads;
    const auto many = search(problem, options);
    EXPECT_EQ(many.losses, one.losses) << threads;
    EXPECT_EQ(many.smoothed, one.smoothed) << threads;
    EXPECT_EQ(many.suggested, one.suggested) << threads;
  }
  options.random_state = 1;
  EXPECT_NE(search(problem, options).losses, one.losses);
}

TEST(LearningRateSearch, LeavesTheNetworkAsItWas) {
  const SearchProblem problem;
  const NetOptions options = quick();
  const Network network = network_for(options);
  const std::vector<float> before(network.parameters().begin(), network.parameters().end());
  (void)find_learning_rate(network, *make_loss("cross_entropy"), problem.data, options);
  EXPECT_TRUE(std::ranges::equal(network.parameters(), before));
}

// Its first loss is that of training's first batch: the same rows, weights and dropout.
TEST(LearningRateSearch, SeesTheBatchesOfTraining) {
  const SearchProblem problem;
  NetOptions options = quick();
  options.batch_size = kSearchSamples / 3;
  options.max_iter = 1;
  options.learning_rate_init = 1e-30;
  Network network = network_for(options);
  const double mean =
      train(network, *make_loss("cross_entropy"), problem.data, {}, Scorer(), options).loss;
  const auto found = search(problem, options);
  // At rates of 1e-6 the first three batches, an epoch, hardly change the network.
  EXPECT_NEAR((found.losses[0] + found.losses[1] + found.losses[2]) / 3, mean, 1e-3 * mean);
}

TEST(LearningRateSearch, FallsByNextToNothingWhereThereIsNothingToLearn) {
  SearchProblem problem;
  problem.inputs = Inputs(Tensor({kSearchSamples, kSearchFeatures}));  // all zero
  for (std::size_t i = 0; i < kSearchSamples; ++i)
    problem.targets.classes[i] = static_cast<std::int32_t>(i % 2);
  EXPECT_LT(search(problem, quick()).fall, 0.05);
}

TEST(LearningRateSearch, RejectsWhatHasNoRateToSearchFor) {
  const SearchProblem problem;
  expect_error<std::invalid_argument>([&] { (void)search(problem, quick("lbfgs")); },
                                      {"solver", "lbfgs", "no learning rate"});
  NetOptions options = quick();
  options.momentum = 2;
  expect_error<std::invalid_argument>([&] { (void)search(problem, options); }, {"momentum"});
  SearchProblem empty;
  empty.data.rows.clear();
  expect_error<std::invalid_argument>([&] { (void)search(empty, quick()); }, {"0 samples"});
}

TEST(LearningRateSearch, SaysThatTheLossIsNotFiniteFromTheFirst) {
  expect_error<DivergedError>([] { (void)search(SearchProblem(1e30), quick("sgd")); },
                              {"not finite at 1", "Scale the features"});
}

}  // namespace
}  // namespace hebb
