#include "select/trials.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "hebb/select/cross_validate.h"

namespace hebb {

std::vector<Trial> trials_of(const std::vector<StudyStep>& steps, const Space& space,
                             const Planner& planner) {
  std::vector<Trial> trials;
  for (const StudyStep& step : steps) {
    if (step.none) continue;
    if (step.trial == trials.size())
      trials.push_back(
          {.number = step.trial, .point = step.point, .values = space.values(step.point)});
    Trial& trial = trials.at(step.trial);
    trial.state = step.state;
    trial.error = step.error;
    trial.rung = step.rung;
    trial.share = planner.share(step.rung);
    trial.folds = step.folds;
    trial.seconds += step.seconds;
    std::vector<double> scores;
    for (const TrialFold& fold : step.folds) {
      scores.push_back(fold.score);
      trial.epochs += fold.epochs;
    }
    const FoldStatistics of = fold_statistics(std::move(scores));
    trial.mean = of.mean;
    trial.deviation = of.deviation;
    trial.rungs.push_back({.share = trial.share, .mean = trial.mean});
  }
  return trials;
}

std::vector<std::size_t> ranking_of(const std::vector<Trial>& trials, double sign) {
  std::vector<std::size_t> order(trials.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t i, std::size_t j) {
    const Trial &a = trials[i], &b = trials[j];
    const bool failed_a = a.state == TrialState::failed, failed_b = b.state == TrialState::failed;
    if (failed_a != failed_b) return failed_b;
    if (failed_a) return false;
    if (a.rung != b.rung) return a.rung > b.rung;
    if (a.state != b.state) return a.state == TrialState::complete;
    if (a.folds.size() != b.folds.size()) return a.folds.size() > b.folds.size();
    return sign * a.mean > sign * b.mean;
  });
  return order;
}

std::vector<StudyStep> ended_steps(const std::vector<StudyStep>& steps) {
  return {steps.begin(), std::ranges::find(steps, false, &StudyStep::ended)};
}

}  // namespace hebb
