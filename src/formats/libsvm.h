#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "hebb/formats/data_file.h"
#include "hebb/formats/libsvm.h"

namespace hebb {

/// The largest number of values, in double, of a dense table: 4 GiB.
constexpr std::uint64_t kMostDenseValues = std::uint64_t{1} << 29;

/// As read_libsvm(), from text in memory. `name` is the file name in messages.
Dataset parse_libsvm(std::string_view text, const std::string& name, TargetUse use,
                     std::uint64_t most_values = kMostDenseValues);

/// Whether a file begins like LIBSVM, with a number and an index:value.
bool looks_like_libsvm(const DataFile& file);

}  // namespace hebb
