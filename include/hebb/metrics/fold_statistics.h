#pragma once

#include <cstddef>
#include <vector>

namespace hebb {

/// The mean of a score over the folds and its spread, the standard deviation (n - 1).
struct FoldStatistics {
  std::vector<double> values = {};  ///< of each fold; NaN where the score is undefined
  std::size_t defined = 0;          ///< of how many folds the mean is
  double mean = 0;                  ///< NaN if it is undefined in every fold
  double deviation = 0;             ///< NaN for fewer than two folds
};
FoldStatistics fold_statistics(std::vector<double> values);

}  // namespace hebb
