#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "hebb/formats/npz.h"

namespace hebb {

/// The largest size of one array of an archive in memory: 4 GiB.
constexpr std::uint64_t kMostArrayBytes = std::uint64_t{4} << 30;

/// As read_npz(), from bytes in memory. `name` is the file name in messages.
Dataset parse_npz(std::span<const std::uint8_t> bytes, const std::string& name, TargetUse use,
                  std::uint64_t most_bytes = kMostArrayBytes);

}  // namespace hebb
