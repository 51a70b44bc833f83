#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "hebb/select/sampler.h"
#include "hebb/select/study.h"
#include "select/step.h"

namespace hebb {

/// Decides the steps of a study, one after the other. A decision depends on the steps before it, and
/// on the results of those that are `lag` or more before it.
class Planner {
 public:
  /// `sign` is 1 if greater scores are better, else -1. `goes_on`: whether the training of a promoted
  /// trial goes on where it stopped, which sets the rungs unless the options do.
  Planner(const Space& space, const StudyOptions& options, double sign, bool goes_on = false);

  /// How many of the first steps must have ended before the step behind `steps` can be decided.
  std::size_t needed(std::size_t steps) const {
    return steps + 1 > options_.lag ? steps + 1 - options_.lag : 0;
  }
  /// The step behind `steps`; std::nullopt: the study ends there.
  std::optional<StudyStep> next(const std::vector<StudyStep>& steps) const;
  /// The step before `number` whose scores a pruned trial is compared with: the best of those whose
  /// results count; nullptr if there is none.
  const StudyStep* reference(const std::vector<StudyStep>& steps, std::size_t number) const;

  /// The trials that run, or wait, or may still go on to a higher rung: of those that ended a rung, the
  /// best `1 / reduction` of as many as there are trials.
  std::set<std::size_t> in_the_running(const std::vector<StudyStep>& steps) const;

  /// The number of trials, if it is known before.
  std::optional<std::size_t> trials() const { return trials_; }
  int rungs() const { return options_.halving ? options_.rungs : 1; }
  /// The share of the whole budget on a rung.
  double share(int rung) const;

 private:
  std::optional<StudyStep> promoted(const std::vector<StudyStep>& steps, std::size_t known,
                                    bool last) const;
  std::optional<StudyStep> started(const std::vector<StudyStep>& steps, std::size_t known) const;

  StudyOptions options_;
  double sign_;
  double reduction_, growth_;
  std::unique_ptr<Sampler> sampler_;
  std::optional<std::size_t> trials_;
};

}  // namespace hebb
