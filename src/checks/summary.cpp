#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <unordered_set>

#include "hebb/checks/check.h"

namespace hebb {
namespace {

// Counts distinct values, up to a limit. Most values equal one of the most recent ones, and need no
// look-up.
class Distinct {
 public:
  Distinct() { recent_.fill(std::nan("")); }

  void add(double value) {
    if (values_.size() > ColumnSummary::kMostDistinct) return;
    double& known = recent_[std::hash<double>{}(value) % recent_.size()];
    if (known == value) return;
    known = value;
    values_.insert(value);
  }
  std::size_t size() const { return values_.size(); }

 private:
  std::unordered_set<double> values_;
  std::array<double, 64> recent_{};
};

// The columns from `begin` to `end`. Two passes: deviations are from the mean, so that large means
// lose no digits.
void summarise(const TableView& table, std::size_t begin, std::size_t end,
               std::vector<ColumnSummary>& all) {
  std::vector<Distinct> distinct(end - begin);
  for (std::size_t row = 0; row < table.rows; ++row) {
    const double* const values = table.row(row);
    for (std::size_t c = begin; c < end; ++c) {
      const double value = values[c];
      ColumnSummary& one = all[c];
      if (std::isnan(value)) {
        ++one.missing;
        continue;
      }
      one.low = one.count == 0 ? value : std::min(one.low, value);
      one.high = one.count == 0 ? value : std::max(one.high, value);
      ++one.count;
      one.mean += value;
      distinct[c - begin].add(value);
    }
  }
  for (std::size_t c = begin; c < end; ++c)
    all[c].mean /= static_cast<double>(std::max<std::size_t>(1, all[c].count));
  for (std::size_t row = 0; row < table.rows; ++row) {
    const double* const values = table.row(row);
    for (std::size_t c = begin; c < end; ++c)
      if (const double off = values[c] - all[c].mean; !std::isnan(off)) all[c].std += off * off;
  }
  for (std::size_t c = begin; c < end; ++c) {
    all[c].std =
        std::sqrt(all[c].std / static_cast<double>(std::max<std::size_t>(1, all[c].count)));
    all[c].distinct = distinct[c - begin].size();
  }
}

}  // namespace

// A few columns at a time: what is known of all of thousands fits no cache.
std::vector<ColumnSummary> summarise(const TableView& table) {
  constexpr std::size_t kTogether = 32;
  table.check();
  const std::size_t columns = table.columns.size();
  std::vector<ColumnSummary> all(columns);
  for (std::size_t begin = 0; begin < columns; begin += kTogether)
    summarise(table, begin, std::min(columns, begin + kTogether), all);
  return all;
}

}  // namespace hebb
