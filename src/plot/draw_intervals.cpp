// Rows are horizontal, so that names of any length can be read beside them.
#include <algorithm>
#include <cmath>

#include "plot/draw.h"

namespace hebb::plot {
namespace {

constexpr double kRow = 26;
constexpr double kAxis = 340;  // from the smallest value to the largest
constexpr double kPointSize = 2.6;

Range range_of_rows(const Intervals& intervals) {
  std::vector<double> all;
  for (const auto& row : intervals.rows) {
    all.push_back(row.mean);
    all.insert(all.end(), row.points.begin(), row.points.end());
    if (row.interval) all.insert(all.end(), {row.interval->low, row.interval->high});
  }
  return padded(range_of(all), 0.04);
}

}  // namespace

Size draw_intervals(Canvas& canvas, const Intervals& intervals, const Palette& palette, Point at) {
  const Range range = range_of_rows(intervals);
  double names = 0, notes = 0;
  for (const auto& row : intervals.rows) {
    names = std::max(names, canvas.measure(fitted_name(canvas, row.name), kTickSize).width);
    notes = std::max(notes, canvas.measure(row.note, kTickSize).width);
  }
  const double left = at.x + names + 10, right = left + kAxis;
  const double bottom = at.y + kRow * static_cast<double>(intervals.rows.size());
  const auto x_at = [&](double value) {
    return left + (std::clamp(value, range.low, range.high) - range.low) / range.size() * kAxis;
  };

  double free = left - kPad;  // where the next label of a tick may begin
  for (const Tick& tick : linear_ticks(range, 6)) {
    const double x = x_at(tick.at), half = canvas.measure(tick.label, kTickSize).width / 2;
    canvas.polyline({{x, at.y}, {x, bottom}}, palette.grid, 0.8);
    if (x - half < free || x + half > right + kPad) continue;
    canvas.text(tick.label, {x, bottom + 5 + kTickSize / 2},
                {.size = kTickSize, .color = palette.soft, .anchor = Anchor::middle});
    free = x + half + 6;
  }
  double y = at.y + kRow / 2;
  for (const auto& row : intervals.rows) {
    canvas.text(fitted_name(canvas, row.name), {at.x + names, y},
                {.size = kTickSize, .color = palette.ink, .anchor = Anchor::right});
    if (row.interval) {
      const double low = x_at(row.interval->low), high = x_at(row.interval->high);
      canvas.polyline({{low, y}, {high, y}}, palette.of(0), 1.6);
      for (const double end : {low, high})
        canvas.polyline({{end, y - 4}, {end, y + 4}}, palette.of(0), 1.6);
    }
    // Above and below in turn, as equal scores are frequent; the mean stays free.
    for (std::size_t i = 0; i < row.points.size() && row.points.size() > 1; ++i) {
      if (!std::isfinite(row.points[i])) continue;
      const double shift = i % 2 == 0 ? -6 : 6;
      canvas.marker(Marker::disc, {x_at(row.points[i]), y + shift}, kPointSize, palette.soft, true,
                    0.75);
    }
    canvas.marker(Marker::diamond, {x_at(row.mean), y}, 4.5, palette.of(0), true, 1);
    if (!row.note.empty())
      canvas.text(row.note, {right + 10, y}, {.size = kTickSize, .color = palette.soft});
    y += kRow;
  }
  canvas.polyline({{left, bottom}, {right, bottom}}, palette.soft, 0.9);

  double end = bottom + 8 + kTickSize;
  canvas.text(canvas.fitted(intervals.value_label, kAxis, kLabelSize),
              {left + kAxis / 2, end + 4 + kLabelSize / 2},
              {.size = kLabelSize, .color = palette.ink, .anchor = Anchor::middle});
  end += 6 + kLabelSize;
  const double far = right + std::max(kPad, notes > 0 ? notes + 10 : 0);
  if (!intervals.note.empty())
    end += 6 + draw_lines(canvas, intervals.note, {at.x, end + 6}, far - at.x,
                          {.size = kTickSize, .color = palette.soft});
  return {far - at.x, end - at.y};
}

}  // namespace hebb::plot
