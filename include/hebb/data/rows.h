#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace hebb {

/// Maps the rows of a view to rows of its shared storage, as a range or a list. Copies share the
/// list.
class RowIndex {
 public:
  /// The rows begin, begin + 1, ...
  explicit RowIndex(std::size_t begin = 0) : begin_(begin) {}
  explicit RowIndex(std::vector<std::uint32_t> list);

  /// The storage row of the view's row `row`, which is not checked: see check().
  std::size_t operator[](std::size_t row) const { return list_ ? list_.get()[row] : begin_ + row; }
  bool is_range() const { return list_ == nullptr; }
  /// Errors: std::invalid_argument unless the first `count` rows of this index exist and are rows
  /// below `rows`.
  void check(std::size_t count, std::size_t rows) const;

  /// The index of a view of this view, whose row i is row picked[i] of this view, for i < count.
  /// The caller has checked `picked`.
  RowIndex select(const RowIndex& picked, std::size_t count) const;
  /// The index of this view without its first `begin` rows.
  RowIndex from(std::size_t begin) const;

 private:
  std::shared_ptr<const std::uint32_t> list_;  // from the view's first row on
  std::size_t begin_ = 0;
  std::size_t size_ = 0;  // of the list
};

}  // namespace hebb
