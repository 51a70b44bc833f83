// A pass over the columns to keep, after the table has been read: they may have other roles too.
#include "data/labels.h"
#include "formats/csv_file.h"
#include "hebb/core/error.h"

namespace hebb {

std::vector<KeptColumn> read_kept(const CsvFile& file) {
  std::vector<KeptColumn> kept;
  for (const std::size_t column : file.roles.kept)
    kept.push_back({.name = file.names[column], .texts = std::vector<std::string>(file.rows)});
  for_fields(file, file.roles.kept,
             [&](std::size_t slot, std::size_t row, const CsvCell& cell, std::size_t) {
               std::string buffer;
               const auto text = cell.plain(buffer);
               if (!is_utf8(text))
                 throw CsvFault{cell.offset,
                                concat("this text in column '", kept[slot].name, "'", kNotUtf8)};
               kept[slot].texts[row] = text;
             });
  return kept;
}

}  // namespace hebb
