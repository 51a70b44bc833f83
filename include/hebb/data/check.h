#pragma once

#include <string>
#include <vector>

#include "hebb/data/dataset.h"

namespace hebb {

/// Something that a person should know of a data set before training on it.
struct DataFinding {
  std::string kind;    ///< one of data_finding_kinds()
  std::string title;   ///< the same in words: "rows of the test part in the training part"
  std::string reason;  ///< what was seen, with its figures; rows as Dataset::row_number() has them
  std::string advice;  ///< what to do
};

/// "leak", "target_copy", "contradictions", "duplicates", "missing", "imbalance", "unscaled",
/// "constant".
const std::vector<std::string>& data_finding_kinds();

/// Looks for what commonly is wrong with data, worst first; empty: nothing was found. `test` is the
/// part for testing, if it stands apart; without it the part is taken that `data` comes with. All
/// but leaks is looked for in the training part. The rules, with their thresholds, open
/// src/data/check.cpp.
/// Threads: any number may call it.
std::vector<DataFinding> check_dataset(const Dataset& data, const Dataset* test = nullptr);

}  // namespace hebb
