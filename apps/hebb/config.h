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

/// Reads a TOML file. Errors: std::runtime_error if the file cannot be read; std::invalid_argument
/// with file, line and column if it is not TOML, or if no option can hold one of its values.
std::vector<ConfigEntry> read_config(const std::string& path);

}  // namespace hebb::app
