#pragma once

#include "hebb/run/run.h"
#include "options.h"

namespace hebb::app {

/// `fit --dry-run`: prints the model that `fit` would train and the memory that it would need. Returns the
/// exit code. Errors: as plan_run().
int dry_run(const PreparedRun& run, const Settings& settings);

}  // namespace hebb::app
