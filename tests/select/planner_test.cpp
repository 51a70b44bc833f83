#include "select/planner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <vector>

#include "hebb/core/random.h"
#include "hebb/estimators/mlp.h"

namespace hebb {
namespace {

Space alpha_space() { return Space::parse({"alpha=log:1e-6..1", "max_iter=1..200"}, MLPOptions()); }

// The true score of a point, best in the middle, and better with more of the budget.
double score_at(const Point& point, double share) {
  return 1 - std::abs(std::log10(point[0]) + 3) / 10 - 0.2 * (1 - share);
}

// Runs a study whose trials end in a random order, with as many at once.
std::vector<StudyStep> simulate(const Planner& planner, std::size_t workers, std::uint64_t seed) {
  const Random random(seed, Purpose::tune);
  std::vector<StudyStep> steps;
  std::vector<std::size_t> running;
  std::uint32_t draw = 0;
  for (bool at_end = false;;) {
    while (!at_end && running.size() < workers) {
      const auto known = static_cast<std::ptrdiff_t>(planner.needed(steps.size()));
      if (!std::all_of(steps.begin(), steps.begin() + known,
                       [](const StudyStep& one) { return one.ended; }))
        break;
      const auto step = planner.next(steps);
      at_end = !step;
      if (at_end) break;
      steps.push_back(*step);
      if (!step->ended) running.push_back(steps.size() - 1);
    }
    if (running.empty()) return steps;
    const auto place =
        static_cast<std::size_t>(random.uniform(draw++, 0) * static_cast<double>(running.size()));
    StudyStep& step = steps[running[place]];
    running.erase(running.begin() + static_cast<std::ptrdiff_t>(place));
    step.ended = true;
    step.folds = {{.score = score_at(step.point, planner.share(step.rung))}};
  }
}

std::vector<std::tuple<std::size_t, int, Point, bool>> essence(
    const std::vector<StudyStep>& steps) {
  std::vector<std::tuple<std::size_t, int, Point, bool>> all;
  for (const StudyStep& one : steps) all.emplace_back(one.trial, one.rung, one.point, one.none);
  return all;
}

TEST(Planner, DecidesTheSameForAnyNumberOfWorkersAndAnyOrderOfEnds) {
  for (const char* sampler : {"tpe", "random"})
    for (const bool halving : {false, true}) {
      const Planner planner(alpha_space(), {.sampler = sampler, .trials = 40, .halving = halving},
                            1);
      const auto expected = essence(simulate(planner, 1, 0));
      for (const std::size_t workers : {2U, 4U, 8U, 50U})
        EXPECT_EQ(essence(simulate(planner, workers, workers)), expected)
            << sampler << ' ' << workers;
    }
}

TEST(Planner, SuggestsFromResultsThatAreLagTrialsOld) {
  const Planner planner(alpha_space(), {.sampler = "tpe", .trials = 30}, 1);
  std::vector<StudyStep> steps = simulate(planner, 1, 0);
  steps.resize(20);
  const auto expected = planner.next(steps)->point;
  EXPECT_EQ(planner.needed(20), 13U);
  steps[13].folds.front().score = 5;  // not known yet
  EXPECT_EQ(planner.next(steps)->point, expected);
  steps[12].folds.front().score = 5;
  EXPECT_NE(planner.next(steps)->point, expected);
}

TEST(Planner, HalvingPromotesTheBestThirdOfEachRungWithThreeTimesTheBudget) {
  const Planner planner(alpha_space(),
                        {.sampler = "random", .trials = 27, .halving = true, .lag = 1}, 1);
  EXPECT_DOUBLE_EQ(planner.share(0), 1.0 / 9);
  EXPECT_DOUBLE_EQ(planner.share(2), 1);
  const auto steps = simulate(planner, 1, 0);
  std::map<int, std::size_t> of_rung;
  double budget = 0;
  for (const StudyStep& one : steps)
    if (!one.none) {
      ++of_rung[one.rung];
      budget += planner.share(one.rung);
    }
  EXPECT_EQ(of_rung[0], 27U);
  EXPECT_GE(of_rung[1], 9U);
  EXPECT_GE(of_rung[2], 3U);
  EXPECT_LE(budget, 0.5 * 27);
  // The best of all trials gets to the top.
  const auto best = std::ranges::max_element(
      steps, {}, [](const StudyStep& one) { return one.none || one.rung > 0 ? -1.0 : one.mean(); });
  EXPECT_TRUE(std::ranges::any_of(
      steps, [&](const StudyStep& one) { return one.rung == 2 && one.trial == best->trial; }));
}

TEST(Planner, ATrainingThatGoesOnStartsWithMoreEpochsAndFewerTrialsGoOn) {
  const StudyOptions options{.sampler = "random", .trials = 32, .halving = true, .lag = 1};
  const Planner planner(alpha_space(), options, 1, true);
  EXPECT_DOUBLE_EQ(planner.share(0), 0.16);
  EXPECT_DOUBLE_EQ(planner.share(1), 0.4);
  std::map<std::size_t, double> reached;  // by trial
  std::size_t promoted = 0;
  for (const StudyStep& one : simulate(planner, 1, 0)) {
    if (one.none) continue;
    reached[one.trial] = planner.share(one.rung);
    promoted += one.rung == 1 ? 1 : 0;
  }
  EXPECT_GE(promoted, 8U);
  EXPECT_LE(promoted, 12U);
  double epochs = 0;
  for (const auto& [trial, share] : reached) epochs += share;
  EXPECT_LE(epochs, 0.35 * 32);
  // What is said counts.
  StudyOptions said = options;
  said.reduction = 2;
  EXPECT_DOUBLE_EQ(Planner(alpha_space(), said, 1).share(1), 0.5);
  EXPECT_DOUBLE_EQ(Planner(alpha_space(), said, 1, true).share(1), 0.4);
  said.growth = 5;
  EXPECT_DOUBLE_EQ(Planner(alpha_space(), said, 1, true).share(1), 0.2);
}

TEST(Planner, HalvingOfFewTrialsStillEndsWithTheWholeBudget) {
  const Planner planner(alpha_space(), {.sampler = "random", .trials = 2, .halving = true}, 1);
  const auto steps = simulate(planner, 2, 1);
  EXPECT_TRUE(std::ranges::any_of(steps, [](const StudyStep& one) { return one.rung == 2; }));
}

TEST(Planner, ATrialThatIsOutOfTheRunningIsNeverPromoted) {
  for (const std::size_t trials : {2U, 27U, 40U}) {
    const Planner planner(alpha_space(), {.sampler = "random", .trials = trials, .halving = true},
                          1);
    const auto steps = simulate(planner, 4, trials);
    const std::size_t bound = 2 * std::max<std::size_t>(1, trials / 3) + 8;
    std::size_t out = 0;
    std::set<std::size_t> begun;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const auto in =
          planner.in_the_running({steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(i)});
      EXPECT_LE(in.size(), bound);
      out = std::max(out, begun.size() - in.size());
      for (std::size_t later = i; later < steps.size(); ++later)
        if (!steps[later].none && begun.contains(steps[later].trial))
          EXPECT_TRUE(in.contains(steps[later].trial)) << i << ' ' << later;
      if (!steps[i].none) begun.insert(steps[i].trial);
    }
    if (trials > 20) EXPECT_GE(out, trials / 3);
  }
}

TEST(Planner, LowerIsBetterIfTheMetricSaysSo) {
  const Planner planner(
      alpha_space(), {.sampler = "random", .trials = 9, .halving = true, .rungs = 2, .lag = 1}, -1);
  const auto steps = simulate(planner, 1, 0);
  const auto worst = std::ranges::min_element(
      steps, {}, [](const StudyStep& one) { return one.none || one.rung > 0 ? 2.0 : one.mean(); });
  EXPECT_TRUE(std::ranges::any_of(
      steps, [&](const StudyStep& one) { return one.rung == 1 && one.trial == worst->trial; }));
}

TEST(Planner, AGridEndsWithItsLastPointAndNeverRepeatsOne) {
  const Space space = Space::parse({"alpha=0.1|0.01", "activation=relu|tanh"}, MLPOptions());
  const Planner planner(space, {.sampler = "grid"}, 1);
  EXPECT_EQ(planner.trials(), 4U);
  const auto steps = simulate(planner, 3, 0);
  ASSERT_EQ(steps.size(), 4U);
  EXPECT_EQ(steps[3].point, (Point{1, 1}));
  // Of a finite space random draws try each point once, whatever number is asked for.
  const Planner random(space, {.sampler = "random", .trials = 100}, 1);
  EXPECT_EQ(simulate(random, 2, 0).size(), 4U);
}

TEST(Planner, AFailedTrialIsWorstAndNeverPromoted) {
  const Planner planner(
      alpha_space(), {.sampler = "random", .trials = 3, .halving = true, .rungs = 2, .lag = 1}, 1);
  std::vector<StudyStep> steps;
  for (int i = 0; i < 3; ++i) {
    steps.push_back(*planner.next(steps));
    steps.back().ended = true;
    steps.back().folds = {{.score = 0.1 * i}};
  }
  steps[2].state = TrialState::failed;
  EXPECT_EQ(planner.next(steps)->trial, 1U);
  EXPECT_EQ(planner.reference(steps, 2)->trial, 1U);
}

// A loss that overflowed is infinite, which is not the same as the best score.
TEST(Planner, AnInfiniteLossCountsAsAFailureForTheSampler) {
  const Planner planner(alpha_space(), {.sampler = "tpe", .trials = 40, .lag = 1}, -1);
  const auto proposed = [&](double loss, TrialState state) {
    std::vector<StudyStep> steps = simulate(planner, 1, 0);
    steps.resize(20);
    steps[3].folds = {{.score = loss}};
    steps[3].state = state;
    return planner.next(steps)->point;
  };
  const double infinite = std::numeric_limits<double>::infinity();
  const Point failed = proposed(0.5, TrialState::failed);
  EXPECT_EQ(proposed(infinite, TrialState::complete), failed);
  EXPECT_NE(proposed(-1, TrialState::complete), failed);  // the best of all losses
}

}  // namespace
}  // namespace hebb
