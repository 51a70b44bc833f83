#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/estimators/estimator.h"

namespace hebb {

struct PermutationOptions {
  std::string metric = {};  ///< of the catalogue; empty: default_metric()
  std::size_t repeats = 5;  ///< shuffles of each column, at least 1
  std::uint64_t random_state = 0;
  std::function<bool()> stop_requested = {};  ///< asked before each prediction
};

/// How much of a score depends on one column.
struct ColumnImportance {
  std::string column;
  double mean = 0;       ///< score lost when the column is shuffled; below 0: none is lost
  double deviation = 0;  ///< of the population of shuffles
};

/// The permutation importance of each column that the model reads: how much worse its score on `data`
/// is if the values of that column change places. Columns that tell the same share their importance,
/// so that each alone may seem of no use. Sorted, the largest mean first, equal ones in the order of
/// the columns. Takes `repeats` predictions of all rows for each column.
/// Errors:  std::invalid_argument for data that are no table, for less than one repeat, and as
///          Supervised::score(); DataError if the metric is undefined for the data; StoppedError; as
///          Supervised::predictions().
/// Source:  Breiman, "Random Forests", 2001; scikit-learn's permutation_importance.
std::vector<ColumnImportance> permutation_importance(const Supervised& estimator,
                                                     const Dataset& data,
                                                     const PermutationOptions& options = {});

}  // namespace hebb
