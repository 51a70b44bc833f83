#pragma once

// The content of figures, independent of how they are drawn.

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "plot/ticks.h"

namespace hebb::plot {

inline constexpr std::size_t kMostNamed = 40;  ///< classes in a figure: more cannot be told apart

enum class Mark {
  line,
  steps,  ///< a line that keeps its height up to the next x
  dashes,
  points,    ///< filled
  rings,     ///< the same, hollow
  histogram  ///< x holds the edges of the bins, one more than y has heights
};

/// One series of a chart.
struct Series {
  std::string name;
  std::string figure = {};  ///< after the name in the legend, never truncated
  Mark mark = Mark::line;
  std::vector<double> x = {}, y = {};
  std::vector<double> spread = {};  ///< of each y, below and above it: a band, or bars of points
  std::size_t color = 0;            ///< by Palette::of(); points take a shape by it too
  bool soft = false;                ///< in the muted colour, instead of `color`
  bool listed = true;               ///< in the legend
  std::vector<double> shift = {};   ///< of points, added to x where they are drawn
};

/// Background colours behind the series: a grid of cells over the whole panel, row 0 lowest.
struct Backdrop {
  std::size_t columns = 0, rows = 0;
  std::vector<std::uint16_t> color;  ///< by Palette::of()
  std::vector<float> strength;       ///< 0: the background, 1: the full colour
};

/// A chart with two axes.
struct Chart {
  std::string title = {};  ///< above this panel, if there are several
  std::string x_label, y_label;
  std::vector<Series> series = {};
  std::optional<Range> x = {}, y = {};  ///< unset: the range of the series, padded
  bool x_log = false, y_log = false;
  std::vector<std::string> x_names = {};  ///< of categories, at x = 0, 1, ...; empty: x is a number
  bool whole_x = false;                   ///< x counts something: ticks are whole numbers
  bool square = false;                    ///< as wide as high
  Backdrop backdrop = {};
  std::string note = {};  ///< a line below
};

/// How many of several charts stand in a row.
inline std::size_t charts_in_row(std::size_t charts) {
  constexpr std::size_t kMost = 3;
  const std::size_t rows = charts <= kMost ? 1 : (charts + kMost - 1) / kMost;
  return (charts + rows - 1) / rows;
}

/// Small charts without axes in rows and columns, all of the same size.
struct Panels {
  std::vector<std::string> columns, rows;  ///< titles
  std::vector<Chart> charts = {};          ///< row-major; their titles stand in a corner
  /// The numbers of the charts, row-major, with the names of the numbers; for CSV.
  std::string row_label = {}, column_label = {};
  std::vector<std::string> names = {};
  std::vector<std::vector<double>> numbers = {};
  std::string note = {};  ///< below
};

/// Bars from left to right, one or more for each name.
struct Bars {
  std::string value_label;
  std::vector<std::string> names = {};
  struct Group {
    std::string name;
    std::vector<double> values;
  };
  std::vector<Group> groups = {};
  std::optional<Range> range = {};
  bool is_signed = false;  ///< colours show the sign, not the group
  std::string note = {};
};

/// Rows of points on a common axis, each with their mean and an interval.
struct Intervals {
  struct Row {
    std::string name;
    std::vector<double> points = {};  ///< those that are not finite are not drawn
    double mean = 0;
    std::optional<Range> interval = {};
    std::string note = {};  ///< at the end of the row
  };
  std::string value_label;
  std::vector<Row> rows = {};
  std::string note = {};
};

/// Counts of (truth, prediction), row-major.
struct Matrix {
  std::vector<std::string> names;
  std::vector<double> counts;
  std::vector<double> totals = {};  ///< of the rows, with classes that have no column; unset: sums
  std::string note = {};            ///< below

