#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace hebb::plot {

struct Range {
  double low = 0, high = 1;

  double size() const { return high - low; }
};

struct Tick {
  double at = 0;
  std::string label;  ///< may be empty
};

/// Ticks at multiples of 1, 2 or 5 times a power of ten inside `range`, about `wanted` of them,
/// with enough digits to distinguish them.
std::vector<Tick> linear_ticks(const Range& range, std::size_t wanted);

/// Powers of ten inside `range` (> 0); with fewer than two of them, 2 and 5 times these too.
std::vector<Tick> log_ticks(const Range& range, std::size_t wanted);

/// The smallest and largest of `values` that are finite; if there are none, or they are equal, the
/// range is widened to be drawable.
Range range_of(const std::vector<double>& values);
/// The range widened on both sides by `share` of its length.
Range padded(const Range& range, double share);
/// The padded range of the values above 0, for a logarithmic axis.
Range log_range_of(std::vector<double> values, double share);

/// A number as a label of a figure: "12,345", "0.25", "−3", "1.2×10⁻⁷".
std::string number_label(double value, int digits);
/// With as few digits as needed, at most four.
std::string number_label(double value);

}  // namespace hebb::plot
