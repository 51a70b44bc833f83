#include "hebb/datasets/grid.h"

#include <cmath>
#include <cstddef>

#include "formats/image_files.h"
#include "hebb/core/error.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/formats/catalogue.h"
#include "hebb/formats/data_file.h"

namespace hebb {
namespace {

Grid image_row(const Images& images, std::size_t row, const std::string& name) {
  check(images.channels == 1, "filter", name, " holds images of ", images.channels,
        " channels; grey ones have one");
  const auto* const pixels = images.pixels.get() + row * images.image_size();
  return {images.height, images.width, {pixels, pixels + images.image_size()}};
}

std::string without_digits(std::string name) {
  std::erase_if(name, [](char c) { return c >= '0' && c <= '9'; });
  return name;
}

// A table of measurements may have n x n columns by chance: pixels are recognised by names that
// differ only in numbers.
void check_picture(const Dataset& data, std::size_t side) {
  const std::vector<Column>& columns = data.table().columns;
  check(side > 0 && side * side == columns.size(), "filter", data.name(), " has ", columns.size(),
        " columns, which is not the number of pixels of a square picture");
  const std::string& first = columns.front().name;
  for (const Column& column : columns)
    check(
        without_digits(column.name) == without_digits(first), "filter", data.name(),
        " is no picture: the names of its columns must differ only in their numbers, as pixel0 and "
        "pixel1 do; it has '",
        first, "' and '", column.name, "'");
}

Grid table_row(const Dataset& data, std::size_t row) {
  const std::size_t columns = data.features();
  const auto side = static_cast<std::size_t>(std::lround(std::sqrt(columns)));
  check_picture(data, side);
  Grid grid{.rows = side, .columns = side};
  for (std::size_t c = 0; c < columns; ++c) {
    const Column& column = data.table().columns[c];
    check(!column.is_categorical(), "filter", data.name(), " is no picture: column '", column.name,
          "' holds texts");
    grid.values.push_back(data.table().at(row, c));
    check_data(std::isfinite(grid.values.back()), data.place(row, column.name),
               "a pixel is missing");
  }
  return grid;
}

Grid grid_of_set(const std::string& name, std::size_t row) {
  const Dataset data = load_dataset(name, {}, TargetUse::optional);
  check(row < data.samples(), "filter", name, " has rows 0 to ", data.samples() - 1, ", got ", row);
  return data.is_images() ? image_row(data.images(), row, name) : table_row(data, row);
}

bool is_set(const std::string& name) {
  for (const DatasetRow& row : dataset_catalogue())
    if (row.name == name) return true;
  return false;
}

}  // namespace

Grid load_grid(const std::string& image) {
  check(!is_set(image), "filter", image, " is a set of many pictures: say which, as in ", image,
        ":0");
  if (const auto [set, row] = split_named_row(image); row) return grid_of_set(set, *row);
  const DataFile file(image);
  if (!format_of(file).takes_images) return read_grid(file);
  const auto read = read_images(file, {}, {.image_color = "grey"}, TargetUse::none);
  return image_row(read.data.images(), 0, image);
}

}  // namespace hebb
