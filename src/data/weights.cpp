#include <algorithm>
#include <cmath>

#include "hebb/core/error.h"
#include "hebb/data/dataset.h"

namespace hebb {

std::optional<Dataset> Dataset::weighed() const {
  std::vector<std::uint32_t> rows;
  std::size_t before_test = 0;
  for (std::uint32_t row = 0; row < weights_.size(); ++row) {
    const double weight = weights_[row];
    if (!std::isfinite(weight) || weight < 0)
      throw DataError(concat(place(row, "weight"), "the weight ", weight, " is not a number >= 0"));
    if (weight == 0) continue;
    rows.push_back(row);
    if (row < test_begin_) ++before_test;
  }
  if (rows.size() == weights_.size()) return {};
  check(!rows.empty(), "fit", "no sample has a weight above 0");
  Dataset left = select(rows);
  left.remark_ = remark_;
  left.test_begin_ = before_test;
  left.drop_absent_classes();
  return left;
}

// Absent rows would not have named their classes.
void Dataset::drop_absent_classes() {
  constexpr double kAbsent = -1;
  std::vector<double> places(target_.classes.size(), kAbsent);
  for (const double label : target_.values)
    if (target_.is_classes() && !std::isnan(label)) places[static_cast<std::size_t>(label)] = 0;
  std::vector<std::string> classes;
  for (std::size_t c = 0; c < places.size(); ++c) {
    if (places[c] == kAbsent) continue;
    places[c] = static_cast<double>(classes.size());
    classes.push_back(target_.classes[c]);
  }
  if (classes.empty() || classes.size() == places.size()) return;
  for (double& label : target_.values)
    if (!std::isnan(label)) label = places[static_cast<std::size_t>(label)];
  target_.classes = std::move(classes);
}

}  // namespace hebb
