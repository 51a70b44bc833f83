#include "formats/csv_layout.h"

#include <algorithm>
#include <vector>

#include "formats/csv_number.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

constexpr std::string_view kSeparators = ",;\t|";
constexpr std::size_t kMostTitles = 5;
constexpr std::size_t kLines = 50;                           // that are examined
constexpr std::size_t kMostExamined = std::size_t{1} << 18;  // bytes, but the first line as a whole

bool is_blank_char(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank_char(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank_char(text.back())) text.remove_suffix(1);
  return text;
}

// Calls on_field(field) for each field of a line: text between separators outside quotes.
template <class OnField>
void for_each_field(std::string_view line, char sep, const OnField& on_field) {
  std::size_t begin = 0;
  bool inside = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') inside = !inside;
    if (line[i] != sep || inside) continue;
    on_field(trimmed(line.substr(begin, i - begin)));
    begin = i + 1;
  }
  on_field(trimmed(line.substr(begin)));
}

std::vector<std::string_view> fields_between_blanks(std::string_view line) {
  std::vector<std::string_view> fields;
  bool inside = false, within = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= line.size(); ++i) {
    const bool stop = i == line.size() || (!inside && is_blank_char(line[i]));
    if (i < line.size() && line[i] == '"') inside = !inside;
    if (stop && within) fields.push_back(line.substr(begin, i - begin));
    if (!stop && !within) begin = i;
    within = !stop;
  }
  return fields;
}

std::size_t count_of(std::string_view line, char sep) {
  std::size_t count = 0;
  for_each_field(line, sep, [&](std::string_view) { ++count; });
  return count - 1;
}

// The first lines that are not blank, from `at` on; one line may have line ends in quotes.
std::vector<std::string_view> first_lines(std::string_view text, std::size_t at) {
  std::vector<std::string_view> lines;
  const std::size_t from = at;
  while (at < text.size() && lines.size() < kLines &&
         (lines.empty() || at < from + kMostExamined)) {
    bool inside = false;
    std::size_t end = at;
    for (; end < text.size() && (inside || text[end] != '\n'); ++end)
      if (text[end] == '"') inside = !inside;
    auto line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    // A line that the end of the examined part may cut is left out.
    if (!trimmed(line).empty() && (!inside || lines.empty())) lines.push_back(line);
    at = end + 1;
  }
  return lines;
}

bool is_number(std::string_view text) {
  double value = 0;
  return read_number(text, value) != Reading::text;
}

bool is_separated_by_blanks(const std::vector<std::string_view>& lines, char found) {
  if (lines.size() < 2) return false;
  const std::size_t count = fields_between_blanks(lines.front()).size();
  if (count < 2) return false;
  const bool in_place_of_tab = found == '\t';
  if (in_place_of_tab && count <= count_of(lines.front(), '\t') + 1) return false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto fields = fields_between_blanks(lines[i]);
    if (fields.size() != count) return false;
    if (i == 0) continue;
    const auto is_value = [](std::string_view field) {
      return is_number(field) || field.front() == '"' || field == "?";
    };
    if (in_place_of_tab ? !std::ranges::all_of(fields, is_value)
                        : std::ranges::none_of(fields, is_number))
      return false;
  }
  return true;
}

char most_frequent(std::string_view line) {
  std::size_t counts[kSeparators.size()] = {};
  for (std::size_t i = 0; i < kSeparators.size(); ++i) counts[i] = count_of(line, kSeparators[i]);
  return kSeparators[static_cast<std::size_t>(std::ranges::max_element(counts) - counts)];
}

std::string_view first_field(std::string_view line, char sep) {
  std::optional<std::string_view> first;
  for_each_field(line, sep, [&](std::string_view field) { first = first.value_or(field); });
  return first.value_or("");
}

// Whether no field but the first has text: as a spreadsheet writes a title and an empty row, filled up
// to the width of the rows. Two empty fields at least: a single one may be a column without a name.
bool is_filled_title(std::string_view line, char sep) {
  std::size_t with_text = 0;
  for_each_field(line, sep, [&](std::string_view field) { with_text += field.empty() ? 0 : 1; });
  const std::size_t first = first_field(line, sep).empty() ? 0 : 1;
  return with_text == first && count_of(line, sep) >= 2;
}

// The number of title lines above the header, if `sep` separates.
std::size_t count_titles(const std::vector<std::string_view>& lines, char sep) {
  std::size_t titles = 0;
  bool filled = false;
  if (!lines.empty() && first_field(lines.front(), sep).empty()) return 0;
  for (; titles < lines.size(); ++titles) {
    if (count_of(lines[titles], sep) == 0) continue;
    if (!is_filled_title(lines[titles], sep)) break;
    filled = true;
  }
  if (titles == 0 || titles > kMostTitles || titles + 1 >= lines.size()) return 0;
  bool names = true, numbers = false;
  for_each_field(lines[titles], sep,
                 [&](std::string_view field) { names &= !field.empty() && !is_number(field); });
  for_each_field(lines[titles + 1], sep,
                 [&](std::string_view field) { numbers |= is_number(field); });
  // A filled line may also be a header of which only the first column has a name.
  if (!names || (filled && !numbers)) return 0;
  return count_of(lines[titles], sep) == count_of(lines[titles + 1], sep) ? titles : 0;
}

void skip_titles(std::string_view text, const std::vector<std::string_view>& lines,
                 CsvLayout& layout) {
  const std::size_t titles = count_titles(lines, layout.sep);
  if (titles == 0) return;
  layout.title = first_field(lines.front(), layout.sep);
  if (layout.title.size() > 1 && layout.title.front() == '"' && layout.title.back() == '"')
    layout.title = layout.title.substr(1, layout.title.size() - 2);
  layout.begin = static_cast<std::size_t>(lines[titles].data() - text.data());
}

}  // namespace

CsvLayout find_layout(std::string_view text, const std::optional<std::string>& sep) {
  CsvLayout layout;
  std::optional<char> declared;
  constexpr std::string_view kDeclares = "sep=";
  if (text.starts_with(kDeclares) && text.size() > kDeclares.size() + 1) {
    std::size_t end = kDeclares.size() + 1;
    if (text[end] == '\r') ++end;
    if (end < text.size() && text[end] == '\n') {
      declared = text[kDeclares.size()];
      layout.begin = end + 1;
    }
  }
  const auto lines = first_lines(text, layout.begin);
  if (sep) {
    if (*sep == "\\t" || *sep == "tab") {
      layout.sep = '\t';
    } else if (*sep == "blanks" || *sep == " ") {
      layout.sep = ' ';
      layout.blanks = true;
    } else {
      check(sep->size() == 1 && *sep != "\"" && *sep != "\n" && *sep != "\r" && sep->front() != 0,
            "sep", "must be one character, tab, or blanks, got '", *sep, "'");
      layout.sep = sep->front();
    }
  } else if (declared) {
    layout.sep = *declared;
  } else if (!lines.empty()) {
    layout.sep = most_frequent(lines.front());
    const bool none = count_of(lines.front(), layout.sep) == 0;
    if ((none || layout.sep == '\t') && is_separated_by_blanks(lines, layout.sep)) {
      layout.sep = ' ';
      layout.blanks = true;
    } else if (none) {
      for (const char other : kSeparators)
        if (count_titles(lines, other) > 0) {
          layout.sep = other;
          break;
        }
    }
  }
  if (!layout.blanks) skip_titles(text, lines, layout);
  return layout;
}

}  // namespace hebb
