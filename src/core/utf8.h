#pragma once

#include <cstddef>
#include <string_view>

namespace hebb {

/// Bytes of the code point with which `text` begins, 1 to 4; 0 if it begins with none: over-long
/// forms, surrogates and what lies beyond U+10FFFF are none.
/// Source:  RFC 3629.
std::size_t utf8_length(std::string_view text);

/// The same for characters that may be shown: control characters (C0, DEL, C1) are none.
std::size_t utf8_shown_length(std::string_view text);

}  // namespace hebb
