// A text is cut into chunks of 1 MiB that threads read independently. The number of quotes before a
// line end shows whether it is inside quotes: quotes may only open or close a field or be doubled
// in one, so an odd number means "inside". Violations of this rule are found when the rows are
// read, and the first one in the file is reported.
#include "formats/csv_text.h"

#include <algorithm>
#include <cstring>

#include "hebb/core/error.h"

namespace hebb {

std::string_view CsvCell::plain(std::string& buffer) const {
  if (!doubled) return text;
  buffer.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    buffer += text[i];
    if (text[i] == '"') ++i;
  }
  return buffer;
}

CsvText::CsvText(std::string_view text, std::string name, const std::optional<std::string>& sep)
    : text_(text), name_(std::move(name)) {
  check_data(!text.starts_with("\xFF\xFE") && !text.starts_with("\xFE\xFF"), name_,
             ":1:1: the text is UTF-16: save it as UTF-8 (iconv -f UTF-16 -t UTF-8)");
  if (text.starts_with(kByteOrderMark)) text_.remove_prefix(skipped_ = kByteOrderMark.size());
  check_data(skip_blank_lines(0) < size(), name_, ":1:1: the file is empty");
  // Binary data is detected first, because the header's rules apply only to text.
  constexpr std::size_t kFirstLook = std::size_t{1} << 16;
  try {
    check_nul(0, std::min(size(), kFirstLook));
  } catch (const CsvFault& fault) {
    raise(fault);
  }
  layout_ = find_layout(text_, sep);
  check_data(begin() < size(), name_, ":2:1: the file is empty but for its first line");
  sep_ = layout_.sep;
  for (const char c : {sep_, '"', '\n', '\r', layout_.blanks ? '\t' : sep_})
    stops_[static_cast<unsigned char>(c)] = true;
}

std::string CsvText::place(std::size_t offset) const { return text_place(text_, name_, offset); }

std::string CsvText::message(const CsvFault& fault) const {
  std::string text = place(fault.offset) + ": " + fault.rule;
  if (fault.opened) text += "; the field opens at " + place(*fault.opened);
  return text;
}

void CsvText::raise(const CsvFault& fault) const { throw DataError(message(fault)); }

bool CsvText::is_blank_line(std::size_t at) const {
  if (layout_.blanks) at = skip_run(at, size());
  if (at < size() && text_[at] == '\r') ++at;
  return at >= size() || text_[at] == '\n';
}

std::size_t CsvText::skip_blank_lines(std::size_t at) const {
  while (at < size() && is_blank_line(at)) at = std::min(text_.find('\n', at), size() - 1) + 1;
  return at;
}

void CsvText::check_nul(std::size_t begin, std::size_t end) const {
  const void* const found = std::memchr(text_.data() + begin, '\0', end - begin);
  if (found == nullptr) return;
  const auto offset = static_cast<std::size_t>(static_cast<const char*>(found) - text_.data());
  throw CsvFault{offset, concat("byte ", offset + skipped_,
                                " is NUL: this is no text, or UTF-16 (save it as UTF-8)")};
}

CsvCell CsvText::read_quoted(std::size_t& at, std::size_t end) const {
  const std::size_t opened = at;
  CsvCell cell{.text = {}, .offset = opened};
  for (++at;; at += 2) {
    at = std::min(text_.substr(0, end).find('"', at), end);
    if (at == end) throw CsvFault{opened, "the quote that opens here is never closed"};
    if (at + 1 == end || text_[at + 1] != '"') break;
    cell.doubled = true;
  }
  cell.text = text_.substr(opened + 1, at - opened - 1);
  for (++at; at < end && is_blank(text_[at]);) ++at;
  const bool at_run = layout_.blanks && at < end && text_[at] == '\t';
  if (at < end && !at_run && text_[at] != sep_ && text_[at] != '\n' && text_[at] != '\r')
    throw CsvFault{at, "text behind a closing quote: quotes in a field must be doubled", opened};
  return cell;
}

void CsvText::quote_inside(std::size_t at) {
  throw CsvFault{at,
                 "a quote inside a field that is not quoted: quote the whole field and double the "
                 "quotes in it"};
}

void CsvText::too_long(const CsvCell& cell) {
  throw CsvFault{cell.offset, "a field of " + std::to_string(cell.text.size()) +
                                  " bytes, at most " + std::to_string(kMostInCell) +
                                  "; is a quote or a line end missing?"};
}

void CsvText::stray_return(std::size_t at) {
  throw CsvFault{at, "a carriage return inside a row: lines end with \\n or \\r\\n"};
}

CsvCell CsvText::cell_at(std::size_t at) const { return read_cell(at, size()); }

CsvText::Scan CsvText::scan(std::size_t body, std::size_t begin, std::size_t end,
                            bool inside) const {
  check_nul(begin, end);
  Scan found;
  const auto start_row = [&](std::size_t at) {
    if (is_blank_line(at)) return;
    if (found.rows++ == 0) found.first = at;
  };
  if (begin == body || (!inside && text_[begin - 1] == '\n')) start_row(begin);
  const auto part = text_.substr(0, end);
  for (std::size_t at = begin; at < end;) {
    const auto line = part.substr(at, std::min(part.find('\n', at), end) - at);
    if (std::ranges::count(line, '"') % 2 != 0) {
      inside = !inside;
      found.odd_quotes = !found.odd_quotes;
    }
    at += line.size() + 1;
    // A line end that closes the chunk starts a row of the next one.
    if (at < end && !inside) start_row(at);
  }
  return found;
}

std::string text_place(std::string_view text, const std::string& name, std::size_t offset) {
  const auto before = text.substr(0, offset);
  const auto line = 1 + std::ranges::count(before, '\n');
  const auto last = before.rfind('\n');
  return concat(name, ":", line, ":", last == std::string_view::npos ? offset + 1 : offset - last);
}

}  // namespace hebb
