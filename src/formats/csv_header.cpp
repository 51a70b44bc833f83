// Whether the first row holds names. A name that is a text above numbers is certain. Without one, a
// first row of the same kind as the others is data: its numbers lie among those of their columns and
// are no sequence, as years or 0, 1, 2, ... are, or its texts occur in their own columns.
#include <algorithm>
#include <cmath>
#include <limits>

#include "data/labels.h"
#include "data/missing_words.h"
#include "formats/csv_file.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

constexpr std::size_t kMostRows = 200;                    // that are examined
constexpr std::size_t kMostBytes = std::size_t{1} << 18;  // likewise, but one row as a whole
constexpr std::size_t kMostExaminedColumns = 4096;

bool reads_as_number(std::string_view text, double& value) {
  if (read_number(text, value) == Reading::number) return true;
  const auto number = take_apart(text);
  return number && read_number(number->plain(number->conventions == kComma ? kComma : kPoint),
                               value) == Reading::number;
}

// A column: the field of the first row, and those of the rows below.
struct Look {
  std::string name;
  bool is_number = false;
  double number = 0;
  std::size_t numbers = 0, texts = 0;
  double low = std::numeric_limits<double>::infinity(), high = -low;
  bool repeated = false;  // the name is a value, too

  // Whether the number in the first row is like those below.
  bool is_in_line() const {
    const double width = std::max(high - low, std::max(std::abs(low), std::abs(high)));
    return number >= low - 2 * width && number <= high + 2 * width;
  }
};

std::vector<Look> look_at_rows(const CsvFile& file) {
  std::vector<Look> columns;
  std::string buffer;
  const CsvText& text = file.text;
  const std::size_t begin = text.begin();
  std::size_t at = text.read_row(begin, text.size(), [&](const CsvCell& cell) {
    if (columns.size() == kMostExaminedColumns) return;
    Look& look = columns.emplace_back();
    look.name = cell.plain(buffer);
    look.is_number = reads_as_number(cell.text, look.number);
  });
  for (std::size_t row = 0; row < kMostRows && (row == 0 || at < begin + kMostBytes); ++row) {
    at = text.skip_blank_lines(at);
    if (at == text.size()) break;
    std::size_t c = 0;
    std::vector<std::size_t> same;
    at = text.read_row(at, text.size(), [&](const CsvCell& cell) {
      const std::size_t column = c++;
      if (column >= columns.size()) return;
      Look& look = columns[column];
      const auto value = cell.plain(buffer);
      double number = 0;
      if (value == look.name) same.push_back(column);
      if (file.missing.contains(value) || is_missing_word(value)) return;
      if (reads_as_number(value, number)) {
        ++look.numbers;
        look.low = std::min(look.low, number);
        look.high = std::max(look.high, number);
      } else {
        ++look.texts;
      }
    });
    // A header that is repeated in the file is no value.
    if (same.size() < columns.size() || columns.size() == 1)
      for (const std::size_t column : same) columns[column].repeated = true;
  }
  return columns;
}

// Whether numbers in a header are names: years, 0, 1, 2, ..., or equal steps, as wavelengths are.
bool are_names(const std::vector<double>& numbers) {
  const auto is_year = [](double v) { return v == std::floor(v) && v >= 1500 && v <= 2200; };
  if (numbers.size() == 1) return is_year(numbers[0]);
  const double step = numbers[1] - numbers[0];
  for (std::size_t i = 1; i < numbers.size(); ++i)
    if (std::abs(numbers[i] - numbers[i - 1] - step) > 1e-6 * std::abs(step)) return false;
  if (!(step > 0)) return false;
  return numbers.size() > 2 || (step == 1 && (numbers[0] == 0 || numbers[0] == 1)) ||
         std::ranges::all_of(numbers, is_year);
}

