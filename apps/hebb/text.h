#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hebb::app {

/// Columns that `text` takes on a terminal (one a code point).
std::size_t columns(std::string_view text);

/// Breaks at blanks into lines of at most `width` columns; a longer word stands alone.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// "669,706"
std::string grouped(std::uint64_t number);
/// "1 sample", "1,797 samples", "10 classes"
std::string counted(std::uint64_t number, const std::string& noun);
/// "2.6 MB"
std::string bytes_text(double bytes);
/// "0.42 s", "3:07", "1:02:33"
std::string seconds_text(double seconds);
/// Few digits, for people: "0.0312", "1.2e-05", "123456".
std::string short_number(double value);

/// Rows of cells, aligned. `align` holds one letter a column: l, r; a last column of kind l is
/// wrapped to `width`. Two blanks stand in front of each line.
std::string aligned(const std::vector<std::vector<std::string>>& rows, std::string_view align,
                    std::size_t width);

/// A cell of a CSV file, quoted where it has to be.
std::string csv_cell(const std::string& text);

/// The digits that read back the same float32.
std::string float_text(float value);

/// A word for a shell, quoted where it has to be.
std::string shell_word(const std::string& word);

}  // namespace hebb::app
