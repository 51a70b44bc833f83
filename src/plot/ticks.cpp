#include "plot/ticks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "core/integers.h"

namespace hebb::plot {
namespace {

constexpr double kSlack = 1e-9;  // of a step: rounding must not lose a tick at the end
constexpr double kLarge = 1e7, kSmall = 1e-4;  // beyond, labels have powers of ten
// Ranges end here: beyond, their size or its logarithm would not be finite.
constexpr double kEnd = 1e300, kStart = 1e-300;

int whole_below(double value) { return clamped_integer<int>(std::floor(value)); }

std::string superscript(int number) {
  static const char* digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string out = number < 0 ? "⁻" : "";
  for (const char digit : std::to_string(std::abs(number))) out += digits[digit - '0'];
  return out;
}

// With a minus sign instead of a hyphen, and thousands separators from five digits on.
std::string dressed(std::string text) {
  std::string sign;
  if (text.starts_with('-')) {
    text.erase(0, 1);
    if (text.find_first_not_of("0.") != std::string::npos) sign = "−";
  }
  const std::size_t whole = std::min(text.find('.'), text.size());
  if (whole > 4)
    for (std::size_t at = whole; at > 3;) text.insert(at -= 3, ",");
  return sign + text;
}

std::string power_label(double value) {
  const int exponent = whole_below(std::log10(std::abs(value)) + kSlack);
  const std::string factor = fmt::format("{:.3g}", value / std::pow(10, exponent));
  const std::string power = "10" + superscript(exponent);
  return factor == "1" ? power : dressed(factor) + "×" + power;
}

std::size_t ticks_at(const Range& range, double step) {
  const double count =
      std::floor(range.high / step + kSlack) - std::ceil(range.low / step - kSlack) + 1;
  return clamped_integer<std::size_t>(std::clamp(count, 0.0, 1e6));
}

// 1, 2 or 5 times a power of ten: the one whose number of ticks is nearest to `wanted`; if equal,
// the finer one.
double nice_step(const Range& range, std::size_t wanted) {
  const double power = std::pow(10, std::floor(std::log10(range.size())));
  double best = power;
  std::size_t off = ~std::size_t{0};
  for (const double factor : {5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02}) {
    const std::size_t count = ticks_at(range, factor * power);
    const std::size_t own = count > wanted ? count - wanted : wanted - count;
    if (own <= off) off = own, best = factor * power;
  }
  return best;
}

}  // namespace

std::string number_label(double value, int digits) {
  if (!std::isfinite(value)) return "";
  if (value != 0 && (std::abs(value) >= kLarge || std::abs(value) < kSmall))
    return power_label(value);
  return dressed(fmt::format("{:.{}f}", value, digits));
}

std::string number_label(double value) {
  if (value != 0 && (std::abs(value) >= kLarge || std::abs(value) < kSmall))
    return number_label(value, 0);
  if (!std::isfinite(value)) return "";
  const int before = value == 0 ? 1 : whole_below(std::log10(std::abs(value))) + 1;
  std::string text = fmt::format("{:.{}f}", value, std::clamp(4 - before, 0, 6));
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
  }
  return dressed(text);
}

std::vector<Tick> linear_ticks(const Range& range, std::size_t wanted) {
  const double step = nice_step(range, wanted);
  const double first = std::ceil(range.low / step - kSlack);
  const double last = std::floor(range.high / step + kSlack);
  const int digits = std::max(0, -whole_below(std::log10(step) + kSlack));
  std::vector<Tick> ticks;
  const int count = clamped_integer<int>(std::clamp(last - first, -1.0, 100.0)) + 1;
  for (int k = 0; k < count; ++k) {
    const double at = (first + k) * step;
    ticks.push_back({at, first + k == 0 ? "0" : number_label(at, digits)});
  }
  return ticks;
}

std::vector<Tick> log_ticks(const Range& range, std::size_t wanted) {
  const int first = clamped_integer<int>(std::ceil(std::log10(range.low) - kSlack));
  const int last = whole_below(std::log10(range.high) + kSlack);
  const int powers = last - first + 1;
  const int each = std::max(1, powers / static_cast<int>(std::max<std::size_t>(wanted, 1)));
  std::vector<Tick> ticks;
  const bool wide = powers > 8;  // then all labels are powers of ten
  const auto add = [&](double at) {
    if (at >= range.low * (1 - kSlack) && at <= range.high * (1 + kSlack))
      ticks.push_back({at, wide ? power_label(at) : number_label(at)});
  };
  for (int power = first - 1; power <= last; ++power) {
    if (power >= first && (power - first) % each == 0) add(std::pow(10, power));
    if (powers < 3)
      for (const double factor : {2.0, 5.0}) add(factor * std::pow(10, power));
  }
  return ticks;
}

Range range_of(const std::vector<double>& values) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, std::clamp(value, -kEnd, kEnd));
    high = std::max(high, std::clamp(value, -kEnd, kEnd));
  }
  if (low > high) return {0, 1};
  const double least = std::max(1e-12, 1e-9 * std::max(std::abs(low), std::abs(high)));
  if (high - low < least) {
    const double around = low == 0 ? 1 : std::abs(low) / 2;
    return {low - around, high + around};
  }
  return {low, high};
}

Range padded(const Range& range, double share) {
  return {range.low - share * range.size(), range.high + share * range.size()};
}

Range log_range_of(std::vector<double> values, double share) {
  std::erase_if(values, [](double value) { return !(value > 0); });
  for (double& value : values) value = std::max(value, kStart);
  Range range = range_of(values);
  if (range.low <= 0) range = {1e-3, 1};
  const double room = std::pow(range.high / range.low, share);
  return {range.low / room, range.high * room};
}

}  // namespace hebb::plot
