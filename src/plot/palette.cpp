#include "plot/palette.h"

#include <algorithm>
#include <cmath>

namespace hebb::plot {
namespace {

double luminance(const Color& color) {
  const auto linear = [](double part) {
    return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue);
}

}  // namespace

const Palette& palette(Theme theme) {
  static const Palette light = {
      .ground = rgb(0xFFFFFF),
      .ink = rgb(0x1A1D21),
      .soft = rgb(0x565D66),
      .grid = rgb(0xE3E6EA),
      .series = {rgb(0x0072B2), rgb(0xD55E00), rgb(0x009E73), rgb(0x882255), rgb(0x3A3A3A),
                 rgb(0xCC6677), rgb(0x332288), rgb(0x7A6A00)},
      .strong = rgb(0x08519C),
      .weak = rgb(0xF4F8FC),
      .positive = rgb(0xB84A00),
      .negative = rgb(0x00598C),
      .zero = rgb(0xF7F7F7),
      .wrong = rgb(0xC23B00)};
  static const Palette dark = {
      .ground = rgb(0x15181C),
      .ink = rgb(0xECEFF2),
      .soft = rgb(0xA7AFB8),
      .grid = rgb(0x2F353C),
      .series = {rgb(0x56B4E9), rgb(0xE69F00), rgb(0x2FC08F), rgb(0xEE6677), rgb(0xF5F5F5),
                 rgb(0x8F8CF0), rgb(0xF0E442), rgb(0xCC79A7)},
      .strong = rgb(0x6BB8F0),
      .weak = rgb(0x1B2026),
      .positive = rgb(0xFFA54D),
      .negative = rgb(0x56B4E9),
      .zero = rgb(0x22262B),
      .wrong = rgb(0xFF8A5C)};
  return theme == Theme::dark ? dark : light;
}

Color mix(const Color& a, const Color& b, double share) {
  const auto part = [share](double from, double to) { return from + share * (to - from); };
  return {part(a.red, b.red), part(a.green, b.green), part(a.blue, b.blue)};
}

Color signed_color(double value, double end, const Palette& palette) {
  const double share = end > 0 ? std::clamp(std::abs(value) / end, 0.0, 1.0) : 0;
  return mix(palette.zero, value < 0 ? palette.negative : palette.positive, share);
}

std::uint32_t packed(const Color& color) {
  const auto byte = [](double part) {
    return static_cast<std::uint32_t>(std::lround(255 * std::clamp(part, 0.0, 1.0)));
  };
  return byte(color.red) << 16 | byte(color.green) << 8 | byte(color.blue);
}

double contrast(const Color& a, const Color& b) {
  const double first = luminance(a), second = luminance(b);
  return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

Color ink_on(const Color& ground) {
  const Color black = rgb(0), white = rgb(0xFFFFFF);
  return contrast(black, ground) >= contrast(white, ground) ? black : white;
}

}  // namespace hebb::plot
