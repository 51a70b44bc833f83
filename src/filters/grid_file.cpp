// Grids of numbers from files and from sets, and back.
#include <charconv>
#include <cmath>

#include "formats/csv_number.h"
#include "formats/csv_text.h"
#include "formats/image_files.h"
#include "hebb/core/error.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/filters/filter.h"
#include "hebb/formats/catalogue.h"
#include "hebb/io/file.h"

namespace hebb {
namespace {

void add_cell(Grid& grid, const CsvCell& cell) {
  double value = 0;
  std::string buffer;
  const std::string_view text = cell.plain(buffer);
  const Reading reading = read_number(text, value);
  const bool in_first_line = grid.rows == 1;
  if (text.empty()) throw CsvFault{cell.offset, "a number is missing"};
  if (reading == Reading::text)
    throw CsvFault{cell.offset, concat("'", text, "' is no number",
                                       in_first_line ? ": a grid of numbers has no header" : "")};
  if (reading != Reading::number)
    throw CsvFault{cell.offset, concat(text, ": NaN, infinite, or beyond what a double holds")};
  grid.values.push_back(value);
}

Grid grid_of(const CsvText& text) {
  Grid grid;
  try {
    for (std::size_t at = text.skip_blank_lines(0); at < text.size();
         at = text.skip_blank_lines(at)) {
      const std::size_t row = at, before = grid.values.size();
      ++grid.rows;
      at = text.read_row(at, text.size(), [&](const CsvCell& cell) { add_cell(grid, cell); });
      const std::size_t columns = grid.values.size() - before;
      if (grid.rows == 1) grid.columns = columns;
      if (columns != grid.columns)
        throw CsvFault{
            row, concat("row ", grid.rows, " has ", columns, " numbers, row 1 has ", grid.columns)};
    }
  } catch (const CsvFault& fault) {
    text.raise(fault);
  }
  return grid;
}

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

// Measurements may be n x n by chance: pixels are told by names that differ in numbers alone.
void check_picture(const Dataset& data, std::size_t side) {
  const std::vector<Column>& columns = data.table().columns;
  check(side > 0 && side * side == columns.size(), "filter", data.name(), " has ", columns.size(),
        " columns, which are no square picture");
  const std::string& first = columns.front().name;
  for (const Column& column : columns)
    check(without_digits(column.name) == without_digits(first), "filter", data.name(),
          " is no picture: the names of pixels differ in their numbers alone, as pixel0 and pixel1 "
          "do; here stand '",
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

Grid grid_of(const DataFile& file) { return grid_of(CsvText(file.text(), file.name(), {})); }

}  // namespace

Grid read_grid(const std::string& path) { return grid_of(DataFile(path)); }

Grid load_grid(const std::string& image) {
  check(!is_set(image), "filter", image, " is a set of many pictures: say which, as in ", image,
        ":0");
  if (const auto [set, row] = split_named_row(image); row) return grid_of_set(set, *row);
  const DataFile file(image);
  if (!format_of(file).takes_images) return grid_of(file);
  const auto read = read_images(file, {}, {.image_color = "grey"}, TargetUse::none);
  return image_row(read.data.images(), 0, image);
}

void write_grid(const Grid& grid, const std::string& path) {
  std::string text;
  for (std::size_t r = 0; r < grid.rows; ++r) {
    for (std::size_t c = 0; c < grid.columns; ++c) {
      char buffer[32];
      text.append(c == 0 ? "" : ",");
      text.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, grid.at(r, c)).ptr);
    }
    text += '\n';
  }
  replace_file(path, text);
}

}  // namespace hebb
