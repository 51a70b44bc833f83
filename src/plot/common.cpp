#include "plot/common.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "hebb/core/printable.h"
#include "hebb/core/random.h"

namespace hebb::plot {

std::vector<std::uint32_t> shuffled_rows(std::size_t samples) {
  return permutation(samples, Random(0, Purpose::data));
}

std::vector<std::uint32_t> drawn_rows(std::size_t samples) {
  std::vector<std::uint32_t> rows(samples);
  if (samples <= kMostPoints) {
    std::iota(rows.begin(), rows.end(), 0U);
    return rows;
  }
  rows = shuffled_rows(samples);
  rows.resize(kMostPoints);
  std::ranges::sort(rows);
  return rows;
}

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

std::string series_name(const std::string& label) {
  return label.empty() ? shown_name(label) : label;
}

NamedClasses::NamedClasses(const std::vector<double>& truth, std::size_t all) : place_of(all) {
  std::vector<std::size_t> counts(all);
  for (const double label : truth)
    if (!std::isnan(label)) ++counts[static_cast<std::size_t>(label)];
  classes.resize(all);
  std::iota(classes.begin(), classes.end(), std::size_t{0});
  if (all > kMostNamed) {
    std::ranges::stable_sort(classes, std::greater{}, [&](std::size_t c) { return counts[c]; });
    classes.resize(kMostNamed);
    std::ranges::sort(classes);
  }
  others = all - classes.size();
  std::ranges::fill(place_of, classes.size());
  for (std::size_t i = 0; i < classes.size(); ++i) place_of[classes[i]] = i;
}

std::string NamedClasses::note() const {
  if (others == 0) return {};
  return "the " + std::to_string(classes.size()) + " most frequent of " +
         counted(place_of.size(), "class");
}

std::string names_in_words(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 4;
  std::string out;
  for (std::size_t i = 0; i < std::min(kMost, names.size()); ++i)
    out += (i == 0 ? "" : ", ") + quoted_name(names[i]);
  if (names.size() > kMost) out += " and " + std::to_string(names.size() - kMost) + " more";
  return out;
}

std::string joined(const std::string& note, const std::string& more) {
  return note + (note.empty() || more.empty() ? "" : "; ") + more;
}

double strong(std::vector<double> values) {
  if (values.empty()) return 0;
  for (double& value : values) value = std::abs(value);
  const auto at = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) * 199 / 200);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace hebb::plot
