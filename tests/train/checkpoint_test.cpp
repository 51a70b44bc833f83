// Checkpoints that are damaged, or whole but of no run that could be.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "damage.h"
#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/train/trainer.h"
#include "io/safetensors.h"
#include "scratch.h"
#include "train/state.h"

namespace hebb {
namespace {

constexpr std::size_t kCount = 9;  // parameters

RunIdentity identity(const std::string& solver) {
  return {.network = "linear(3)",
          .solver = solver,
          .loss = "squared_error",
          .samples = 10,
          .batch_size = 5};
}

// As far as a run of two updates.
TrainState begun(const std::string& solver) {
  TrainState state;
  state.last_finite = Tensor({kCount});
  state.updates = 2;
  state.epoch = 1;
  if (solver == "adam") state.optimizer = Tensor({2 * kCount});
  if (solver == "sgd") state.optimizer = Tensor({kCount});
  if (solver == "lbfgs") {
    state.lbfgs.iterations = 1;
    state.lbfgs.x.assign(kCount, 0.5);
    state.lbfgs.gradient.assign(kCount, 0.25);
    state.lbfgs.steps = {std::vector<double>(kCount, 1.0)};
    state.lbfgs.changes = {std::vector<double>(kCount, 2.0)};
  }
  return state;
}

class BadCheckpoint : public testing::Test {
 protected:
  void save(const std::string& solver, const std::function<void(TrainState&)>& change,
            float weight = 0.5F) {
    TrainState state = begun(solver);
    change(state);
    const std::vector<float> weights(kCount, weight);
    save_checkpoint(scratch_.path(), identity(solver), "{}", state, weights);
  }
  TrainState load(const std::string& solver) {
    return load_checkpoint(scratch_.path(), identity(solver), weights_);
  }
  void expect_refused(const std::string& solver, const std::function<void(TrainState&)>& change,
                      const std::string& says) {
    save(solver, change);
    expect_error<ModelError>([&] { load(solver); }, {path_, says});
    EXPECT_EQ(weights_, std::vector<float>(kCount, 0.0F)) << "left as they were";
  }

  test::Scratch scratch_;
  std::string path_ = scratch_ / "checkpoint.hebb";
  std::vector<float> weights_ = std::vector<float>(kCount, 0.0F);
};

TEST_F(BadCheckpoint, NoneOfTheGoodOnesIsTakenForOne) {
  for (const char* solver : {"adam", "sgd", "lbfgs"}) {
    save(solver, [](TrainState&) {});
    EXPECT_EQ(load(solver).updates, 2U) << solver;
    EXPECT_EQ(weights_.front(), 0.5F);
  }
}

TEST_F(BadCheckpoint, NoFlippedBitAndNoCutPasses) {
  save("adam", [](TrainState&) {});
  test::for_each_damage(path_, [&](const std::string& what) {
    SCOPED_TRACE(what);
    expect_error<ModelError>([&] { load("adam"); }, {path_});
    expect_error<ModelError>([&] { checkpoint_command(scratch_.path()); }, {path_});
  });
}

TEST_F(BadCheckpoint, SolversStateOfAnotherLengthIsRefused) {
  const auto resize = [](std::size_t size) {
    return [size](TrainState& s) { s.optimizer = size ? Tensor({size}) : Tensor(); };
  };
  expect_refused("adam", resize(kCount), "'optimizer' holds 9 numbers, expected 18");
  expect_refused("adam", resize(0), "'optimizer' holds 0 numbers, expected 18");
  expect_refused("sgd", resize(2 * kCount), "'optimizer' holds 18 numbers, expected 9");
  expect_refused("lbfgs", resize(kCount), "'optimizer' holds 9 numbers, expected 0");
}

TEST_F(BadCheckpoint, VectorsOfLbfgsOfAnotherLengthAreRefused) {
  expect_refused(
      "lbfgs", [](TrainState& s) { s.lbfgs.x.clear(); }, "'lbfgs.x' holds 0 numbers");
  expect_refused(
      "lbfgs", [](TrainState& s) { s.lbfgs.gradient.pop_back(); },
      "'lbfgs.gradient' holds 8 numbers, expected 9");
  expect_refused(
      "lbfgs", [](TrainState& s) { s.lbfgs.steps.front().pop_back(); },
      "hold 8 and 9 numbers, expected the same multiple of 9");
  expect_refused(
      "lbfgs", [](TrainState& s) { s.lbfgs.changes.clear(); },
      "hold 9 and 0 numbers, expected the same multiple of 9");
}

TEST_F(BadCheckpoint, WeightsThatAreNotFiniteAreRefused) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  save(
      "adam", [](TrainState&) {}, nan);
  expect_error<ModelError>([&] { load("adam"); }, {path_, "'parameters'", "not finite, at 0"});
  expect_refused(
      "adam", [&](TrainState& s) { s.last_finite[3] = nan; },
      "'last_finite' holds a number that is not finite, at 3");
  expect_refused(
      "adam",
      [&](TrainState& s) {
        s.best = Tensor({kCount});
        s.best[1] = HUGE_VALF;
      },
      "'best' holds a number that is not finite, at 1");
}

TEST_F(BadCheckpoint, CountersThatCannotBeAreRefused) {
  expect_refused(
      "adam", [](TrainState& s) { s.batch = 2; }, "counters contradict each other");
  const auto expect_unsaved = [&](void (*change)(TrainState&), const std::string& part) {
    expect_error<std::runtime_error>([&] { save("adam", change); }, {path_ + ": not saved", part});
  };
  expect_unsaved([](TrainState& s) { s.reason = static_cast<StopReason>(99); },
                 "'scalars' holds 99 where a whole number in [0, 5] belongs");
  expect_unsaved([](TrainState& s) { s.epoch = std::uint64_t{1} << 60; },
                 "where a whole number in [0, 9007199254740991] belongs");
  expect_unsaved([](TrainState& s) { s.adapted_rate = std::nan(""); },
                 "'scalars' holds nan where a number belongs");
}

}  // namespace
}  // namespace hebb
