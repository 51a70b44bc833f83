#pragma once

#include "plot/canvas.h"
#include "plot/content.h"
#include "plot/palette.h"

namespace hebb::plot {

constexpr double kPad = 14;       // around a figure, and between its parts
constexpr double kTickSize = 10;  // of letters, in points
constexpr double kLabelSize = 11;
constexpr double kTitleSize = 14;
constexpr double kLine = 1.45;        // of the letters' size, from one line to the next
constexpr double kLongestName = 270;  // of a class or a series: 40 characters and more

/// The size of a figure, measured by drawing its body on a discarded canvas.
struct Layout {
  Size page;
  double width = 0;   ///< of the lines above the body
  double body_y = 0;  ///< where the body begins
};
Layout lay_out(const Content& content);

/// Draws a whole figure on a page of the layout's size.
void draw(Canvas& canvas, const Content& content, const Layout& layout, const Palette& palette);

/// Draw the bodies, each with its upper left corner at `at`.
Size draw_charts(Canvas& canvas, const std::vector<Chart>& charts, const Palette& palette,
                 Point at);
Size draw_panels(Canvas& canvas, const Panels& panels, const Palette& palette, Point at);
Size draw_bars(Canvas& canvas, const Bars& bars, const Palette& palette, Point at);
Size draw_intervals(Canvas& canvas, const Intervals& intervals, const Palette& palette, Point at);
Size draw_matrix(Canvas& canvas, const Matrix& matrix, const Palette& palette, Point at);
Size draw_sheet(Canvas& canvas, const Sheet& sheet, const Palette& palette, Point at);
Size draw_grids(Canvas& canvas, const Grids& grids, const Palette& palette, Point at);
Size draw_flow(Canvas& canvas, const Flow& flow, const Palette& palette, Point at);
Size draw_diagram(Canvas& canvas, const Diagram& diagram, const Palette& palette, Point at);
Size draw_parallel(Canvas& canvas, const Parallel& parallel, const Palette& palette, Point at);

/// The pixels of a tile of a sheet, for Canvas::image().
std::vector<std::uint32_t> pixels_of(const Sheet::Tile& tile, const Sheet& sheet,
                                     const Palette& palette);
/// Draws the colour scale from the most negative to the most positive colour, with the values of
/// its ends. Returns its height.
double draw_scale(Canvas& canvas, double end, const Palette& palette, Point at, double width);

/// Draws an arrow from `from` to `to`.
void draw_arrow(Canvas& canvas, Point from, Point to, const Color& color);

/// The name of a class, a series or a feature as it is drawn beside something: shown_name(), cut to
/// kLongestName.
std::string fitted_name(Canvas& canvas, const std::string& name);

/// Draws text in lines of at most `width`. Returns their height.
double draw_lines(Canvas& canvas, const std::string& text, Point at, double width, TextStyle style);

/// The entry of a series in a legend.
struct LegendEntry {
  std::string name;
  std::string figure;  ///< after it, never truncated
  Color color;
  Mark mark = Mark::line;
  std::size_t index = 0;  ///< shape or pattern
};
Size draw_legend(Canvas& canvas, const std::vector<LegendEntry>& entries, const Palette& palette,
                 Point at, double height);

}  // namespace hebb::plot
