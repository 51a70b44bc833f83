#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"

namespace hebb {

/// An IDX file's bytes as they are on the disk, and their name in messages.
struct IdxBytes {
  std::span<const std::uint8_t> bytes;
  std::string name;
};

/// Reads images and labels of several files each into one allocation. The test part is the last
/// file. `class_names` are the names of the labels 0, 1, ...; if empty, the numbers are used.
/// Errors: as read_idx(); DataError naming both files if their images differ in size, or naming a
/// label that has no name.
Dataset read_idx_parts(const std::vector<IdxBytes>& images, const std::vector<IdxBytes>& labels,
                       const std::vector<std::string>& class_names);

}  // namespace hebb
