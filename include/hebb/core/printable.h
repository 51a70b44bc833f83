#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hebb {

/// `text` as it may be printed on a terminal. Labels, names and messages may contain bytes of files,
/// and such bytes could move the cursor, change colours, or reorder what is displayed. Escaped are
/// control characters (\n, \r, \t, others of one byte as \x1b, of two as \u009b), separators of lines
/// and paragraphs and the characters that set the direction of text (\u202e), and bytes that are not
/// UTF-8 (\xff). Everything else is unchanged, so printable(printable(text)) is printable(text).
/// Exceptions and data written for programs contain the text itself.
std::string printable(std::string_view text);

/// The number of columns that printable(text) occupies on a terminal: 2 for each wide character
/// (East Asian Width W or F), 0 for marks that combine with the character before and for other
/// characters that are not drawn, 1 for all others.
/// Source:  Unicode Standard Annex 11; Unicode 14.
std::size_t display_width(std::string_view text);

/// The longest beginning of `text` of which display_width() is at most `width`. Combining marks stay
/// with their character, and an escaped character is not divided.
std::string_view cut_to_width(std::string_view text, std::size_t width);

/// A name of the data as people read it in tables, figures and sentences: "(empty)" if it has no
/// characters, within quotes if it has only blanks, and cut with an ellipsis if it is wider than
/// `width` columns. Data for programs contain the name itself.
std::string shown_name(std::string_view name, std::size_t width = 60);
/// The same in a sentence, always within quotes: 'name'.
std::string quoted_name(std::string_view name, std::size_t width = 60);

}  // namespace hebb
