#include "train/mixup.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "expect_error.h"
#include "hebb/core/random.h"
#include "hebb/train/trainer.h"

namespace hebb {
namespace {

std::vector<std::uint32_t> rows_from(std::uint32_t first, std::size_t count) {
  std::vector<std::uint32_t> rows(count);
  std::iota(rows.begin(), rows.end(), first);
  return rows;
}

// Shares of what was there, by row: rows begin as those of the identity.
struct Mixed {
  Tensor x, targets;
  std::vector<float> weights;

  Mixed(const Mixup& mixup, std::uint32_t epoch, const std::vector<std::uint32_t>& rows,
        bool classes = true, std::vector<float> weights_before = {})
      : x({rows.size(), rows.size()}),
        targets({rows.size(), rows.size()}),
        weights(std::move(weights_before)) {
    for (std::size_t i = 0; i < rows.size(); ++i)
      x[i * rows.size() + i] = targets[i * rows.size() + i] = 1;
    mixup.mix(epoch, rows, classes, x.view(), targets.view(), weights);
  }
  std::size_t size() const { return x.shape()[0]; }
  double share(std::size_t row, std::size_t of) const { return double{x[row * size() + of]}; }
  double target(std::size_t row, std::size_t of) const {
    return double{targets[row * size() + of]};
  }
  // The row itself where it was left alone.
  std::size_t partner(std::size_t row) const {
    for (std::size_t of = 0; of < size(); ++of)
      if (of != row && x[row * size() + of] != 0) return of;
    return row;
  }
};

constexpr double kMixupRounding = 1e-6;  // of a few operations in float32

TEST(Mixup, SharesAreDistributedAsBeta) {
  // Of Beta(alpha, alpha), by scipy.stats.beta.cdf.
  const std::vector<double> places = {0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99};
  const std::vector<std::pair<double, std::vector<double>>> expected = {
      {0.2, {0.209778, 0.33669, 0.433204, 0.5, 0.566796, 0.66331, 0.790222}},
      {1.0, {0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99}},
      {4.0, {0, 0.002728, 0.126036, 0.5, 0.873964, 0.997272, 1}}};
  constexpr std::uint32_t kRows = 4000, kEpochs = 10;
  constexpr double kFiveDeviations = 5 * 0.5 / 200;  // of a share of 40,000 draws
  for (const auto& [alpha, cdf] : expected) {
    const Mixup mixup(alpha, 11);
    std::vector<double> below(places.size());
    for (std::uint32_t epoch = 0; epoch < kEpochs; ++epoch)
      for (std::uint32_t row = 0; row < kRows; ++row) {
        const double share = mixup.share(epoch, row);
        ASSERT_TRUE(share >= 0 && share <= 1) << share;
        for (std::size_t p = 0; p < places.size(); ++p)
          below[p] += share < places[p] ? 1.0 / (kRows * kEpochs) : 0;
      }
    for (std::size_t p = 0; p < places.size(); ++p)
      EXPECT_NEAR(below[p], cdf[p], kFiveDeviations) << alpha << " at " << places[p];
  }
}

TEST(Mixup, SharesOfAnyAlphaAreNumbers) {
  for (const double alpha : {1e-300, 1e-8, 1e8, 1e300})
    for (std::uint32_t row = 0; row < 1000; ++row) {
      const double share = Mixup(alpha, 1).share(0, row);
      ASSERT_TRUE(share >= 0 && share <= 1) << alpha << ": " << share;
      if (alpha < 1) {
        EXPECT_NEAR(std::abs(share - 0.5), 0.5, 1e-6) << alpha;
      } else {
        EXPECT_NEAR(share, 0.5, 1e-3) << alpha;
      }
    }
}

TEST(Mixup, JoinsRowsInPairsThatLoseNothing) {
  const Mixup mixup(0.5, 3);
  for (const std::size_t count : {2U, 3U, 8U, 33U}) {
    std::set<std::size_t> partners_of_first;
    for (std::uint32_t epoch = 0; epoch < 40; ++epoch) {
      const auto rows = rows_from(100, count);
      const Mixed mixed(mixup, epoch, rows);
      partners_of_first.insert(mixed.partner(0));
      std::size_t alone = 0;
      for (std::size_t row = 0; row < count; ++row) {
        const std::size_t other = mixed.partner(row);
        alone += other == row ? 1 : 0;
        EXPECT_EQ(mixed.partner(other), row);
        const double lambda = other == row ? 1 : mixup.share(epoch, rows[std::min(row, other)]);
        EXPECT_NEAR(mixed.share(row, row), lambda, kMixupRounding);
        if (other != row) {
          EXPECT_NEAR(mixed.share(row, other), 1 - lambda, kMixupRounding);
        }
        EXPECT_NEAR(mixed.target(row, row), lambda, kMixupRounding);
        EXPECT_NEAR(mixed.share(row, row) + mixed.share(other, row), other == row ? 2 : 1,
                    kMixupRounding);
      }
      EXPECT_LE(alone, 2U);
    }
    EXPECT_EQ(partners_of_first.size(), std::min<std::size_t>(count, partners_of_first.size()));
    EXPECT_GT(partners_of_first.size(), count / 2) << "of " << count;
  }
}

TEST(Mixup, AClassCountsByTheWeightOfItsSample) {
  const Mixup mixup(1, 5);
  const std::vector<float> weights = {0.5F, 2, 1, 4, 0.25F, 1.5F, 3, 0.75F, 1};
  const auto rows = rows_from(0, weights.size());
  const Mixed classes(mixup, 2, rows, true, weights), numbers(mixup, 2, rows, false, weights);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::size_t other = classes.partner(row);
    if (other == row) continue;
    const double lambda = classes.share(row, row);
    const double own = lambda * double{weights[row]}, rest = (1 - lambda) * double{weights[other]};
    EXPECT_NEAR(classes.weights[row], own + rest, kMixupRounding * (own + rest));
    EXPECT_NEAR(double{classes.weights[row]} * classes.target(row, row), own, 4 * kMixupRounding);
    EXPECT_NEAR(double{classes.weights[row]} * classes.target(row, other), rest,
                4 * kMixupRounding);
    EXPECT_NEAR(numbers.target(row, row), lambda, kMixupRounding);
    EXPECT_EQ(numbers.weights[row], classes.weights[row]);
  }
}

TEST(Mixup, IsAFunctionOfSeedEpochAndRows) {
  const auto rows = rows_from(7, 12);
  const auto numbers = [&](std::uint64_t seed, std::uint32_t epoch, const auto& of) {
    const Mixed mixed(Mixup(0.4, seed), epoch, of);
    return std::vector<float>(mixed.x.span().begin(), mixed.x.span().end());
  };
  const auto expected = numbers(1, 0, rows);
  EXPECT_EQ(numbers(1, 0, rows), expected);
  EXPECT_NE(numbers(2, 0, rows), expected);
  EXPECT_NE(numbers(1, 1, rows), expected);
  EXPECT_NE(numbers(1, 0, rows_from(8, 12)), expected);
}

TEST(Mixup, OfZeroOrOfOneRowChangesNothing) {
  const Mixed none(Mixup(0, 1), 0, rows_from(0, 4)), one(Mixup(0.5, 1), 0, rows_from(0, 1));
  for (std::size_t row = 0; row < 4; ++row) EXPECT_EQ(none.share(row, row), 1);
  EXPECT_EQ(one.share(0, 0), 1);
}

// ---- in training ----

constexpr std::size_t kMixupSamples = 120, kMixupFeatures = 10;

struct MixupProblem {
  Tensor x = Tensor({kMixupSamples, kMixupFeatures});
  Inputs inputs;
  Targets classes{.outputs = 3, .classes = {}, .values = {}};
  Targets numbers{.outputs = 2, .classes = {}, .values = {}};
  std::vector<float> weights;
  std::vector<std::uint32_t> rows = rows_from(0, kMixupSamples);

