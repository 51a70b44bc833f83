#pragma once

#include <optional>
#include <string>

#include "hebb/run/run.h"

namespace hebb {

/// The options of a kind that trains a network; nullptr for others.
inline const NetOptions* net_options(const PreparedRun& run) {
  return run.options.holds<NetOptions>() ? &run.options.as<NetOptions>() : nullptr;
}

/// The options that a run trains its network with, once `fitted` knows the columns; of kinds without a
/// network, none.
std::optional<NetOptions> planned_options(const PreparedRun& run, const Preprocessor& fitted);

/// The runs that train the members of an ensemble by themselves; none for other kinds.
std::vector<PreparedRun> member_runs(const PreparedRun& run);

/// Adds what columns of earlier data hold: its features, and its targets, which are numbers unless
/// there are classes. Targets of classes are texts if labels of equal value differ.
void add_kinds(Precedent& precedent, const std::vector<Column>& columns,
               const std::vector<std::string>& targets, const std::vector<std::string>& classes);

/// The hash of all that a run takes from the model that it starts from.
std::string start_hash(const Model& model);

/// Sets the checkpoint of `control` from the spec, for a run on `run.train`.
/// Errors:  as train_run(), for checkpoints.
void set_checkpoint(const PreparedRun& run, RunControl& control);

}  // namespace hebb
