// Draws charts with two axes. The space for the labels is measured first. The panel between the
// axes has a fixed size, and the figure grows around it, so that no texts overlap.
#include <algorithm>
#include <cmath>

#include "plot/draw.h"

namespace hebb::plot {
namespace {

constexpr double kTickGap = 14;            // from the axis to the middle of a label below
constexpr double kLeastGap = 9;            // between labels along the axis
constexpr double kLongestTick = 110;       // of a label that runs upwards
constexpr std::size_t kManyPoints = 1500;  // then they are drawn as an image

Color series_color(const Series& series, const Palette& palette) {
  return series.soft ? palette.soft : palette.of(series.color);
}

std::vector<LegendEntry> legend_of(const Chart& chart, const Palette& palette) {
  std::vector<LegendEntry> entries;
  for (const Series& one : chart.series)
    if (one.listed && !one.name.empty())
      entries.push_back({one.name, one.figure, series_color(one, palette), one.mark, one.color});
  return entries;
}

class Panel {
 public:
  Panel(Canvas& canvas, const Chart& chart, const Palette& palette, bool alone)
      : canvas_(canvas), chart_(chart), palette_(palette) {
    const double width = chart.square ? 340 : alone ? 420 : 330;
    const double height = chart.square ? 340 : alone ? 300 : 250;
    box_ = {0, 0, width, height};
    for (const Series& one : chart.series)
      if (one.mark == Mark::points || one.mark == Mark::rings) points_ += one.x.size();
    take_ranges();
    take_ticks();
  }

  // Without axes, in a square: the title stands in the lower right corner.
  void draw_bare(const Box& box) {
    box_ = box;
    small_ = true;
    draw_backdrop();
    for (std::size_t i = 0; i < chart_.series.size(); ++i) draw_series(i);
    canvas_.frame(box_, palette_.soft, 0.6);
    if (chart_.title.empty()) return;
    constexpr double kInside = 4;
    const Size size = canvas_.measure(chart_.title, kTickSize);
    const Point corner = {box_.right() - kInside, box_.bottom() - kInside - kTickSize / 2};
    canvas_.fill(
        {corner.x - size.width - 2, corner.y - kTickSize / 2 - 2, size.width + 4, kTickSize + 4},
        palette_.ground, 0.8);
    canvas_.text(chart_.title, corner,
                 {.size = kTickSize, .color = palette_.ink, .anchor = Anchor::right});
  }

  Size draw(Point at) {
    const double title = chart_.title.empty() ? 0 : kLine * kLabelSize + 4;
    double widest = 0;
    for (const Tick& tick : y_ticks_) widest = std::max(widest, width_of(tick));
    const double left = kLine * kLabelSize + widest + 10;
    box_.x = at.x + left;
    box_.y = at.y + title + kTickSize / 2;  // half of the highest label is above the axis
    if (title > 0)
      canvas_.text(canvas_.fitted(chart_.title, box_.width, kLabelSize, true),
                   {box_.x, at.y + title / 2 - 2},
                   {.size = kLabelSize, .color = palette_.ink, .bold = true});
    draw_backdrop();
    draw_axes(at.x);
    for (std::size_t i = 0; i < chart_.series.size(); ++i) draw_series(i);
    const double overhang = x_ticks_.empty() || upright_
                                ? 0
                                : std::max(0.0, x_at(x_ticks_.back().at) +
                                                    width_of(x_ticks_.back()) / 2 - box_.right());
    double right = box_.right() + overhang;
    double bottom = box_.bottom() + kTickGap - kTickSize / 2 + tick_height_;
    if (!chart_.x_label.empty()) bottom += 6 + kLabelSize;
    if (const auto entries = legend(); !entries.empty()) {
      const double x = right + kPad;
      const Size size = draw_legend(canvas_, entries, palette_, {x, box_.y}, box_.height);
      right = x + size.width;
      bottom = std::max(bottom, box_.y + size.height);
    }
    if (!chart_.note.empty())
      bottom += 6 + draw_lines(canvas_, chart_.note, {box_.x, bottom + 6}, right - box_.x,
                               {.size = kTickSize, .color = palette_.soft});
    return {right - at.x, bottom - at.y};
  }

 private:
  double width_of(const Tick& tick) const { return canvas_.measure(tick.label, kTickSize).width; }

