#pragma once

#include <string>
#include <string_view>

namespace hebb::fuzz {

/// A container as a writer would have left it who meant its content: its checksums are made to
/// hold. What is no container is left as it is. Without this a fuzzer sees nothing but "checksum
/// does not hold".
std::string with_checksums(std::string_view file);

}  // namespace hebb::fuzz
