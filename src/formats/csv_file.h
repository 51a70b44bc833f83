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

/// What a column holds beside finite numbers, and where it was first met.
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

/// Where the values of a column go: row r to base[r * stride]. Without base they are passed over.
struct CsvPlace {
  double* base = nullptr;
  std::size_t stride = 0;

  double& at(std::size_t row) const { return base[row * stride]; }
};

/// The texts that stand for a missing value.
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

/// A CSV file while it is read: what is known of it so far.
struct CsvFile {
  const CsvText& text;
  const DataOptions& options;
  MissingTexts missing;
  std::vector<std::string> names;  ///< of the columns; one a column have also places and counts
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
  /// Whether a column's values are names, also if they are written in digits: groups and ids.
  bool is_name(std::size_t column) const {
    return column == roles.group || column == roles.sequence;
  }
  /// What every row needs and may not lack, in words; empty for features.
  std::string need(std::size_t column) const;
  std::string column_text(std::size_t column) const { return "column '" + names[column] + "'"; }
  std::string text_at(std::size_t offset) const;
  /// The row, from 1, in which a byte lies.
  std::size_t row_of(std::size_t offset) const;

  /// Runs task(index, thread) for all and throws what the one of the smallest index threw.
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

/// What the columns are read into, a value a row.
struct CsvParts {
  Table table = {};
  Target target = {};
  std::vector<double> weights = {};
  std::vector<double> groups = {}, sequence = {};  ///< indices into the texts below
  std::vector<double> order = {}, times = {};
  std::vector<std::string> group_labels = {}, time_labels = {}, ids = {};
};
/// The data set of these parts: with a column of sequence ids sequences, otherwise a table.
/// Errors: DataError, naming sequence and row, by the rules of read_csv().
Dataset assemble(const CsvFile& file, CsvParts parts);

/// Whether a column is one of texts: by its counts, or because the user says so.
/// Errors: CsvFault for what makes a numeric column impossible, by the rules of read_csv().
bool is_text_column(const CsvFile& file, std::size_t column);
/// Errors: CsvFault if a value is missing where every row needs one: in all but features.
void check_complete(const CsvFile& file, std::size_t column);
/// Whether a text looks like 1,5.
bool is_decimal_comma(std::string_view text);

/// Sorts the texts of each column named and puts a text's number in the place of every value, NaN
/// where it is missing. Errors: CsvFault for a feature whose texts differ in most rows.
std::vector<std::vector<std::string>> number_texts(CsvFile& file,
                                                   const std::vector<std::size_t>& columns);
/// How a column of whole numbers writes those that to_classes() would write otherwise; empty if
/// there are too many for classes.
std::map<double, std::string> find_spelling(const CsvFile& file, std::size_t column);

}  // namespace hebb
