#pragma once

#include <string_view>

namespace hebb {

/// Whether a text, among numbers, is one that programs and people write for a missing value: None,
/// NULL, n/a, #N/A, -, ?, ... in any case. As a value of a column of texts it may well be a name.
bool is_missing_word(std::string_view text);

}  // namespace hebb
