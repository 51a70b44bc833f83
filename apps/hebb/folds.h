#pragma once

#include "hebb/run/run.h"
#include "options.h"

namespace hebb::app {

/// Checks the options of `fit --folds`, before any data is read.
/// Errors: std::invalid_argument for options of folds without --folds, and for options that it does
/// not take.
void check_folds(const Settings& settings);

/// Cross-validates the run, prints the scores of each fold with their mean and spread, and writes
/// the out-of-fold predictions, if asked for. Returns the exit code: 0, or 128 + the signal that
/// stopped it. Errors: as cross_validate() and replace_file().
int fit_folds(const PreparedRun& run, const Settings& settings);

}  // namespace hebb::app
