#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "hebb/data/dataset.h"

namespace hebb {

/// Groups the rows of a data set that have equal features. Features are compared exactly:
/// categories by their texts, a missing value equals a missing value, and -0 equals 0. The data set
/// must outlive it.
class RowGroups {
 public:
  explicit RowGroups(const Dataset& data);

  /// The first row whose features equal those of `row`.
  std::uint32_t first_of(std::uint32_t row) const { return first_[row]; }
  /// The number of rows that equal `row`, including itself.
  std::uint32_t size_of(std::uint32_t row) const { return sizes_[first_[row]]; }
  /// The number of rows that equal an earlier row.
  std::size_t copies() const { return copies_; }

  /// For each row of `other`, the first row here with equal features. Empty if the two cannot be
  /// compared because columns or image sizes differ.
  std::vector<std::optional<std::uint32_t>> find(const Dataset& other) const;

 private:
  const Dataset& data_;
  std::unordered_map<std::uint64_t, std::uint32_t> by_hash_;
  std::vector<std::uint32_t> first_, sizes_;
  std::size_t copies_ = 0;
};

}  // namespace hebb
