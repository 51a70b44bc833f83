#include "hebb/data/table.h"

#include <utility>

#include "hebb/core/error.h"

namespace hebb {

TableView::TableView(Table table)
    : rows(table.rows), columns(std::move(table.columns)), width_(columns.size()), held_(rows) {
  std::size_t size = 0;
  hebb::check(!__builtin_mul_overflow(rows, width_, &size) && table.values.size() == size,
              "dataset", "table of (", rows, ", ", width_, "), but ", table.values.size(),
              " values");
  const auto owner = std::make_shared<const std::vector<double>>(std::move(table.values));
  values_ = {owner, owner->data()};
}

void TableView::check() const {
  hebb::check(rows <= held_ && columns.size() == width_, "dataset", "a view of (", held_, ", ",
              width_, ") says that it has (", rows, ", ", columns.size(), ")");
}

std::span<const double> TableView::block() const {
  if (rows == 0 || !index_.is_range()) return {};
  return {row(0), rows * width_};
}

std::vector<double> TableView::values() const {
  std::vector<double> out;
  out.reserve(rows * width_);
  for (std::size_t r = 0; r < rows; ++r) out.insert(out.end(), row(r), row(r) + width_);
  return out;
}

TableView TableView::select(const RowIndex& picked, std::size_t count) const {
  picked.check(count, rows);
  TableView view = *this;
  view.rows = view.held_ = count;
  view.index_ = index_.select(picked, count);
  return view;
}

TableView TableView::slice(std::size_t begin, std::size_t end) const {
  hebb::check(begin <= end && end <= rows, "dataset", "rows [", begin, ", ", end, ") of ", rows);
  TableView view = *this;
  view.rows = view.held_ = end - begin;
  view.index_ = index_.from(begin);
  return view;
}

}  // namespace hebb
