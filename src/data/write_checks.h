#pragma once

#include <algorithm>
#include <cmath>

#include "hebb/core/error.h"
#include "hebb/data/dataset.h"

namespace hebb {

/// Throws std::invalid_argument naming the first value of the table for which `is_bad` holds.
template <class IsBad>
void check_no_value(const Dataset& data, const char* where, const IsBad& is_bad, const char* rule) {
  const auto& values = data.table().values;
  const auto found = std::ranges::find_if(values, is_bad);
  if (found == values.end()) return;
  const auto at = static_cast<std::size_t>(found - values.begin());
  check(false, where,
        data.place(at / data.features(), data.table().columns[at % data.features()].name), rule);
}

inline void check_no_infinity(const Dataset& data, const char* where) {
  check_no_value(
      data, where, [](double v) { return std::isinf(v); }, "the value is infinite");
}

inline void check_finite_target(const Dataset& data, const char* where) {
  const auto& target = data.target();
  const auto bad = std::ranges::find_if(target.values, [](double v) { return !std::isfinite(v); });
  if (bad == target.values.end()) return;
  const auto at = static_cast<std::size_t>(bad - target.values.begin());
  check(false, where, data.place(at / target.outputs(), target.names[at % target.outputs()]),
        "the target is missing or infinite");
}

}  // namespace hebb
