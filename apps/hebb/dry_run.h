#pragma once

#include "hebb/data/dataset.h"
#include "hebb/estimators/catalogue.h"
#include "options.h"

namespace hebb::app {

/// Prints what `fit` would train on `train` and the memory that it would take: `fit --dry-run`.
/// Returns the exit code. Errors: as the training itself, for networks and data that do not fit.
int dry_run(Settings& settings, const EstimatorRow& row, const Dataset& train,
            const PreprocessOptions& preprocess);

}  // namespace hebb::app
