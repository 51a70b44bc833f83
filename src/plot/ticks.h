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

/// Places that a person would choose: multiples of 1, 2 or 5 times a power of ten inside `range`,
/// as many as come near `wanted`, with as many digits as tell them apart.
std::vector<Tick> linear_ticks(const Range& range, std::size_t wanted);

/// Powers of ten inside `range` (> 0); with fewer than two of them, 2 and 5 times these too.
std::vector<Tick> log_ticks(const Range& range, std::size_t wanted);

/// The smallest and largest of `values` that are finite; those of nothing, or of one number, made
/// wide enough to draw.
Range range_of(const std::vector<double>& values);
/// Room to both sides, as a share.
Range padded(const Range& range, double share);
/// The same of those above 0, for an axis of powers of ten.
Range log_range_of(std::vector<double> values, double share);

/// A number as it stands beside a figure: "12,345", "0.25", "−3", "1.2×10⁻⁷".
std::string number_label(double value, int digits);
/// With as many digits as say it in short, four at most.
std::string number_label(double value);

}  // namespace hebb::plot
