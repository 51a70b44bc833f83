#include "data/labels.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "core/utf8.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

// Above this, a double cannot represent every whole number.
constexpr double kWholeLimit = 0x1.0p53;

std::optional<double> finite_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || at != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

}  // namespace

std::string number_text(double value) {
  if (value == std::floor(value) && std::abs(value) < kWholeLimit)
    return std::to_string(static_cast<std::int64_t>(value));
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return {buffer, end};
}

std::string default_name(std::size_t column) { return concat("c", column + 1); }

void sort_labels(std::vector<std::string>& labels) {
  std::vector<std::pair<double, std::string>> numbered;
  for (const auto& label : labels) {
    const auto number = finite_number(label);
    if (!number) break;
    numbered.emplace_back(*number, label);
  }
  if (numbered.size() < labels.size()) {
    std::ranges::sort(labels);
    return;
  }
  std::ranges::sort(numbered);
  std::ranges::transform(numbered, labels.begin(), &std::pair<double, std::string>::second);
}

RowPlace place_in(const Target& target) {
  return [&](std::size_t row) {
    return concat("row ", row + 1, ", column '", target.names.front(), "': ");
  };
}

RowPlace place_in(const Dataset& data) {
  return [&](std::size_t row) {
    const auto& offsets = data.target().offsets;
    if (data.target().per_step())  // `row` is a step: its sequence is named
      row = static_cast<std::size_t>(std::ranges::upper_bound(offsets, row) - offsets.begin()) - 1;
    return data.place(row, data.target().names.front());
  };
}

Target to_classes(Target target) {
  const RowPlace place = place_in(target);
  return to_classes(target, place);
}

Target to_classes(Target target, const RowPlace& place) {
  if (target.is_classes()) return target;
  check(target.outputs() == 1, "target", "classes need one target column, got ", target.outputs());
  for (std::size_t i = 0; i < target.values.size(); ++i) {
    const double value = target.values[i];
    if (!std::isfinite(value) || value != std::floor(value))
      throw DataError(
          concat(place(i), "Unknown label type: continuous: ", number_text(value),
                 "; classes are texts or whole numbers: choose another target, or regression"));
  }
  auto distinct = target.values;
  std::ranges::sort(distinct);
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  for (double& value : target.values)
    value = static_cast<double>(std::ranges::lower_bound(distinct, value) - distinct.begin());
  for (const double value : distinct) {
    const auto spelt = target.spelling.find(value);
    target.classes.push_back(spelt == target.spelling.end() ? number_text(value) : spelt->second);
  }
  target.spelling.clear();
  return target;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace hebb
