#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "hebb/data/dataset.h"

namespace hebb {

/// The rows of a data set by their features, which are compared exactly: categories by their texts,
/// a missing value equals a missing value, -0 equals 0. The data set must outlive it.
class RowGroups {
 public:
  explicit RowGroups(const Dataset& data);

  /// The first row whose features equal those of `row`.
  std::uint32_t first_of(std::uint32_t row) const { return first_[row]; }
  /// How many rows equal `row`, itself included.
  std::uint32_t size_of(std::uint32_t row) const { return sizes_[first_[row]]; }
  /// Rows that equal an earlier one.
  std::size_t copies() const { return copies_; }

  /// Of each row of `other` the first row here whose features equal it. Empty if the two cannot be
  /// compared, having other columns or images of another size.
  std::vector<std::optional<std::uint32_t>> find(const Dataset& other) const;

 private:
  const Dataset& data_;
  std::unordered_map<std::uint64_t, std::uint32_t> by_hash_;
  std::vector<std::uint32_t> first_, sizes_;
  std::size_t copies_ = 0;
};

}  // namespace hebb
