#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"

namespace hebb {

/// Something that a person should know of data, or of a run.
struct Finding {
  std::string kind;    ///< one of data_finding_kinds(), or of finding_kinds()
  std::string title;   ///< the same in words: "rows of the test part in the training part"
  std::string reason;  ///< what was seen, with its figures; rows as Dataset::row_number() has them
  std::string advice;  ///< what to do
};

/// What one column holds. Missing values count for nothing but `missing`.
struct ColumnSummary {
  static constexpr std::size_t kMostDistinct = 1000;

  std::size_t count = 0, missing = 0;
  double low = 0, high = 0, mean = 0, std = 0;  ///< std: of the population; 0 of no values
  std::size_t distinct = 0;                     ///< kMostDistinct + 1: more than kMostDistinct

  bool varies() const { return high > low; }
};
/// Of every column of a table; of a categorical one of its indices.
std::vector<ColumnSummary> summarise(const TableView& table);

/// "leak", "target_copy", "contradictions", "duplicates", "missing", "imbalance", "unscaled",
/// "constant".
const std::vector<std::string>& data_finding_kinds();

/// Looks for what commonly is wrong with data, worst first; empty: nothing was found. `test` is the
/// part for testing, if it stands apart; without it the part is taken that `data` comes with. All
/// but leaks is looked for in the training part. Sequences are compared whole; missing values,
/// scales and constants are those of their steps. The rules, with their thresholds, open
/// src/checks/check.cpp.
/// Threads: any number may call it.
std::vector<Finding> check_dataset(const Dataset& data, const Dataset* test = nullptr);

}  // namespace hebb
