#include "data/entry.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "data/labels.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

constexpr const char* kDataset = "dataset";  // of errors
constexpr std::size_t kMostSamples = std::numeric_limits<std::uint32_t>::max() - 1;

bool is_index(double value, std::size_t count) {
  return value >= 0 && value < static_cast<double>(count) && value == std::floor(value);
}

// The rule of labels, categories and times with texts: an index, or NaN where it is missing.
void check_index(double value, std::size_t count, std::size_t row, const std::string& column,
                 const char* what) {
  if (std::isnan(value) || is_index(value, count)) return;
  check(false, kDataset, "row ", row + 1, ", column '", column, "': ", what, ' ',
        number_text(value), " is not an index from 0 to ", static_cast<std::ptrdiff_t>(count) - 1);
}

void check_distinct(const std::vector<std::string>& names, const std::string& column,
                    const char* what) {
  auto sorted = names;
  std::ranges::sort(sorted);
  const auto twice = std::ranges::adjacent_find(sorted);
  check(twice == sorted.end(), kDataset, "column '", column, "': the ", what, " '",
        twice == sorted.end() ? "" : *twice, "' occurs twice");
}

void check_samples(std::size_t samples) {
  check(samples <= kMostSamples, kDataset, samples, " samples, at most ", kMostSamples);
}

}  // namespace

void check_categories(const TableView& table) {
  check_samples(table.rows);
  std::vector<std::size_t> categorical;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (!table.columns[c].is_categorical()) continue;
    categorical.push_back(c);
    check_distinct(table.columns[c].categories, table.columns[c].name, "category");
  }
  if (categorical.empty()) return;
  for (std::size_t row = 0; row < table.rows; ++row) {
    const double* const values = table.row(row);
    for (const std::size_t c : categorical)
      check_index(values[c], table.columns[c].categories.size(), row, table.columns[c].name,
                  "the category");
  }
}

void check_target(const Target& target, std::size_t samples) {
  check_samples(samples);
  const std::size_t outputs = target.outputs();
  const std::size_t rows = target.per_step() ? target.offsets.back() : samples;
  check(target.values.size() == rows * outputs, kDataset, rows,
        target.per_step() ? " steps and " : " samples and ", outputs, " target columns, but ",
        target.values.size(), " target values");
  check(!target.is_classes() || outputs == 1, kDataset, "classes need one target column, got ",
        outputs);
  const auto& exact = target.exact;
  check(exact.values.empty() || (exact.values.size() == target.values.size() &&
                                 std::ranges::max(exact.values) < exact.labels.size()),
        kDataset, target.values.size(), " target values, but ", exact.values.size(),
        " exact labels, or one without a text");
  check(target.column_classes.empty() || target.column_classes.size() == outputs, kDataset, outputs,
        " target columns, but the classes of ", target.column_classes.size());
  for (std::size_t c = 0; c < outputs; ++c) {
    const auto& classes = target.classes_of(c);
    if (classes.empty()) continue;
    check_distinct(classes, target.names[c], "class");
    for (std::size_t row = 0; row < rows; ++row)
      check_index(target.values[row * outputs + c], classes.size(), row, target.names[c],
                  "the label");
  }
}

void check_weight_count(const std::vector<double>& weights, std::size_t samples) {
  check(weights.empty() || weights.size() == samples, kDataset, samples, " samples, but ",
        weights.size(), " weights");
}

void check_step_target(const Target& target, const Sequences& sequences) {
  const std::size_t samples = sequences.count();
  if (target.per_step()) {
    check(target.offsets.size() == samples + 1, kDataset, samples,
          " sequences, but a target with the steps of ", target.offsets.size() - 1);
    check(target.offsets.front() == 0, kDataset, "the steps of a target begin at ",
          target.offsets.front(), ", expected 0");
    for (std::size_t i = 0; i < samples; ++i)
      check(target.offsets[i + 1] - target.offsets[i] == sequences.length(i), kDataset, "sequence ",
            i + 1, " has ", sequences.length(i), " steps, its target ",
            target.offsets[i + 1] - target.offsets[i]);
  }
  check_target(target, samples);
}

void check_images(const Images& images) {
  std::size_t bytes = images.count;
  bool counted = true;
  for (const std::size_t extent : {images.channels, images.height, images.width})
    counted = counted && !__builtin_mul_overflow(bytes, extent, &bytes);
  check(counted && bytes <= std::size_t{std::numeric_limits<std::ptrdiff_t>::max()}, kDataset,
        images.count, " images of (", images.channels, ", ", images.height, ", ", images.width,
        ") have more bytes than can be counted");
  check(images.pixels != nullptr || bytes == 0, kDataset, images.count, " images without pixels");
}

void check_groups(const Groups& groups, std::size_t samples) {
  check(groups.values.empty() || groups.values.size() == samples, kDataset, samples,
        " samples, but ", groups.values.size(), " groups");
  for (std::size_t row = 0; row < groups.values.size(); ++row)
    check(groups.values[row] < groups.labels.size(), kDataset, "row ", row + 1, ", column '",
          groups.name, "': a group has no label: ", groups.values[row],
          " is not an index from 0 to ", static_cast<std::ptrdiff_t>(groups.labels.size()) - 1);
}

void check_times(const Times& times, std::size_t samples) {
  check(times.values.empty() || times.values.size() == samples, kDataset, samples, " samples, but ",
        times.values.size(), " times");
  for (std::size_t row = 0; row < times.values.size(); ++row) {
    check(std::isfinite(times.values[row]), kDataset, "row ", row + 1, ", column '", times.name,
          "': a time is missing or infinite");
    if (!times.labels.empty())
      check_index(times.values[row], times.labels.size(), row, times.name, "a time has no label:");
  }
}

}  // namespace hebb
