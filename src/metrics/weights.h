#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string_view>

#include "hebb/core/error.h"

namespace hebb {

inline constexpr std::string_view kMetrics = "metrics";  // of errors

/// The weight of a sample; 1 if there are no weights.
inline double weight_of(std::span<const double> weights, std::size_t sample) {
  return weights.empty() ? 1.0 : weights[sample];
}

/// Errors: std::invalid_argument for a share of samples that is not in (0, 1].
inline void check_share(double share) {
  check(share > 0 && share <= 1, kMetrics, "a share must be in (0, 1], got ", share);
}

/// Errors: std::invalid_argument for 0 samples, another number of weights, or weights that are not
/// finite, negative, or all zero.
inline void check_weights(std::span<const double> weights, std::size_t samples,
                          std::string_view where) {
  check(samples > 0, where, "0 samples");
  if (weights.empty()) return;
  check(weights.size() == samples, where, samples, " samples, but ", weights.size(), " weights");
  for (std::size_t i = 0; i < samples; ++i)
    check(std::isfinite(weights[i]) && weights[i] >= 0, where, "weight ", i + 1, " is ", weights[i],
          ", expected a finite number >= 0");
  check(std::ranges::any_of(weights, [](double w) { return w > 0; }), where,
        "all weights are zero, expected one above zero at least");
}

}  // namespace hebb
