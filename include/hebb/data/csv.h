#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/core/fields.h"
#include "hebb/data/dataset.h"

namespace hebb {

/// How a table is read and which of its columns are what, and what images are brought to. Columns
/// are given by name or, where no name is the same, by number from 1.
struct DataOptions {
  std::vector<std::string> target = {};       ///< empty: the last column that is nothing else
  std::vector<std::string> features = {};     ///< in this order; empty: all that are nothing else
  std::vector<std::string> ignore = {};       ///< left out
  std::vector<std::string> categorical = {};  ///< columns of numbers that are categories
  std::optional<std::string> sep = {};  ///< one character or "tab"; unset: found in the first line
  bool header = true;                   ///< without one, columns are called c1, c2, ...
  /// Texts that stand for a missing value, beside an empty field and any "nan" among numbers.
  std::vector<std::string> na = {"", "NA", "N/A", "NaN", "nan", "null", "?"};
  std::optional<std::string> weight = {};      ///< the column of sample weights
  std::optional<std::string> image_size = {};  ///< "28x28", width first; unset: as they are
  std::string image_color = "auto";            ///< grey, rgb; auto: grey if all of the images are
  bool image_as_is = false;  ///< read_formed(): size and colours alone are brought to the form
  int threads = 0;           ///< 0: as many as there are cores

  static const FieldList& fields();
};

/// What the reader is to make of the target columns: they must be there; may be missing, as all
/// that options name but features; or are passed over.
enum class TargetUse { required, optional, none };

/// Reads a CSV or TSV file (RFC 4180; `.gz` too, up to 4 GiB unpacked; "-" is standard input), on
/// many threads with the same result. Blank lines are skipped, blanks around fields dropped.
/// Columns whose every value is a number or missing are numeric; those with texts are categories
/// (missing: NaN), unless two thirds of the values are numbers: then the text is an error. A target
/// of texts gives classes, sorted by number if all are numbers, otherwise as text; numbers keep the
/// spelling of the user for Dataset::with_classes().
/// Limits:  2,097,152 columns, 1 MiB a field.
/// Errors:  DataError naming file, line and column (of bytes): empty, header without rows, a row of
///          another length, quotes against the rules, UTF-16, NUL, two columns of one name, text in
///          a numeric column, a decimal comma, infinity or a number beyond double, a missing target
///          or weight, a negative weight, several targets of which one is text, a feature of more
///          than 1000 texts that differ in most rows, a limit. std::runtime_error if the file
///          cannot be read; std::invalid_argument for a column that is not there, with the list, or
///          that is to be two things, and for a bad option.
Dataset read_csv(const std::string& path, const DataOptions& options = {},
                 TargetUse use = TargetUse::required);

/// The same from text in memory; `name` stands for the file in messages.
Dataset parse_csv(std::string_view text, const std::string& name, const DataOptions& options = {},
                  TargetUse use = TargetUse::required);

}  // namespace hebb
