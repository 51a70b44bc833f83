// Reads and writes files of grids.
#include <charconv>

#include "formats/csv_number.h"
#include "formats/csv_text.h"
#include "hebb/core/error.h"
#include "hebb/filters/filter.h"
#include "hebb/formats/data_file.h"
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
    for (std::size_t at = text.begin(); at < text.size(); at = text.skip_blank_lines(at)) {
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

}  // namespace

Grid read_grid(const DataFile& file) { return grid_of(CsvText(file.text(), file.name(), {})); }

Grid read_grid(const std::string& path) { return read_grid(DataFile(path)); }

void write_grid(const Grid& grid, const std::string& path) {
  check_grid(grid);
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
