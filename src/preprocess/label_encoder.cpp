#include <algorithm>
#include <cmath>

#include "data/entry.h"
#include "data/labels.h"
#include "hebb/core/error.h"
#include "hebb/preprocess/preprocess.h"
#include "preprocess/match.h"

namespace hebb {
namespace {

// The labels converted to classes; a missing label is an error.
Target labels_of(const Target& target, const RowPlace& place) {
  check(target.outputs() == 1, "labels", "classes need one target column, got ", target.outputs());
  check(!target.values.empty(), "labels", "0 samples");
  for (std::size_t i = 0; i < target.values.size(); ++i)
    if (std::isnan(target.values[i]))
      throw DataError(place(i) + "the label is missing: leave the row out, or write one");
  return to_classes(target, place);
}

// A target that is in no data set has not been checked.
const Target& checked(const Target& target) {
  check_target(target, target.outputs() == 0 ? 0 : target.values.size() / target.outputs());
  return target;
}

}  // namespace

LabelEncoder::LabelEncoder(std::vector<std::string> classes) : classes_(std::move(classes)) {
  auto sorted = classes_;
  std::ranges::sort(sorted);
  const auto twice = std::ranges::adjacent_find(sorted);
  check(twice == sorted.end(), "labels", "the class '", twice == sorted.end() ? "" : *twice,
        "' occurs twice");
}

void LabelEncoder::fit(const Target& target) {
  learn(labels_of(checked(target), place_in(target)));
}

void LabelEncoder::fit(const Dataset& data) { learn(labels_of(data.target(), place_in(data))); }

void LabelEncoder::learn(const Target& labels) {
  std::vector<bool> seen(labels.classes.size());
  for (const double index : labels.values) seen[static_cast<std::size_t>(index)] = true;
  std::vector<std::string> classes;
  for (std::size_t k = 0; k < seen.size(); ++k)
    if (seen[k]) classes.push_back(labels.classes[k]);
  sort_labels(classes);
  classes_ = std::move(classes);
}

std::vector<std::int32_t> LabelEncoder::encode(const Target& target) const {
  const RowPlace place = place_in(target);
  return indices(labels_of(checked(target), place), place);
}

std::vector<std::int32_t> LabelEncoder::encode(const Dataset& data) const {
  const RowPlace place = place_in(data);
  return indices(labels_of(data.target(), place), place);
}

std::vector<std::int32_t> LabelEncoder::indices(const Target& labels, const RowPlace& place) const {
  constexpr std::int32_t kUnknown = -1;
  const LabelIndex index(classes_);
  std::vector<std::int32_t> recoded;
  for (const auto& label : labels.classes) {
    const auto at = index.find(label);
    recoded.push_back(at ? static_cast<std::int32_t>(*at) : kUnknown);
  }
  std::vector<std::int32_t> out;
  out.reserve(labels.values.size());
  for (const double value : labels.values) {
    const auto label = static_cast<std::size_t>(value);
    if (recoded[label] == kUnknown)
      throw DataError(concat(place(out.size()), "the label '", labels.classes[label],
                             "' never occurred in training, which had ", list_names(classes_)));
    out.push_back(recoded[label]);
  }
  return out;
}

}  // namespace hebb
