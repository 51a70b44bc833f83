#pragma once

#include "hebb/run/run.h"

namespace hebb {

/// The options of a kind that trains a network; nullptr for others.
inline const NetOptions* net_options(const PreparedRun& run) {
  return run.options.holds<NetOptions>() ? &run.options.as<NetOptions>() : nullptr;
}

/// Sets the checkpoint of `control` from the spec, for a run on `run.train`.
/// Errors:  as train_run(), for checkpoints.
void set_checkpoint(const PreparedRun& run, RunControl& control);

}  // namespace hebb
