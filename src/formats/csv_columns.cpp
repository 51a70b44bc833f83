// Determines from the counted fields whether a column has numbers or texts, or an error.
#include <algorithm>

#include "formats/csv_file.h"
#include "formats/csv_number.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

// A few texts among numbers are a mistake; texts that are often numbers are codes. In between, an
// error with a remedy does less harm than a wrong guess.
bool are_mostly_numbers(std::size_t numbers, std::size_t texts) {
  return numbers >= 2 && numbers >= 2 * texts;
}

[[noreturn]] void refuse_text(const CsvFile& file, std::size_t column, std::size_t numbers) {
  const auto& count = file.counts[column];
  const auto text = file.text_at(count.first_text);
  const auto& name = file.names[column];
  throw CsvFault{
      count.first_text,
      concat("text '", text, "' in ", file.column_text(column), " of numbers (", numbers,
             " of its ", numbers + count.texts, " values are): correct it, or give --na ", text,
             " if it means a missing value, or --categorical ", name, " if all are categories")};
}

}  // namespace

MissingTexts::MissingTexts(const std::vector<std::string>& texts)
    : texts_(texts.begin(), texts.end()) {
  double value = 0;
  for (const auto& text : texts)
    if (read_number(text, value) == Reading::number) has_numbers_ = true;
}

std::string CsvFile::text_at(std::size_t offset) const {
  std::string buffer;
  return std::string(text.cell_at(offset).plain(buffer));
}

std::string CsvFile::need(std::size_t column) const {
  if (is_target(column)) return "target";
  const std::pair<std::optional<std::size_t>, const char*> needs[] = {{roles.weight, "weight"},
                                                                      {roles.group, "group"},
                                                                      {roles.sequence, "sequence"},
                                                                      {roles.order, "order"},
                                                                      {roles.time, "time"}};
  for (const auto& [wanted, name] : needs)
    if (wanted == column) return name;
  return {};
}

std::size_t CsvFile::row_of(std::size_t offset) const {
  const auto next = std::ranges::upper_bound(chunks, offset, {}, &CsvChunk::begin);
  const CsvChunk& chunk = *(next - 1);
  std::size_t row = chunk.first_row;
  // The last field may be empty and at the end of the text.
  for (std::size_t at = chunk.begin; at <= offset && at < chunk.end; ++row)
    at = text.skip_blank_lines(text.read_row(at, chunk.end, [](const CsvCell&) {}));
  return row;
}

bool is_decimal_comma(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const auto comma = text.find(',');
  return comma != 0 && comma != std::string_view::npos && comma + 1 < text.size() &&
         text.find_first_not_of("0123456789,") == std::string_view::npos &&
         text.find(',', comma + 1) == std::string_view::npos;
}

bool is_text_column(const CsvFile& file, std::size_t column) {
  const auto& count = file.counts[column];
  const bool weight = column == file.roles.weight;
  if (file.is_name(column) || (file.roles.categorical[column] && !weight)) return true;
  if (count.texts > 0) {
    if (weight)
      throw CsvFault{count.first_text, concat(file.column_text(column),
                                              " must hold numbers, being the weights, got '",
                                              file.text_at(count.first_text), "'")};
    if (count.decimal_commas == count.texts)
      throw CsvFault{
          count.first_text,
          concat(file.column_text(column), " holds '", file.text_at(count.first_text),
                 "': write decimals with a point, as 1.5, and thousands without a comma; or "
                 "say --categorical ",
                 file.names[column])};
    const std::size_t numbers = file.rows - count.missing - count.texts;
    if (are_mostly_numbers(numbers, count.texts)) refuse_text(file, column, numbers);
    return true;
  }
  if (count.first_infinite != kNowhere)
    throw CsvFault{
        count.first_infinite,
        concat(file.column_text(column), " is ", file.text_at(count.first_infinite), " in row ",
               file.row_of(count.first_infinite),
               ": infinite, or beyond what a double holds; correct it, or leave it empty")};
  return false;
}

void check_complete(const CsvFile& file, std::size_t column) {
  const auto first = file.counts[column].first_missing;
  if (first == kNowhere) return;
  if (const std::string need = file.need(column); !need.empty())
    throw CsvFault{first,
                   concat("the ", need, " in ", file.column_text(column), " is missing in row ",
                          file.row_of(first), ": fill it in, or remove the row")};
}

}  // namespace hebb
