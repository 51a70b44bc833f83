#include "select/trials.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "hebb/select/cross_validate.h"
#include "select/trial_states.h"

namespace hebb {

std::vector<Trial> trials_of(const std::vector<StudyStep>& steps, const Space& space,
                             const Planner& planner, const EstimatorRow& row,
                             const OptionSet& options) {
  std::vector<Trial> trials;
  std::vector<std::vector<std::size_t>> epochs;  // of each trial and fold, on all rungs
  std::vector<bool> continues;                   // each trial, on the next rung
  for (const StudyStep& step : steps) {
    if (step.none) continue;
    if (step.trial == trials.size()) {
      trials.push_back(
          {.number = step.trial, .point = step.point, .values = space.values(step.point)});
      continues.push_back(goes_on(row, options, trials.back().values));
      epochs.emplace_back();
    }
    Trial& trial = trials.at(step.trial);
    trial.state = step.state;
    trial.error = step.error;
    trial.rung = step.rung;
    trial.share = planner.share(step.rung);
    trial.folds = step.folds;
    trial.seconds += step.seconds;
    std::vector<double> scores;
    std::vector<std::size_t>& reached = epochs[step.trial];
    reached.resize(std::max(reached.size(), step.folds.size()));
    for (const TrialFold& fold : step.folds) {
      std::size_t& of_fold = reached[scores.size()];
      of_fold = continues[step.trial] ? std::max(of_fold, fold.epochs) : of_fold + fold.epochs;
      scores.push_back(fold.score);
    }
    trial.epochs = std::accumulate(reached.begin(), reached.end(), std::size_t{0});
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
