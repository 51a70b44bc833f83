// A pass over the columns to keep, after the table has been read: they may have other roles too.
#include <algorithm>

#include "data/labels.h"
#include "formats/csv_file.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

void read_kept_chunk(const CsvFile& file, const CsvChunk& chunk,
                     const std::vector<std::vector<std::size_t>>& kept_of,
                     std::vector<KeptColumn>& kept) {
  std::string buffer;
  std::size_t row = chunk.first_row;
  for (std::size_t at = chunk.begin; at < chunk.end; ++row) {
    std::size_t column = 0;
    at = file.text.read_row(at, chunk.end, [&](const CsvCell& cell) {
      for (const std::size_t k : kept_of[column++]) {
        const auto text = cell.plain(buffer);
        if (!is_utf8(text))
          throw CsvFault{cell.offset, concat("this text in column '", kept[k].name, "'", kNotUtf8)};
        kept[k].texts[row] = text;
      }
    });
    at = std::min(file.text.skip_blank_lines(at), chunk.end);
  }
}

}  // namespace

std::vector<KeptColumn> read_kept(const CsvFile& file) {
  std::vector<KeptColumn> kept;
  std::vector<std::vector<std::size_t>> kept_of(file.names.size());
  for (const std::size_t column : file.roles.kept) {
    kept_of[column].push_back(kept.size());
    kept.push_back({.name = file.names[column], .texts = std::vector<std::string>(file.rows)});
  }
  file.run(file.chunks.size(), [&](std::size_t i, std::size_t) {
    read_kept_chunk(file, file.chunks[i], kept_of, kept);
  });
  return kept;
}

}  // namespace hebb
