#pragma once

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

}  // namespace hebb
