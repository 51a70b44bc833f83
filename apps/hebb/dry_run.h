#pragma once

#include "hebb/run/run.h"
#include "options.h"

namespace hebb::app {

/// Prints what `fit` would train and the memory that it would take: `fit --dry-run`. Returns the
/// exit code. Errors: as plan_run().
int dry_run(const PreparedRun& run, const Settings& settings);

}  // namespace hebb::app
