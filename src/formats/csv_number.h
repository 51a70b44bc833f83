#pragma once

#include <cmath>
#include <string_view>

namespace hebb {

enum class Reading {
  number,
  missing,     ///< "nan", in any case
  not_finite,  ///< "inf", or beyond the range of a double
  text
};

/// Reads a field as the double nearest to it, in the C locale; `value` is NaN or infinite
/// otherwise.
Reading read_number(std::string_view text, double& value);

/// Whether `text` spells an integer in digits, of which `value` is only the nearest double.
bool rounds(std::string_view text, double value);
inline bool is_rounded(std::string_view text, double value) {
  constexpr double kWholeLimit = 0x1.0p53;  // below, double holds every integer
  return std::abs(value) >= kWholeLimit && rounds(text, value);
}

}  // namespace hebb
