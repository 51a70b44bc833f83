#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"

namespace hebb {

/// An IDX file's bytes, as they stand on the disk, and what to call them in messages.
struct IdxBytes {
  std::span<const std::uint8_t> bytes;
  std::string name;
};

/// Images and labels of several files each, in one allocation; the test part begins with the last
/// file. The labels 0, 1, ... are called by `class_names`, unless there are none. Errors: as
/// read_idx(); DataError naming both files if their images differ in size, or naming a label that
/// has no name.
Dataset read_idx_parts(const std::vector<IdxBytes>& images, const std::vector<IdxBytes>& labels,
                       const std::vector<std::string>& class_names);

}  // namespace hebb
