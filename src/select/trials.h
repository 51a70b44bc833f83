#pragma once

#include <cstddef>
#include <vector>

#include "hebb/core/options.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/select/study.h"
#include "select/planner.h"
#include "select/step.h"

namespace hebb {

/// The trials of a sequence of steps of a study of a kind with these options. Of a training that goes on
/// on the next rung (goes_on()) each epoch is counted once, whether or not it was trained anew there.
std::vector<Trial> trials_of(const std::vector<StudyStep>& steps, const Space& space,
                             const Planner& planner, const EstimatorRow& row,
                             const OptionSet& options);

/// The numbers of the trials, the best first: complete trials before pruned before failed ones, those
/// of higher rungs first, then by score, of which the greater is better if `sign` is 1.
std::vector<std::size_t> ranking_of(const std::vector<Trial>& trials, double sign);

/// The steps before the first that has not ended.
std::vector<StudyStep> ended_steps(const std::vector<StudyStep>& steps);

}  // namespace hebb
