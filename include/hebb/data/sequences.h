#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hebb/data/table.h"

namespace hebb {

/// Sequences of steps, such as time series and texts, each with its own length. A step is a row of
/// numbers. The steps of all sequences are stored contiguously and shared: copies, ranges and
/// selections of sequences copy none of them.
class Sequences {
 public:
  Sequences() = default;
  /// Sequence i consists of the rows [offsets[i], offsets[i + 1]) of `steps`. `ids` are the names
  /// of the sequences, or empty.
  /// Errors: std::invalid_argument for a sequence without steps, offsets that do not run from 0 to
  /// the number of rows, another number of ids, or a category that does not exist.
  Sequences(Table steps, std::vector<std::size_t> offsets, std::vector<std::string> ids = {});

  std::size_t count() const { return count_; }
  /// The columns of a step.
  const std::vector<Column>& columns() const;
  std::size_t width() const { return columns().size(); }

  // Errors of these: std::invalid_argument for a sequence that does not exist.
  /// The number of steps of one sequence, at least 1.
  std::size_t length(std::size_t sequence) const;
  /// Numbers of one sequence, row-major (length, width).
  std::span<const double> steps(std::size_t sequence) const;
  /// The name of a sequence; empty if it has none.
  std::string id(std::size_t sequence) const;

  /// The number of steps of all sequences, 0 if there are none, and of the shortest and the longest
  /// sequence.
  std::size_t total_steps() const;
  std::pair<std::size_t, std::size_t> length_range() const;
  /// The steps of all sequences as the rows of a table, which shares the numbers.
  TableView table() const;

  /// Errors: std::invalid_argument for sequences that do not exist.
  Sequences select(const RowIndex& picked, std::size_t count) const;
  Sequences slice(std::size_t begin, std::size_t end) const;

 private:
  // The place of a sequence in the storage. Errors: as length().
  std::size_t place(std::size_t sequence) const;

  struct Storage {
    TableView steps;
    std::vector<std::size_t> offsets;
    std::vector<std::string> ids;
  };
  std::shared_ptr<const Storage> storage_;
  RowIndex index_;
  std::size_t count_ = 0;
};

}  // namespace hebb
