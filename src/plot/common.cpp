#include "plot/common.h"

#include <algorithm>
#include <cmath>

namespace hebb::plot {

std::string counted(std::size_t count, const std::string& noun) {
  const bool plain = noun.ends_with('s');
  return number_label(static_cast<double>(count), 0) + ' ' + noun +
         (count == 1 ? ""
          : plain    ? "es"
                     : "s");
}

std::string name_of(const Dataset& data) {
  return (data.name().empty() ? "" : data.name() + ", ") + counted(data.samples(), "sample");
}

std::string names_in_words(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 4;
  std::string out;
  for (std::size_t i = 0; i < std::min(kMost, names.size()); ++i)
    out += (i == 0 ? "'" : ", '") + names[i] + "'";
  if (names.size() > kMost) out += " and " + std::to_string(names.size() - kMost) + " more";
  return out;
}

double strong(std::vector<double> values) {
  if (values.empty()) return 0;
  for (double& value : values) value = std::abs(value);
  const auto at = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) * 199 / 200);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace hebb::plot
