// The exponential moving average of the weights (NetOptions::ema).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/core/random.h"
#include "hebb/train/trainer.h"
#include "io/safetensors.h"
#include "scratch.h"

namespace hebb {
namespace {

constexpr std::size_t kSamples = 90, kFeatures = 6;
// A running statistic, and enough arithmetic in a batch of 90 for several shards.
constexpr const char* kNet = "linear(200) batchnorm relu dropout(0.2) linear(60) tanh linear(2)";

struct Problem {
  Inputs inputs;
  Targets targets{.outputs = 2, .classes = {}, .values = {}};
  TrainingSet data, validation;

  Problem() {
    const Random random(8, Purpose::data);
    Tensor x({kSamples, kFeatures});
    for (std::uint32_t r = 0; r < kSamples; ++r) {
      for (std::uint32_t i = 0; i < kFeatures; ++i)
        x[r * kFeatures + i] = static_cast<float>(random.normal(r, i));
      targets.classes.push_back(x[r * kFeatures] * x[r * kFeatures + 1] > 0 ? 1 : 0);
    }
    inputs = Inputs(std::move(x));
    data = {&inputs, &targets, std::vector<std::uint32_t>(kSamples), {}};
    std::iota(data.rows.begin(), data.rows.end(), 0U);
    validation = {&inputs, &targets, {}, {}};
    validation.rows.assign(data.rows.begin(), data.rows.begin() + 30);
  }
  Problem(const Problem&) = delete;
  Problem& operator=(const Problem&) = delete;
};

using Weights = std::vector<float>;

Network first_network() {
  Network network(kNet, {kFeatures});
  network.initialize("he_uniform", 2);
  return network;
}

Weights weights_of(const Network& network) {
  return {network.parameters().begin(), network.parameters().end()};
}

// What a score can be held against: the mean of the first output.
double first_output(ConstView out, std::span<const std::uint32_t> rows) {
  double sum = 0;
  for (std::size_t r = 0; r < rows.size(); ++r) sum += double{out.row(r)[0]};
  return sum / static_cast<double>(rows.size());
}

struct Outcome {
  Weights weights;
  TrainResult result;
};

Outcome run(const Problem& problem, const NetOptions& options, const RunControl& control = {}) {
  Network network = first_network();
  Outcome outcome;
  outcome.result = train(network, *make_loss("cross_entropy"), problem.data, problem.validation,
                         first_output, options, control);
  outcome.weights = weights_of(network);
  return outcome;
}

NetOptions quick(double ema, std::size_t epochs) {
  NetOptions options;
  options.ema = ema;
  options.max_iter = epochs;
  options.batch_size = 40;
  options.learning_rate_init = 0.01;
  options.threads = 2;
  return options;
}

TEST(Average, IsThatOfAPlainLoopInDouble) {
  const Problem problem;
  constexpr std::size_t kUpdates = 9;
  for (const double decay : {0.3, 0.999}) {
    NetOptions options = quick(decay, kUpdates);
    options.batch_size = kSamples;  // one update an epoch
    const Weights first = weights_of(first_network());
    std::vector<double> expected(first.begin(), first.end());
    for (std::size_t t = 1; t <= kUpdates; ++t) {
      NetOptions raw = options;
      raw.ema = 0;
      raw.max_iter = t;
      const Weights after = run(problem, raw).weights;
      const double d = std::min(decay, static_cast<double>(1 + t) / static_cast<double>(10 + t));
      for (std::size_t i = 0; i < expected.size(); ++i)
        expected[i] = d * expected[i] + (1 - d) * double{after[i]};
    }
    const Weights averaged = run(problem, options).weights;
    for (std::size_t i = 0; i < expected.size(); ++i)  // nine roundings of float32
      ASSERT_NEAR(averaged[i], expected[i], 1e-6 * std::max(1.0, std::abs(expected[i]))) << i;
  }
}

TEST(Average, LeavesWhatIsLearntAsItWas) {
  const Problem problem;
  const Outcome plain = run(problem, quick(0, 4)), averaged = run(problem, quick(0.9, 4));
  EXPECT_EQ(averaged.result.loss_curve, plain.result.loss_curve);
  EXPECT_NE(averaged.weights, plain.weights);
}

// The validation score, the best weights by it and the weights that are returned.
TEST(Average, IsWhatIsValidatedAndKept) {
  const Problem problem;
  NetOptions options = quick(0.9, 6);
  options.early_stopping = true;
  const Outcome outcome = run(problem, options);
  Network network = first_network();
  std::ranges::copy(outcome.weights, network.parameters().begin());
  const Tensor out =
      predict(network, OutputActivation::softmax, problem.inputs, problem.validation.rows);
  EXPECT_EQ(first_output(out.view(), problem.validation.rows),
            *outcome.result.best_validation_score);
  options.ema = 0;
  EXPECT_NE(run(problem, options).result.validation_scores, outcome.result.validation_scores);
}

TEST(Average, HasTheSameBitsForAnyNumberOfThreads) {
  const Problem problem;
  NetOptions options = quick(0.95, 4);
  options.clip_norm = 1;
  options.threads = 1;
  const Outcome one = run(problem, options);
  for (const int threads : {2, 3, 4}) {
    options.threads = threads;
    const Outcome many = run(problem, options);
    EXPECT_EQ(many.weights, one.weights) << threads;
    EXPECT_EQ(many.result.validation_scores, one.result.validation_scores) << threads;
  }
}

TEST(Average, GoesOnFromAnyPlaceWithTheSameBits) {
  const Problem problem;
  for (const bool early : {false, true}) {
    NetOptions options = quick(0.95, 4);
    options.early_stopping = early;
    const Outcome whole = run(problem, options);
    for (std::size_t place = 1; place < 12; ++place) {  // of 4 epochs of 3 batches
      const test::Scratch scratch;
      std::size_t asked = 0;
      RunControl control;
      control.checkpoint_dir = scratch.path();
      control.stop_requested = [&] { return ++asked == place; };
      const Outcome part = run(problem, options, control);
      ASSERT_EQ(part.result.reason, StopReason::interrupted) << place;
      control.stop_requested = nullptr;
      control.resume = true;
      EXPECT_EQ(run(problem, options, control).weights, whole.weights) << place;
      // And once more from its end.
      EXPECT_EQ(run(problem, options, control).weights, whole.weights) << place;
    }
  }
}

// A run that was stopped early is kept as the average too.
TEST(Average, IsWhatAStoppedRunKeeps) {
  const Problem problem;
  RunControl control;
  std::size_t asked = 0;
  control.stop_requested = [&] { return ++asked == 6; };  // at the end of the second epoch
  EXPECT_EQ(run(problem, quick(0.9, 4), control).weights, run(problem, quick(0.9, 2)).weights);
}

TEST(Average, IsPartOfACheckpointOnlyWhereItIsKept) {
  const Problem problem;
  for (const double ema : {0.0, 0.9}) {
    const test::Scratch scratch;
    RunControl control;
    control.checkpoint_dir = scratch.path();
    const Weights kept = run(problem, quick(ema, 2), control).weights;
    const SafetensorsFile file(scratch / "checkpoint.hebb");
    const auto& all = file.tensors();
    const auto found = std::ranges::find(all, "average", &StoredTensor::name);
    ASSERT_EQ(found != all.end(), ema > 0);
    if (found == all.end()) continue;
    Weights stored(kept.size());
    ASSERT_EQ(found->bytes.size(), 4 * stored.size());
    std::memcpy(stored.data(), found->bytes.data(), found->bytes.size());
    EXPECT_EQ(stored, kept);
  }
}

TEST(Average, BeginsWhereARunWithoutOneStopped) {
  const Problem problem;
  const test::Scratch scratch;
  RunControl control;
  control.checkpoint_dir = scratch.path();
  std::size_t asked = 0;
  control.stop_requested = [&] { return ++asked == 3; };
  run(problem, quick(0, 2), control);
  control.stop_requested = nullptr;
  control.resume = true;
  const Outcome rest = run(problem, quick(0.9, 2), control);
  EXPECT_EQ(rest.result.loss_curve, run(problem, quick(0, 2)).result.loss_curve);
  EXPECT_NE(rest.weights, run(problem, quick(0, 2)).weights);
}

TEST(Average, OfDivergedTrainingIsFinite) {
  const Problem problem;
  NetOptions options = quick(0.9, 50);
  options.solver = "sgd";
  options.learning_rate_init = 1e8;
  Network network("linear(30) relu linear(2)", {kFeatures});
  network.initialize("he_uniform", 2);
  EXPECT_THROW(train(network, *make_loss("cross_entropy"), problem.data, {}, {}, options),
               DivergedError);
  for (const float weight : std::as_const(network).parameters()) EXPECT_TRUE(std::isfinite(weight));
}

TEST(Average, RefusesWhatItCannotBe) {
  const Problem problem;
  for (const double decay : {-0.1, 1.0, std::nan("")})
    expect_error<std::invalid_argument>([&] { run(problem, quick(decay, 1)); }, {"ema", "[0, 1)"});
  NetOptions options = quick(0.9, 1);
  options.solver = "lbfgs";
  Network network("linear(2)", {kFeatures});
  network.initialize("he_uniform", 2);
  expect_error<std::invalid_argument>(
      [&] { train(network, *make_loss("cross_entropy"), problem.data, {}, {}, options); },
      {"[ema]", "lbfgs makes none"});
}

}  // namespace
}  // namespace hebb
