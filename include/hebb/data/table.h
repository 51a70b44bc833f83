#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hebb/data/rows.h"

namespace hebb {

/// A column of a table: numbers, or categories whose values in the table are indices into
/// `categories` (sorted).
struct Column {
  std::string name = {};
  std::vector<std::string> categories = {};

  bool is_categorical() const { return !categories.empty(); }
};

/// Rows of numbers in double, row-major (rows, columns), from which a data set is created. NaN is a
/// missing value.
struct Table {
  std::size_t rows = 0;
  std::vector<Column> columns = {};
  std::vector<double> values = {};

  /// Neither index is checked, as in a std::vector.
  double at(std::size_t row, std::size_t column) const {
    return values[row * columns.size() + column];
  }
};

/// Rows of a table whose values are shared: copies, ranges and selections of rows copy none of
/// them. Accessors of one row or value do not check their indices.
struct TableView {
  std::size_t rows = 0;
  std::vector<Column> columns = {};

  TableView() = default;
  /// Takes the table's values. Errors: std::invalid_argument for sizes that do not match, naming
  /// both.
  explicit TableView(Table table);

  double at(std::size_t row, std::size_t column) const { return this->row(row)[column]; }
  /// The numbers of one row, columns.size() of them.
  const double* row(std::size_t row) const { return values_.get() + index_[row] * width_; }
  /// All rows as one contiguous block if they are stored so, as those read from a file are;
  /// otherwise empty.
  std::span<const double> block() const;
  /// A contiguous copy of all rows.
  std::vector<double> values() const;

  /// Errors: std::invalid_argument if `rows` or `columns` were changed to more than there is.
  void check() const;

  /// The `count` rows of this view that `picked` lists.
  /// Errors: std::invalid_argument for a row that does not exist.
  TableView select(const RowIndex& picked, std::size_t count) const;
  /// Rows [begin, end). Errors: as select().
  TableView slice(std::size_t begin, std::size_t end) const;

 private:
  std::shared_ptr<const double> values_;  // of the storage, from its first row on
  RowIndex index_;
  std::size_t width_ = 0, held_ = 0;  // columns and rows that there are
};

}  // namespace hebb
