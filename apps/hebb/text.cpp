#include "text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace hebb::app {

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  const std::string whole = printable(text);
  text = whole;
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const auto blank = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, blank);
    text.remove_prefix(std::min(blank + 1, text.size()));
    if (!line.empty() && display_width(line) + 1 + display_width(word) > width) {
      lines.push_back(line);
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  lines.push_back(line);
  return lines;
}

std::string file_size_text(const std::string& path) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(path, failed);
  return failed ? "no regular file" : bytes_text(static_cast<double>(size));
}

std::string seconds_text(double seconds) {
  if (seconds < 10) return fmt::format("{:.2f} s", seconds);
  if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = std::llround(std::min(seconds, 1e15));
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string short_number(double value) { return fmt::format("{:.4g}", value + 0.0); }  // -0 as 0

std::string paragraph(std::string_view text, std::size_t width, std::size_t indent) {
  const std::string blanks(indent, ' ');
  std::string out;
  for (const std::string& line : wrap(text, width > indent ? width - indent : 1))
    out += blanks + line + '\n';
  return out;
}

std::string aligned(const std::vector<std::vector<std::string>>& rows, std::string_view align,
                    std::size_t width) {
  constexpr std::size_t kGap = 2;          // before each column
  constexpr std::size_t kLeastName = 16;   // to which names are cut
  constexpr std::size_t kLeastWidth = 16;  // to which a last column is wrapped
  if (align.empty()) return {};
  const std::size_t last = align.size() - 1;
  const bool wraps = align[last] == 'l', named = last > 0 && align[0] == 'l';
  const bool is_list = wraps && last == 1;  // of names and sentences
  std::vector<std::size_t> widths(align.size());
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c)
      widths[c] = std::max(widths[c], display_width(row[c]));
  const auto least = [&](std::size_t c) {
    return kGap + (wraps && c == last ? std::min(widths[c], kLeastWidth) : widths[c]);
  };
  // The end of the block that begins with a column, if names are `name` wide.
  const auto end_of = [&](std::size_t begin, std::size_t name) {
    std::size_t end = begin, used = named ? kGap + name : 0;
    while (end <= last && (!named || end == begin || used + least(end) <= width))
      used += least(end++);
    return end;
  };
  const auto blocks_with = [&](std::size_t name) {
    std::size_t blocks = 0;
    for (std::size_t c = 1; c <= last; c = end_of(c, name)) ++blocks;
    return blocks;
  };
  // Names are as wide as they can be without a further block, or a block that is too wide.
  if (named) {
    std::size_t widest = 0;
    for (std::size_t c = 1; c <= last; ++c) widest = std::max(widest, least(c));
    std::size_t& name = widths[0];
    while (name > kLeastName &&
           (blocks_with(name) > blocks_with(kLeastName) || kGap + name + widest > width))
      --name;
  }

  std::string out;
  for (std::size_t begin = named ? 1 : 0; begin <= last;) {
    const std::size_t end = end_of(begin, widths[0]);
    std::size_t used = named ? kGap + widths[0] : 0;
    for (std::size_t c = begin; c < end; ++c) used += least(c);
    if (!out.empty()) out += '\n';
    for (const auto& row : rows) {
      std::string line;
      const auto add = [&](std::size_t c) {
        line += std::string(kGap, ' ');
        if (wraps && c == last) {
          const std::size_t before = used - least(last) + kGap;
          const auto lines =
              wrap(row[c], std::max(width > before ? width - before : 0, kLeastWidth));
          line += lines.front();
          for (std::size_t i = 1; i < lines.size(); ++i)
            line += '\n' + std::string(before, ' ') + lines[i];
          return;
        }
        const bool fits = display_width(row[c]) <= widths[c];
        if (!fits && is_list) {  // the last column begins on the next line
          line += printable(row[c]) + '\n' + std::string(kGap + widths[c], ' ');
          return;
        }
        const std::string cell = printable(fits ? row[c] : shown_name(row[c], widths[c]));
        const std::string blanks(widths[c] - display_width(cell), ' ');
        line += align[c] == 'l' ? cell + blanks : blanks + cell;
      };
      if (named && !row.empty()) add(0);
      for (std::size_t c = begin; c < std::min(end, row.size()); ++c) add(c);
      line.erase(line.find_last_not_of(' ') + 1);
      out += line + '\n';
    }
    begin = end;
  }
  return out;
}

}  // namespace hebb::app