  // Sets the ranges to those of the series; histograms and bars begin at 0.
  void take_ranges() {
    std::vector<double> xs, ys;
    bool from_zero = false, edges = false;
    for (const Series& one : chart_.series) {
      xs.insert(xs.end(), one.x.begin(), one.x.end());
      ys.insert(ys.end(), one.y.begin(), one.y.end());
      for (std::size_t i = 0; i < one.spread.size(); ++i)
        ys.insert(ys.end(), {one.y[i] - one.spread[i], one.y[i] + one.spread[i]});
      from_zero = from_zero || one.mark == Mark::histogram;
      edges = edges || one.mark == Mark::line || one.mark == Mark::histogram;
    }
    if (from_zero) ys.push_back(0);
    const double room = edges ? 0 : 0.05;
    if (!chart_.x_names.empty())
      x_ = {-0.5, static_cast<double>(chart_.x_names.size()) - 0.5};
    else
      x_ = chart_.x       ? *chart_.x
           : chart_.x_log ? log_range_of(xs, room)
                          : padded(range_of(xs), room);
    if (chart_.y) {
      y_ = *chart_.y;
    } else if (chart_.y_log) {
      y_ = log_range_of(ys, 0.05);
    } else {
      y_ = padded(range_of(ys), 0.05);
      if (from_zero) y_.low = 0;
    }
  }

  std::vector<Tick> ticks(const Range& range, bool log, bool whole, std::size_t wanted) const {
    auto all = log ? log_ticks(range, wanted) : linear_ticks(range, wanted);
    if (whole) std::erase_if(all, [](const Tick& tick) { return tick.at != std::round(tick.at); });
    if (whole)
      for (Tick& tick : all) tick.label = number_label(tick.at, 0);
    return all;
  }

  // The names of categories stand upright where one is wider than its place; every other one, or
  // fewer, is written where even that is too narrow.
  void take_names() {
    const double place = box_.width / x_.size();
    double widest = 0;
    for (const std::string& name : chart_.x_names)
      widest = std::max(widest, canvas_.measure(name, kTickSize).width);
    upright_ = widest + kLeastGap > place;
    const auto each =
        upright_ ? static_cast<std::size_t>(std::ceil(1.2 * kTickSize / place)) : std::size_t{1};
    for (std::size_t i = 0; i < chart_.x_names.size(); i += each) {
      const std::string& name = chart_.x_names[i];
      x_ticks_.push_back({static_cast<double>(i),
                          upright_ ? canvas_.fitted(name, kLongestTick, kTickSize) : name});
      if (upright_) tick_height_ = std::max(tick_height_, width_of(x_ticks_.back()));
    }
  }

  // Chooses as many ticks as fit without overlap.
  void take_ticks() {
    y_ticks_ = ticks(y_, chart_.y_log, false, chart_.y_log ? 8 : 6);
    if (!chart_.x_names.empty()) return take_names();
    for (std::size_t wanted = 8; wanted > 0; --wanted) {
      x_ticks_ = ticks(x_, chart_.x_log, chart_.whole_x, wanted);
      bool fits = true;
      for (std::size_t i = 1; i < x_ticks_.size(); ++i)
        fits = fits && x_at(x_ticks_[i].at) - x_at(x_ticks_[i - 1].at) >=
                           (width_of(x_ticks_[i]) + width_of(x_ticks_[i - 1])) / 2 + kLeastGap;
      if (fits) return;
    }
    x_ticks_.resize(std::min<std::size_t>(x_ticks_.size(), 1));
  }

  // Clamps positions far outside the panel, which cairo cannot represent.
  static double share(double value, const Range& range, bool log) {
    const double share = log ? std::log(value / range.low) / std::log(range.high / range.low)
                             : (value - range.low) / range.size();
    return std::clamp(share, -10.0, 10.0);
  }
  double x_at(double x) const { return box_.x + share(x, x_, chart_.x_log) * box_.width; }
  double y_at(double y) const { return box_.bottom() - share(y, y_, chart_.y_log) * box_.height; }

  void draw_backdrop() {
    const Backdrop& back = chart_.backdrop;
    if (back.color.empty()) return;
    std::vector<std::uint32_t> pixels(back.color.size());
    for (std::size_t r = 0; r < back.rows; ++r)
      for (std::size_t c = 0; c < back.columns; ++c) {
        const std::size_t from = (back.rows - 1 - r) * back.columns + c;
        const Color color =
            mix(palette_.ground, palette_.of(back.color[from]), back.strength[from]);
        const auto byte = [](double part) {
          return static_cast<std::uint32_t>(std::lround(255 * std::clamp(part, 0.0, 1.0)));
        };
        pixels[r * back.columns + c] =
            byte(color.red) << 16 | byte(color.green) << 8 | byte(color.blue);
      }
    canvas_.image(box_, back.columns, back.rows, pixels, true);
  }

