#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "hebb/core/fields.h"
#include "hebb/core/record.h"
#include "hebb/formats/read_report.h"

namespace hebb {

/// What a table is read for. use: to predict or to judge. train: a column without values is an
/// error, too. look: to be described, so that columns which training refuses are read as texts, with
/// a note.
enum class ReadFor { use, train, look };

/// What earlier data, such as a model's training data, says about data to be read.
struct Precedent {
  /// The options whose values come from it and not from the user. What does not apply is no error:
  /// options that the format has no use for, and columns that do not exist or that the user gives
  /// another role. An exception are columns of targets, sequences and orders, which are needed.
  std::set<std::string> options = {};
  /// By column: whether it holds categories or numbers, whatever its values look like.
  std::map<std::string, bool> categorical = {};
};

/// How a table is read, the roles of its columns, and the form to which images are converted.
/// Columns are given by name or, if no column has that name, by number from 1.
struct DataOptions {
  std::vector<std::string> target = {};       ///< empty: the last column without another role
  std::vector<std::string> features = {};     ///< in this order; empty: all without another role
  std::vector<std::string> ignore = {};       ///< left out
  std::vector<std::string> categorical = {};  ///< columns of numbers that are categories
  /// What columns are taken for, each "NAME=KIND" as TakenColumn::parse() reads it. Readers of tables
  /// add what they decide, so that other data are read alike.
  std::vector<std::string> column = {};
  /// auto: tables are read as decide_columns() decides: dates, yes and no, ids, ...; plain: columns
  /// are numbers or categories, unless `column` says otherwise. Unset: as `infer_kinds`. No effect
  /// with a precedent of columns.
  std::optional<std::string> kinds = {};
  std::vector<std::string> leave_in = {};  ///< with kinds auto: columns that are not left out
  /// One character, "tab", or "blanks" (also " ") for runs of blanks and tabs; unset: detected in
  /// the first lines.
  std::optional<std::string> sep = {};
  /// Whether the first line holds the names of the columns, which otherwise are called c1, c2, ...
  /// Unset: it does, unless it looks like the rows below it.
  std::optional<bool> header = {};
  /// The decimal point of numbers, "." or ","; unset: as the content shows.
  std::optional<std::string> decimal = {};
  /// The separator of thousands: ",", ".", "'" or "blank"; unset: as the content shows.
  std::optional<std::string> thousands = {};
  /// Texts that represent a missing value, in addition to an empty field and any "nan" in a column
  /// of numbers.
  std::vector<std::string> na = {"", "NA", "N/A", "NaN", "nan", "null", "?"};
  /// The name of a row of format_catalogue(); unset: detected by content and name.
  std::optional<std::string> file_format = {};
  std::optional<std::string> weight = {};  ///< the column of sample weights
  /// Columns whose texts are kept beside the samples (Dataset::kept()), whatever other role they
  /// have; not in fields(), since only predictions show them.
  std::vector<std::string> keep = {};
  std::optional<std::string> group = {};  ///< the column of groups that a split keeps together
  std::optional<std::string> time_column = {};  ///< orders samples in time: Times
  /// The column of sequence ids: rows with the same id are the steps of one sequence. Unset: the
  /// data is a table.
  std::optional<std::string> sequence = {};
  std::optional<std::string> order = {};  ///< the column that orders steps; unset: file order
  /// The number of characters in a sequence of a text file; unset: each line is a sequence.
  std::optional<std::size_t> sequence_length = {};
  bool step_target = false;  ///< of sequences: one target per step, not per sequence
  std::optional<std::string> image_size = {};  ///< "28x28", width first; unset: read_image_folder()
  std::string image_color = "auto";            ///< grey, rgb; auto: grey if all of the images are
  bool image_as_is = false;  ///< read_formed(): convert only size and colours to the form
  bool skip_bad = false;     ///< leave out image files that cannot be read
  int threads = 0;           ///< 0: one per core
  Precedent precedent = {};  ///< no option

  // What the caller of a reader knows and wants, which is in no field.
  ReadFor read_for = ReadFor::use;
  bool infer_kinds = false;  ///< if `kinds` is unset, it is auto; so the program reads to train
  std::shared_ptr<ReadReport> report = {};  ///< receives what the reader found; null: nothing

  static const FieldList& fields();
  /// Whether the value of an option comes from the user.
  bool is_given(const std::string& option) const { return !precedent.options.contains(option); }
  /// The recorded options that are not at their defaults.
  Record record() const;
};

/// How a reader treats the target columns. required: they must exist. optional: they may be
/// missing, and so may all other columns named in options except features. none: they are ignored.
enum class TargetUse { required, optional, none };

}  // namespace hebb
