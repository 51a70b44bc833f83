#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "hebb/data/formats.h"

namespace hebb {

/// Values in double that a dense table may have: 4 GiB.
constexpr std::uint64_t kMostDenseValues = std::uint64_t{1} << 29;

/// read_libsvm() from text in memory; `name` stands for the file in messages.
Dataset parse_libsvm(std::string_view text, const std::string& name, TargetUse use,
                     std::uint64_t most_values = kMostDenseValues);

/// Whether a file's name says that it is LIBSVM: .libsvm, .svm, .svmlight, and these with .gz.
bool is_libsvm_name(const std::string& name);

/// Whether the bytes, of a file called `name`, begin as LIBSVM does: with a number and an
/// index:value.
bool looks_like_libsvm(std::span<const std::uint8_t> bytes, const std::string& name);

}  // namespace hebb
