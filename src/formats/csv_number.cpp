// A decimal whose digits fit 53 bits, times or over a power of ten that a double holds exactly, is
// one rounding away from its value, so one operation gives the nearest double (Clinger 1990). Most
// fields are of this kind; std::from_chars reads the others.
#include "formats/csv_number.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

namespace hebb {
namespace {

constexpr double kPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                              1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                              1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr int kMostPower = 22;
constexpr std::uint64_t kMostExact = std::uint64_t{1} << 53;
constexpr int kMostDigits = 19;  // always fit 64 bits

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool read_short_decimal(const char* p, const char* end, double& value) {
  std::uint64_t digits = 0;
  const char* const first = p;
  for (; p < end && is_digit(*p); ++p) digits = 10 * digits + static_cast<std::uint64_t>(*p - '0');
  auto count = p - first;
  int power = 0;
  if (p < end && *p == '.') {
    const char* const point = ++p;
    for (; p < end && is_digit(*p); ++p)
      digits = 10 * digits + static_cast<std::uint64_t>(*p - '0');
    power = -static_cast<int>(std::min<std::ptrdiff_t>(p - point, kMostDigits + 1));
    count += p - point;
  }
  if (count == 0 || count > kMostDigits || digits > kMostExact) return false;
  if (p < end && (*p == 'e' || *p == 'E')) {
    const bool negative = ++p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) ++p;
    const char* const start = p;
    int exponent = 0;
    for (; p < end && is_digit(*p) && p - start < 4; ++p) exponent = 10 * exponent + (*p - '0');
    if (p == start) return false;
    power += negative ? -exponent : exponent;
  }
  if (p != end || power > kMostPower || power < -kMostPower) return false;
  value = power < 0 ? static_cast<double>(digits) / kPowers[-power]
                    : static_cast<double>(digits) * kPowers[power];
  return true;
}

// Whether a decimal outside the range of double is too large rather than too small.
bool is_huge(std::string_view text) {
  const auto e = text.find_first_of("eE");
  const auto mantissa = text.substr(0, e);
  const auto point = std::min(mantissa.find('.'), mantissa.size());
  const auto digit = mantissa.find_first_of("123456789");
  int exponent = 0;
  if (e != std::string_view::npos) {
    auto rest = text.substr(e + 1);
    if (rest.starts_with('+')) rest.remove_prefix(1);
    const auto error = std::from_chars(rest.data(), rest.data() + rest.size(), exponent).ec;
    if (error != std::errc{}) return !rest.starts_with('-');
  }
  return static_cast<std::int64_t>(point) - static_cast<std::int64_t>(digit) + exponent > 0;
}

bool is_word(std::string_view text, std::string_view word) {
  return std::ranges::equal(text, word, [](char a, char b) { return (a | 0x20) == b; });
}

}  // namespace

Reading read_number(std::string_view text, double& value) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto signed_value = [negative](double v) { return negative ? -v : v; };
  if (read_short_decimal(begin, end, value)) {
    value = signed_value(value);
    return Reading::number;
  }
  value = kNaN;
  if (text.empty()) return Reading::text;
  if (!is_digit(text[0]) && text[0] != '.') {
    if (is_word(text, "nan")) return Reading::missing;
    if (!is_word(text, "inf") && !is_word(text, "infinity")) return Reading::text;
    value = signed_value(kInfinity);
    return Reading::not_finite;
  }
  double read = 0;
  const auto [at, error] = std::from_chars(begin, end, read);
  if (at != end || (error != std::errc{} && error != std::errc::result_out_of_range))
    return Reading::text;
  if (error == std::errc::result_out_of_range) read = is_huge(text) ? kInfinity : 0.0;
  value = signed_value(read);
  return read == kInfinity ? Reading::not_finite : Reading::number;
}

bool rounds(std::string_view text, double value) {
  constexpr double kMost = 0x1.0p64;
  const double size = std::abs(value);
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  std::uint64_t whole = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, whole);
  if (at != end) return false;
  return error != std::errc{} || size >= kMost || static_cast<std::uint64_t>(size) != whole;
}

}  // namespace hebb
