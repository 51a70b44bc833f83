#pragma once

#include "plot/canvas.h"
#include "plot/content.h"
#include "plot/palette.h"

namespace hebb::plot {

constexpr double kPad = 14;       // around a figure, and between its parts
constexpr double kTickSize = 10;  // of letters, in points
constexpr double kLabelSize = 11;
constexpr double kTitleSize = 14;
constexpr double kLine = 1.45;  // of the letters' size, from one line to the next

/// The room that a figure takes, found by drawing its body where nothing is seen.
struct Layout {
  Size page;
  double width = 0;   ///< of the lines above the body
  double body_y = 0;  ///< where the body begins
};
Layout lay_out(const Content& content);

/// Draws a whole figure on a page of that size.
void draw(Canvas& canvas, const Content& content, const Layout& layout, const Palette& palette);

/// The bodies: each with its upper left corner at `at`.
Size draw_charts(Canvas& canvas, const std::vector<Chart>& charts, const Palette& palette,
                 Point at);
Size draw_bars(Canvas& canvas, const Bars& bars, const Palette& palette, Point at);
Size draw_matrix(Canvas& canvas, const Matrix& matrix, const Palette& palette, Point at);
Size draw_sheet(Canvas& canvas, const Sheet& sheet, const Palette& palette, Point at);
Size draw_grids(Canvas& canvas, const Grids& grids, const Palette& palette, Point at);
Size draw_flow(Canvas& canvas, const Flow& flow, const Palette& palette, Point at);
Size draw_diagram(Canvas& canvas, const Diagram& diagram, const Palette& palette, Point at);

/// A picture of a sheet as Canvas::image() takes it.
std::vector<std::uint32_t> pixels_of(const Sheet::Tile& tile, const Sheet& sheet,
                                     const Palette& palette);
/// From the most negative to the most positive colour, with what the ends mean; returns its height.
double draw_scale(Canvas& canvas, double end, const Palette& palette, Point at, double width);

/// From `from` to `to`, with a head there.
void draw_arrow(Canvas& canvas, Point from, Point to, const Color& color);

/// Lines of text below each other, of at most `width`; returns the height they took.
double draw_lines(Canvas& canvas, const std::string& text, Point at, double width, TextStyle style);

/// What a legend shows of a series.
struct LegendEntry {
  std::string name;
  std::string figure;  ///< behind it, never cut
  Color color;
  Mark mark = Mark::line;
  std::size_t index = 0;  ///< shape or pattern
};
Size draw_legend(Canvas& canvas, const std::vector<LegendEntry>& entries, const Palette& palette,
                 Point at, double height);

}  // namespace hebb::plot