  double total(std::size_t truth) const {
    if (!totals.empty()) return totals[truth];
    const double* const row = counts.data() + truth * names.size();
    return std::accumulate(row, row + names.size(), 0.0);
  }
};

/// Images with captions, in rows.
struct Sheet {
  struct Tile {
    std::vector<std::uint8_t> pixels = {};  ///< (channels, height, width), 1 or 3 channels; or:
    std::vector<double> values = {};        ///< signed, (height, width)
    std::vector<std::string> caption = {};  ///< lines
    bool wrong = false;                     ///< framed as a mistake
  };
  std::size_t height = 0, width = 0;
  std::vector<Tile> tiles = {};
  std::size_t columns = 6;
  double scale_end = 0;  ///< of signed values: the strongest colour is this or more
  std::string note = {};
};

/// Grids of numbers side by side, each with its title and size.
struct Grids {
  struct Panel {
    std::string title;
    std::size_t rows = 0, columns = 0;
    std::vector<double> values = {};  ///< row-major, finite
  };
  std::vector<Panel> panels = {};
};

/// One sample's forward pass through a network: rows of panels, read like lines of text.
struct Flow {
  /// Numbers as vertical bars side by side.
  struct Strip {
    std::vector<double> values = {};
  };
  /// Named numbers as horizontal bars; `chosen` is highlighted.
  struct Named {
    std::vector<std::string> names = {};
    std::vector<double> values = {};
    std::optional<std::size_t> chosen = {};
    std::optional<std::size_t> truth = {};  ///< if different
    bool shares = false;                    ///< values are shares of 1
  };
  struct Panel {
    std::string title, size = {};
    std::string note = {};  ///< below
    std::variant<Sheet, Strip, Named> body = {};
    bool own_scale = true;  ///< of a sheet: it has its own colour scale
  };
  struct Row {
    std::string heading = {}, detail = {};
    std::vector<Panel> panels = {};
  };
  std::vector<Row> rows = {};
  std::string note = {};
};

/// A network's layers from its input to its output.
struct Diagram {
  enum class Kind { input, convolution, pooling, linear, other };
  /// One layer, as a line of text.
  struct Layer {
    std::string text, output = {};
    std::size_t parameters = 0;
  };
  /// One output shape, and the layers that compute it from the block before.
  struct Block {
    Kind kind = Kind::other;
    bool maps =
        false;  ///< (channels, height, width), drawn as a stack; otherwise `channels` numbers
    std::size_t channels = 1, height = 1, width = 1;
    std::size_t window_height = 0, window_width = 0;  ///< on the block before; 0: there is none
    bool follows = true;                              ///< takes the output of the block before it
    std::string size = {};
    std::vector<Layer> layers = {};
  };
  /// A skip connection from the output of block `from` to block `to`.
  struct Skip {
    std::size_t from = 0, to = 0;
    bool operator==(const Skip&) const = default;
  };
  std::vector<Block> blocks = {};
  std::vector<Skip> skips = {};
  std::string note = {};
};

/// Parallel coordinates: an axis for each quantity, and a line through its values for each item.
struct Parallel {
  struct Axis {
    std::string name;
    Range range = {};
    bool log = false, whole = false;
    std::vector<std::string> names = {};  ///< of categories, at 0, 1, ...; empty: a number
  };
  struct Line {
    std::string name;
    std::vector<double> values;  ///< one for each axis
    bool strong = false;         ///< drawn in front, at full strength
  };
  std::string item;  ///< what a line is: "trial"
  std::vector<Axis> axes = {};
  std::vector<Line> lines = {};
  bool high_is_good = true;  ///< of the last axis, which gives the lines their colours
  std::string note = {};
};

/// The whole content of a figure. Charts are side by side, many of them in rows.
struct Content {
  std::string title, subtitle = {}, description = {};
  std::variant<std::vector<Chart>, Panels, Bars, Intervals, Matrix, Sheet, Grids, Flow, Diagram,
               Parallel>
      body = {};
};

}  // namespace hebb::plot
