#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "hebb/formats/npz.h"

namespace hebb {

/// Bytes that one array of an archive may take in memory: 4 GiB.
constexpr std::uint64_t kMostArrayBytes = std::uint64_t{4} << 30;

/// read_npz() from bytes in memory; `name` stands for the file in messages.
Dataset parse_npz(std::span<const std::uint8_t> bytes, const std::string& name, TargetUse use,
                  std::uint64_t most_bytes = kMostArrayBytes);

}  // namespace hebb
