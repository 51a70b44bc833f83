// A matrix of counts. The colour of a cell is its share of the row: the share of the samples of a
// true class that were predicted as the column's class. Up to 12 classes the share is written below
// the count. With more, cells shrink and show counts up to 40 classes; beyond that they show
// colours alone, and only every few rows are named.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plot/draw.h"

namespace hebb::plot {
namespace {

constexpr std::size_t kMostShares = 12, kMostCounts = kMostNamed;  // classes
constexpr double kCountSize = 8;         // letters of shares, and of counts among many
constexpr double kLeastMatrix = 200;     // of a matrix of few classes
constexpr double kLargestSide = 640;     // of a matrix of many classes
constexpr double kLongestUpright = 130;  // of a column's name, which is that of a row too

std::string count_text(double count) {
  return count == std::floor(count) ? number_label(count, 0) : fmt::format("{:.1f}", count);
}

// Shares in few characters: "97.1%", "<0.1%".
std::string share_text(double share) {
  if (share == 0) return "0%";
  if (share < 0.001) return "<0.1%";
  return fmt::format("{:.{}f}%", 100 * share, share >= 0.9995 ? 0 : 1);
}

}  // namespace

Size draw_matrix(Canvas& canvas, const Matrix& matrix, const Palette& palette, Point at) {
  const std::size_t n = matrix.names.size();
  const bool shares = n <= kMostShares, counts = n <= kMostCounts;
  const double letters = shares ? kTickSize : kCountSize;
  double cell = std::max(6.0, kLargestSide / static_cast<double>(n));
  if (counts) {
    cell = shares ? std::clamp(kLeastMatrix / static_cast<double>(n), 34.0, 70.0) : 20;
    for (const double count : matrix.counts)
      cell = std::max(cell, canvas.measure(count_text(count), letters, true).width + 6);
  }
  const double height_of_cell = !shares
                                    ? (counts ? 20 : cell)
                                    : std::clamp(kLeastMatrix / static_cast<double>(n), 34.0, 70.0);
  // Only every n-th row and column is named, so that names do not overlap.
  const auto every =
      static_cast<std::size_t>(std::ceil((kTickSize + 2) / std::min(cell, height_of_cell)));

  double names = 0;
  for (const auto& name : matrix.names)
    names = std::max(names, canvas.measure(fitted_name(canvas, name), kTickSize).width);
  const double left = at.x + kLine * kLabelSize + names + 8;
  const double side_x = cell * static_cast<double>(n),
               side_y = height_of_cell * static_cast<double>(n);

  for (std::size_t t = 0; t < n; ++t) {
    const double total = matrix.total(t);
    const double y = at.y + height_of_cell * static_cast<double>(t);
    if (t % every == 0)
      canvas.text(fitted_name(canvas, matrix.names[t]), {left - 7, y + height_of_cell / 2},
                  {.size = kTickSize, .color = palette.ink, .anchor = Anchor::right});
    for (std::size_t p = 0; p < n; ++p) {
      const double count = matrix.counts[t * n + p];
      const double share = total > 0 ? count / total : 0;
      // The square root makes the few mistakes of a good model visible.
      const Color color = mix(palette.weak, palette.strong, std::sqrt(share));
      const double x = left + cell * static_cast<double>(p);
      const double gap = counts ? 1 : 0;
      canvas.fill({x, y, cell - gap, height_of_cell - gap}, color);
      if (!counts || (count == 0 && t != p)) continue;
      const Color ink = ink_on(color);
      canvas.text(count_text(count), {x + cell / 2, y + height_of_cell / 2 - (shares ? 5.5 : 0)},
                  {.size = letters, .color = ink, .bold = t == p, .anchor = Anchor::middle});
      if (shares)
        canvas.text(share_text(share), {x + cell / 2, y + height_of_cell / 2 + 7.5},
                    {.size = kCountSize, .color = ink, .anchor = Anchor::middle});
    }
  }
  canvas.frame({left - 0.5, at.y - 0.5, side_x, side_y}, palette.soft, 0.6);

  // Column names are horizontal if all of them fit, otherwise vertical.
  const auto width_of = [&](const std::string& name) {
    return canvas.measure(name, kTickSize).width;
  };
  bool upright = false;
  for (std::size_t p = 0; p < n; p += every)
    upright = upright || width_of(fitted_name(canvas, matrix.names[p])) + 5 >
                             cell * static_cast<double>(every);
  double widest = 0;
  double bottom = at.y + side_y + 6;
  for (std::size_t p = 0; p < n; p += every) {
    std::string name = fitted_name(canvas, matrix.names[p]);
    if (upright) name = canvas.fitted(name, kLongestUpright, kTickSize);
    widest = std::max(widest, width_of(name));
    const double x = left + cell * (static_cast<double>(p) + 0.5);
    if (upright)
      canvas.text(
          name, {x, bottom},
          {.size = kTickSize, .color = palette.ink, .anchor = Anchor::right, .upright = true});
    else
      canvas.text(name, {x, bottom + kTickSize / 2},
                  {.size = kTickSize, .color = palette.ink, .anchor = Anchor::middle});
  }
  bottom += (upright ? widest : kTickSize) + 8;
  const std::string below = "predicted";
  const double width = std::max(side_x, canvas.measure(below, kLabelSize).width);
  canvas.text(below, {left + width / 2, bottom + kLabelSize / 2},
              {.size = kLabelSize, .color = palette.ink, .anchor = Anchor::middle});
  canvas.text(
      canvas.fitted("truth", side_y, kLabelSize), {at.x + kLabelSize / 2, at.y + side_y / 2},
      {.size = kLabelSize, .color = palette.ink, .anchor = Anchor::middle, .upright = true});
  bottom += kLabelSize + 8;

  // The scale.
  const double scale = std::min(width, 160.0);
  constexpr int kSteps = 32;
  for (int i = 0; i < kSteps; ++i)
    canvas.fill({left + scale * i / kSteps, bottom, scale / kSteps + 0.3, 8},
                mix(palette.weak, palette.strong, std::sqrt((i + 0.5) / kSteps)));
  canvas.frame({left, bottom, scale, 8}, palette.soft, 0.5);
  bottom += 14;
  canvas.text("0%", {left, bottom + kCountSize / 2}, {.size = kCountSize, .color = palette.soft});
  canvas.text("100%", {left + scale, bottom + kCountSize / 2},
              {.size = kCountSize, .color = palette.soft, .anchor = Anchor::right});
  canvas.text(scale > 120 ? "share of the row" : "", {left + scale / 2, bottom + kCountSize / 2},
              {.size = kCountSize, .color = palette.soft, .anchor = Anchor::middle});
  bottom += kCountSize;
  if (!matrix.note.empty())
    bottom += 6 + draw_lines(canvas, matrix.note, {at.x, bottom + 6}, left + width - at.x,
                             {.size = kTickSize, .color = palette.soft});
  return {left + width - at.x, bottom - at.y};
}

}  // namespace hebb::plot
