#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/core/fields.h"
#include "hebb/data/dataset.h"

namespace hebb {

/// How a table is read and which of its columns are what.
struct DataOptions {
  std::vector<std::string> target;    ///< names, or 1-based numbers; empty: the last column
  std::vector<std::string> features;  ///< empty: all that are nothing else
  std::vector<std::string> ignore;
  std::vector<std::string> categorical;  ///< numeric columns that are categories all the same
  std::optional<std::string> sep;        ///< one character; unset: found in the first line
  bool header = true;
  std::vector<std::string> na = {"", "NA", "N/A", "NaN", "nan", "null", "?"};
  std::optional<std::string> weight;  ///< the column of sample weights
  int threads = 0;                    ///< 0: as many as there are cores

  static const FieldList& fields();
};

/// What the reader is to make of the target columns.
enum class TargetUse { required, optional, none };

/// Reads a CSV or TSV file (RFC 4180; `.gz` too; "-" is standard input). Columns whose every value
/// is a number or missing are numeric; others are categorical. The target keeps the user's spelling
/// of labels. With TargetUse::optional a missing target column is no error. Errors: DataError
/// naming file, line and column, by the rules of docs/design.md; std::runtime_error if the file
/// cannot be read; std::invalid_argument for a column that is not there, with the list.
Dataset read_csv(const std::string& path, const DataOptions& options = {},
                 TargetUse use = TargetUse::required);

/// The same from text in memory; `name` stands for the file in messages.
Dataset parse_csv(std::string_view text, const std::string& name, const DataOptions& options = {},
                  TargetUse use = TargetUse::required);

}  // namespace hebb
