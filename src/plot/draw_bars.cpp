// Bars are horizontal, so that names of any length can be read beside them.
#include <algorithm>
#include <cmath>

#include "plot/draw.h"

namespace hebb::plot {
namespace {

constexpr double kWidth = 320;  // from the smallest value to the largest

// All shares have the same number of digits.
std::string value_text(const Bars& bars, double value) {
  const bool share = bars.range && bars.range->low == 0 && bars.range->high == 1;
  return share ? number_label(value, 3) : number_label(value);
}

}  // namespace

Size draw_bars(Canvas& canvas, const Bars& bars, const Palette& palette, Point at) {
  const std::size_t groups = std::max<std::size_t>(1, bars.groups.size());
  const double thick = groups == 1 ? 13 : 9;
  const double row = static_cast<double>(groups) * thick + 7;
  const double height = row * static_cast<double>(bars.names.size());

  std::vector<double> all = {0};
  for (const auto& group : bars.groups)
    all.insert(all.end(), group.values.begin(), group.values.end());
  const Range range = bars.range ? *bars.range : range_of(all);
  double names = 0;
  for (const auto& name : bars.names)
    names = std::max(names, canvas.measure(fitted_name(canvas, name), kTickSize).width);
  // Values are written at the ends of their bars, on both sides where there are signs.
  double widest = 0;
  for (const double value : all)
    widest = std::max(widest, canvas.measure(value_text(bars, value), kTickSize).width + 6);
  const double left = at.x + names + 10 + (range.low < 0 ? widest : 0);
  const double right = left + kWidth;
  const auto x_at = [&](double value) {
    return left + (std::clamp(value, range.low, range.high) - range.low) / range.size() * kWidth;
  };

  const double zero = x_at(0);
  double y = at.y;
  for (std::size_t i = 0; i < bars.names.size(); ++i, y += row) {
    canvas.text(fitted_name(canvas, bars.names[i]), {at.x + names, y + row / 2},
                {.size = kTickSize, .color = palette.ink, .anchor = Anchor::right});
    for (std::size_t g = 0; g < bars.groups.size(); ++g) {
      const double value = bars.groups[g].values[i];
      const double top = y + 3.5 + static_cast<double>(g) * thick;
      if (!std::isfinite(value)) continue;
      const Color color = !bars.is_signed ? palette.of(g)
                          : value < 0     ? palette.negative
                                          : palette.positive;
      const double end = x_at(value);
      canvas.fill({std::min(zero, end), top, std::abs(end - zero), thick - 1}, color);
      const bool down = value < 0;
      canvas.text(value_text(bars, value), {down ? end - 5 : end + 5, top + (thick - 1) / 2},
                  {.size = std::min(kTickSize, thick - 0.5),
                   .color = palette.soft,
                   .anchor = down ? Anchor::right : Anchor::left});
    }
  }
  canvas.polyline({{zero, at.y}, {zero, at.y + height}}, palette.soft, 0.9);

  double bottom = at.y + height;
  if (!bars.value_label.empty()) {
    canvas.text(canvas.fitted(bars.value_label, kWidth, kLabelSize),
                {left + kWidth / 2, bottom + 4 + kLabelSize / 2},
                {.size = kLabelSize, .color = palette.ink, .anchor = Anchor::middle});
    bottom += 6 + kLabelSize;
  }
  double far = right + widest;
  if (bars.groups.size() > 1) {
    std::vector<LegendEntry> entries;
    for (std::size_t g = 0; g < bars.groups.size(); ++g)
      entries.push_back({bars.groups[g].name, "", palette.of(g), Mark::histogram, g});
    const Size size = draw_legend(canvas, entries, palette, {far + kPad, at.y}, height);
    far += kPad + size.width;
    bottom = std::max(bottom, at.y + size.height);
  }
  if (!bars.note.empty())
    bottom += 6 + draw_lines(canvas, bars.note, {at.x, bottom + 6}, far - at.x,
                             {.size = kTickSize, .color = palette.soft});
  return {far - at.x, bottom - at.y};
}

}  // namespace hebb::plot
