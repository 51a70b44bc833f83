#pragma once

#include <string>

#include "hebb/data/dataset.h"
#include "hebb/formats/options.h"

namespace hebb {

/// Reads a LIBSVM (SVMlight) file, also `.gz`, up to 4 GiB unpacked. Each line is a sample, `label
/// index:value index:value ...`, with ascending indices from 1; values that are not listed are 0.
/// Blank lines and text after `#` are skipped. The table is dense, with columns c1, c2, ... up to
/// the highest index. The target is called "label" and contains numbers, whose spelling ("+1") is
/// kept for Dataset::with_classes(), as are integers that a double rounds. With TargetUse::optional there is no target if a label is
/// missing.
/// Limits:  2,097,152 columns, 4 GiB of values in double.
/// Errors:  DataError naming file, line and column (of bytes): no sample or no entry, a label that
///          is missing, multiple or not a number, an index below 1, above the limit, repeated or
///          smaller than the one before, an entry that is not index:value, a value that is missing,
///          not a number, NaN or infinite, query groups (qid:), an exceeded limit. The limits are
///          checked before memory is allocated. std::runtime_error if the file cannot be read.
/// Source:  C.-C. Chang and C.-J. Lin, LIBSVM; T. Joachims, SVMlight.
Dataset read_libsvm(const std::string& path, TargetUse use = TargetUse::required);

/// Writes a table as LIBSVM, without zeros. read_libsvm() gives the same values. Names are lost, so
/// the hash() is the same only if the columns are called c1, c2, ... and the target "label";
/// classes also need with_classes().
/// Errors: std::invalid_argument saying why: images, no sample, a column of categories, a missing
/// or infinite value, weights, no target or several, labels that are not numbers, a path that ends
/// in .gz; std::runtime_error as replace_file().
void write_libsvm(const Dataset& data, const std::string& path);

}  // namespace hebb
