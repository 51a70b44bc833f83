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

std::string short_number(double value) { return fmt::format("{:.4g}", value); }

std::string aligned(const std::vector<std::vector<std::string>>& rows, std::string_view align,
                    std::size_t width) {
  std::vector<std::size_t> widths(align.size());
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c)
      widths[c] = std::max(widths[c], display_width(row[c]));
  std::size_t before = 2;
  for (std::size_t c = 0; c + 1 < widths.size(); ++c) before += widths[c] + 2;
  const std::size_t last = std::max<std::size_t>(width > before ? width - before : 0, 24);

  std::string out;
  for (const auto& row : rows) {
    std::string line = " ";
    for (std::size_t c = 0; c < row.size(); ++c) {
      const bool left = align[c] == 'l';
      line += ' ';
      if (left && c + 1 == align.size()) {
        const auto lines = wrap(row[c], last);
        line += lines.front();
        for (std::size_t i = 1; i < lines.size(); ++i)
          line += '\n' + std::string(before, ' ') + lines[i];
        break;
      }
      const std::string cell = printable(row[c]), space(widths[c] - display_width(cell), ' ');
      line += left ? cell + space : space + cell;
      line += ' ';
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

}  // namespace hebb::app
