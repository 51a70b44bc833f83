// Grids from left to right, aligned at their upper edges. All cells have the same size, so that a
// smaller result looks smaller. If there are few cells, each shows its number.
#include <algorithm>
#include <cmath>

#include "plot/draw.h"

namespace hebb::plot {
namespace {

constexpr std::size_t kMostNumbers = 12;  // rows or columns
constexpr double kLeastCell = 26;         // with a number in it
constexpr double kLargestGrid = 240;      // of the largest grid without numbers
constexpr double kSmallestGrid = 60;      // of the smallest one
constexpr double kLongestTitle = 270;
constexpr double kGridGap = 22;

struct Look {
  bool numbers = false;
  Size cell = {};

  // A small grid beside large ones is enlarged to be visible.
  Size of(const Grids::Panel& panel) const {
    const Size size = {cell.width * static_cast<double>(panel.columns),
                       cell.height * static_cast<double>(panel.rows)};
    const double larger = std::max(1.0, kSmallestGrid / std::max(size.width, size.height));
    return {size.width * larger, size.height * larger};
  }
};

Look look_at(Canvas& canvas, const Grids& grids) {
  std::size_t longest = 1;
  for (const auto& panel : grids.panels) longest = std::max({longest, panel.rows, panel.columns});
  if (longest > kMostNumbers) {
    const double cell = kLargestGrid / static_cast<double>(longest);
    return {.cell = {cell, cell}};
  }
  double width = kLeastCell;
  for (const auto& panel : grids.panels)
    for (const double value : panel.values)
      width = std::max(width, canvas.measure(number_label(value), kTickSize).width + 8);
  return {.numbers = true, .cell = {width, std::min(width, 36.0)}};
}

// Grey, or by sign.
class Shade {
 public:
  Shade(const std::vector<double>& values, const Palette& palette) : palette_(palette) {
    const auto [low, high] = std::ranges::minmax(values);
    signed_ = low < 0;
    end_ = std::max(high, -low);
  }
  Color of(double value) const {
    if (signed_) return signed_color(value, end_, palette_);
    const double grey = end_ > 0 ? value / end_ : 0;
    return {grey, grey, grey};
  }

 private:
  const Palette& palette_;
  bool signed_ = false;
  double end_ = 0;
};

void draw_cells(Canvas& canvas, const Grids::Panel& panel, const Shade& shade, const Look& look,
                const Palette& palette, Point at) {
  const Size size = look.of(panel);
  const Box box = {at.x, at.y, size.width, size.height};
  if (!look.numbers) {
    std::vector<std::uint32_t> pixels;
    pixels.reserve(panel.values.size());
    for (const double value : panel.values) pixels.push_back(packed(shade.of(value)));
    const bool shrinks = static_cast<double>(panel.rows) > 2 * size.height;
    canvas.image(box, panel.columns, panel.rows, pixels, shrinks);
    canvas.frame(box, palette.soft, 0.6);
    return;
  }
  const double width = size.width / static_cast<double>(panel.columns);
  const double height = size.height / static_cast<double>(panel.rows);
  for (std::size_t i = 0; i < panel.values.size(); ++i) {
    const double value = panel.values[i];
    const std::size_t row = i / panel.columns;
    const Box cell = {at.x + width * static_cast<double>(i % panel.columns),
                      at.y + height * static_cast<double>(row), width, height};
    const Color color = shade.of(value);
    canvas.fill(cell, color);
    canvas.frame(cell, palette.soft, 0.5);
    canvas.text(number_label(value), {cell.x + width / 2, cell.y + height / 2},
                {.size = kTickSize, .color = ink_on(color), .anchor = Anchor::middle});
  }
}

}  // namespace

Size draw_grids(Canvas& canvas, const Grids& grids, const Palette& palette, Point at) {
  const Look look = look_at(canvas, grids);
  const double head = kLine * (kLabelSize + kTickSize) + 4;
  Point place = at;
  double bottom = at.y;
  for (const auto& panel : grids.panels) {
    const auto [low, high] = std::ranges::minmax(panel.values);
    const std::string size = std::to_string(panel.rows) + " × " + std::to_string(panel.columns);
    const std::string range = number_label(low) + " to " + number_label(high);
    const std::string title = canvas.fitted(panel.title, kLongestTitle, kLabelSize, true);
    canvas.text(title, {place.x, at.y + kLine * kLabelSize / 2},
                {.size = kLabelSize, .color = palette.ink, .bold = true});
    canvas.text(size, {place.x, at.y + kLine * (kLabelSize + kTickSize / 2)},
                {.size = kTickSize, .color = palette.soft});
    const Size cells = look.of(panel);
    draw_cells(canvas, panel, Shade(panel.values, palette), look, palette, {place.x, at.y + head});
    canvas.text(range, {place.x, at.y + head + cells.height + 4 + kLine * kTickSize / 2},
                {.size = kTickSize, .color = palette.soft});
    const double width =
        std::max({cells.width, canvas.measure(title, kLabelSize, true).width,
                  canvas.measure(size, kTickSize).width, canvas.measure(range, kTickSize).width});
    place.x += width + kGridGap;
    bottom = std::max(bottom, at.y + head + cells.height + 4 + kLine * kTickSize);
  }
  return {place.x - kGridGap - at.x, bottom - at.y};
}

}  // namespace hebb::plot
