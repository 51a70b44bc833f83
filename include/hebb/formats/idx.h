#pragma once

#include <string>
#include <vector>

#include "hebb/data/dataset.h"

namespace hebb {

/// Reads the images of an IDX file (also `.gz`): unsigned bytes of rank 3 (N, H, W).
/// Source: LeCun, "The MNIST database", the file format at its end.
/// Errors: DataError naming the file and the byte: wrong magic number, sizes that do not match the
/// file's size, a damaged or truncated gzip stream, trailing bytes, more than 4 GiB unpacked. Sizes
/// are checked before memory is allocated. std::runtime_error if the file cannot be read.
Images read_idx_images(const std::string& path);

/// Reads the labels of an IDX file (also `.gz`): unsigned bytes of rank 1. The classes are the
/// numbers that occur, as text. Errors: as read_idx_images().
Target read_idx_labels(const std::string& path);

/// The paths at which read_idx() looks for the labels of an image file: the same name with `labels`
/// in place of `images` and `idx1` in place of `idx3`, with and without `.gz`. None if the name does
/// not contain `images`.
std::vector<std::string> idx_label_paths(const std::string& images_path);

/// Reads images, and their labels from the first of idx_label_paths() that exists. If there is no
/// such file: DataError if `labels_required`, otherwise no target.
/// Errors: as read_idx_images(); DataError naming both files if the numbers of labels and images
/// differ.
Dataset read_idx(const std::string& images_path, bool labels_required = true);

/// Reads images and labels from the two given files. Errors: as above.
Dataset read_idx(const std::string& images_path, const std::string& labels_path);

}  // namespace hebb
