#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hebb/data/folds.h"
#include "hebb/metrics/evaluation.h"
#include "hebb/metrics/fold_statistics.h"
#include "hebb/run/run.h"
#include "hebb/train/events.h"

/// Cross-validation: the model is trained anew for each fold, without the rows that the fold holds
/// out, and scored on these. Preprocessing, and the choice of a best epoch, are part of training and
/// see no row that is held out.
///
///     hebb::PreparedRun run = hebb::prepare_run({.data = "iris"});
///     hebb::CrossValidation folds = hebb::cross_validate(run, {.folds = 5});
///     double accuracy = hebb::score_of(folds, "accuracy").test.mean;
namespace hebb {

/// One score of all folds, with its key and label as in ScoreRow.
struct FoldScore {
  std::string key, label;
  FoldStatistics train = {}, test = {};
};

/// The result of one fold.
struct FoldResult {
  int repeat = 0, fold = 0;  ///< from 0
  Evaluation evaluation = {};
  std::vector<Measurement> measured = {};  ///< RunSpec::metrics on the rows held out
  double seconds = 0;                      ///< of training
  std::optional<StopReason> stopped = {};
};

struct CrossValidation {
  FoldOptions options = {};
  std::vector<FoldResult> folds = {};  ///< repeat after repeat
  /// Every scalar score, in the order of the catalogue of metrics, then RunSpec::metrics (without
  /// `train`).
  std::vector<FoldScore> scores = {};
  bool complete = false;  ///< false: stopped on request, `folds` are those that had ended
};

/// Called after each fold with the run of that fold: its estimator, and in `test` and `predictions`
/// the rows held out.
using FoldSink = std::function<void(const FoldResult& fold, const RunResult& run)>;

/// Trains and scores a prepared run once for each fold of its training part. Its test part, model
/// file and checkpoint are not touched. `control` is that of each training; a requested stop ends
/// the whole, without the fold that was being trained.
/// Errors:  as fold_rows(); as train_run(), with "fold 2 of 5: " in front, as for a label that only
///          the rows held out have.
CrossValidation cross_validate(const PreparedRun& run, const FoldOptions& options,
                               const RunControl& control = {}, const FoldSink& on_fold = {});

/// The score with this key. Errors: std::invalid_argument if there is none.
const FoldScore& score_of(const CrossValidation& folds, const std::string& key);

}  // namespace hebb
