#include "hebb/data/rows.h"

#include <algorithm>
#include <utility>

#include "hebb/core/error.h"

namespace hebb {

RowIndex::RowIndex(std::vector<std::uint32_t> list) {
  const auto owner = std::make_shared<const std::vector<std::uint32_t>>(std::move(list));
  list_ = {owner, owner->data()};
  size_ = owner->size();
}

void RowIndex::check(std::size_t count, std::size_t rows) const {
  if (is_range()) {
    hebb::check(begin_ <= rows && count <= rows - begin_, "dataset", "rows [", begin_, ", ",
                begin_ + count, ") of ", rows);
    return;
  }
  hebb::check(count <= size_, "dataset", count, " rows of a list of ", size_);
  if (count == 0) return;
  const std::uint32_t highest = *std::max_element(list_.get(), list_.get() + count);
  hebb::check(highest < rows, "dataset", "row ", highest, " of ", rows, " (counted from 0)");
}

RowIndex RowIndex::select(const RowIndex& picked, std::size_t count) const {
  if (is_range() && begin_ == 0) return picked;
  if (picked.is_range()) return from(picked.begin_);
  std::vector<std::uint32_t> list(count);
  for (std::size_t i = 0; i < count; ++i) list[i] = static_cast<std::uint32_t>((*this)[picked[i]]);
  return RowIndex(std::move(list));
}

RowIndex RowIndex::from(std::size_t begin) const {
  RowIndex rest = *this;
  if (list_) {
    const std::size_t skipped = std::min(begin, size_);
    rest.list_ = {list_, list_.get() + skipped};
    rest.size_ = size_ - skipped;
  } else {
    rest.begin_ += begin;
  }
  return rest;
}

}  // namespace hebb
