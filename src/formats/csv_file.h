#pragma once

#include <algorithm>
#include <cstddef>
#include <exception>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "formats/csv_number.h"
#include "formats/csv_roles.h"
#include "formats/csv_text.h"
#include "formats/csv_written.h"
#include "hebb/data/dataset.h"
#include "kernels/threads.h"

namespace hebb {

constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();

/// How many fields of a column are of one kind, and where the first of them is.
struct FieldCount {
  std::size_t count = 0, first = kNowhere;

  void add(std::size_t offset) { join({1, offset}); }
  void join(const FieldCount& other) {
    count += other.count;
    first = std::min(first, other.first);
  }
};

/// Counts of the fields of a column that read_number() does not take as finite numbers. Texts are
/// all that are of no other kind.
struct ColumnCount {
  FieldCount texts, missing, infinite;
  std::size_t first_rounded = kNowhere;  ///< an integer beyond 2^53 that double rounds

  void join(const ColumnCount& other) {
    texts.join(other.texts);
    missing.join(other.missing);
    infinite.join(other.infinite);
    first_rounded = std::min(first_rounded, other.first_rounded);
  }
};

/// Counts of fields that are texts in a column of texts, and something else in one of numbers.
struct OddCount {
  FieldCount nans;     ///< "nan" in any case, where it is not in the list of missing texts
  FieldCount words;    ///< is_missing_word()
  FieldCount written;  ///< WrittenNumber
  FieldCount named;    ///< of the missing ones: from the list of missing texts, but not empty
  std::string unit;    ///< of the written numbers that have one
  bool one_unit = true;
  bool one_dimension = true;  ///< the units can be converted: unit_ratio()
  bool bare = false;          ///< some written numbers have no unit

  void add_written(std::size_t offset, const std::string& its_unit);
  void join(const OddCount& other);
};
using OddCounts = std::map<std::size_t, OddCount>;  // by column, of those that have any

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
  DataOptions options;  ///< completed by what the content shows
  MissingTexts missing;
  std::vector<std::string> names;  ///< one per column, as are places and counts
  CsvRoles roles;
  std::vector<CsvPlace> places;
  std::vector<ColumnCount> counts;
  OddCounts odd;
  std::map<std::size_t, Convention> written;  ///< columns of written numbers
  std::map<std::size_t, std::string> units;   ///< of those: what their values are converted to
  bool infers = false;                        ///< decides what columns are taken for
  ReadReport report;
  std::vector<std::string> notes_alike;  // of each note of the report: see note()
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
  /// The column as an argument of an option on a shell's command line: its name or, if a list of
  /// names cannot contain it, its number.
  std::string argument(std::size_t column) const;
  /// `alike` is common to the notes on columns that may be told in one; empty: the kind.
  void note(const char* kind, std::string what, std::optional<std::size_t> column = {},
            const char* alike = "") {
    report.notes.push_back({kind, std::move(what), column ? names[*column] : std::string()});
    notes_alike.emplace_back(*alike != '\0' ? alike : kind);
  }
  /// Reads a field of a column of numbers, written ones included.
  Reading read(std::size_t column, std::string_view field, double& value) const;
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

/// Faults of columns, of which all are reported at once.
struct ColumnFaults {
  std::vector<CsvFault> faults;
  std::vector<std::size_t> to_ignore;  ///< the columns that a user would leave out

  /// Throws the faults, if any: one by itself, several as one DataError.
  void raise(const CsvFile& file) const;
};

/// Sets `options.header` if it is not set, by the first rows.
void find_header(CsvFile& file);
/// The columns without a name in which no row has a value.
std::vector<std::size_t> find_empty(const CsvFile& file, const std::vector<std::size_t>& nameless);

/// Says in a note that a column holds texts of which most differ, each of which becomes an input.
void tell_identity(CsvFile& file, std::size_t column, std::size_t distinct);

/// Takes the columns of the table for what DataOptions::column says, and decides on the others if
/// `file.infers`. The decisions are in the report; what is only looked at is not changed.
/// Errors: as decide_columns() and take_columns().
void take_columns_of(CsvFile& file, Table& table, const Target& target);

/// Determines which columns hold texts, which it returns, and reads written numbers. Features that
/// training refuses become texts if the file is read to be looked at.
/// Errors: into `faults`, by the rules of read_csv().
std::vector<std::size_t> settle_columns(CsvFile& file, ColumnFaults& faults);
/// Reads columns of written numbers; `plain` are the other columns of numbers, which are read again
/// if the file has decimal commas. Returns the columns that become texts because the file is only
/// looked at and there is no one way to read them.
/// Errors: into `faults`.
std::vector<std::size_t> read_written(CsvFile& file, const std::vector<std::size_t>& written,
                                      const std::vector<std::size_t>& plain, ColumnFaults& faults);
/// The convention that the options say; kNoConvention if none.
/// Errors: std::invalid_argument for one character as both.
Convention convention_of(const DataOptions& options);
/// The texts of the columns to keep, as they are in the file, without quotes.
/// Errors: CsvFault for a text that is not UTF-8.
std::vector<KeptColumn> read_kept(const CsvFile& file);

/// Sorts the texts of each given column and stores the index of its text for every value, NaN if it
/// is missing. Returns the sorted texts of each column.
/// Errors: CsvFault for text that is not UTF-8; into `faults` for a feature whose texts differ in
/// most rows.
std::vector<std::vector<std::string>> number_texts(CsvFile& file,
                                                   const std::vector<std::size_t>& columns,
                                                   ColumnFaults& faults);
/// Calls keep_spelling() for a target that was read from `column`. Does nothing if there are too many
/// different texts for classes, unless a number is rounded.
void find_spelling(const CsvFile& file, std::size_t column, Target& target);

/// Calls on_field(slot, row, cell, thread) for the fields of `columns`, where `slot` is the index of
/// the column in that list.
template <class OnField>
void for_fields(const CsvFile& file, const std::vector<std::size_t>& columns,
                const OnField& on_field) {
  std::vector<std::size_t> slot_of(file.names.size(), kNowhere);
  for (std::size_t i = 0; i < columns.size(); ++i) slot_of[columns[i]] = i;
  file.run(file.chunks.size(), [&](std::size_t i, std::size_t thread) {
    const CsvChunk& chunk = file.chunks[i];
    std::size_t row = chunk.first_row;
    for (std::size_t at = chunk.begin; at < chunk.end; ++row) {
      std::size_t column = 0;
      at = file.text.read_row(at, chunk.end, [&](const CsvCell& cell) {
        if (const std::size_t slot = slot_of[column++]; slot != kNowhere)
          on_field(slot, row, cell, thread);
      });
      at = std::min(file.text.skip_blank_lines(at), chunk.end);
    }
  });
}

}  // namespace hebb
