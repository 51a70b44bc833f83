#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "hebb/select/study.h"
#include "hebb/train/events.h"

namespace hebb {

/// One of the trials that an ensemble consists of.
struct EnsembleMember {
  std::size_t trial = 0;
  double weight = 0;  ///< the weights of all members sum to 1
  double score = 0;   ///< of the trial by itself, on the rows held out
};

/// An ensemble of the best trials of a study. All scores are of the predictions of each row by models
/// that were trained without it, of all rows at once.
struct StudyEnsemble {
  std::vector<EnsembleMember> members = {};  ///< the heaviest first
  std::size_t candidates = 0;                ///< trials that it was chosen from
  std::size_t rows = 0;                      ///< that its score is of
  double score = 0;
  std::size_t best_trial = 0;  ///< the best of the candidates by itself
  double best_score = 0;
  bool votes = false;     ///< the majority decides: not all candidates have probabilities
  bool complete = false;  ///< false: stopped on request, and there are no members
};

/// Chooses an ensemble from the best `most` trials that ran to their end: each is cross-validated again
/// on the training part, for predictions of rows that it was not trained on, from which
/// select_ensemble() (hebb/metrics/ensemble_selection.h) chooses by the metric of the study. `control`
/// is that of each training; `on_candidate` is called with their number when one is done.
///
/// Its score is optimistic: the rows that it is scored on have chosen the trials and the ensemble.
/// Errors: std::invalid_argument if no trial ran to its end; as cross_validate().
StudyEnsemble choose_ensemble(
    const PreparedRun& run, const Study& study, std::size_t most, const RunControl& control = {},
    const std::function<void(std::size_t done, std::size_t of)>& on_candidate = {});

/// The run that trains this ensemble: a `voting` of the trials with their weights.
/// Errors: std::invalid_argument for a run that continues from a model, and as candidate_text().
PreparedRun with_ensemble(PreparedRun run, const Study& study, const StudyEnsemble& ensemble);

}  // namespace hebb
