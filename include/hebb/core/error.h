#pragma once

#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace hebb {

/// The world failed: bad data. The message names file and place (line and column, row, or byte).
class DataError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A model or checkpoint file that cannot be used. The message names file, place and rule broken.
class ModelError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Training met a loss that is not finite. What was last finite is kept.
class DivergedError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Joins its arguments, as a stream would print them, into one string.
template <class... Parts>
std::string concat(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return out.str();
}

/// Throws std::invalid_argument("[where] parts...") unless `condition` holds: for what the caller
/// can mend. The message is built only on failure.
template <class... Parts>
void check(bool condition, std::string_view where, const Parts&... parts) {
  if (!condition) throw std::invalid_argument(concat("[", where, "] ", parts...));
}

/// The same for the world: throws DataError("parts...").
template <class... Parts>
void check_data(bool condition, const Parts&... parts) {
  if (!condition) throw DataError(concat(parts...));
}

/// The same for model files: throws ModelError("parts...").
template <class... Parts>
void check_model(bool condition, const Parts&... parts) {
  if (!condition) throw ModelError(concat(parts...));
}

}  // namespace hebb
