#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hebb {

/// What separates the fields of a text, and where its rows begin.
struct CsvLayout {
  char sep = ',';
  bool blanks = false;          ///< runs of blanks and tabs separate; `sep` is ' '
  std::size_t begin = 0;        ///< the first byte behind a line "sep=;" and title lines
  std::string_view title = {};  ///< the first line above the header, if any
};

/// Finds the layout in the first lines. Without `sep` the separator is that of a line "sep=;", as
/// Excel writes it; otherwise the most frequent one of , ; tab | in the first line. It is blanks if
/// splitting at them gives every line the same number of fields, at least two, with numbers in all
/// lines but the first; a tab is replaced by blanks if, in addition, every such field is a number
/// or quoted, and there are more of them. Lines without a separator above a line of names that is
/// followed by lines with as many fields are titles; so are lines of which only the first field has
/// text, if numbers follow the names.
/// Errors: std::invalid_argument for an impossible `sep`.
CsvLayout find_layout(std::string_view text, const std::optional<std::string>& sep);

}  // namespace hebb
