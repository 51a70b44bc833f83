#pragma once

#include <cmath>
#include <concepts>
#include <limits>
#include <optional>

namespace hebb {

/// A conversion of a double that does not fit the integer is undefined behaviour. Numbers of files,
/// and numbers computed from them, are converted by these two functions.

namespace detail {
/// 2^digits, the first double above the range of Integer.
template <std::integral Integer>
inline constexpr double kBeyond = [] {
  constexpr Integer half = std::numeric_limits<Integer>::max() / 2 + 1;
  return 2.0 * static_cast<double>(half);
}();
}  // namespace detail

/// The value as an Integer; std::nullopt unless it is a whole number that fits.
template <std::integral Integer>
std::optional<Integer> exact_integer(double value) {
  const bool fits = value == std::floor(value) && value < detail::kBeyond<Integer> &&
                    value >= static_cast<double>(std::numeric_limits<Integer>::min());
  return fits ? std::optional(static_cast<Integer>(value)) : std::nullopt;
}

/// The value without its fraction, clamped to the range of Integer; 0 for NaN.
template <std::integral Integer>
Integer clamped_integer(double value) {
  using Limits = std::numeric_limits<Integer>;
  if (std::isnan(value)) return 0;
  if (value >= detail::kBeyond<Integer>) return Limits::max();
  if (value < static_cast<double>(Limits::min())) return Limits::min();
  return static_cast<Integer>(value);
}

}  // namespace hebb
