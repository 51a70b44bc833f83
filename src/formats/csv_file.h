#pragma once

#include <algorithm>
#include <cstddef>
#include <exception>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "formats/csv_roles.h"
#include "formats/csv_text.h"
#include "hebb/data/dataset.h"
#include "kernels/threads.h"

namespace hebb {

constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();

/// Counts of the fields of a column that are not finite numbers, and where each kind first occurs.
struct ColumnCount {
  std::size_t texts = 0, missing = 0, decimal_commas = 0;
  std::size_t first_text = kNowhere, first_missing = kNowhere, first_infinite = kNowhere;

  void join(const ColumnCount& other) {
    texts += other.texts;
    missing += other.missing;
    decimal_commas += other.decimal_commas;
    first_text = std::min(first_text, other.first_text);
    first_missing = std::min(first_missing, other.first_missing);
    first_infinite = std::min(first_infinite, other.first_infinite);
  }
};

/// The destination of the values of a column: row r goes to base[r * stride]. Without base they are
/// discarded.
struct CsvPlace {
  double* base = nullptr;
  std::size_t stride = 0;

  double& at(std::size_t row) const { return base[row * stride]; }
};

/// The texts that represent a missing value.
class MissingTexts {
 public:
  explicit MissingTexts(const std::vector<std::string>& texts);

  bool contains(std::string_view text) const { return text.empty() || texts_.contains(text); }
  /// Whether a number may be one of them.
  bool has_numbers() const { return has_numbers_; }

 private:
  std::set<std::string, std::less<>> texts_;
  bool has_numbers_ = false;
};

/// The state of a CSV file while it is read.
struct CsvFile {
  const CsvText& text;
  const DataOptions& options;
  MissingTexts missing;
  std::vector<std::string> names;  ///< one per column, as are places and counts
  CsvRoles roles;
  std::vector<CsvPlace> places;
  std::vector<ColumnCount> counts;
  std::vector<CsvChunk> chunks;
  std::size_t rows = 0;
  ThreadPool* pool = nullptr;
  std::size_t most_threads = 1;

  bool is_target(std::size_t column) const {
    return std::ranges::find(roles.targets, column) != roles.targets.end();
  }
  /// Whether a column's values are names even if they are numbers: groups and ids.
  bool is_name(std::size_t column) const {
    return column == roles.group || column == roles.sequence;
  }
  /// The role of a column in which no value may be missing, in words; empty for features.
  std::string need(std::size_t column) const;
  std::string column_text(std::size_t column) const { return "column '" + names[column] + "'"; }
  std::string text_at(std::size_t offset) const;
  /// The row, from 1, in which a byte lies.
  std::size_t row_of(std::size_t offset) const;

  /// Runs task(index, thread) for all indices. If several throw, the exception of the smallest
  /// index is thrown.
  template <class Task>
  void run(std::size_t tasks, const Task& task) const {
    std::vector<std::exception_ptr> errors(tasks);
    pool->run(
        tasks,
        [&](std::size_t i, std::size_t thread) {
          try {
            task(i, thread);
          } catch (...) {
            errors[i] = std::current_exception();
          }
        },
        most_threads);
    for (const auto& error : errors)
      if (error) std::rethrow_exception(error);
  }
};

/// The values that the columns are read into, one per row.
struct CsvParts {
  Table table = {};
  Target target = {};
  std::vector<double> weights = {};
  std::vector<double> groups = {}, sequence = {};  ///< indices into the texts below
  std::vector<double> order = {}, times = {};
  std::vector<std::string> group_labels = {}, time_labels = {}, ids = {};
};
/// Creates the data set from these parts: sequences if there is a column of sequence ids, otherwise
/// a table.
/// Errors: DataError, naming sequence and row, by the rules of read_csv().
Dataset assemble(const CsvFile& file, CsvParts parts);

/// The texts of the columns to keep, as they are in the file, without quotes.
/// Errors: CsvFault for a text that is not UTF-8.
std::vector<KeptColumn> read_kept(const CsvFile& file);

/// Whether a column has texts, by its counts or because the user chose so.
/// Errors: CsvFault if a value is not allowed in a numeric column, by the rules of read_csv().
bool is_text_column(const CsvFile& file, std::size_t column);
/// Errors: CsvFault if a value is missing in a column other than a feature.
void check_complete(const CsvFile& file, std::size_t column);
/// Whether a text looks like 1,5.
bool is_decimal_comma(std::string_view text);

/// Sorts the texts of each given column and stores the index of its text for every value, NaN if it
/// is missing. Returns the sorted texts of each column.
/// Errors: CsvFault for a feature whose texts differ in most rows.
std::vector<std::vector<std::string>> number_texts(CsvFile& file,
                                                   const std::vector<std::size_t>& columns);
/// The spellings in a column of whole numbers that differ from those of to_classes(); empty if
/// there are too many values for classes.
std::map<double, std::string> find_spelling(const CsvFile& file, std::size_t column);

}  // namespace hebb
