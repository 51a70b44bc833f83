#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hebb {

/// Escapes text for HTML, also within attributes. Invalid UTF-8 and control characters become
/// U+FFFD.
std::string html_text(std::string_view text);

/// "data:image/svg+xml;base64,...": a file inside a page.
std::string data_uri(std::string_view bytes, std::string_view type);

/// A table with a caption and headings; the first cell of a row is its heading. Cells are HTML.
struct HtmlTable {
  std::string caption;
  std::vector<std::string> headings;
  std::vector<std::vector<std::string>> rows = {};
  bool numbers = true;    ///< columns are numbers, right-aligned, except the first ones:
  std::size_t words = 1;  ///< as many are words, left-aligned

  std::string html() const;
};

/// A section of the page under its heading. `body` is HTML.
std::string html_section(const std::string& id, const std::string& heading,
                         const std::string& body);

/// The whole page around `body`, with head and style and without external resources.
std::string html_page(const std::string& title, const std::string& body);

}  // namespace hebb
