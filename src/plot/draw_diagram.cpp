// Blocks from left to right, in several rows if one would be too wide: a stack of sheets for
// feature maps, a bar for a vector, and below it the layers that compute it. A block is at least as
// wide as its texts, so that these cannot overlap.
#include <algorithm>
#include <cmath>

#include "plot/draw.h"

namespace hebb::plot {
namespace {

constexpr double kLargestMap = 84;  // the longer one of the largest map
constexpr double kSmallestMap = 7;  // of the smallest
constexpr double kOffset = 3.2;     // from one sheet of a stack to the next
constexpr double kBar = 13;         // the width of a bar
constexpr double kBlockGap = 26;    // blocks
constexpr double kMostWidth = 960;
constexpr double kLayerSize = 9;
constexpr double kArcFoot = 16;  // of the lowest arc, above the blocks
constexpr double kArc = 13;      // from one height of arcs to the next
constexpr double kBlockRowGap = 26;

struct Column {
  const Diagram::Block* block = nullptr;
  double width = 0;  // with its texts
  Size face = {};    // of a sheet, or the bar
  std::size_t sheets = 1;
  Box box = {};  // of the face in front, once it has its place

  double depth() const { return kOffset * static_cast<double>(sheets - 1); }
  double shape_width() const { return face.width + depth(); }
  double shape_height() const { return face.height + depth(); }
  double top() const { return box.y - depth(); }
  double middle() const { return box.x + shape_width() / 2; }
  double left() const { return middle() - width / 2; }
  double right() const { return middle() + width / 2; }
};

std::string count_text(const Diagram::Layer& layer) {
  return layer.parameters == 0 ? "" : number_label(static_cast<double>(layer.parameters), 0);
}

double lines_width(Canvas& canvas, const Diagram::Block& block) {
  double width = canvas.measure(block.size, kTickSize, true).width;
  for (const auto& layer : block.layers) {
    const std::string count = count_text(layer);
    width = std::max(width, canvas.measure(layer.text, kLayerSize).width +
                                (count.empty() ? 0 : 8 + canvas.measure(count, kLayerSize).width));
  }
  return width;
}

double scale_of(const Diagram& diagram) {
  std::size_t longest = 1;
  for (const auto& block : diagram.blocks)
    if (block.maps) longest = std::max({longest, block.height, block.width});
  return kLargestMap / static_cast<double>(longest);
}

Column column_of(Canvas& canvas, const Diagram::Block& block, double scale) {
  Column column{.block = &block};
  const double doublings = std::log2(static_cast<double>(std::max<std::size_t>(1, block.channels)));
  if (block.maps) {
    column.face = {std::max(kSmallestMap, scale * static_cast<double>(block.width)),
                   std::max(kSmallestMap, scale * static_cast<double>(block.height))};
    column.sheets = 1 + static_cast<std::size_t>(std::min(8.0, std::round(doublings)));
  } else {
    column.face = {kBar, std::min(1.5 * kLargestMap, 14 + 10 * doublings)};
  }
  column.width = std::max(column.shape_width(), lines_width(canvas, block));
  return column;
}

// Splits the blocks into rows of about equal width.
std::vector<std::vector<Column>> rows_of(Canvas& canvas, const Diagram& diagram) {
  const double scale = scale_of(diagram);
  std::vector<Column> all;
  double total = 0;
  for (const auto& block : diagram.blocks) {
    all.push_back(column_of(canvas, block, scale));
    total += all.back().width + kBlockGap;
  }
  const double rows = std::ceil(total / kMostWidth), most = total / rows;
  std::vector<std::vector<Column>> out(1);
  double width = 0;
  for (const Column& column : all) {
    const double longer = width + column.width + kBlockGap;
    if (!out.back().empty() && longer - (column.width + kBlockGap) / 2 > most) {
      out.emplace_back();
      width = 0;
    }
    width += column.width + kBlockGap;
    out.back().push_back(column);
  }
  return out;
}

Color color_of(Diagram::Kind kind, const Palette& palette) {
  switch (kind) {
    case Diagram::Kind::convolution:
      return palette.of(0);
    case Diagram::Kind::linear:
      return palette.of(1);
    case Diagram::Kind::pooling:
      return palette.of(2);
    case Diagram::Kind::input:
    case Diagram::Kind::other:
      break;
  }
  return palette.soft;
}

void draw_shape(Canvas& canvas, const Column& column, const Palette& palette) {
  const Color color = color_of(column.block->kind, palette);
  const Color paper = mix(palette.ground, color, 0.2);
  for (std::size_t sheet = column.sheets; sheet-- > 0;) {
    const double behind = kOffset * static_cast<double>(sheet);
    const Box box = {column.box.x + behind, column.box.y - behind, column.box.width,
                     column.box.height};
    canvas.fill(box, paper);
    canvas.frame(box, color, 0.9);
  }
  constexpr std::size_t kMostCells = 16;
  const std::size_t cells = column.block->channels;
  if (column.block->maps || cells > kMostCells) return;
  for (std::size_t i = 1; i < cells; ++i) {
    const double y =
        column.box.y + column.box.height * static_cast<double>(i) / static_cast<double>(cells);
    canvas.polyline({{column.box.x, y}, {column.box.right(), y}}, color, 0.7);
  }
}

// Draws a window on the block before, and the output pixel computed from it.
void draw_window(Canvas& canvas, const Column& from, const Column& to, const Palette& palette) {
  const double scale = from.face.width / static_cast<double>(from.block->width);
  const auto extent = [&](std::size_t size, double most) {
    return std::min(most, std::max(3.0, scale * static_cast<double>(size)));
  };
  const Size size = {extent(to.block->window_width, from.face.width),
                     extent(to.block->window_height, from.face.height)};
  const Box window = {from.box.x + 0.68 * (from.face.width - size.width),
                      from.box.y + 0.72 * (from.face.height - size.height), size.width,
                      size.height};
  const Point pixel = to.block->maps
                          ? Point{to.box.x + 0.28 * to.face.width, to.box.y + 0.35 * to.face.height}
                          : Point{to.box.x, to.box.y + 0.5 * to.face.height};
  const Color color = color_of(to.block->kind, palette);
  canvas.fill(window, color, 0.25);
  canvas.frame(window, color, 0.9);
  canvas.polyline({{window.right(), window.y}, pixel}, color, 0.7);
  canvas.polyline({{window.right(), window.bottom()}, pixel}, color, 0.7);
  if (to.block->maps) canvas.marker(Marker::square, pixel, 1.6, color, true, 1);
}

// Draws lines that connect all of one block to all of the other.
void draw_fan(Canvas& canvas, const Column& from, const Column& to, const Palette& palette) {
  const double left = from.box.x + from.shape_width() + 1, right = to.box.x - 1;
  canvas.polygon({{left, from.top()},
                  {right, to.top()},
                  {right, to.box.bottom()},
                  {left, from.box.bottom() - from.depth()}},
                 color_of(to.block->kind, palette), 0.12);
}

void draw_joint(Canvas& canvas, const Column& from, const Column& to, const Palette& palette) {
  if (to.block->window_height > 0 && from.block->maps) {
    draw_window(canvas, from, to, palette);
    return;
  }
  if (to.block->kind == Diagram::Kind::linear) {
    draw_fan(canvas, from, to, palette);
    return;
  }
  const double y = to.box.y + to.face.height / 2;
  draw_arrow(canvas, {from.box.x + from.shape_width() + 4, y}, {to.box.x - 4, y}, palette.soft);
}

// Draws the texts of a block's layers. Returns their height.
double draw_layers(Canvas& canvas, const Column& column, const Palette& palette, Point at) {
  const double width = lines_width(canvas, *column.block);
  const double left = at.x + (column.width - width) / 2;
  canvas.text(column.block->size, {at.x + column.width / 2, at.y + kLine * kTickSize / 2},
              {.size = kTickSize, .color = palette.ink, .bold = true, .anchor = Anchor::middle});
  double y = at.y + kLine * kTickSize + 1;
  const bool counts = std::ranges::any_of(column.block->layers,
                                          [](const auto& layer) { return layer.parameters > 0; });
  for (const auto& layer : column.block->layers) {
    const double middle = y + kLine * kLayerSize / 2;
    if (counts) {
      canvas.text(layer.text, {left, middle}, {.size = kLayerSize, .color = palette.ink});
      canvas.text(count_text(layer), {left + width, middle},
                  {.size = kLayerSize, .color = palette.soft, .anchor = Anchor::right});
    } else {
      canvas.text(layer.text, {at.x + column.width / 2, middle},
                  {.size = kLayerSize, .color = palette.ink, .anchor = Anchor::middle});
    }
    y += kLine * kLayerSize;
  }
  return y - at.y;
}

// ---- arcs ----

// An arc, or the part of it within a row. Its ends are columns; -1 is the left edge of the row, and
// the number of columns is the right edge.
struct Arc {
  std::ptrdiff_t from = 0, to = 0;
  std::size_t level = 0;
};

std::vector<Arc> arcs_in(const Diagram& diagram, std::size_t first, std::size_t count) {
  std::vector<Arc> arcs;
  const auto last = static_cast<std::ptrdiff_t>(count);
  for (const auto& skip : diagram.skips) {
    const auto from = static_cast<std::ptrdiff_t>(skip.from) - static_cast<std::ptrdiff_t>(first);
    const auto to = static_cast<std::ptrdiff_t>(skip.to) - static_cast<std::ptrdiff_t>(first);
    if (to >= 0 && from < last)
      arcs.push_back({std::max<std::ptrdiff_t>(-1, from), std::min(last, to)});
  }
  // Nested parts end first: an arc is drawn above the earlier arcs that it would cover.
  for (std::size_t i = 0; i < arcs.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (arcs[k].from < arcs[i].to && arcs[i].from < arcs[k].to)
        arcs[i].level = std::max(arcs[i].level, arcs[k].level + 1);
  return arcs;
}

// A corner of a line that turns from one way to another.
void add_corner(std::vector<Point>& points, Point before, Point corner, Point after) {
  constexpr int kSteps = 6;
  for (int i = 0; i <= kSteps; ++i) {
    const double t = static_cast<double>(i) / kSteps, u = 1 - t;
    points.push_back({u * u * before.x + 2 * u * t * corner.x + t * t * after.x,
                      u * u * before.y + 2 * u * t * corner.y + t * t * after.y});
  }
}

void draw_arc(Canvas& canvas, const Arc& arc, const std::vector<Column>& columns, double y,
              const Palette& palette) {
  constexpr double kRound = 7, kAside = 6;
  const Color& color = palette.wrong;
  std::vector<Point> points;
  if (arc.from >= 0) {
    const Column& from = columns[static_cast<std::size_t>(arc.from)];
    const double x = from.middle() + kAside;
    points.push_back({x, from.top() - 2});
    add_corner(points, {x, y + kRound}, {x, y}, {x + kRound, y});
  } else {
    points.push_back({columns.front().left() - kBlockGap, y});
  }
  if (arc.to == static_cast<std::ptrdiff_t>(columns.size())) {
    canvas.polyline(points, color, 1.3);
    draw_arrow(canvas, points.back(), {columns.back().right() + kBlockGap, y}, color);
    return;
  }
  const Column& to = columns[static_cast<std::size_t>(arc.to)];
  const double x = to.middle() - kAside;
  add_corner(points, {x - kRound, y}, {x, y}, {x, y + kRound});
  canvas.polyline(points, color, 1.3);
  draw_arrow(canvas, points.back(), {x, to.top() - 2}, color);
}

// ---- rows ----

// The middle of a row's blocks, at its left and right end.
struct Ends {
  Point left, right;
  double height = 0;
};

Ends draw_row(Canvas& canvas, std::vector<Column> columns, const std::vector<Arc>& arcs,
              const Palette& palette, Point at) {
  double tallest = 0;
  for (const Column& column : columns) tallest = std::max(tallest, column.shape_height());
  std::size_t levels = 0;
  for (const Arc& arc : arcs) levels = std::max(levels, arc.level + 1);
  const double top = at.y + (levels > 0 ? kArc * static_cast<double>(levels) + kArcFoot : 0);
  double x = at.x;
  for (Column& column : columns) {
    column.box = {x + (column.width - column.shape_width()) / 2,
                  top + (tallest - column.shape_height()) / 2 + column.depth(), column.face.width,
                  column.face.height};
    x += column.width + kBlockGap;
  }
  for (const Column& column : columns) draw_shape(canvas, column, palette);
  for (std::size_t i = 1; i < columns.size(); ++i)
    if (columns[i].block->follows) draw_joint(canvas, columns[i - 1], columns[i], palette);
  for (const Arc& arc : arcs)
    draw_arc(canvas, arc, columns, top - kArcFoot - kArc * static_cast<double>(arc.level), palette);
  double lowest = 0;
  x = at.x;
  for (const Column& column : columns) {
    lowest = std::max(lowest, draw_layers(canvas, column, palette, {x, top + tallest + 8}));
    x += column.width + kBlockGap;
  }
  const double middle = top + tallest / 2;
  return {.left = {at.x, middle},
          .right = {x - kBlockGap, middle},
          .height = top + tallest + 8 + lowest - at.y};
}

}  // namespace

Size draw_diagram(Canvas& canvas, const Diagram& diagram, const Palette& palette, Point at) {
  const auto rows = rows_of(canvas, diagram);
  const bool several = rows.size() > 1;
  const double inset = several ? kBlockGap : 0;  // room for arrows from row to row
  Size size;
  double y = at.y + 6;
  std::size_t first = 0;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto& row = rows[r];
    double width = -kBlockGap;
    for (const Column& column : row) width += column.width + kBlockGap;
    const Ends ends =
        draw_row(canvas, row, arcs_in(diagram, first, row.size()), palette, {at.x + inset, y});
    const auto arrow_to = [&](double x, const Point& end) {
      draw_arrow(canvas, {x, end.y}, {x + kBlockGap - 4, end.y}, palette.soft);
    };
    if (r > 0 && row.front().block->follows) arrow_to(ends.left.x - kBlockGap, ends.left);
    if (r + 1 < rows.size() && rows[r + 1].front().block->follows)
      arrow_to(ends.right.x + 4, ends.right);
    y += ends.height + kBlockRowGap;
    size.width = std::max(size.width, width + 2 * inset);
    first += row.size();
  }
  size.height = y - kBlockRowGap - at.y;
  if (!diagram.note.empty())
    size.height +=
        10 + draw_lines(canvas, diagram.note, {at.x, at.y + size.height + 10},
                        std::max(size.width, 240.0), {.size = kLayerSize, .color = palette.soft});
  size.width = std::max(size.width, 240.0);
  return size;
}

}  // namespace hebb::plot
