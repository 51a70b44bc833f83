#pragma once

#include <string>

#include "hebb/data/dataset.h"
#include "hebb/formats/options.h"

namespace hebb {

/// Reads a LIBSVM (SVMlight) file, `.gz` too, up to 4 GiB unpacked: a line a sample, `label
/// index:value index:value ...`, indices from 1 and ascending, what is not named is 0. Blank lines
/// and what stands behind `#` are skipped. The table is dense, its columns are c1, c2, ... up to
/// the highest index; the target is called "label" and holds numbers, whose spelling ("+1") is kept
/// for Dataset::with_classes(). With TargetUse::optional there is no target if a label is missing.
/// Limits:  2,097,152 columns, 4 GiB of values in double.
/// Errors:  DataError naming file, line and column (of bytes): no sample or no entry, a label that
///          is missing, several or no number, an index below 1, beyond the limit, repeated or
///          smaller than the one before, an entry that is no index:value, a value that is missing,
///          no number, NaN or infinite, query groups (qid:), a limit. The limits are checked before
///          memory is taken. std::runtime_error if the file cannot be read.
/// Source:  C.-C. Chang and C.-J. Lin, LIBSVM; T. Joachims, SVMlight.
Dataset read_libsvm(const std::string& path, TargetUse use = TargetUse::required);

/// Writes a table as LIBSVM, zeros left out. read_libsvm() gives the same values; names are lost,
/// so the hash() is the same if the columns are called c1, c2, ... and the target "label",
/// with_classes() where there are classes. Errors: std::invalid_argument saying why: images, no
/// sample, a column of categories, a missing or infinite value, weights, no target or several,
/// labels that are no numbers, a path that ends in .gz; std::runtime_error as replace_file().
void write_libsvm(const Dataset& data, const std::string& path);

}  // namespace hebb