  MixupProblem() {
    const Random random(4, Purpose::data);
    for (std::uint32_t r = 0; r < kMixupSamples; ++r) {
      for (std::uint32_t i = 0; i < kMixupFeatures; ++i)
        x[r * kMixupFeatures + i] = static_cast<float>(random.normal(r, i));
      classes.classes.push_back(static_cast<std::int32_t>(r % 3));
      for (std::size_t o = 0; o < 2; ++o) numbers.values.push_back(x[r * kMixupFeatures + o]);
      weights.push_back(r % 4 == 0 ? 3.0F : 0.5F);
    }
    inputs = Inputs(x);
  }
  MixupProblem(const MixupProblem&) = delete;
  MixupProblem& operator=(const MixupProblem&) = delete;
};

NetOptions quick(double mixup) {
  NetOptions options;
  options.mixup = mixup;
  options.max_iter = 3;
  options.batch_size = 50;
  options.random_state = 6;
  options.threads = 1;
  return options;
}

struct MixupOutcome {
  std::vector<float> parameters;
  std::vector<double> losses;
};

MixupOutcome run(const Inputs& inputs, const Targets& targets, std::span<const float> weights,
                 const std::string& loss, const NetOptions& options,
                 const std::string& hidden = "linear(8) tanh") {
  Network network(hidden + " linear(" + std::to_string(targets.outputs) + ")", {kMixupFeatures});
  network.initialize("glorot", 1);
  const TrainingSet data{&inputs, &targets, rows_from(0, kMixupSamples), weights};
  const auto losses = train(network, *make_loss(loss), data, {}, {}, options).loss_curve;
  return {{network.parameters().begin(), network.parameters().end()}, losses};
}

// One batch of all samples, too small for more than one shard: mixed by hand it gives the same.
TEST(Mixup, TrainsOnWhatItMixes) {
  const MixupProblem problem;
  NetOptions options = quick(0.7);
  options.batch_size = kMixupSamples;
  options.shuffle = false;
  options.max_iter = 1;
  for (const bool classify : {true, false}) {
    const Targets& targets = classify ? problem.classes : problem.numbers;
    Tensor x = problem.x, dense({kMixupSamples, targets.outputs});
    targets.gather(problem.rows, dense.data());
    std::vector<float> weights = problem.weights;
    Mixup(0.7, 6).mix(0, problem.rows, classify, x.view(), dense.view(), weights);
    const Targets mixed{.outputs = targets.outputs,
                        .classes = {},
                        .values = {dense.span().begin(), dense.span().end()}};
    NetOptions plain = options;
    plain.mixup = 0;
    const std::string loss = classify ? "cross_entropy" : "squared_error";
    const MixupOutcome expected = run(Inputs(x), mixed, weights, loss, plain);
    const MixupOutcome found = run(problem.inputs, targets, problem.weights, loss, options);
    EXPECT_EQ(found.losses, expected.losses) << loss;
    EXPECT_EQ(found.parameters, expected.parameters) << loss;
    EXPECT_NE(found.losses, run(problem.inputs, targets, problem.weights, loss, plain).losses);
  }
}

TEST(Mixup, HasTheSameBitsForAnyNumberOfThreads) {
  const MixupProblem problem;
  const std::string wide = "linear(700) relu linear(50) relu";  // batches of several shards
  NetOptions options = quick(0.3);
  const MixupOutcome one =
      run(problem.inputs, problem.classes, problem.weights, "cross_entropy", options, wide);
  for (const int threads : {2, 4}) {
    options.threads = threads;
    EXPECT_EQ(run(problem.inputs, problem.classes, problem.weights, "cross_entropy", options, wide)
                  .parameters,
              one.parameters)
        << threads;
  }
}

TEST(Mixup, RefusesWhatItCannotBe) {
  const MixupProblem problem;
  const auto expect = [&](const NetOptions& options, const std::string& says) {
    expect_error<std::invalid_argument>(
        [&] { run(problem.inputs, problem.classes, {}, "cross_entropy", options); },
        {"[mixup]", says});
  };
  for (const double alpha : {-0.1, HUGE_VAL, std::nan("")}) expect(quick(alpha), ">= 0");
  NetOptions options = quick(0.2);
  options.solver = "lbfgs";
  expect(options, "lbfgs needs a fixed loss");
  options = quick(0.2);
  options.batch_size = 1;
  expect(options, "batch_size must be 2 or more");
}

}  // namespace
}  // namespace hebb