// Whether an option names a column by a text of the first row.
bool is_asked_for(const DataOptions& options, const std::vector<Look>& columns) {
  std::vector<std::string> keys;
  for (const auto* list :
       {&options.target, &options.features, &options.ignore, &options.categorical})
    keys.insert(keys.end(), list->begin(), list->end());
  for (const auto* one :
       {&options.weight, &options.group, &options.time_column, &options.sequence, &options.order})
    if (*one) keys.push_back(**one);
  return std::ranges::any_of(columns, [&](const Look& look) {
    return !look.is_number && std::ranges::find(keys, look.name) != keys.end();
  });
}

bool is_data(const CsvFile& file, const std::vector<Look>& columns) {
  if (is_asked_for(file.options, columns)) return false;
  std::vector<double> numbers;
  std::size_t texts = 0, repeated = 0, in_line = 0;
  for (const Look& look : columns) {
    if (look.numbers == 0 && look.texts == 0) continue;
    const bool blank = look.name.empty() || file.missing.contains(look.name);
    if (look.texts > 0) {
      ++texts;
      repeated += look.repeated ? 1 : 0;
    } else if (look.is_number) {
      numbers.push_back(look.number);
      in_line += look.is_in_line() ? 1 : 0;
    } else if (!blank && !is_missing_word(look.name)) {
      return false;
    }
  }
  if (numbers.empty()) return texts > 1 && 2 * repeated > texts;
  return repeated > 0 || (!are_names(numbers) && 2 * in_line > numbers.size());
}

// Whether a file has names although the model's training data had none: texts in each column that
// held numbers there.
bool has_names_of_its_own(const CsvFile& file, const std::vector<Look>& columns) {
  std::size_t numbers = 0;
  const auto& kinds = file.options.precedent.categorical;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const auto kind = kinds.find(default_name(c));
    if (kind == kinds.end() || kind->second) continue;
    const std::string& name = columns[c].name;
    if (columns[c].is_number || file.missing.contains(name) || is_missing_word(name)) return false;
    ++numbers;
  }
  return numbers > 0;
}

}  // namespace

void find_header(CsvFile& file) {
  if (file.options.header) {
    if (*file.options.header || file.options.is_given("header")) return;
    try {
      file.options.header = has_names_of_its_own(file, look_at_rows(file));
    } catch (const CsvFault&) {
      return;  // reading the rows reports it
    }
    if (*file.options.header)
      file.note("header",
                "the first line holds texts where the training data held numbers and is taken as "
                "names; if it is data, say --no-header");
    return;
  }
  file.options.header = true;
  try {
    const auto columns = look_at_rows(file);
    const bool only_numbers = std::ranges::all_of(columns, &Look::is_number);
    if (is_data(file, columns)) {
      file.options.header = false;
      file.report.options["header"] = false;
      file.note(
          "header",
          "the first line is like the rows below it and is taken as data, so that the columns "
          "are called c1, c2, ...; if it holds names, say --header");
    } else if (only_numbers && columns.size() < kMostExaminedColumns) {
      file.note(
          "header",
          "the first line holds nothing but numbers and is taken as the header; if it is none, "
          "say --no-header");
    }
  } catch (const CsvFault&) {
    // Reading the rows reports it.
  }
}

std::vector<std::size_t> find_empty(const CsvFile& file, const std::vector<std::size_t>& nameless) {
  if (nameless.empty()) return {};
  std::vector<bool> empty(file.names.size(), false);
  for (const std::size_t c : nameless) empty[c] = true;
  std::size_t left = nameless.size();
  try {
    for (const CsvChunk& chunk : file.chunks)
      for (std::size_t at = chunk.begin; at < chunk.end && left > 0;) {
        std::size_t c = 0;
        at = file.text.read_row(at, chunk.end, [&](const CsvCell& cell) {
          const std::size_t column = c++;
          if (column >= empty.size() || !empty[column] || cell.text.empty()) return;
          empty[column] = false;
          --left;
        });
        if (c != file.names.size()) return {};  // reading the rows reports it
        at = std::min(file.text.skip_blank_lines(at), chunk.end);
      }
  } catch (const CsvFault&) {
    return {};
  }
  std::vector<std::size_t> columns;
  for (const std::size_t c : nameless)
    if (empty[c]) columns.push_back(c);
  return columns;
}

}  // namespace hebb