  void draw_axes(double left) {
    const bool grid = chart_.backdrop.color.empty();
    for (const Tick& tick : y_ticks_) {
      const double y = y_at(tick.at);
      if (grid) canvas_.polyline({{box_.x, y}, {box_.right(), y}}, palette_.grid, 0.8);
      canvas_.text(tick.label, {box_.x - 7, y},
                   {.size = kTickSize, .color = palette_.soft, .anchor = Anchor::right});
    }
    for (const Tick& tick : x_ticks_) {
      const double x = x_at(tick.at);
      if (grid) canvas_.polyline({{x, box_.y}, {x, box_.bottom()}}, palette_.grid, 0.8);
      canvas_.polyline({{x, box_.bottom()}, {x, box_.bottom() + 4}}, palette_.soft, 0.8);
      const double top = box_.bottom() + kTickGap - kTickSize / 2;
      canvas_.text(tick.label, {x, upright_ ? top : top + kTickSize / 2},
                   {.size = kTickSize,
                    .color = palette_.soft,
                    .anchor = upright_ ? Anchor::right : Anchor::middle,
                    .upright = upright_});
    }
    canvas_.polyline({{box_.x, box_.y}, {box_.x, box_.bottom()}, {box_.right(), box_.bottom()}},
                     palette_.soft, 0.9);
    const double middle = box_.x + box_.width / 2;
    canvas_.text(
        canvas_.fitted(chart_.x_label, box_.width, kLabelSize),
        {middle, box_.bottom() + kTickGap - kTickSize / 2 + tick_height_ + 6 + kLabelSize / 2},
        {.size = kLabelSize, .color = palette_.ink, .anchor = Anchor::middle});
    canvas_.text(
        canvas_.fitted(chart_.y_label, box_.height, kLabelSize),
        {left + kLabelSize / 2, box_.y + box_.height / 2},
        {.size = kLabelSize, .color = palette_.ink, .anchor = Anchor::middle, .upright = true});
  }

  Color color_of(const Series& series) const { return series_color(series, palette_); }

  void draw_series(std::size_t index) {
    const Series& series = chart_.series[index];
    const bool many = (series.mark == Mark::points || series.mark == Mark::rings) &&
                      series.x.size() > kManyPoints;
    if (many) canvas_.begin_raster(box_);
    canvas_.clip({box_.x - 1, box_.y - 1, box_.width + 2, box_.height + 2});
    switch (series.mark) {
      case Mark::line:
      case Mark::steps:
      case Mark::dashes:
        draw_band(series);
        draw_line(series);
        break;
      case Mark::points:
      case Mark::rings:
        draw_bars_of(series);
        draw_points(series);
        break;
      case Mark::histogram:
        draw_histogram(series);
        break;
    }
    canvas_.unclip();
    if (many) canvas_.end_raster();
  }

  // y - spread to y + spread, over each part of the line without a gap.
  void draw_band(const Series& series) {
    std::vector<Point> lower, upper;
    const auto flush = [&] {
      lower.insert(lower.end(), upper.rbegin(), upper.rend());
      canvas_.polygon(lower, color_of(series), 0.16);
      lower.clear(), upper.clear();
    };
    for (std::size_t i = 0; i < series.spread.size(); ++i) {
      const double x = series.x[i], y = series.y[i];
      const double spread = std::isnan(series.spread[i]) ? 0 : series.spread[i];
      if (!std::isfinite(x) || !std::isfinite(y) || !std::isfinite(spread)) {
        flush();
        continue;
      }
      lower.push_back({x_at(x), y_at(y - spread)});
      upper.push_back({x_at(x), y_at(y + spread)});
    }
    flush();
  }

  double drawn_x(const Series& series, std::size_t i) const {
    return x_at(series.x[i] + (series.shift.empty() ? 0 : series.shift[i]));
  }

  void draw_bars_of(const Series& series) {
    for (std::size_t i = 0; i < series.spread.size(); ++i) {
      const double x = drawn_x(series, i), y = series.y[i], spread = series.spread[i];
      if (!std::isfinite(x) || !std::isfinite(y) || !std::isfinite(spread)) continue;
      canvas_.polyline({{x, y_at(y - spread)}, {x, y_at(y + spread)}}, color_of(series), 1.4);
    }
  }

  // Points at the position of the one before are skipped; a non-finite number makes a gap.
  void draw_line(const Series& series) {
    constexpr double kNear = 0.3;
    std::vector<Point> points;
    const auto flush = [&] {
      canvas_.polyline(points, color_of(series), series.soft ? 1.2 : 1.8,
                       series.mark == Mark::dashes || series.color >= kSeriesColors,
                       series.color / kSeriesColors);
      points.clear();
    };
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      if (!std::isfinite(series.x[i]) || !std::isfinite(series.y[i]) ||
          (chart_.x_log && series.x[i] <= 0) || (chart_.y_log && series.y[i] <= 0)) {
        flush();
        continue;
      }
      const Point point = {x_at(series.x[i]), y_at(series.y[i])};
      if (series.mark == Mark::steps && !points.empty())
        points.push_back({point.x, points.back().y});
      const bool near = !points.empty() && std::abs(points.back().x - point.x) < kNear &&
                        std::abs(points.back().y - point.y) < kNear;
      if (near && i + 1 < series.x.size()) continue;
      points.push_back(point);
    }
    flush();
  }

