#include "select/planner.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "hebb/core/error.h"

namespace hebb {
namespace {

// Unless said:
constexpr std::size_t kTrials = 50;
// Trained anew, each rung costs as much as another if the epochs grow as the trials get fewer. A training
// that goes on pays for the rest alone, and what it saves is best spent on the first rung, where trials
// that start slowly are given up: more epochs there, and fewer trials later. 4 is the source's.
constexpr double kReduction = 3, kReductionGoingOn = 4, kGrowthGoingOn = 2.5;

// The steps of a rung that ran to its end and whose results are known, the best first.
std::vector<const StudyStep*> best_of_rung(const std::vector<StudyStep>& steps, std::size_t known,
                                           int rung, double sign) {
  std::vector<const StudyStep*> of_rung;
  for (std::size_t i = 0; i < known; ++i)
    if (const StudyStep& one = steps[i]; !one.none && one.rung == rung &&
                                         one.state == TrialState::complete &&
                                         std::isfinite(one.mean()))
      of_rung.push_back(&one);
  std::ranges::stable_sort(of_rung, [&](const StudyStep* a, const StudyStep* b) {
    const double of_a = sign * a->mean(), of_b = sign * b->mean();
    return of_a != of_b ? of_a > of_b : a->trial < b->trial;
  });
  return of_rung;
}

}  // namespace

double StudyStep::mean() const {
  constexpr double kWorst = -std::numeric_limits<double>::infinity();
  if (state == TrialState::failed || folds.empty()) return kWorst;
  double sum = 0;
  for (const TrialFold& fold : folds) sum += fold.score;
  const double mean = sum / static_cast<double>(folds.size());
  return std::isnan(mean) ? kWorst : mean;
}

Planner::Planner(const Space& space, const StudyOptions& options, double sign, bool goes_on)
    : options_(options),
      sign_(sign),
      reduction_(options.reduction.value_or(goes_on ? kReductionGoingOn : kReduction)),
      growth_(options.growth.value_or(goes_on ? kGrowthGoingOn : reduction_)),
      sampler_(make_sampler(options.sampler, space, options.random_state)) {
  if (options.sampler == "grid") {
    trials_ = space.grid_size();
    if (options.trials) trials_ = std::min(*trials_, *options.trials);
  } else {
    trials_ = options.trials.value_or(kTrials);
    if (space.is_finite()) trials_ = std::min(*trials_, space.grid_size());
  }
}

double Planner::share(int rung) const { return std::pow(growth_, rung - (rungs() - 1)); }

std::optional<StudyStep> Planner::next(const std::vector<StudyStep>& steps) const {
  const std::size_t known = needed(steps.size());
  if (auto step = promoted(steps, known, false)) return step;
  if (auto step = started(steps, known)) return step;
  if (known < steps.size() &&
      std::any_of(steps.begin() + static_cast<std::ptrdiff_t>(known), steps.end(),
                  [](const StudyStep& one) { return !one.none; }))
    return rungs() > 1 ? std::optional(StudyStep{.none = true, .ended = true}) : std::nullopt;
  return promoted(steps, known, true);
}

// No later decision promotes more, and results that come in only push a trial back.
std::set<std::size_t> Planner::in_the_running(const std::vector<StudyStep>& steps) const {
  const std::size_t known = std::min(needed(steps.size()), steps.size());
  std::set<std::size_t> in;
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (const StudyStep& one = steps[i]; !one.none && (i >= known || !one.ended))
      in.insert(one.trial);
  std::set<std::size_t> gone;
  for (int rung = rungs() - 2; rung >= 0; --rung) {
    for (const StudyStep& one : steps)
      if (!one.none && one.rung == rung + 1) gone.insert(one.trial);
    const auto best = best_of_rung(steps, known, rung, sign_);
    const std::size_t all = trials_.value_or(best.size());
    const std::size_t most =
        std::max<std::size_t>(1, static_cast<std::size_t>(static_cast<double>(all) / reduction_));
    for (std::size_t i = 0; i < std::min(most, best.size()); ++i)
      if (!gone.contains(best[i]->trial)) in.insert(best[i]->trial);
  }
  return in;
}

// A trial that goes on to its next rung. `last`: nothing else is left to do, so that the best of a
// rung from which none has gone on does.
std::optional<StudyStep> Planner::promoted(const std::vector<StudyStep>& steps, std::size_t known,
                                           bool last) const {
  for (int rung = rungs() - 2; rung >= 0; --rung) {
    const auto best = best_of_rung(steps, known, rung, sign_);
    auto go_on = static_cast<std::size_t>(static_cast<double>(best.size()) / reduction_);
    std::set<std::size_t> gone;
    for (const StudyStep& one : steps)
      if (!one.none && one.rung == rung + 1) gone.insert(one.trial);
    if (last && gone.empty()) go_on = std::max<std::size_t>(go_on, 1);
    for (std::size_t i = 0; i < std::min(go_on, best.size()); ++i)
      if (!gone.contains(best[i]->trial))
        return StudyStep{.trial = best[i]->trial, .rung = rung + 1, .point = best[i]->point};
  }
  return {};
}

std::optional<StudyStep> Planner::started(const std::vector<StudyStep>& steps,
                                          std::size_t known) const {
  std::vector<SampledTrial> trials;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const StudyStep& one = steps[i];
    if (one.none) continue;
    if (one.trial == trials.size()) trials.push_back({.point = one.point});
    if (i < known) {
      const double mean = one.mean();
      trials[one.trial].score =
          std::isfinite(mean) ? sign_ * mean : -std::numeric_limits<double>::infinity();
    }
  }
  if (trials.size() >= trials_) return {};
  const auto point = sampler_->propose(trials.size(), trials);
  if (!point) return {};
  return StudyStep{.trial = trials.size(), .point = *point};
}

const StudyStep* Planner::reference(const std::vector<StudyStep>& steps, std::size_t number) const {
  const int rung = steps.at(number).rung;
  const auto best = best_of_rung(steps, std::min(needed(number), number), rung, sign_);
  return best.empty() ? nullptr : best.front();
}

}  // namespace hebb
