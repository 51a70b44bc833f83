#include "hebb/data/rows.h"

#include <utility>

namespace hebb {

RowIndex::RowIndex(std::vector<std::uint32_t> list) {
  const auto owner = std::make_shared<const std::vector<std::uint32_t>>(std::move(list));
  list_ = {owner, owner->data()};
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
  if (list_)
    rest.list_ = {list_, list_.get() + begin};
  else
    rest.begin_ += begin;
  return rest;
}

}  // namespace hebb
