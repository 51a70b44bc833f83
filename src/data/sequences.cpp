#include "hebb/data/sequences.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "data/entry.h"
#include "hebb/core/error.h"

namespace hebb {

Sequences::Sequences(Table steps, std::vector<std::size_t> offsets, std::vector<std::string> ids) {
  check(!offsets.empty() && offsets.front() == 0 && offsets.back() == steps.rows, "dataset",
        "offsets of sequences run from 0 to the number of steps, ", steps.rows);
  check(std::ranges::adjacent_find(offsets, std::greater_equal{}) == offsets.end(), "dataset",
        "a sequence has no step, or offsets that go back");
  check(steps.rows < std::numeric_limits<std::uint32_t>::max(), "dataset", steps.rows,
        " steps, at most 4294967294");
  count_ = offsets.size() - 1;
  check(ids.empty() || ids.size() == count_, "dataset", count_, " sequences, but ", ids.size(),
        " ids");
  TableView view(std::move(steps));
  check_categories(view);
  storage_ =
      std::make_shared<const Storage>(Storage{std::move(view), std::move(offsets), std::move(ids)});
}

std::size_t Sequences::place(std::size_t sequence) const {
  check(sequence < count_, "dataset", "sequence ", sequence, " of ", count_, " (counted from 0)");
  return index_[sequence];
}

const std::vector<Column>& Sequences::columns() const {
  static const std::vector<Column> none;
  return storage_ ? storage_->steps.columns : none;
}

std::size_t Sequences::length(std::size_t sequence) const {
  const std::size_t* const offset = storage_->offsets.data() + place(sequence);
  return offset[1] - offset[0];
}

std::span<const double> Sequences::steps(std::size_t sequence) const {
  const std::size_t at = place(sequence);
  return {storage_->steps.row(storage_->offsets[at]), length(sequence) * width()};
}

std::string Sequences::id(std::size_t sequence) const {
  const std::size_t at = place(sequence);
  return storage_->ids.empty() ? "" : storage_->ids[at];
}

std::size_t Sequences::total_steps() const {
  std::size_t total = 0;
  for (std::size_t i = 0; i < count_; ++i) total += length(i);
  return total;
}

std::pair<std::size_t, std::size_t> Sequences::length_range() const {
  if (count_ == 0) return {0, 0};
  std::pair range(length(0), length(0));
  for (std::size_t i = 1; i < count_; ++i) {
    range.first = std::min(range.first, length(i));
    range.second = std::max(range.second, length(i));
  }
  return range;
}

TableView Sequences::table() const {
  if (!storage_) return {};
  if (index_.is_range()) {
    const std::size_t* const offset = storage_->offsets.data() + index_[0];
    return storage_->steps.slice(offset[0], offset[count_]);
  }
  std::vector<std::uint32_t> rows;
  rows.reserve(total_steps());
  for (std::size_t i = 0; i < count_; ++i)
    for (std::size_t step = 0; step < length(i); ++step)
      rows.push_back(static_cast<std::uint32_t>(storage_->offsets[index_[i]] + step));
  const std::size_t count = rows.size();
  return storage_->steps.select(RowIndex(std::move(rows)), count);
}

Sequences Sequences::select(const RowIndex& picked, std::size_t count) const {
  picked.check(count, count_);
  Sequences view = *this;
  view.count_ = count;
  view.index_ = index_.select(picked, count);
  return view;
}

Sequences Sequences::slice(std::size_t begin, std::size_t end) const {
  check(begin <= end && end <= count_, "dataset", "sequences [", begin, ", ", end, ") of ", count_);
  Sequences view = *this;
  view.count_ = end - begin;
  view.index_ = index_.from(begin);
  return view;
}

}  // namespace hebb
