#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/csv_layout.h"

namespace hebb {

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// A violation of a rule at a byte of the text. CsvText::raise() throws it as a DataError.
struct CsvFault {
  std::size_t offset;
  std::string rule;
  std::optional<std::size_t> opened = {};  ///< the start of the field concerned
};

/// The message for text in another encoding, to follow its name.
inline constexpr const char* kNotUtf8 =
    " is not UTF-8: save the file as UTF-8 (from Latin-1: iconv -f LATIN1 -t UTF-8)";

/// One field: its text without blanks around it and without quotes, and where it starts.
struct CsvCell {
  std::string_view text;
  std::size_t offset;
  bool doubled = false;  ///< contains doubled quotes, each meaning one

  /// The text with doubled quotes replaced by single ones, if necessary in `buffer`.
  std::string_view plain(std::string& buffer) const;
};

/// Consecutive rows, which one thread reads at a time.
struct CsvChunk {
  std::size_t begin, end;  ///< bytes, from the start of a row
  std::size_t first_row, rows;
};

/// The text of a table as in RFC 4180, which may also have other separators, and blanks around
/// fields and blank lines, which are skipped. Nothing is copied.
class CsvText {
 public:
  static constexpr std::size_t kMostColumns = std::size_t{1} << 21;
  static constexpr std::size_t kMostInCell = std::size_t{1} << 20;

  /// Strips the byte-order mark and finds the layout as find_layout() does.
  /// Errors: DataError for an empty text, UTF-16, NUL; std::invalid_argument for an impossible
  /// `sep`.
  CsvText(std::string_view text, std::string name, const std::optional<std::string>& sep);

  const std::string& name() const { return name_; }
  std::size_t size() const { return text_.size(); }
  /// Where the first row begins, below titles.
  std::size_t begin() const { return skip_blank_lines(layout_.begin); }
  const CsvLayout& layout() const { return layout_; }
  /// "name:line:column" of a byte.
  std::string place(std::size_t offset) const;
  /// The fault with its place.
  std::string message(const CsvFault& fault) const;
  /// Throws the fault as a DataError with its message().
  [[noreturn]] void raise(const CsvFault& fault) const;

  /// The first byte at or after `at` that is not part of a blank line.
  std::size_t skip_blank_lines(std::size_t at) const;
  /// Calls on_cell(CsvCell) for each field of the row at `at` and returns where the next row
  /// starts. Errors: CsvFault.
  template <class OnCell>
  std::size_t read_row(std::size_t at, std::size_t end, const OnCell& on_cell) const;
  /// The field that starts at `at`.
  CsvCell cell_at(std::size_t at) const;

  /// Cuts the rows from `begin` on into chunks, on several threads. The chunks depend only on the
  /// text. Errors: CsvFault for NUL.
  template <class Run>
  std::vector<CsvChunk> chunks(std::size_t begin, const Run& run) const;

 private:
  struct Scan {
    std::size_t first = 0, rows = 0;
    bool odd_quotes = false;
  };

  bool is_blank(char c) const { return (c == ' ' || c == '\t') && c != sep_ && !layout_.blanks; }
  // Where blanks separate: the first byte from `at` on that is none.
  std::size_t skip_run(std::size_t at, std::size_t end) const {
    while (at < end && (text_[at] == ' ' || text_[at] == '\t')) ++at;
    return at;
  }
  bool is_blank_line(std::size_t at) const;
  void check_nul(std::size_t begin, std::size_t end) const;
  CsvCell read_cell(std::size_t& at, std::size_t end) const;
  CsvCell read_quoted(std::size_t& at, std::size_t end) const;
  [[noreturn]] static void quote_inside(std::size_t at);
  [[noreturn]] static void too_long(const CsvCell& cell);
  [[noreturn]] static void stray_return(std::size_t at);
  Scan scan(std::size_t body, std::size_t begin, std::size_t end, bool inside) const;

  std::string_view text_;
  std::string name_;
  std::size_t skipped_ = 0;  // bytes of the byte-order mark
  CsvLayout layout_;
  char sep_ = ',';
  bool stops_[256] = {};  // bytes at which an unquoted field may end
};

// Inline, since it is called for every field of the text: what it throws is made elsewhere, so that it is small.
inline CsvCell CsvText::read_cell(std::size_t& at, std::size_t end) const {
  const char* const text = text_.data();
  while (at < end && is_blank(text[at])) ++at;
  const std::size_t begin = at;
  if (at < end && text[at] == '"') return read_quoted(at, end);
  while (at < end && !stops_[static_cast<unsigned char>(text[at])]) ++at;
  if (at < end && text[at] == '"') quote_inside(at);
  std::size_t last = at;
  while (last > begin && is_blank(text[last - 1])) --last;
  return {.text = text_.substr(begin, last - begin), .offset = begin};
}

template <class OnCell>
std::size_t CsvText::read_row(std::size_t at, std::size_t end, const OnCell& on_cell) const {
  if (layout_.blanks) at = skip_run(at, end);
  for (;;) {
    const CsvCell cell = read_cell(at, end);
    if (cell.text.size() > kMostInCell) too_long(cell);
    on_cell(cell);
    if (layout_.blanks) [[unlikely]] {
      at = skip_run(at, end);
      if (at < end && text_[at] != '\n' && text_[at] != '\r') continue;
    }
    if (at == end) return end;
    if (text_[at] == sep_) {
      ++at;
      continue;
    }
    if (text_[at] == '\r' && ++at < end && text_[at] != '\n') stray_return(at - 1);
    return at < end ? at + 1 : end;
  }
}

template <class Run>
std::vector<CsvChunk> CsvText::chunks(std::size_t begin, const Run& run) const {
  constexpr std::size_t kSize = std::size_t{1} << 20;
  const std::size_t count = (size() - begin + kSize - 1) / kSize;
  std::vector<Scan> scans(count);
  const auto scan_one = [&](std::size_t i, bool inside) {
    const std::size_t from = begin + i * kSize;
    scans[i] = scan(begin, from, std::min(from + kSize, size()), inside);
  };
  run(count, [&](std::size_t i, std::size_t) { scan_one(i, false); });
  // In most texts no chunk begins inside quotes; the chunks that do are scanned again.
  std::vector<std::size_t> again;
  bool inside = false;
  for (std::size_t i = 0; i < count; ++i) {
    if (inside) again.push_back(i);
    inside ^= scans[i].odd_quotes;
  }
  run(again.size(), [&](std::size_t i, std::size_t) { scan_one(again[i], true); });

  std::vector<CsvChunk> chunks;
  std::size_t row = 0;
  for (const Scan& found : scans) {
    if (found.rows == 0) continue;
    if (!chunks.empty()) chunks.back().end = found.first;
    chunks.push_back({found.first, size(), row, found.rows});
    row += found.rows;
  }
  return chunks;
}

/// "name:line:column" of a byte, both from 1, the column in bytes.
std::string text_place(std::string_view text, const std::string& name, std::size_t offset);

}  // namespace hebb
