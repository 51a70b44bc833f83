#pragma once

#include <string>

#include "hebb/filters/filter.h"

namespace hebb {

/// What IMAGE names: "SET:ROW" for a row of load_dataset() (from 0), an image or a table's row of
/// pixels, as "mnist10k:7" and "digits:0"; otherwise a file: PNG, JPEG, PGM or PPM, as read_image()
/// reads it in grey, or a grid for read_grid(). A table holds pixels if its columns are n x n and
/// their names differ in numbers alone: pixel_0_0 and pixel_0_1, c1 and c2.
/// Errors:  std::invalid_argument for a set without a row, a row that is not there, an image of
///          several channels in a set, a table of other columns; DataError for a missing value; as
///          load_dataset(), read_image() and read_grid().
Grid load_grid(const std::string& image);

}  // namespace hebb
