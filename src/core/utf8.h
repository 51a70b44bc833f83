#pragma once

#include <cstddef>
#include <string_view>

namespace hebb {

/// The length in bytes, 1 to 4, of the code point at the start of `text`; 0 if it is invalid.
/// Over-long forms, surrogates and values above U+10FFFF are invalid.
/// Source:  RFC 3629.
std::size_t utf8_length(std::string_view text);

/// As utf8_length(), but also 0 for control characters (C0, DEL, C1), which must not be printed.
std::size_t utf8_shown_length(std::string_view text);

}  // namespace hebb
