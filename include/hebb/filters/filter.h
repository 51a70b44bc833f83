#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/core/fields.h"

/// Convolution and pooling for demonstration: in double, on one small grid, one number at a time,
/// so that every step can be inspected. Networks do the same fast and with many channels. Rows and
/// columns count from 0, at the top left.
namespace hebb {

class DataFile;

/// Numbers in rows and columns, row-major: a grey image, a kernel, or a result.
struct Grid {
  std::size_t rows = 0, columns = 0;
  std::vector<double> values = {};

  /// Neither index is checked.
  double at(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
  bool operator==(const Grid&) const = default;
};

/// Errors:  std::invalid_argument for a grid that is empty, or whose count of numbers differs from its
///          size. So do all functions of a grid. `what` names it in the message.
void check_grid(const Grid& grid, const char* what = "grid");

struct GridSummary {
  double low = 0, high = 0, mean = 0;
};
/// Errors:  std::invalid_argument for an empty grid.
GridSummary summarise(const Grid& grid);

// ---- reading and writing ----

/// Reads a plain grid of numbers from a CSV or TSV file (as read_csv() takes them, but without a
/// header; "-" is standard input).
/// Errors:  DataError naming file, line and column (of bytes): empty, a header or another text, a
///          missing value, NaN, infinity or a number beyond the range of double, a row of another
///          length, misplaced quotes, UTF-16, NUL. std::runtime_error if the file cannot be read.
Grid read_grid(const std::string& path);
Grid read_grid(const DataFile& file);

/// Writes a grid as CSV without a header, with the fewest digits that read_grid() reads as the same
/// numbers.
/// Errors:  as replace_file().
void write_grid(const Grid& grid, const std::string& path);

// ---- kernels ----

/// A kernel with a name.
struct KernelRow {
  std::string name;
  std::string help;  ///< one line
  Grid kernel;
};
/// Every named kernel, in the order in which they are listed.
const std::vector<KernelRow>& kernel_catalogue();

/// Parses a name of the catalogue, or rows separated by `;` of numbers separated by blanks or
/// commas: "0 1 0; 0 0 0; 0 0 0".
/// Errors:  std::invalid_argument for an unknown name, with the nearest one; for an empty text or
///          row, a comma without a number before or after it, anything but a finite number, and
///          rows of different lengths, naming the row (from 1).
Grid parse_kernel(std::string_view text);

// ---- filtering ----

/// How a kernel moves over an image.
struct FilterOptions {
  /// The padding outside the image. "zero": zeros. "edge": the nearest pixel. "reflect": the mirror
  /// image about the outermost pixels, which are not repeated. With these three, an axis of n
  /// pixels gives ceil(n / stride) positions, and the padding is divided between both sides, the
  /// smaller half at the top and left, as with Conv2d's padding `same`. With stride 1 the centre of
  /// an odd kernel is placed on every pixel. "valid": no padding, the kernel stays inside the
  /// image.
  std::string border = "zero";
  std::size_t stride = 1;  ///< step of the kernel in pixels, on both axes
  bool flip = false;  ///< turn the kernel by 180 degrees: convolution as mathematics defines it

  static const FieldList& fields();
};

/// Computes the sum of products of kernel and image at every position: cross-correlation, with the
/// kernel as written. Network layers compute the same and call it convolution. For example "0 1 0;
/// 0 0 0; 0 0 0" takes the pixel above, and so moves the image down by one row.
/// Shapes:  image (H, W), kernel (h, w) -> (ceil(H / stride), ceil(W / stride)); for "valid" ((H -
///          h) / stride + 1, (W - w) / stride + 1), rounded down.
/// Errors:  std::invalid_argument for an option out of range; an empty grid; a kernel larger than
///          the image, if "valid"; a result beyond the range of double.
Grid filter(const Grid& image, const Grid& kernel, const FilterOptions& options = {});

/// The computation of one number of filter()'s result.
struct FilterStep {
  std::ptrdiff_t top = 0, left = 0;  ///< the window's corner in the image; negative: outside
  Grid window = {};                  ///< of the image, including the padding
  Grid kernel = {};                  ///< as applied, flipped if so chosen
  Grid products = {};
  double sum = 0;
};
/// Errors:  as filter(); std::invalid_argument for a position outside the result, naming the
///          result's size.
FilterStep filter_step(const Grid& image, const Grid& kernel, std::size_t row, std::size_t column,
                       const FilterOptions& options = {});

/// max(0, x) of every number: ReLU.
Grid rectify(Grid grid);

// ---- pooling ----

/// One number for each window of window x window. Windows stay inside the grid: remaining rows and
/// columns at the bottom and right are dropped.
struct PoolOptions {
  std::string kind = "max";  ///< "max", "avg" or "sum"
  std::size_t window = 2;
  std::size_t stride = 2;  ///< from one window to the next, on both axes

  static const FieldList& fields();
};

/// Parses a pooling: "max:2" is a window of 2 x 2 with stride 2, "avg:3,2" a window of 3 x 3 with
/// stride 2.
/// Errors:  std::invalid_argument for any other text.
PoolOptions parse_pool(std::string_view text);

/// Shapes:  (H, W) -> ((H - window) / stride + 1, (W - window) / stride + 1), rounded down.
/// Errors:  std::invalid_argument for an option out of range, an empty grid, a window larger than
///          the grid, a result beyond the range of double.
Grid pool(const Grid& grid, const PoolOptions& options);

/// The computation of one number of pool()'s result.
struct PoolStep {
  std::size_t top = 0, left = 0;  ///< the window's corner in the grid
  Grid window = {};
  double result = 0;
};
/// Errors:  as pool(); std::invalid_argument for a position outside the result, naming the result's
///          size.
PoolStep pool_step(const Grid& grid, std::size_t row, std::size_t column,
                   const PoolOptions& options);

}  // namespace hebb
