// The same function computes each number of a result, for the whole result and for one step of it,
// so that both agree to the last bit.
#include "hebb/filters/filter.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "hebb/core/error.h"

namespace hebb {

void check_grid(const Grid& grid, const char* what) {
  check(grid.rows > 0 && grid.columns > 0, "filter", "the ", what, " is empty");
  std::size_t size = 0;
  check(!__builtin_mul_overflow(grid.rows, grid.columns, &size) && grid.values.size() == size,
        "filter", "the ", what, " of ", grid.rows, " x ", grid.columns, " has ", grid.values.size(),
        " numbers");
}

namespace {

constexpr std::size_t kOutside = std::numeric_limits<std::size_t>::max();

std::string size_text(const Grid& grid) { return concat(grid.rows, " x ", grid.columns); }

// The positions of windows along one axis, and the cells that they cover.
struct Axis {
  std::size_t size = 0, window = 0, stride = 1, count = 0;
  std::size_t before = 0;  // cells of the first window outside the image

  std::ptrdiff_t begin(std::size_t place) const {
    return static_cast<std::ptrdiff_t>(place * stride) - static_cast<std::ptrdiff_t>(before);
  }
};

Axis inside_axis(std::size_t size, std::size_t window, std::size_t stride) {
  return {.size = size, .window = window, .stride = stride, .count = (size - window) / stride + 1};
}

// The cell whose value is used at the position `at`, which may be outside the image.
std::size_t cell_seen(std::ptrdiff_t at, std::size_t size, const std::string& border) {
  const auto end = static_cast<std::ptrdiff_t>(size);
  if (at >= 0 && at < end) return static_cast<std::size_t>(at);
  if (border == "edge") return at < 0 ? 0 : size - 1;
  if (border != "reflect") return kOutside;
  if (size == 1) return 0;
  const std::ptrdiff_t period = 2 * (end - 1);
  const std::ptrdiff_t within = (at % period + period) % period;
  return static_cast<std::size_t>(std::min(within, period - within));
}

// A prepared filter, with checked options and the kernel as applied.
class Laid {
 public:
  Laid(const Grid& image, Grid kernel, const FilterOptions& options)
      : image_(image), kernel_(std::move(kernel)), border_(options.border) {
    check_fields(options);
    check_grid(image_, "image");
    check_grid(kernel_, "kernel");
    if (border_ == "valid") {
      check(kernel_.rows <= image_.rows && kernel_.columns <= image_.columns, "kernel", "of ",
            size_text(kernel_), " does not fit into the image of ", size_text(image_),
            ", which border valid requires: use a smaller kernel, or another border");
    }
    if (options.flip) std::ranges::reverse(kernel_.values);
    rows_ = axis(image_.rows, kernel_.rows, options.stride);
    columns_ = axis(image_.columns, kernel_.columns, options.stride);
  }

  const Axis& rows() const { return rows_; }
  const Axis& columns() const { return columns_; }
  const Grid& kernel() const { return kernel_; }

  double seen(std::size_t row, std::size_t column, std::size_t kernel_row,
              std::size_t kernel_column) const {
    const std::size_t r =
        cell_seen(rows_.begin(row) + static_cast<std::ptrdiff_t>(kernel_row), image_.rows, border_);
    const std::size_t c =
        cell_seen(columns_.begin(column) + static_cast<std::ptrdiff_t>(kernel_column),
                  image_.columns, border_);
    return r == kOutside || c == kOutside ? 0 : image_.at(r, c);
  }

  double sum(std::size_t row, std::size_t column) const {
    double sum = 0;
    for (std::size_t r = 0; r < kernel_.rows; ++r)
      for (std::size_t c = 0; c < kernel_.columns; ++c)
        sum += seen(row, column, r, c) * kernel_.at(r, c);
    check(std::isfinite(sum), "filter", "the sum at row ", row, ", column ", column,
          " is beyond what a double holds");
    return sum;
  }

 private:
  Axis axis(std::size_t size, std::size_t window, std::size_t stride) const {
    if (border_ == "valid") return inside_axis(size, window, stride);
    const std::size_t count = (size - 1) / stride + 1, wanted = (count - 1) * stride + window;
    return {.size = size,
            .window = window,
            .stride = stride,
            .count = count,
            .before = wanted > size ? (wanted - size) / 2 : 0};
  }

  const Grid& image_;
  Grid kernel_;
  const std::string& border_;
  Axis rows_, columns_;
};

// A prepared pooling, with checked options.
class Pooling {
 public:
  Pooling(const Grid& grid, const PoolOptions& options) : grid_(grid), options_(options) {
    check_fields(options);
    check_grid(grid, "grid");
    check(options.window <= grid.rows && options.window <= grid.columns, "pool", "a window of ",
          options.window, " x ", options.window, " does not fit into ", size_text(grid));
    rows_ = inside_axis(grid.rows, options.window, options.stride);
    columns_ = inside_axis(grid.columns, options.window, options.stride);
  }

