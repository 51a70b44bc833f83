#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hebb::fuzz {

/// The container with some of its content changed as `seed` says, and checksums that hold: an entry
/// of its record or of another of its texts gets another type, number or text, is nested, removed or
/// repeated; a tensor gets another shape, type, name, size or number, is removed or repeated. What is
/// no container is returned as it is. With this a fuzzer reaches the code behind the container's own
/// rules, where changed bytes seldom get.
std::string changed_container(std::string_view file, std::uint64_t seed);

}  // namespace hebb::fuzz
