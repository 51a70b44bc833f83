#pragma once

#include <cstddef>
#include <cstdint>

#include "hebb/plot/figure.h"

namespace hebb::plot {

/// Each part in [0, 1].
struct Color {
  double red = 0, green = 0, blue = 0;
};
constexpr Color rgb(unsigned hex) {
  return {(hex >> 16 & 255U) / 255.0, (hex >> 8 & 255U) / 255.0, (hex & 255U) / 255.0};
}

/// The number of distinct series colours; further series repeat them.
constexpr std::size_t kSeriesColors = 8;

/// The colours of a theme.
/// Source:  the first three of each are M. Okabe and K. Ito's, "Color Universal Design" (2002):
/// told apart with any common form of colour blindness; the others keep the contrast of 3 to 1 to
/// the ground that WCAG 2.1 asks of graphics.
struct Palette {
  Color ground;
  Color ink, soft;  ///< of text; of ticks and axes
  Color grid;
  Color series[kSeriesColors];
  Color strong, weak;              ///< ends of a scale of shares, high and low
  Color positive, negative, zero;  ///< of signed values
  Color wrong;                     ///< frames of mistakes

  const Color& of(std::size_t index) const { return series[index % kSeriesColors]; }
};
const Palette& palette(Theme theme);

/// `share` of the way from `a` to `b`.
Color mix(const Color& a, const Color& b, double share);

/// The colour of a signed value: the strongest one at -end and +end, and beyond.
Color signed_color(double value, double end, const Palette& palette);

/// 0xRRGGBB
std::uint32_t packed(const Color& color);

/// The ratio of luminances by WCAG 2.1, 1 to 21.
double contrast(const Color& a, const Color& b);

/// Ink for text on `ground`: black or white, whichever stands out more.
Color ink_on(const Color& ground);

}  // namespace hebb::plot