  const Axis& rows() const { return rows_; }
  const Axis& columns() const { return columns_; }

  PoolStep step(std::size_t row, std::size_t column) const {
    PoolStep step{.top = row * options_.stride,
                  .left = column * options_.stride,
                  .window = {options_.window, options_.window, {}}};
    for (std::size_t r = 0; r < options_.window; ++r)
      for (std::size_t c = 0; c < options_.window; ++c)
        step.window.values.push_back(grid_.at(step.top + r, step.left + c));
    step.result = result_of(step.window.values);
    check(std::isfinite(step.result), "pool", "the result at row ", row, ", column ", column,
          " is beyond what a double holds");
    return step;
  }

 private:
  double result_of(const std::vector<double>& values) const {
    if (options_.kind == "max") return *std::ranges::max_element(values);
    double sum = 0;
    for (const double value : values) sum += value;
    return options_.kind == "avg" ? sum / static_cast<double>(values.size()) : sum;
  }

  const Grid& grid_;
  const PoolOptions& options_;
  Axis rows_, columns_;
};

void check_place(std::size_t row, std::size_t column, std::size_t rows, std::size_t columns) {
  check(row < rows && column < columns, "at", "must lie inside the result, rows 0 to ", rows - 1,
        " and columns 0 to ", columns - 1, ", got ", row, ",", column);
}

// The grid of number(row, column) at every position.
template <class Number>
Grid each_place(std::size_t rows, std::size_t columns, const Number& number) {
  Grid result{.rows = rows, .columns = columns};
  result.values.reserve(rows * columns);
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c) result.values.push_back(number(r, c));
  return result;
}

}  // namespace

GridSummary summarise(const Grid& grid) {
  check_grid(grid, "grid");
  const auto [low, high] = std::ranges::minmax(grid.values);
  double sum = 0;
  for (const double value : grid.values) sum += value;
  return {.low = low, .high = high, .mean = sum / static_cast<double>(grid.values.size())};
}

const FieldList& FilterOptions::fields() {
  static const FieldList list =
      Fields<FilterOptions>()
          .add("border", &FilterOptions::border,
               "what lies outside the image: zero: zeros; edge: its nearest pixel; reflect: its "
               "mirror image; valid: the kernel stays inside, so the result is smaller")
          .one_of({"zero", "edge", "reflect", "valid"})
          .add("stride", &FilterOptions::stride,
               "pixels from one place of the kernel to the next, both ways")
          .at_least(1)
          .add("flip", &FilterOptions::flip,
               "turn the kernel by 180 degrees: convolution as mathematics defines it; without, "
               "cross-correlation, as networks do it");
  return list;
}

const FieldList& PoolOptions::fields() {
  static const FieldList list =
      Fields<PoolOptions>()
          .add("kind", &PoolOptions::kind, "what becomes of a window")
          .one_of({"max", "avg", "sum"})
          .add("window", &PoolOptions::window, "rows and columns of a window")
          .at_least(1)
          .add("stride", &PoolOptions::stride, "cells from one window to the next, both ways")
          .at_least(1);
  return list;
}

Grid filter(const Grid& image, const Grid& kernel, const FilterOptions& options) {
  const Laid laid(image, kernel, options);
  return each_place(laid.rows().count, laid.columns().count,
                    [&](std::size_t row, std::size_t column) { return laid.sum(row, column); });
}

FilterStep filter_step(const Grid& image, const Grid& kernel, std::size_t row, std::size_t column,
                       const FilterOptions& options) {
  const Laid laid(image, kernel, options);
  check_place(row, column, laid.rows().count, laid.columns().count);
  const Grid window = each_place(kernel.rows, kernel.columns, [&](std::size_t r, std::size_t c) {
    return laid.seen(row, column, r, c);
  });
  const Grid products = each_place(kernel.rows, kernel.columns, [&](std::size_t r, std::size_t c) {
    return window.at(r, c) * laid.kernel().at(r, c) + 0.0;  // 0, never -0
  });
  return {.top = laid.rows().begin(row),
          .left = laid.columns().begin(column),
          .window = window,
          .kernel = laid.kernel(),
          .products = products,
          .sum = laid.sum(row, column)};
}

Grid rectify(Grid grid) {
  for (double& value : grid.values) value = std::max(0.0, value);
  return grid;
}

Grid pool(const Grid& grid, const PoolOptions& options) {
  const Pooling pooling(grid, options);
  return each_place(
      pooling.rows().count, pooling.columns().count,
      [&](std::size_t row, std::size_t column) { return pooling.step(row, column).result; });
}

PoolStep pool_step(const Grid& grid, std::size_t row, std::size_t column,
                   const PoolOptions& options) {
  const Pooling pooling(grid, options);
  check_place(row, column, pooling.rows().count, pooling.columns().count);
  return pooling.step(row, column);
}

}  // namespace hebb
