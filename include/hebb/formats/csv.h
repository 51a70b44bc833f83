#pragma once

#include <string>
#include <string_view>

#include "hebb/data/dataset.h"
#include "hebb/formats/options.h"

namespace hebb {

/// Reads a CSV or TSV file (RFC 4180; `.gz` too, up to 4 GiB unpacked; "-" is standard input), on
/// many threads with the same result. Blank lines are skipped, blanks around fields dropped.
/// Columns whose every value is a number or missing are numeric; those with texts are categories
/// (missing: NaN), unless two thirds of the values are numbers: then the text is an error. A target
/// of texts gives classes, sorted by number if all are numbers, otherwise as text; numbers keep the
/// spelling of the user for Dataset::with_classes(). Of several targets each may hold either.
/// Groups and sequence ids are names, whatever they look like; times and orders are numbers, or
/// texts that sort as they should, as 2024-01-31 does.
///
/// With `sequence`, the rows of one id are the steps of one sample, in the order of `order` or as
/// they stand; sequences stand in the order in which the file first names them. Target, weight and
/// group must then be the same in all steps, but for a target with `step_target`; the time of a
/// sequence is the latest of its steps.
/// Limits:  2,097,152 columns, 1 MiB a field.
/// Errors:  DataError naming file, line and column (of bytes): empty, header without rows, a row of
///          another length, quotes against the rules, UTF-16, NUL, two columns of one name, text in
///          a numeric column, a decimal comma, infinity or a number beyond double, a missing target,
///          weight, group, time, id or order, a negative weight, a feature of more than 1000 texts
///          that differ in most rows, a limit; of sequences, naming id and rows, two steps of one
///          order, and a target, weight or group that changes within one. std::runtime_error if the file
///          cannot be read; std::invalid_argument for a column that is not there, with the list, or
///          that is to be two things, and for a bad option.
Dataset read_csv(const std::string& path, const DataOptions& options = {},
                 TargetUse use = TargetUse::required);

/// The same from text in memory; `name` stands for the file in messages.
Dataset parse_csv(std::string_view text, const std::string& name, const DataOptions& options = {},
                  TargetUse use = TargetUse::required);

/// Writes a table as CSV: a header, the features, a column "weight" if there are weights, and the
/// target last; what is missing is empty. read_csv(), told which columns are the weight, several
/// targets, or categories that look like numbers, gives a data set of the same hash(),
/// with_classes() where the labels are numbers; of categories and classes it knows those that
/// occur, in order. Numbers are the shortest texts that are read as the same double. The file is
/// replaced whole. Errors: std::invalid_argument saying why: images, no sample, a column without a
/// name of its own, text that is not UTF-8 or that stands for a missing value, an infinite value, a
/// path that ends in .gz; std::runtime_error as replace_file().
void write_csv(const Dataset& data, const std::string& path);

}  // namespace hebb
