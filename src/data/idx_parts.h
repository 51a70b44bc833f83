#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "hebb/data/dataset.h"

namespace hebb {

/// An IDX file's bytes, as they stand on the disk, and what to call them in messages.
struct IdxBytes {
  std::span<const std::uint8_t> bytes;
  std::string name;
};

/// Images of several files, one behind the other in one allocation. Errors: as read_idx_images();
/// DataError naming both files if their images differ in size.
Images read_idx_images(std::span<const IdxBytes> parts);
/// Labels of several files. Errors: as read_idx_labels().
Target read_idx_labels(std::span<const IdxBytes> parts);

/// Whether the bytes, or the name, are those of an IDX file.
bool looks_like_idx(std::span<const std::uint8_t> bytes, const std::string& name);

}  // namespace hebb
