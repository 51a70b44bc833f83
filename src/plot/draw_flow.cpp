// Rows of panels joined by arrows, each row below a heading. Panels are one or two units wide, so
// that they are aligned in columns.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plot/draw.h"

namespace hebb::plot {
namespace {

constexpr double kPanel = 136, kArrow = 26;
constexpr double kWide = 2 * kPanel + kArrow;
constexpr std::size_t kNarrowBars = 32;
constexpr double kGap = 3;  // between pictures
constexpr double kNoteSize = 9;
constexpr double kHead = kLine * (kTickSize + kNoteSize) + 3;
constexpr double kStrip = 74;    // the height of upright bars
constexpr double kNameRow = 13;  // and of a lying one
constexpr double kRowGap = 18;

double width_of(const Flow::Panel& panel) {
  if (std::holds_alternative<Sheet>(panel.body)) return kPanel;
  const auto* strip = std::get_if<Flow::Strip>(&panel.body);
  return strip && strip->values.size() <= kNarrowBars ? kPanel : kWide;
}

double width_of(const Flow::Row& row) {
  double width = -kArrow;
  for (const auto& panel : row.panels) width += width_of(panel) + kArrow;
  return width;
}

// The arrangement of images of one size in a panel.
struct Tiling {
  Size tile;
  double columns, lines;

  explicit Tiling(const Sheet& sheet)
      : columns(static_cast<double>(std::max<std::size_t>(1, sheet.columns))),
        lines(std::ceil(static_cast<double>(sheet.tiles.size()) / columns)) {
    const auto h = static_cast<double>(sheet.height), w = static_cast<double>(sheet.width);
    const double scale = (kPanel - kGap * (columns - 1)) / columns / std::max({h, w, 1.0});
    tile = {std::max(2.0, w * scale), std::max(2.0, h * scale)};
    columns = std::min(columns, static_cast<double>(sheet.tiles.size()));
  }
  double width() const { return columns * (tile.width + kGap) - kGap; }
  double height() const { return lines * (tile.height + kGap) - kGap; }
};

// The size of a panel's body, without the note below it.
Size size_of(const Flow::Panel& panel) {
  if (const auto* sheet = std::get_if<Sheet>(&panel.body)) {
    const Tiling tiling(*sheet);
    return {tiling.width(), tiling.height()};
  }
  if (const auto* named = std::get_if<Flow::Named>(&panel.body))
    return {width_of(panel), kNameRow * static_cast<double>(named->names.size())};
  return {width_of(panel), kStrip};
}

struct Pen {
  Canvas& canvas;
  const Palette& palette;
  Point at;
  double width;

  // Each draws below `at` and returns its height.
  double operator()(const Sheet& sheet) const {
    const Tiling tiling(sheet);
    const Size& size = tiling.tile;
    for (std::size_t i = 0; i < sheet.tiles.size(); ++i) {
      const std::size_t line = i / sheet.columns;
      const Box box = {at.x + static_cast<double>(i % sheet.columns) * (size.width + kGap),
                       at.y + static_cast<double>(line) * (size.height + kGap), size.width,
                       size.height};
      canvas.image(box, sheet.width, sheet.height, pixels_of(sheet.tiles[i], sheet, palette),
                   static_cast<double>(sheet.height) > 2 * size.height);
      canvas.frame(box, palette.grid, 0.7);
    }
    return tiling.height();
  }

  double operator()(const Flow::Strip& strip) const {
    std::vector<double> all = strip.values;
    all.push_back(0);
    const auto [low, high] = std::ranges::minmax(all);
    const double size = std::max(high - low, 1e-300);
    const double zero = at.y + kStrip * (high > low ? high / size : 1);
    const double step = width / static_cast<double>(std::max<std::size_t>(1, strip.values.size()));
    for (std::size_t i = 0; i < strip.values.size(); ++i) {
      const double value = strip.values[i], length = kStrip * std::abs(value) / size;
      canvas.fill({at.x + step * (static_cast<double>(i) + 0.1), value < 0 ? zero : zero - length,
                   0.8 * step, length},
                  value < 0 ? palette.negative : palette.positive);
    }
    canvas.polyline({{at.x, zero}, {at.x + width, zero}}, palette.soft, 0.8);
    const double y = at.y + kStrip + 4 + kNoteSize / 2;
    canvas.text(number_label(low) + " to " + number_label(high), {at.x, y},
                {.size = kNoteSize, .color = palette.soft});
    return kStrip + 4 + kNoteSize;
  }

