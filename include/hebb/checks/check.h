#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "hebb/core/fields.h"
#include "hebb/data/dataset.h"

namespace hebb {

/// A problem or a notable fact of a data set or of a training run.
struct Finding {
  std::string kind;    ///< one of data_finding_kinds(), or of finding_kinds()
  std::string title;   ///< the same in words: "rows of the test part in the training part"
  std::string reason;  ///< what was found, with figures; rows by Dataset::row_number()
  std::string advice;  ///< what to do
  /// The advice as options of the run, by name; an unset value leaves the option out. A new `model`
  /// comes with its own defaults: options of the old one do not apply to it. Empty: the advice is
  /// nothing that options can do.
  std::map<std::string, Value> change = {};
  std::string command = {};  ///< the advice as a shell command; set by the program that ran it
};

/// Statistics of one column. Missing values are counted in `missing` and excluded from the rest.
struct ColumnSummary {
  static constexpr std::size_t kMostDistinct = 1000;

  std::size_t count = 0, missing = 0;
  double low = 0, high = 0, mean = 0, std = 0;  ///< std: of the population; 0 without values
  std::size_t distinct = 0;                     ///< kMostDistinct + 1: more than kMostDistinct

  bool varies() const { return high > low; }
};
/// The summary of every column of a table; for a categorical column, of its indices.
std::vector<ColumnSummary> summarise(const TableView& table);

/// A column that numbers rows or cases, and a sentence on it.
struct RowNumberColumn {
  std::size_t column;
  std::string text;
};
/// Those of a table: columns with numbers from 0 or 1 up to the number of rows, each once, in any
/// order; or, called an id, with whole numbers that are all different. None in fewer than 8 rows, or
/// if the table has one column.
std::vector<RowNumberColumn> row_number_columns(const Dataset& data);

/// "leak", "target_copy", "predictor", "missing_by_label", "row_number", "contradictions",
/// "duplicates", "ids", "sentinels", "spelling", "dates", "missing", "imbalance", "unscaled",
/// "constant".
const std::vector<std::string>& data_finding_kinds();

/// Checks data for common problems. Returns the findings, worst first; empty if nothing was found.
/// `test` is the test part if it is a separate data set; otherwise the predefined test part of
/// `data` is used. All problems except leaks are searched in the training part only. Sequences are
/// compared as a whole; missing values, scales and constants refer to their steps. The rules and
/// their thresholds are listed at the beginning of check.cpp and columns.cpp in src/checks.
/// Threads: any number may call it.
std::vector<Finding> check_dataset(const Dataset& data, const Dataset* test = nullptr);

}  // namespace hebb
