#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/core/printable.h"  // IWYU pragma: export
#include "hebb/core/text.h"       // IWYU pragma: export

namespace hebb::app {

/// Breaks printable(text) at blanks into lines of at most `width` columns; a longer word is a line of
/// its own.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// The size of a file: "2.6 MB"; "no regular file" for a device or a pipe, which have none.
std::string file_size_text(const std::string& path);
/// "0.42 s", "3:07", "1:02:33"
std::string seconds_text(double seconds);
/// At most 4 significant digits: "0.0312", "1.2e-05", "1.235e+05".
std::string short_number(double value);

/// The lines of wrap(), each behind `indent` blanks and with its end; at most `width` columns in all.
std::string paragraph(std::string_view text, std::size_t width, std::size_t indent = 0);

/// Rows of cells, each as printable() has it, as aligned columns. `align` has one letter per
/// column: l (left) or r (right); a last column with l is wrapped to `width`. Each line is indented
/// by two blanks. If the rows are wider than `width` and the first column has l, so that it names
/// them, long names are cut with an ellipsis, and columns that still do not fit stand below, in
/// further blocks with the names in front. In two columns of which the last is wrapped, a long name is
/// a line of its own.
std::string aligned(const std::vector<std::vector<std::string>>& rows, std::string_view align,
                    std::size_t width);

}  // namespace hebb::app
