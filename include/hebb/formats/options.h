#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/core/fields.h"

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
  /// The name of a row of format_catalogue(); unset: found by content and name.
  std::optional<std::string> file_format = {};
  std::optional<std::string> weight = {};  ///< the column of sample weights
  std::optional<std::string> group = {};   ///< the column of what a split must not part: Groups
  std::optional<std::string> time_column = {};  ///< orders samples in time: Times
  /// The column of sequence ids: rows of one id are the steps of one sequence. Unset: a table.
  std::optional<std::string> sequence = {};
  std::optional<std::string> order = {};  ///< the column that orders steps; unset: as they stand
  /// Characters in a sequence of a text file; unset: a line is a sequence.
  std::optional<std::size_t> sequence_length = {};
  bool step_target = false;  ///< of sequences: a target for each step, not one for the whole
  std::optional<std::string> image_size = {};  ///< "28x28", width first; unset: as they are
  std::string image_color = "auto";            ///< grey, rgb; auto: grey if all of the images are
  bool image_as_is = false;  ///< read_formed(): size and colours alone are brought to the form
  int threads = 0;           ///< 0: as many as there are cores

  static const FieldList& fields();
};

/// What the reader is to make of the target columns: they must be there; may be missing, as all
/// that options name but features; or are passed over.
enum class TargetUse { required, optional, none };

}  // namespace hebb