  double operator()(const Flow::Named& named) const {
    std::vector<double> all = named.values;
    all.push_back(0);
    if (named.shares) all.push_back(1);
    const auto [low, high] = std::ranges::minmax(all);
    double names = 0, figures = 0;
    for (std::size_t i = 0; i < named.names.size(); ++i) {
      names = std::max(names, canvas.measure(short_name(named, i), kTickSize, true).width);
      figures = std::max(figures, canvas.measure(figure(named, i), kTickSize, true).width);
    }
    const bool is_signed = low < 0;
    const double left = at.x + names + 8 + (is_signed ? figures + 6 : 0);
    const double right = at.x + width - figures - 6;
    const double zero = left - (right - left) * (high > low ? low / (high - low) : 0);
    for (std::size_t i = 0; i < named.names.size(); ++i) {
      const double y = at.y + kNameRow * (static_cast<double>(i) + 0.5);
      const bool chosen = named.chosen == i;
      const double value = named.values[i];
      const double end = zero + (high > low ? (right - left) * value / (high - low) : 0);
      canvas.text(
          short_name(named, i), {at.x + names, y},
          {.size = kTickSize, .color = palette.ink, .bold = chosen, .anchor = Anchor::right});
      canvas.fill({std::min(zero, end), y - 0.36 * kNameRow, std::abs(end - zero), 0.72 * kNameRow},
                  color(named, i));
      const bool down = value < 0;
      canvas.text(figure(named, i), {down ? end - 4 : end + 4, y},
                  {.size = kTickSize,
                   .color = chosen ? palette.ink : palette.soft,
                   .bold = chosen,
                   .anchor = down ? Anchor::right : Anchor::left});
    }
    const double height = kNameRow * static_cast<double>(named.names.size());
    canvas.polyline({{zero, at.y}, {zero, at.y + height}}, palette.soft, 0.8);
    return height;
  }

 private:
  std::string short_name(const Flow::Named& named, std::size_t i) const {
    return canvas.fitted(named.names[i], 0.42 * width, kTickSize, true);
  }
  std::string figure(const Flow::Named& named, std::size_t i) const {
    if (named.shares)
      return fmt::format("{:.1f}", 100 * named.values[i]) +
             (named.truth == i ? "%, the truth" : "%");
    const double size = std::abs(named.values[i]);
    return size < 1000 && (size >= 0.01 || size == 0) ? number_label(named.values[i], 2)
                                                      : number_label(named.values[i]);
  }
  Color color(const Flow::Named& named, std::size_t i) const {
    if (!named.shares) return named.values[i] < 0 ? palette.negative : palette.positive;
    if (named.chosen != i) return mix(palette.ground, palette.strong, 0.45);
    return named.truth ? palette.wrong : palette.strong;
  }
};

// Returns the height.
double draw_panel(Canvas& canvas, const Flow::Panel& panel, const Palette& palette, Point at) {
  const double width = width_of(panel);
  canvas.text(canvas.fitted(panel.title, width, kTickSize, true),
              {at.x, at.y + kLine * kTickSize / 2},
              {.size = kTickSize, .color = palette.ink, .bold = true});
  canvas.text(canvas.fitted(panel.size, width, kNoteSize),
              {at.x, at.y + kLine * (kTickSize + kNoteSize / 2)},
              {.size = kNoteSize, .color = palette.soft});
  double y = at.y + kHead;
  y += std::visit(Pen{canvas, palette, {at.x, y}, width}, panel.body);
  const auto* sheet = std::get_if<Sheet>(&panel.body);
  if (sheet && sheet->scale_end > 0 && panel.own_scale)
    y += 5 + draw_scale(canvas, sheet->scale_end, palette, {at.x, y + 5}, kPanel);
  if (!panel.note.empty())
    y += 4 + draw_lines(canvas, panel.note, {at.x, y + 4}, width,
                        {.size = kNoteSize, .color = palette.soft});
  return y - at.y;
}

double draw_row(Canvas& canvas, const Flow::Row& row, const Palette& palette, Point at,
                double width) {
  const double line = kLine * kLabelSize;
  const std::string heading = canvas.fitted(row.heading, width / 2, kLabelSize, true);
  canvas.text(heading, {at.x, at.y + line / 2},
              {.size = kLabelSize, .color = palette.ink, .bold = true});
  const double behind = canvas.measure(heading, kLabelSize, true).width + 10;
  canvas.text(canvas.fitted(row.detail, width - behind, kTickSize),
              {at.x + behind, at.y + line / 2}, {.size = kTickSize, .color = palette.soft});
  const double rule = at.y + line + 2;
  canvas.polyline({{at.x, rule}, {at.x + width, rule}}, palette.grid, 1);
  Point place = {at.x, rule + 5};
  double bottom = place.y;
  const Flow::Panel* before = nullptr;
  for (const auto& panel : row.panels) {
    if (before) {
      const Size from = size_of(*before);
      const double y = place.y + kHead + std::min(from.height, size_of(panel).height) / 2;
      const double behind_it = place.x - kArrow - width_of(*before) + from.width;
      draw_arrow(canvas, {behind_it + 5, y}, {place.x - 5, y}, palette.soft);
    }
    before = &panel;
    bottom = std::max(bottom, place.y + draw_panel(canvas, panel, palette, place));
    place.x += width_of(panel) + kArrow;
  }
  return bottom - at.y;
}

}  // namespace

Size draw_flow(Canvas& canvas, const Flow& flow, const Palette& palette, Point at) {
  double width = 0;
  for (const auto& row : flow.rows) width = std::max(width, width_of(row));
  double y = at.y;
  for (const auto& row : flow.rows) y += draw_row(canvas, row, palette, {at.x, y}, width) + kRowGap;
  Size size = {width, y - kRowGap - at.y};
  if (!flow.note.empty())
    size.height += 12 + draw_lines(canvas, flow.note, {at.x, at.y + size.height + 12}, width,
                                   {.size = kTickSize, .color = palette.soft});
  return size;
}

}  // namespace hebb::plot
