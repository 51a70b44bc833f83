#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace hebb::fuzz {

/// A container as a writer would have left it who meant its content: its checksums are made to
/// hold. What is no container is left as it is. Without this a fuzzer sees nothing but "checksum
/// does not hold".
std::string with_checksums(std::string_view file);

/// The same of a container's header and of the data behind it. `header` must be an object, and its
/// __metadata__ too.
std::string with_checksums(nlohmann::json header, std::string_view data);

}  // namespace hebb::fuzz
