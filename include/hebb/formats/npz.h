#pragma once

#include <string>

#include "hebb/data/dataset.h"
#include "hebb/formats/options.h"

namespace hebb {

/// Reads an NPZ file as written by numpy.savez and savez_compressed. The names of its arrays give
/// their meaning:
///   X, x, data or images   features, of shape (N, features); or images, which are bytes (uint8) of
///                          shape (N, H, W) or (N, C, H, W)
///   y, target or labels    the target, of shape (N) or, of several numbers, (N, k): numbers, or
///                          texts, which become classes in the order of read_csv()
///   classes                texts: the class names, which whole numbers in y index from 0
///   features, y_names      texts: the names of the columns, by default c1, c2, ..., and of the
///                          target, by default y, or y1, y2, ...
///   w or sample_weight     weights of the samples, 0 or more
/// Instead of X and y there may be x_train, y_train and, optionally, x_test and y_test, as in
/// Keras: the data set then has a predefined test part. Other arrays are ignored. NaN is a missing
/// feature. An NPY file contains only features. Supported are the versions 1 to 3 of the NPY
/// format; bool, integers, floats of 2, 4 and 8 bytes, and texts ('U', 'S') for names and labels;
/// any byte order, and both C and Fortran order. Numbers become double; labels that are
/// integers are exact, and features that are rounded are warned of. Nothing that could run code is
/// read.
/// Limits:  2,097,152 columns, headers of 10,000 bytes; for an NPZ file, 4 GiB in memory per array.
/// Errors:  DataError naming file, array, and byte or row: Python objects (pickle), complex numbers
///          and other types, a shape larger than the file or smaller than the array, a shape that
///          is none of the above, labels without a class, infinite values, a missing array, listing
///          the existing ones, an exceeded limit; an archive that is truncated or damaged, claims
///          more than its bytes can hold, is encrypted, or contains absolute names or "..". All
///          sizes are checked before memory is allocated. std::runtime_error if the file cannot be
///          read.
/// Source:  NumPy enhancement proposal 1.
Dataset read_npz(const std::string& path, TargetUse use = TargetUse::required);

/// Writes an NPZ file, compressed, with arrays named as read_npz() reads them: X in double, images
/// in bytes; y, for classes as whole numbers together with the array `classes`; names if they are
/// not the default ones; w. A data set with a predefined test part is written as x_train, y_train,
/// x_test and y_test. read_npz() and numpy.load() read the same values, and read_npz() gives the
/// same hash(). The file is replaced atomically.
/// Errors: std::invalid_argument saying why: no sample, a column of categories, a name that occurs
/// twice, is not UTF-8 or contains NUL, an infinite value; std::runtime_error as replace_file().
void write_npz(const Dataset& data, const std::string& path);

}  // namespace hebb
