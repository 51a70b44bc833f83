#include "formats/csv_written.h"

#include <algorithm>
#include <array>

#include "data/labels.h"

namespace hebb {
namespace {

constexpr std::size_t kLongestUnit = 16;  // bytes
constexpr std::size_t kLongestNumber = 64;

constexpr std::array<std::string_view, 18> kSigns = {
    "$",      "\u20AC", "\u00A3", "\u00A5", "\u20B9", "\u20BD", "\u20A9", "\u20AA", "\u20BA",
    "\u20B4", "\u0E3F", "\u00A2", "\u20AB", "\u20B1", "\u20A6", "\u20B8", "\u20BF", "\u20A1"};
constexpr std::array<std::string_view, 26> kCodes = {
    "USD", "EUR", "GBP", "JPY", "CHF", "CNY", "INR", "AUD", "CAD", "SEK", "NOK", "DKK", "PLN",
    "CZK", "HUF", "RUB", "BRL", "MXN", "ZAR", "KRW", "TRY", "NZD", "SGD", "HKD", "R$",  "US$"};
constexpr std::array<std::string_view, 5> kBlanks = {" ", "\t", "\u00A0", "\u2009", "\u202F"};

bool is_a_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

template <class Words>
std::string_view starts_with_any(std::string_view text, const Words& words) {
  for (const std::string_view word : words)
    if (text.starts_with(word)) return word;
  return {};
}

void skip_blanks(std::string_view& text) {
  for (;;) {
    const auto blank = starts_with_any(text, kBlanks);
    if (blank.empty()) return;
    text.remove_prefix(blank.size());
  }
}

// Takes a sign off the front; whether there was one is in `found`.
bool take_sign(std::string_view& text, bool& found) {
  for (const std::string_view minus : {"-", "\u2212", "\u2013"})
    if (text.starts_with(minus)) {
      text.remove_prefix(minus.size());
      found = true;
      return true;
    }
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    found = true;
  }
  return false;
}

// Appends the digits and separators at the front of the text.
std::string take_body(std::string_view& text) {
  std::string body;
  while (!text.empty() && body.size() < kLongestNumber) {
    const char c = text.front();
    if (is_a_digit(c) || c == '.' || c == ',' || c == '\'') {
      body += c;
      text.remove_prefix(1);
      continue;
    }
    std::string_view rest = text;
    char separator = ' ';
    if (const auto blank = starts_with_any(rest, kBlanks); !blank.empty()) {
      rest.remove_prefix(blank.size());
    } else if (rest.starts_with("\u2019")) {
      rest.remove_prefix(3);
      separator = '\'';
    } else {
      break;
    }
    if (rest.empty() || !is_a_digit(rest.front())) break;
    body += separator;
    text = rest;
  }
  // An exponent, as in 1,5e3.
  if (text.size() > 1 && (text[0] == 'e' || text[0] == 'E')) {
    std::size_t at = text[1] == '-' || text[1] == '+' ? 2 : 1;
    const std::size_t first = at;
    while (at < text.size() && is_a_digit(text[at])) ++at;
    if (at > first) {
      body += text.substr(0, at);
      text.remove_prefix(at);
    }
  }
  return body;
}

// Whether digits in groups are split as thousands are: 1,234,567 or, in India, 12,34,567.
bool is_grouped(std::string_view whole, char separator) {
  std::size_t begin = 0;
  bool first = true;
  for (;;) {
    const std::size_t end = std::min(whole.find(separator, begin), whole.size());
    const std::size_t digits = end - begin;
    const bool last = end == whole.size();
    if (first ? digits < 1 || digits > 3 : last ? digits != 3 : digits != 2 && digits != 3)
      return false;
    if (last) return !first;
    first = false;
    begin = end + 1;
  }
}

bool is_number_by(std::string_view body, char decimal) {
  body = body.substr(0, body.find_first_of("eE"));
  const std::size_t point = body.find(decimal);
  const auto whole = body.substr(0, point);
  const auto fraction = point == std::string_view::npos ? "" : body.substr(point + 1);
  if (!std::ranges::all_of(fraction, is_a_digit) || (whole.empty() && fraction.empty()))
    return false;
  const std::size_t separator = whole.find_first_not_of("0123456789");
  return separator == std::string_view::npos ||
         (std::ranges::all_of(whole,
                              [&](char c) { return is_a_digit(c) || c == whole[separator]; }) &&
          is_grouped(whole, whole[separator]));
}

bool is_unit(std::string_view text) {
  if (text.size() > kLongestUnit || !is_utf8(text)) return false;
  static constexpr std::string_view kLengths[] = {"mm", "cm", "m", "km", "ft", "in", "yd"};
  const bool power = text.size() > 1 && (text.back() == '2' || text.back() == '3') &&
                     std::ranges::count(kLengths, text.substr(0, text.size() - 1)) > 0;
  return std::ranges::all_of(power ? text.substr(0, text.size() - 1) : text, [](char c) {
    return is_letter(c) || c == '%' || c == '/' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

std::string_view take_currency(std::string_view& text) {
  if (text.empty() || is_a_digit(text.front())) return {};
  const auto found =
      is_letter(text.front()) ? starts_with_any(text, kCodes) : starts_with_any(text, kSigns);
  text.remove_prefix(found.size());
  return found;
}

}  // namespace

bool is_money(std::string_view unit) {
  return std::ranges::find(kCodes, unit) != kCodes.end() ||
         std::ranges::find(kSigns, unit) != kSigns.end();
}

std::optional<UnitRatio> unit_ratio(std::string_view from, std::string_view to) {
  struct Unit {
    std::string_view name;
    int dimension;
    double size;
  };
  static constexpr Unit units[] = {
      {"mm", 0, 1},   {"cm", 0, 10},  {"m", 0, 1000},      {"km", 0, 1e6}, {"mg", 1, 1},
      {"g", 1, 1000}, {"kg", 1, 1e6}, {"s", 2, 1},         {"min", 2, 60}, {"h", 2, 3600},
      {"cm2", 3, 1},  {"m2", 3, 1e4}, {"m\u00B2", 3, 1e4}, {"ha", 3, 1e8}, {"km2", 3, 1e10},
      {"ml", 4, 1},   {"cl", 4, 10},  {"l", 4, 1000},      {"m3", 4, 1e6}, {"m\u00B3", 4, 1e6}};
  const auto* const a = std::ranges::find(units, from, &Unit::name);
  const auto* const b = std::ranges::find(units, to, &Unit::name);
  if (a == std::end(units) || b == std::end(units) || a->dimension != b->dimension) return {};
  return UnitRatio{.times = a->size, .over = b->size};
}

std::string WrittenNumber::plain(Convention convention) const {
  const char decimal = convention == kComma ? ',' : '.';
  std::string out(negative ? "-" : "");
  const std::size_t exponent = std::min(body.find_first_of("eE"), body.size());
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == decimal)
      out += '.';
    else if (is_a_digit(body[i]) || i >= exponent)
      out += body[i];
  }
  return out;
}

std::optional<WrittenNumber> take_apart(std::string_view text) {
  if (text.size() > kLongestNumber || std::ranges::none_of(text, is_a_digit)) return {};
  // Most texts that are no numbers begin so.
  if ((text.front() >= 'a' && text.front() <= 'z') || text.front() == '_') return {};
  WrittenNumber number;
  const bool in_parentheses = text.starts_with('(') && text.ends_with(')');
  if (in_parentheses) text = text.substr(1, text.size() - 2);
  bool has_sign = false;
  number.negative = take_sign(text, has_sign) || in_parentheses;
  skip_blanks(text);
  number.unit = take_currency(text);
  skip_blanks(text);
  if (!has_sign && !number.unit.empty())
    number.negative = take_sign(text, has_sign) || in_parentheses;
  if (has_sign && in_parentheses) return {};
  number.body = take_body(text);
  skip_blanks(text);
  if (!text.empty()) {
    if (!number.unit.empty() || !is_unit(text)) return {};
    number.unit = text;
  }
  if (is_number_by(number.body, '.')) number.conventions |= kPoint;
  if (is_number_by(number.body, ',')) number.conventions |= kComma;
  if (number.conventions == kNoConvention) return {};
  return number;
}

}  // namespace hebb
