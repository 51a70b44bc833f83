#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hebb/data/columns.h"
#include "hebb/formats/options.h"

namespace hebb {

/// The roles of the columns of a file, by their numbers from 0.
struct CsvRoles {
  std::vector<std::size_t> features, targets;
  std::optional<std::size_t> weight, group, time, sequence, order;
  std::vector<std::size_t> kept;  ///< each may have another role too
  /// Read as texts, or as numbers, whatever the values look like; one per column.
  std::vector<bool> categorical, numeric;
  std::map<std::size_t, TakenColumn> said;  ///< by `column`, with the columns' names
  std::vector<std::size_t> stay;            ///< columns that are not left out
};

/// DataOptions::record() with columns by name.
Record record_by_name(DataOptions options, const std::vector<std::string>& columns);

/// Columns that are `empty` have a role only if an option names them.
/// Errors: std::invalid_argument for a column that does not exist or has two roles (but time and
/// order may be one column), or for an order or a step_target without a sequence; DataError if no
/// feature is left.
CsvRoles assign_roles(const std::vector<std::string>& columns, const std::string& file,
                      const DataOptions& options, TargetUse use,
                      const std::vector<std::size_t>& empty = {});

}  // namespace hebb
