#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/metrics/catalogue.h"
#include "hebb/metrics/evaluation.h"
#include "hebb/run/run.h"

namespace hebb {

/// One training with its scores, as it comes back from a process of its own.
struct JudgedRun {
  std::vector<ScoreRow> scores = {};  ///< rows_of() its evaluation
  Predictions predictions = {};       ///< of the test part, if they were asked for
  double fit_seconds = 0;
  double predict_seconds = 0;              ///< a sample, of a whole test part at once
  std::optional<double> model_bytes = {};  ///< of the saved model; unset: it could not be saved
  std::size_t parameters = 0;
  std::optional<StopReason> stopped = {};
  std::vector<std::string> warnings = {};
};

/// judge_alone() repeats the prediction of the test part for so many seconds: that of a few rows takes
/// less than a clock can tell.
constexpr double kPredictionSeconds = 0.02;

/// Trains a run with a test part and scores it. The model is saved to `model_file` to learn its size,
/// unless that is empty. Errors: as train_run() and score_run().
JudgedRun judge_alone(const PreparedRun& run, const std::string& model_file, bool keep_predictions);

/// A judged_run as bytes, and back.
std::string bytes_of(const JudgedRun& judged_run);
JudgedRun judged_run_from(std::string_view bytes);

}  // namespace hebb
