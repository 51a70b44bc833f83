#pragma once

#include <string>
#include <string_view>

#include "hebb/data/dataset.h"
#include "hebb/formats/options.h"

namespace hebb {

/// Reads a CSV or TSV file (RFC 4180; also `.gz`, up to 4 GiB unpacked; "-" is standard input). The
/// result does not depend on the number of threads. Blank lines are skipped, and blanks around
/// fields are removed. Without options, the separator, a title above the header, and a first row
/// that is data are detected in the first lines; columns without a name and values are left out. A
/// column is numeric if every value is a number or missing. A column with texts is categorical
/// (missing values are NaN), unless two thirds of the values or more are numbers: then a text is an
/// error. Numbers may be written with separators of thousands, a decimal comma, and a currency,
/// percent sign or other unit, the same in all rows (1,234.50, 1.234,50, $5, 5%, 5 kg); words such
/// as None and - among numbers are missing values. What was detected, and what may surprise, is
/// noted in DataOptions::report. A target of texts gives classes, sorted numerically if all are
/// numbers, otherwise as text. A target of numbers keeps the user's spelling for
/// Dataset::with_classes(), and integers that a double rounds exactly; features that are rounded are
/// warned of. With several targets, each may be of either kind. Groups and sequence
/// ids are read as names, even if they are numbers. Times and orders are numbers, or texts whose
/// alphabetical order is the intended one, such as 2024-01-31; if a double rounds one of them, they
/// are texts in the order of their exact values. docs/numbers.md has the rule.
///
/// With `sequence`, the rows with one id are the steps of one sample, ordered by the column `order`
/// or, without it, as in the file. Sequences are in the order of their first row in the file.
/// Weight, group and, without `step_target`, target must be the same in all steps of a sequence.
/// The time of a sequence is the latest time of its steps.
/// Limits:  2,097,152 columns, 1 MiB per field.
/// Errors:  DataError naming file, line and column (of bytes): empty, header without rows, a row of
///          another length, misplaced quotes, UTF-16, NUL, two columns with the same name, text in
///          a numeric column, numbers written in two ways, or in one that may mean two (1,234),
///          infinity or a number beyond the range of double, a missing target, weight, group, time,
///          id or order, a negative weight, a feature with more than 1000 texts that differ in most
///          rows, an exceeded limit; with ReadFor::train, a feature without values. Faults of several
///          columns are one error; with ReadFor::look, those of features are none. For sequences, naming
///          id and rows, two steps with the same order, and a target, weight or group that changes
///          within a sequence. std::runtime_error if the file cannot be read; std::invalid_argument
///          for a missing column, listing the existing ones, for a column with two roles, and for a
///          bad option.
Dataset read_csv(const std::string& path, const DataOptions& options = {},
                 TargetUse use = TargetUse::required);

/// As read_csv(), from text in memory. `name` is the file name in messages.
Dataset parse_csv(std::string_view text, const std::string& name, const DataOptions& options = {},
                  TargetUse use = TargetUse::required);

/// Writes a table as CSV: a header, the features, a column "weight" if there are weights, and the
/// target last. Missing values are empty fields. Reading the file with read_csv() gives a data set
/// with the same hash(), under three conditions. Options must name the column of weights, several
/// targets, and categories that look like numbers. Labels that are numbers need with_classes(). All
/// categories and classes must occur, in order. Numbers are written with the fewest digits that
/// read back as the same double. The file is replaced atomically.
/// Errors: std::invalid_argument saying why: images, no sample, a column whose name is empty or not
/// unique, text that is not UTF-8 or that represents a missing value, an infinite value, a path
/// that ends in .gz; std::runtime_error as replace_file().
void write_csv(const Dataset& data, const std::string& path);

}  // namespace hebb
