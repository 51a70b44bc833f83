#pragma once

#include <cstddef>
#include <vector>

#include "plot/content.h"

namespace hebb::plot {

/// Values at the points of a grid, row 0 at the low end of y.
struct Heights {
  std::size_t columns = 0, rows = 0;
  Range x, y;
  std::vector<double> values;  ///< (rows, columns)

  double x_at(double column) const {
    return x.low + x.size() * column / static_cast<double>(columns - 1);
  }
  double y_at(double row) const { return y.low + y.size() * row / static_cast<double>(rows - 1); }
};

/// The contour lines at `level`, one after another with a NaN between them, in the coordinates of
/// the grid.
/// Source:  marching squares, after Lorensen and Cline, SIGGRAPH 1987; saddles are resolved by
/// their mean.
Series contour(const Heights& grid, double level);

}  // namespace hebb::plot
