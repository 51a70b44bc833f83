#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/core/fields.h"

/// Convolution and pooling by hand: in double, on one small grid, a number at a time. What a
/// network does fast and in many channels is done here so that every step can be looked at. Rows
/// and columns count from 0, at the top left.
namespace hebb {

class DataFile;

/// Numbers in rows and columns, row-major: a grey image, a kernel, or what comes of them.
struct Grid {
  std::size_t rows = 0, columns = 0;
  std::vector<double> values = {};

  double at(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
  bool operator==(const Grid&) const = default;
};

struct GridSummary {
  double low = 0, high = 0, mean = 0;
};
/// Errors:  std::invalid_argument for an empty grid.
GridSummary summarise(const Grid& grid);

// ---- reading and writing ----

/// Reads a plain grid of numbers from a CSV or TSV file (as read_csv() takes them, but without a
/// header; "-" is standard input).
/// Errors:  DataError naming file, line and column (of bytes): empty, a header or another text, a
///          missing value, NaN, infinity or a number beyond double, a row of another length, quotes
///          against the rules, UTF-16, NUL. std::runtime_error if the file cannot be read.
Grid read_grid(const std::string& path);
Grid read_grid(const DataFile& file);

/// Writes a grid as CSV without a header, in the shortest digits that read_grid() reads as the same
/// numbers. Errors:  as replace_file().
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

/// A name of the catalogue, or rows separated by `;` of numbers separated by blanks or commas:
/// "0 1 0; 0 0 0; 0 0 0".
/// Errors:  std::invalid_argument for an unknown name, with the nearest one; for an empty text or
///          row, a comma without a number before or behind it, what is no finite number, and rows
///          of different lengths, naming the row (from 1).
Grid parse_kernel(std::string_view text);

// ---- filtering ----

/// How a kernel goes over an image.
struct FilterOptions {
  /// What lies outside the image: "zero"; "edge", its nearest pixel; "reflect", its mirror image
  /// about the outermost pixels, which are not repeated. With these there are as many places as
  /// steps of the stride in the image, and what the kernel reaches outside is parted between both
  /// sides, the smaller half at the top and left: as Conv2d's padding `same`. Of stride 1 the
  /// centre of an odd kernel stands on every pixel. "valid": nothing, the kernel stays inside.
  std::string border = "zero";
  std::size_t stride = 1;  ///< pixels from one place of the kernel to the next, both ways
  bool flip = false;  ///< turn the kernel by 180 degrees: convolution as mathematics defines it

  static const FieldList& fields();
};

/// Lays the kernel on every place and adds up the products, as the layers of networks do and call
/// convolution: cross-correlation, the kernel as it is written. So "0 1 0; 0 0 0; 0 0 0" takes the
/// pixel above, and moves the image down by a row.
/// Shapes:  image (H, W), kernel (h, w) -> (ceil(H / stride), ceil(W / stride)); of "valid"
///          ((H - h) / stride + 1, (W - w) / stride + 1), rounded down.
/// Errors:  std::invalid_argument for an option out of range; an empty grid; a kernel larger than
///          the image, if "valid"; a result beyond double.
Grid filter(const Grid& image, const Grid& kernel, const FilterOptions& options = {});

/// How one number of filter()'s result comes about.
struct FilterStep {
  std::ptrdiff_t top = 0, left = 0;  ///< the window's corner in the image; negative: outside
  Grid window = {};                  ///< of the image, with what the border puts outside
  Grid kernel = {};                  ///< as it is laid on
  Grid products = {};
  double sum = 0;
};
/// Errors:  as filter(); std::invalid_argument for a place outside the result, naming its size.
FilterStep filter_step(const Grid& image, const Grid& kernel, std::size_t row, std::size_t column,
                       const FilterOptions& options = {});

/// max(0, x) of every number: ReLU.
Grid rectify(Grid grid);

// ---- pooling ----

/// One number for each window of window x window. Windows stay inside: what is left over at the
/// right and at the bottom is dropped.
struct PoolOptions {
  std::string kind = "max";  ///< "max", "avg" or "sum"
  std::size_t window = 2;
  std::size_t stride = 2;  ///< from one window to the next, both ways

  static const FieldList& fields();
};

/// "max:2" is a window of 2 x 2 with as large a stride, "avg:3,2" one of 3 x 3 with a stride of 2.
/// Errors:  std::invalid_argument for another text.
PoolOptions parse_pool(std::string_view text);

/// Shapes:  (H, W) -> ((H - window) / stride + 1, (W - window) / stride + 1), rounded down.
/// Errors:  std::invalid_argument for an option out of range, an empty grid, a window larger than
///          the grid, a result beyond double.
Grid pool(const Grid& grid, const PoolOptions& options);

/// How one number of pool()'s result comes about.
struct PoolStep {
  std::size_t top = 0, left = 0;  ///< the window's corner in the grid
  Grid window = {};
  double result = 0;
};
/// Errors:  as pool(); std::invalid_argument for a place outside the result, naming its size.
PoolStep pool_step(const Grid& grid, std::size_t row, std::size_t column,
                   const PoolOptions& options);

}  // namespace hebb
