#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/formats/options.h"

namespace hebb {

/// Which column of a file is what, by its number from 0.
struct CsvRoles {
  std::vector<std::size_t> features, targets;
  std::optional<std::size_t> weight, group, time, sequence, order;
  std::vector<bool> categorical;  ///< forced by the user; one a column
};

/// Errors: std::invalid_argument for a column that is not there or is to be two things (but time and
/// order may be one column), or for an order or a step_target without a sequence; DataError if no
/// feature is left.
CsvRoles assign_roles(const std::vector<std::string>& columns, const std::string& file,
                      const DataOptions& options, TargetUse use);

}  // namespace hebb
