#include "hebb/core/printable.h"

#include <algorithm>
#include <iterator>
#include <span>

#include "core/character_widths.h"
#include "core/utf8.h"

namespace hebb {
namespace {

// The character at the start of a text: its bytes, and how it is printed.
struct Character {
  std::size_t bytes;
  std::size_t columns;
  std::string escaped;  // empty: printed as it is
};

char32_t code_point(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return lead;
  char32_t point = lead & (0x7FU >> character.size());
  for (const char c : character.substr(1)) point = point << 6U | (static_cast<unsigned>(c) & 0x3FU);
  return point;
}

bool is_in(std::span<const CharacterRange> ranges, char32_t point) {
  const auto after = std::ranges::upper_bound(ranges, point, {}, &CharacterRange::first);
  return after != ranges.begin() && point <= std::prev(after)->last;
}

// Separators of lines and paragraphs, and what Unicode Standard Annex 9 calls explicit directional
// formatting and implicit directional marks.
bool is_unsafe(char32_t point) {
  return point == 0x061C || point == 0x200E || point == 0x200F ||
         (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

std::string hexadecimal(char letter, char32_t value, std::size_t digits) {
  std::string text = {'\\', letter};
  for (std::size_t left = digits; left-- > 0;)
    text += "0123456789abcdef"[value >> (4 * left) & 15U];
  return text;
}

Character escaped(std::size_t bytes, std::string text) {
  const std::size_t columns = text.size();
  return {bytes, columns, std::move(text)};
}

bool is_plain(char c) { return c >= 0x20 && c < 0x7F; }

Character first_of(std::string_view text) {
  const auto byte = static_cast<unsigned char>(text[0]);
  if (is_plain(text[0])) return {1, 1, {}};
  if (text[0] == '\n') return escaped(1, "\\n");
  if (text[0] == '\r') return escaped(1, "\\r");
  if (text[0] == '\t') return escaped(1, "\\t");
  const std::size_t bytes = utf8_length(text);
  if (bytes <= 1) return escaped(1, hexadecimal('x', byte, 2));
  const char32_t point = code_point(text.substr(0, bytes));
  if (utf8_shown_length(text) == 0 || is_unsafe(point))
    return escaped(bytes, hexadecimal('u', point, 4));
  if (is_in(kCharactersWithoutWidth, point)) return {bytes, 0, {}};
  return {bytes, is_in(kWideCharacters, point) ? 2U : 1U, {}};
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (;;) {
    const auto other = std::ranges::find_if_not(text, is_plain);
    out.append(text.begin(), other);
    text.remove_prefix(static_cast<std::size_t>(other - text.begin()));
    if (text.empty()) return out;
    const Character character = first_of(text);
    if (character.escaped.empty())
      out += text.substr(0, character.bytes);
    else
      out += character.escaped;
    text.remove_prefix(character.bytes);
  }
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Character character = first_of(text);
    width += character.columns;
    text.remove_prefix(character.bytes);
  }
  return width;
}

std::string_view cut_to_width(std::string_view text, std::size_t width) {
  std::size_t end = 0, used = 0;
  while (end < text.size()) {
    const Character character = first_of(text.substr(end));
    used += character.columns;
    if (used > width) break;
    end += character.bytes;
  }
  return text.substr(0, end);
}

namespace {

std::string cut(std::string_view name, std::size_t width) {
  const std::string_view begin = cut_to_width(name, width);
  if (begin.size() == name.size()) return std::string(name);
  return std::string(cut_to_width(name, width - 1)) + "…";
}

}  // namespace

std::string shown_name(std::string_view name, std::size_t width) {
  if (name.empty()) return "(empty)";
  return name.find_first_not_of(' ') == name.npos ? quoted_name(name, width) : cut(name, width);
}

std::string quoted_name(std::string_view name, std::size_t width) {
  return "'" + cut(name, width) + "'";
}

}  // namespace hebb
