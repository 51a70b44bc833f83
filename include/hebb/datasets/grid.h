#pragma once

#include <string>

#include "hebb/filters/filter.h"

namespace hebb {

/// Loads the grid named by `image`: either "SET:ROW" for a row of load_dataset() (from 0) that is
/// an image or a table's row of pixels, such as "mnist10k:7" and "digits:0", or a file. A file is
/// PNG, JPEG, PGM or PPM, read in grey by read_image(), or a grid, read by read_grid(). A table
/// contains pixels if it has n x n columns and their names differ only in numbers: pixel_0_0 and
/// pixel_0_1, c1 and c2.
/// Errors:  std::invalid_argument for a set without a row, a row that does not exist, an image with
///          several channels in a set, a table with other columns; DataError for a missing value;
///          as load_dataset(), read_image() and read_grid().
Grid load_grid(const std::string& image);

}  // namespace hebb
