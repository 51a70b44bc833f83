// Parallel coordinates: axes side by side from bottom to top, with a line for each item. The names of
// the axes stand above them. Labels stand beside their axis, over the lines, on a patch of the ground.
#include <algorithm>
#include <cmath>

#include "plot/draw.h"

namespace hebb::plot {
namespace {

constexpr double kHeight = 280;
constexpr double kApart = 112;     // from one axis to the next
constexpr double kTickRoom = 6;    // between an axis and its labels
constexpr double kScaleWidth = 7;  // of the last axis, which shows the colours
constexpr double kPale = 0.4;      // strength of the lines behind

class Axes {
 public:
  Axes(Canvas& canvas, const Parallel& parallel, const Palette& palette)
      : canvas_(canvas), parallel_(parallel), palette_(palette) {
    for (const Parallel::Axis& axis : parallel.axes) {
      ranges_.push_back(axis.names.empty()
                            ? axis.range
                            : Range{-0.5, static_cast<double>(axis.names.size()) - 0.5});
      ticks_.push_back(ticks_of(axis, ranges_.back()));
    }
  }

  Size draw(Point at) {
    left_ = at.x + widest(0);
    top_ = at.y + kLine * kLabelSize + 6;
    for (const bool strong : {false, true})
      for (const Parallel::Line& line : parallel_.lines)
        if (line.strong == strong) draw_line(line);
    for (std::size_t i = 0; i < parallel_.axes.size(); ++i) draw_axis(i);
    const std::size_t last = parallel_.axes.size() - 1;
    const double right = std::max(x_of(last) + kScaleWidth + kTickRoom + widest(last),
                                  x_of(last) + name_width(last) / 2);
    double bottom = top_ + kHeight + kTickSize / 2;
    if (!parallel_.note.empty())
      bottom += 8 + draw_lines(canvas_, parallel_.note, {at.x, bottom + 8}, right - at.x,
                               {.size = kTickSize, .color = palette_.soft});
    return {right - at.x, bottom - at.y};
  }

 private:
  static std::vector<Tick> ticks_of(const Parallel::Axis& axis, const Range& range) {
    constexpr double kLeastApart = 1.3 * kTickSize;
    if (axis.names.empty()) {
      auto ticks = axis.log ? log_ticks(range, 8) : linear_ticks(range, 6);
      if (axis.whole)
        std::erase_if(ticks, [](const Tick& tick) { return tick.at != std::round(tick.at); });
      if (axis.whole)
        for (Tick& tick : ticks) tick.label = number_label(tick.at, 0);
      return ticks;
    }
    const double place = kHeight / static_cast<double>(axis.names.size());
    const auto each = static_cast<std::size_t>(std::max(1.0, std::ceil(kLeastApart / place)));
    std::vector<Tick> ticks;
    for (std::size_t i = 0; i < axis.names.size(); i += each)
      ticks.push_back({static_cast<double>(i), axis.names[i]});
    return ticks;
  }

  double x_of(std::size_t axis) const { return left_ + kApart * static_cast<double>(axis); }

  double y_of(std::size_t axis, double value) const {
    const Range& range = ranges_[axis];
    const double share = parallel_.axes[axis].log
                             ? std::log(value / range.low) / std::log(range.high / range.low)
                             : (value - range.low) / range.size();
    return top_ + kHeight * (1 - std::clamp(share, 0.0, 1.0));
  }

  std::string label(const Tick& tick) const {
    return canvas_.fitted(tick.label, kApart - 3 * kTickRoom - kScaleWidth, kTickSize);
  }
  double widest(std::size_t axis) const {
    double width = axis == 0 ? name_width(0) / 2 - kTickRoom : 0;
    for (const Tick& tick : ticks_[axis])
      width = std::max(width, canvas_.measure(label(tick), kTickSize).width);
    return width + kTickRoom;
  }
  std::string name(std::size_t axis) const {
    return canvas_.fitted(parallel_.axes[axis].name, kApart - 10, kLabelSize, true);
  }
  double name_width(std::size_t axis) const {
    return canvas_.measure(name(axis), kLabelSize, true).width;
  }

  // Blue is good and orange is bad, as far as the last axis reaches.
  Color color_at(double share) const {
    const double good = parallel_.high_is_good ? share : 1 - share;
    const Color middle = mix(palette_.soft, palette_.ground, 0.35);
    return good < 0.5 ? mix(palette_.of(1), middle, 2 * good)
                      : mix(middle, palette_.of(0), 2 * good - 1);
  }

  void draw_line(const Parallel::Line& line) {
    if (line.values.size() != parallel_.axes.size() ||
        !std::ranges::all_of(line.values, [](double value) { return std::isfinite(value); }))
      return;
    std::vector<Point> points;
    for (std::size_t i = 0; i < line.values.size(); ++i)
      points.push_back({x_of(i), y_of(i, line.values[i])});
    const Color color = color_at(1 - (points.back().y - top_) / kHeight);
    canvas_.polyline(points, line.strong ? color : mix(palette_.ground, color, kPale),
                     line.strong ? 2 : 1.1);
  }

  void draw_axis(std::size_t axis) {
    const double x = x_of(axis);
    const bool last = axis + 1 == parallel_.axes.size();
    if (last) {
      constexpr int kSteps = 64;
      for (int i = 0; i < kSteps; ++i)
        canvas_.fill({x, top_ + kHeight * i / kSteps, kScaleWidth, kHeight / kSteps + 0.3},
                     color_at(1 - (i + 0.5) / kSteps));
    }
    canvas_.polyline({{x, top_}, {x, top_ + kHeight}}, palette_.soft, 1);
    canvas_.text(
        name(axis), {x, top_ - 8 - kLabelSize / 2},
        {.size = kLabelSize, .color = palette_.ink, .bold = true, .anchor = Anchor::middle});
    for (const Tick& tick : ticks_[axis]) {
      const std::string text = label(tick);
      const double y = y_of(axis, tick.at), width = canvas_.measure(text, kTickSize).width;
      const double from = last ? x + kScaleWidth + kTickRoom : x - kTickRoom - width;
      if (!last)
        canvas_.fill({from - 1, y - kTickSize / 2, width + 2, kTickSize}, palette_.ground, 0.75);
      canvas_.polyline({{x - (last ? 0 : 4), y}, {x, y}}, palette_.soft, 0.8);
      canvas_.text(text, {from, y}, {.size = kTickSize, .color = palette_.ink});
    }
  }

  Canvas& canvas_;
  const Parallel& parallel_;
  const Palette& palette_;
  std::vector<Range> ranges_;
  std::vector<std::vector<Tick>> ticks_;
  double left_ = 0, top_ = 0;
};

}  // namespace

Size draw_parallel(Canvas& canvas, const Parallel& parallel, const Palette& palette, Point at) {
  if (parallel.axes.empty()) return {};
  return Axes(canvas, parallel, palette).draw(at);
}

}  // namespace hebb::plot
