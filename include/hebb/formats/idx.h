#pragma once

#include <string>

#include "hebb/data/dataset.h"

namespace hebb {

/// Reads the images of an IDX file (`.gz` too): unsigned bytes of rank 3 (N, H, W).
/// Source: LeCun, "The MNIST database", the file format at its end.
/// Errors: DataError naming the file and the byte: wrong magic, sizes that differ from the file's,
/// a bad or cut gzip stream, trailing bytes, more than 4 GiB out of gzip. Sizes are checked before
/// memory is taken. std::runtime_error if the file cannot be read.
Images read_idx_images(const std::string& path);

/// Reads the labels of an IDX file (`.gz` too): unsigned bytes of rank 1. The classes are the
/// numbers that occur, as text. Errors: as read_idx_images().
Target read_idx_labels(const std::string& path);

/// Images with the labels found beside them: the same name with `images` -> `labels` and `idx3` ->
/// `idx1`, `.gz` or not. Without labels: DataError if `labels_required`, otherwise no target.
/// Errors: as read_idx_images(); DataError naming both files if there are not as many labels as
/// images.
Dataset read_idx(const std::string& images_path, bool labels_required = true);

/// The same from two files. Errors: as above.
Dataset read_idx(const std::string& images_path, const std::string& labels_path);

}  // namespace hebb
