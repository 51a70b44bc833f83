#pragma once

#include <string>
#include <vector>

#include "hebb/data/folds.h"
#include "hebb/metrics/evaluation.h"
#include "hebb/run/run.h"
#include "hebb/select/cross_validate.h"

namespace hebb {

/// `whole` trained on one fold's rows, with those held out as its test part. Without notes and files.
PreparedRun run_of_fold(const PreparedRun& whole, const Fold& fold);

/// cross_validate() on folds that have been cut, of which each repeat has `options.folds`.
CrossValidation cross_validate(const PreparedRun& run, const FoldOptions& options,
                               const std::vector<Fold>& cuts, const RunControl& control,
                               const FoldSink& on_fold = {});

/// The scores of an evaluation, then `measured` (without `train`).
std::vector<ScoreRow> rows_of(const Evaluation& evaluation,
                              const std::vector<Measurement>& measured);

/// The scores of all folds, from those of each: every fold has the same keys.
std::vector<FoldScore> fold_scores(const std::vector<std::vector<ScoreRow>>& folds);

}  // namespace hebb
