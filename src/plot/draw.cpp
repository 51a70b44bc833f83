#include "plot/draw.h"

#include <algorithm>
#include <cmath>

#include "hebb/core/printable.h"

namespace hebb::plot {
namespace {

constexpr double kLeastWidth = 240;                  // of a title's lines
constexpr std::size_t kNoLimit = std::string::npos;  // of columns: the letters' widths count
constexpr double kSample = 22;                       // the symbol in front of a name

struct BodySize {
  Canvas& canvas;
  const Palette& palette;
  Point at;

  Size operator()(const std::vector<Chart>& charts) const {
    return draw_charts(canvas, charts, palette, at);
  }
  Size operator()(const Panels& panels) const { return draw_panels(canvas, panels, palette, at); }
  Size operator()(const Bars& bars) const { return draw_bars(canvas, bars, palette, at); }
  Size operator()(const Intervals& intervals) const {
    return draw_intervals(canvas, intervals, palette, at);
  }
  Size operator()(const Matrix& matrix) const { return draw_matrix(canvas, matrix, palette, at); }
  Size operator()(const Sheet& sheet) const { return draw_sheet(canvas, sheet, palette, at); }
  Size operator()(const Grids& grids) const { return draw_grids(canvas, grids, palette, at); }
  Size operator()(const Flow& flow) const { return draw_flow(canvas, flow, palette, at); }
  Size operator()(const Diagram& diagram) const {
    return draw_diagram(canvas, diagram, palette, at);
  }
  Size operator()(const Parallel& parallel) const {
    return draw_parallel(canvas, parallel, palette, at);
  }
};

// A canvas for measuring, whose drawing is discarded.
class Nowhere {
 public:
  Nowhere()
      : surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1)), canvas_(surface_, 1) {}
  Nowhere(const Nowhere&) = delete;
  Nowhere& operator=(const Nowhere&) = delete;
  ~Nowhere() { cairo_surface_destroy(surface_); }
  Canvas& canvas() { return canvas_; }

 private:
  cairo_surface_t* surface_;
  Canvas canvas_;
};

void draw_sample(Canvas& canvas, const LegendEntry& entry, Point middle) {
  const double half = 0.4 * kSample;
  switch (entry.mark) {
    case Mark::line:
    case Mark::steps:
    case Mark::dashes:
      canvas.polyline({{middle.x - half, middle.y}, {middle.x + half, middle.y}}, entry.color, 2,
                      entry.mark == Mark::dashes || entry.index >= kSeriesColors,
                      entry.index / kSeriesColors);
      break;
    case Mark::points:
    case Mark::rings:
      canvas.marker(static_cast<Marker>(entry.index % kMarkers), middle, 3.5, entry.color,
                    entry.mark == Mark::points, 1);
      break;
    case Mark::histogram:
      canvas.fill({middle.x - half, middle.y - 4, 2 * half, 8}, entry.color, 0.45);
      canvas.frame({middle.x - half, middle.y - 4, 2 * half, 8}, entry.color, 1);
      break;
  }
}

}  // namespace

std::string fitted_name(Canvas& canvas, const std::string& name) {
  return canvas.fitted(shown_name(name, kNoLimit), kLongestName, kTickSize);
}

double draw_lines(Canvas& canvas, const std::string& text, Point at, double width,
                  TextStyle style) {
  double y = at.y;
  for (const auto& line : canvas.wrapped(text, width, style.size, style.bold)) {
    canvas.text(line, {at.x, y + kLine * style.size / 2}, style);
    y += kLine * style.size;
  }
  return y - at.y;
}

void draw_arrow(Canvas& canvas, Point from, Point to, const Color& color) {
  constexpr double kHead = 6, kHalf = 3;
  const double length = std::hypot(to.x - from.x, to.y - from.y);
  if (length <= 0) return;
  const Point along = {(to.x - from.x) / length, (to.y - from.y) / length};
  const Point neck = {to.x - kHead * along.x, to.y - kHead * along.y};
  canvas.polyline({from, neck}, color, 1.2);
  canvas.polygon({to,
                  {neck.x - kHalf * along.y, neck.y + kHalf * along.x},
                  {neck.x + kHalf * along.y, neck.y - kHalf * along.x}},
                 color, 1);
}

Size draw_legend(Canvas& canvas, const std::vector<LegendEntry>& entries, const Palette& palette,
                 Point at, double height) {
  const double row = 1.6 * kTickSize;
  const auto in_column =
      std::max<std::size_t>(4, static_cast<std::size_t>(std::max(0.0, height) / row));
  // The line that counts the others has room for one.
  const std::size_t shown = entries.size() <= kMostNamed + 1 ? entries.size() : kMostNamed;
  double x = at.x, bottom = at.y;
  for (std::size_t begin = 0; begin < shown; begin += in_column) {
    double widest = 0, y = at.y + row / 2;
    for (std::size_t i = begin; i < std::min(shown, begin + in_column); ++i, y += row) {
      const std::string name = fitted_name(canvas, entries[i].name) +
                               (entries[i].figure.empty() ? "" : "  " + entries[i].figure);
      draw_sample(canvas, entries[i], {x + kSample / 2, y});
      canvas.text(name, {x + kSample + 5, y}, {.size = kTickSize, .color = palette.ink});
      widest = std::max(widest, canvas.measure(name, kTickSize).width);
      bottom = std::max(bottom, y + row / 2);
    }
    x += kSample + 5 + widest + kPad;
  }
  if (shown < entries.size()) {
    const std::string more = "and " + std::to_string(entries.size() - shown) + " more";
    canvas.text(more, {at.x, bottom + row / 2}, {.size = kTickSize, .color = palette.soft});
    bottom += row;
    x = std::max(x, at.x + canvas.measure(more, kTickSize).width + kPad);
  }
  return {std::max(0.0, x - at.x - kPad), bottom - at.y};
}

namespace {

// Draws the lines above the body; returns the y at which they end.
double draw_head(Canvas& canvas, const Content& content, double width, const Palette& palette) {
  double y = kPad;
  y += draw_lines(canvas, content.title, {kPad, y}, width,
                  {.size = kTitleSize, .color = palette.ink, .bold = true});
  if (!content.subtitle.empty())
    y += draw_lines(canvas, content.subtitle, {kPad, y + 1}, width,
                    {.size = kLabelSize, .color = palette.soft});
  return y + 0.7 * kPad;
}

}  // namespace

Layout lay_out(const Content& content) {
  Nowhere nowhere;
  const Palette& any = palette(Theme::light);
  const Size body = std::visit(BodySize{nowhere.canvas(), any, {0, 0}}, content.body);
  const double width = std::max(body.width, kLeastWidth);
  const double body_y = draw_head(nowhere.canvas(), content, width, any);
  return {.page = {std::ceil(width + 2 * kPad), std::ceil(body_y + body.height + kPad)},
          .width = width,
          .body_y = body_y};
}

void draw(Canvas& canvas, const Content& content, const Layout& layout, const Palette& palette) {
  draw_head(canvas, content, layout.width, palette);
  std::visit(BodySize{canvas, palette, {kPad, layout.body_y}}, content.body);
}

}  // namespace hebb::plot
