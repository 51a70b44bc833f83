#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/core/text.h"  // IWYU pragma: export

namespace hebb::app {

/// Columns that `text` takes on a terminal (one a code point).
std::size_t columns(std::string_view text);

/// Breaks at blanks into lines of at most `width` columns; a longer word stands alone.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// The size of a file: "2.6 MB". Errors: std::filesystem::filesystem_error.
std::string file_size_text(const std::string& path);
/// "0.42 s", "3:07", "1:02:33"
std::string seconds_text(double seconds);
/// Few digits, for people: "0.0312", "1.2e-05", "123456".
std::string short_number(double value);

/// Rows of cells, aligned. `align` holds one letter a column: l, r; a last column of kind l is
/// wrapped to `width`. Two blanks stand in front of each line.
std::string aligned(const std::vector<std::vector<std::string>>& rows, std::string_view align,
                    std::size_t width);

}  // namespace hebb::app
