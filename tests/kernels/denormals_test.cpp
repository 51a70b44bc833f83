#include "kernels/denormals.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "estimators/units.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/linear.h"
#include "hebb/estimators/mlp.h"
#include "kernels/threads.h"

namespace hebb {
namespace {

constexpr float kDenormal = 1e-40F;

// Whether this thread takes denormal arguments and results for 0.
bool flushes_arguments() {
  const volatile float x = kDenormal;
  const volatile float y = x * 1e30F;
  return y == 0;
}
bool flushes_results() {
  const volatile float x = std::numeric_limits<float>::min();
  const volatile float y = x * 0.5F;
  return !(y > 0) || flushes_arguments();  // a comparison flushes its arguments too
}

// The mode that HEBB_DENORMALS gives, when the tests run with it.
bool keeps() {
  const char* mode = std::getenv("HEBB_DENORMALS");
  return mode && mode == std::string("keep");
}

TEST(Denormals, AreFlushedWhileAGuardLivesAndTheThreadsModeComesBack) {
  const unsigned long before = kernels::denormal_mode();
  ASSERT_FALSE(flushes_arguments());
  {
    const kernels::DenormalsFlushed flushed;
    EXPECT_EQ(flushes_arguments(), !keeps());
    EXPECT_EQ(flushes_results(), !keeps());
    {
      const kernels::DenormalsFlushed again;
      EXPECT_EQ(flushes_arguments(), !keeps());
    }
    EXPECT_EQ(flushes_arguments(), !keeps()) << "the inner guard leaves the outer one's mode";
  }
  EXPECT_FALSE(flushes_arguments());
  EXPECT_EQ(kernels::denormal_mode(), before);
}

TEST(Denormals, AreNotFlushedWhereTheCallersFunctionsRun) {
  const kernels::DenormalsFlushed flushed;
  {
    const kernels::DenormalsAsBefore callers(flushed);
    EXPECT_FALSE(flushes_arguments());
  }
  EXPECT_EQ(flushes_arguments(), !keeps());
}

TEST(Denormals, AreTreatedByAllThreadsOfAPoolAsByItsCaller) {
  ThreadPool pool(3);
  constexpr std::size_t kTasks = 60;
  for (const bool guarded : {false, true, false}) {
    std::vector<int> flushed(kTasks);
    const auto look = [&] {
      pool.run(kTasks, [&](std::size_t t, std::size_t) { flushed[t] = flushes_arguments(); });
    };
    if (guarded) {
      const kernels::DenormalsFlushed guard;
      look();
    } else {
      look();
    }
    EXPECT_EQ(flushed, std::vector<int>(kTasks, guarded && !keeps()));
  }
}

// Columns that are 0 from some row on: Adam's moments of their weights fade to nothing.
TEST(Denormals, AreFlushedWithTheSameBitsForAnyNumberOfThreads) {
  const Dataset data = load_dataset("digits").slice(0, 300);
  const auto parameters = [&](int threads, bool& changed) {
    MLPClassifier net({.hidden_layer_sizes = {400},
                       .batch_size = 64,
                       .max_iter = 40,
                       .n_iter_no_change = 100,
                       .threads = threads},
                      {.scale = "minmax"});
    RunControl control;
    control.on_event = [&](const auto&) { changed = changed || flushes_arguments(); };
    net.fit(data, control);
    changed = changed || flushes_arguments();
    const auto all = net.model().network()->parameters();
    return std::vector<float>(all.begin(), all.end());
  };
  bool changed = false;
  const auto one = parameters(1, changed);
  EXPECT_EQ(one, parameters(2, changed));
  EXPECT_EQ(one, parameters(3, changed));
  EXPECT_FALSE(changed) << "the caller's thread, and its events, compute as they did";
}

template <class Unit>
void expect_own_mode_in_events() {
  bool changed = false;
  std::size_t events = 0;
  RunControl control;
  control.on_event = [&](const auto&) {
    ++events;
    changed = changed || flushes_arguments();
  };
  Unit unit;
  unit.fit(load_dataset("iris"), control);
  EXPECT_GT(events, 0U);
  EXPECT_FALSE(changed || flushes_arguments());
}

TEST(Denormals, AreNotFlushedInTheEventsOfUnits) {
  expect_own_mode_in_events<Perceptron>();
  expect_own_mode_in_events<Adaline>();
  expect_own_mode_in_events<LogisticRegression>();
}

TEST(Denormals, AreZeroInPredictions) {
  Network network("linear(1)", {1});
  network.parameters().front() = 1e30F;
  Tensor x({1, 1});
  x[0] = kDenormal;
  EXPECT_EQ(network.predict(x.view())[0] == 0, !keeps());

  constexpr double kDenormalDouble = 1e-310;
  Model model;
  model.preprocessor.fit(Dataset::from_values(std::vector<double>{1, 2}, {2, 1}));
  model.body = unit_body({.units = 1, .inputs = 1, .coef = {1e300}, .intercept = {0.0}},
                         OutputActivation::identity);
  const std::vector<double> features = {kDenormalDouble};
  EXPECT_EQ(unit_scores_of_one(model, features).front() == 0, !keeps());
  const Dataset data = Dataset::from_values(features, {1, 1});
  EXPECT_EQ(unit_scores(model, Adaline().options(), data).front() == 0, !keeps());
}

}  // namespace
}  // namespace hebb