  void draw_points(const Series& series) {
    const auto n = static_cast<double>(points_);
    const double radius = small_ ? 1.8 : n <= 150 ? 3.6 : n <= 1500 ? 2.6 : n <= 10000 ? 1.7 : 1.2;
    const double alpha = n <= 300 ? 0.9 : n <= 3000 ? 0.7 : 0.5;
    for (std::size_t i = 0; i < series.x.size(); ++i)
      if (std::isfinite(series.x[i]) && std::isfinite(series.y[i]))
        canvas_.marker(static_cast<Marker>(series.color % kMarkers),
                       {drawn_x(series, i), y_at(series.y[i])}, radius, color_of(series),
                       series.mark == Mark::points, alpha);
  }

  void draw_histogram(const Series& series) {
    std::vector<Point> outline = {{x_at(series.x[0]), y_at(0)}};
    for (std::size_t i = 0; i < series.y.size(); ++i) {
      outline.push_back({x_at(series.x[i]), y_at(series.y[i])});
      outline.push_back({x_at(series.x[i + 1]), y_at(series.y[i])});
    }
    outline.push_back({x_at(series.x.back()), y_at(0)});
    canvas_.polygon(outline, color_of(series), 0.3);
    canvas_.polyline(outline, color_of(series), 1.4, series.color >= kSeriesColors,
                     series.color / kSeriesColors);
  }

  std::vector<LegendEntry> legend() const { return legend_of(chart_, palette_); }

  Canvas& canvas_;
  const Chart& chart_;
  const Palette& palette_;
  Box box_;
  bool small_ = false;
  std::size_t points_ = 0;  // of all series
  Range x_, y_;
  std::vector<Tick> x_ticks_, y_ticks_;
  bool upright_ = false;            // names of categories
  double tick_height_ = kTickSize;  // of the labels below
};

}  // namespace

Size draw_charts(Canvas& canvas, const std::vector<Chart>& charts, const Palette& palette,
                 Point at) {
  const std::size_t columns = charts_in_row(charts.size());
  Size size, row;
  for (std::size_t i = 0; i < charts.size(); ++i) {
    if (i > 0 && i % columns == 0) {
      size.height += row.height + kPad;
      row = {};
    }
    if (row.width > 0) row.width += 1.5 * kPad;
    const Size panel = Panel(canvas, charts[i], palette, charts.size() == 1)
                           .draw({at.x + row.width, at.y + size.height});
    row = {row.width + panel.width, std::max(row.height, panel.height)};
    size.width = std::max(size.width, row.width);
  }
  return {size.width, size.height + row.height};
}

Size draw_panels(Canvas& canvas, const Panels& panels, const Palette& palette, Point at) {
  constexpr double kSide = 132, kGap = 8;
  const double left = kLine * kLabelSize + 2, top = kLine * kLabelSize + 2;
  const auto start = [&](std::size_t place) { return (kSide + kGap) * static_cast<double>(place); };
  const TextStyle middle = {.size = kLabelSize, .color = palette.ink, .anchor = Anchor::middle};
  for (std::size_t c = 0; c < panels.columns.size(); ++c)
    canvas.text(canvas.fitted(panels.columns[c], kSide, kLabelSize),
                {at.x + left + start(c) + kSide / 2, at.y + top / 2}, middle);
  for (std::size_t r = 0; r < panels.rows.size(); ++r) {
    TextStyle upright = middle;
    upright.upright = true;
    canvas.text(canvas.fitted(panels.rows[r], kSide, kLabelSize),
                {at.x + left / 2, at.y + top + start(r) + kSide / 2}, upright);
    for (std::size_t c = 0; c < panels.columns.size(); ++c)
      Panel(canvas, panels.charts[r * panels.columns.size() + c], palette, false)
          .draw_bare({at.x + left + start(c), at.y + top + start(r), kSide, kSide});
  }
  Size size = {left + start(panels.columns.size()) - kGap, top + start(panels.rows.size()) - kGap};
  const auto entries = legend_of(panels.charts.front(), palette);
  const Size legend =
      draw_legend(canvas, entries, palette, {at.x + size.width + kPad, at.y + top}, kSide);
  size.width += kPad + legend.width;
  if (!panels.note.empty())
    size.height += 6 + draw_lines(canvas, panels.note, {at.x + left, at.y + size.height + 6},
                                  size.width - left, {.size = kTickSize, .color = palette.soft});
  return size;
}

}  // namespace hebb::plot
