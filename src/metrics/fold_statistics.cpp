#include "hebb/metrics/fold_statistics.h"

#include <cmath>
#include <limits>
#include <utility>

namespace hebb {

FoldStatistics fold_statistics(std::vector<double> values) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  FoldStatistics of{.mean = kNone, .deviation = kNone};
  double sum = 0, squares = 0;
  for (const double value : values)
    if (!std::isnan(value)) {
      sum += value;
      ++of.defined;
    }
  if (of.defined > 0) of.mean = sum / static_cast<double>(of.defined);
  for (const double value : values)
    if (!std::isnan(value)) squares += (value - of.mean) * (value - of.mean);
  if (of.defined > 1) of.deviation = std::sqrt(squares / static_cast<double>(of.defined - 1));
  of.values = std::move(values);
  return of;
}

}  // namespace hebb
