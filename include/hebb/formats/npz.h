#pragma once

#include <string>

#include "hebb/data/dataset.h"
#include "hebb/formats/options.h"

namespace hebb {

/// Reads an NPZ file, as numpy.savez and savez_compressed write it, by the names of its arrays:
///   X, x, data or images   features, of shape (N, features), or bytes (uint8) of shape (N, H, W)
///   or
///                          (N, C, H, W): those are images
///   y, target or labels    the target, of shape (N) or, of several numbers, (N, k): numbers, or
///                          texts, which become classes in the order of read_csv()
///   classes                texts: the classes that whole numbers in y count from 0
///   features, y_names      texts: the columns' names, otherwise c1, c2, ..., and the target's,
///                          otherwise y, or y1, y2, ...
///   w or sample_weight     weights of the samples, 0 or more
/// With x_train, y_train and, if there, x_test and y_test in place of X and y, as Keras has them,
/// the set has a part for testing. Other arrays are passed over. NaN is a missing feature.
/// An NPY file holds features alone. Versions 1 to 3; bool, integers, floats of 2, 4 and 8 bytes,
/// texts ('U', 'S') of names and labels, in any order of bytes and of axes; numbers become double.
/// Nothing that could run code is read.
/// Limits:  2,097,152 columns, headers of 10,000 bytes; of an NPZ file 4 GiB an array, as it is
/// held
///          in memory.
/// Errors:  DataError naming file, array, and byte or row: Python objects (pickle), complex numbers
///          and other types, a shape larger than the file or smaller than the array, a shape that
///          is none of the above, labels that are no class, infinite values, a missing array that
///          is needed, with those there are, a limit; an archive that is cut short or damaged,
///          claims more than its bytes can hold, is encrypted, or has absolute names or ".." in it.
///          All sizes are checked before memory is taken. std::runtime_error if the file cannot be
///          read.
/// Source:  NumPy enhancement proposal 1.
Dataset read_npz(const std::string& path, TargetUse use = TargetUse::required);

/// Writes an NPZ file, compressed, with arrays named as read_npz() reads them: X in double, images
/// in bytes; y, for classes as whole numbers beside their `classes`; names where they are not those
/// by default; w. A data set with a part for testing is written as x_train, y_train, x_test and
/// y_test. read_npz() and numpy.load() read the same values, read_npz() the same hash(). The file
/// is replaced whole. Errors: std::invalid_argument saying why: no sample, a column of categories,
/// a name that occurs twice, is not UTF-8 or has NUL in it, an infinite value; std::runtime_error
/// as replace_file().
void write_npz(const Dataset& data, const std::string& path);

}  // namespace hebb
