#pragma once

#include <string>
#include <vector>

#include "hebb/core/fields.h"

namespace hebb::app {

/// One line of a configuration file.
struct ConfigEntry {
  std::string table;  ///< empty at top level
  std::string key;
  Value value;
  std::string place;  ///< "hebb.toml:3:1"
};

/// Errors: std::runtime_error if the file cannot be read; std::invalid_argument naming file, line
/// and column for what is not TOML, or a value that no option can hold.
std::vector<ConfigEntry> read_config(const std::string& path);

}  // namespace hebb::app
