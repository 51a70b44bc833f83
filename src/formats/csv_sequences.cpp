// Groups rows into sequences: the rows with the same id, ordered by the column `order` or as in the
// file. Sequences are in the order of their first row in the file.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "formats/csv_file.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

using Rows = std::vector<std::uint32_t>;

// The rows of the file, sequence by sequence.
struct Steps {
  Rows rows;
  std::vector<std::size_t> offsets;  // where each sequence begins in `rows`, and the end
  std::vector<std::string> ids;

  std::size_t count() const { return ids.size(); }
};

Steps find_steps(CsvParts& parts) {
  constexpr std::size_t kUnseen = static_cast<std::size_t>(-1);
  std::vector<std::size_t> number_of(parts.ids.size(), kUnseen);
  std::vector<std::size_t> lengths;
  Rows of_row;
  Steps steps;
  check(parts.sequence.size() < std::numeric_limits<std::uint32_t>::max(), "sequence",
        parts.sequence.size(), " steps, at most 4294967294");
  of_row.reserve(parts.sequence.size());
  for (const double value : parts.sequence) {
    const auto id = static_cast<std::size_t>(value);
    if (number_of[id] == kUnseen) {
      number_of[id] = lengths.size();
      lengths.push_back(0);
      steps.ids.push_back(std::move(parts.ids[id]));
    }
    of_row.push_back(static_cast<std::uint32_t>(number_of[id]));
    ++lengths[of_row.back()];
  }
  steps.offsets.assign(1, 0);
  for (const std::size_t length : lengths) steps.offsets.push_back(steps.offsets.back() + length);
  std::vector<std::size_t> next(steps.offsets.begin(), steps.offsets.end() - 1);
  steps.rows.resize(of_row.size());
  for (std::size_t row = 0; row < of_row.size(); ++row)
    steps.rows[next[of_row[row]]++] = static_cast<std::uint32_t>(row);
  parts.sequence = {};
  return steps;
}

// "data.csv: sequence 'a': ".
std::string place(const CsvFile& file, const std::string& id) {
  return concat(file.text.name(), ": sequence '", id, "': ");
}

void sort_steps(const CsvFile& file, const CsvParts& parts, Steps& steps) {
  if (parts.order.empty()) return;
  const auto order_of = [&](std::uint32_t row) { return parts.order[row]; };
  for (std::size_t i = 0; i < steps.count(); ++i) {
    const auto begin = steps.rows.begin() + static_cast<std::ptrdiff_t>(steps.offsets[i]);
    const auto end = steps.rows.begin() + static_cast<std::ptrdiff_t>(steps.offsets[i + 1]);
    std::ranges::stable_sort(begin, end, {}, order_of);
    const auto twice = std::ranges::adjacent_find(begin, end, {}, order_of);
    if (twice == end) continue;
    throw DataError(concat(place(file, steps.ids[i]), "rows ", *twice + 1, " and ",
                           *(twice + 1) + 1, " have the same place in ",
                           file.column_text(*file.roles.order)));
  }
}

// Rows of `width` values, in the order of the steps.
std::vector<double> in_order(std::vector<double> values, std::size_t width, const Rows& rows) {
  if (std::ranges::is_sorted(rows)) return values;
  std::vector<double> out;
  out.reserve(values.size());
  for (const auto row : rows)
    out.insert(out.end(), values.data() + row * width, values.data() + (row + 1) * width);
  return out;
}

// One row of values per sequence. Errors if the values differ between the steps of a sequence.
std::vector<double> one_a_sequence(const CsvFile& file, const Steps& steps,
                                   const std::vector<double>& values, std::size_t width,
                                   const std::vector<std::size_t>& columns) {
  std::vector<double> out;
  if (values.empty()) return out;
  for (std::size_t i = 0; i < steps.count(); ++i) {
    const std::size_t first = steps.rows[steps.offsets[i]];
    for (std::size_t s = steps.offsets[i]; s < steps.offsets[i + 1]; ++s)
      for (std::size_t c = 0; c < width; ++c) {
        if (values[steps.rows[s] * width + c] == values[first * width + c]) continue;
        const bool target = file.is_target(columns[c]);
        throw DataError(concat(place(file, steps.ids[i]), "the ", file.need(columns[c]), " in ",
                               file.column_text(columns[c]), " changes between rows ", first + 1,
                               " and ", steps.rows[s] + 1, ", and a sequence has one",
                               target ? ": say --step-target to have one for each step" : ""));
      }
    out.insert(out.end(), values.data() + first * width, values.data() + (first + 1) * width);
  }
  return out;
}

// The time of a sequence is the latest of its steps.
std::vector<double> last_times(const Steps& steps, const std::vector<double>& times) {
  std::vector<double> out;
  for (std::size_t i = 0; i < steps.count() && !times.empty(); ++i) {
    double last = times[steps.rows[steps.offsets[i]]];
    for (std::size_t s = steps.offsets[i]; s < steps.offsets[i + 1]; ++s)
      last = std::max(last, times[steps.rows[s]]);
    out.push_back(last);
  }
  return out;
}

Dataset sequences_of(const CsvFile& file, CsvParts& parts) {
  const CsvRoles& roles = file.roles;
  Steps steps = find_steps(parts);
  sort_steps(file, parts, steps);
  const std::size_t outputs = roles.targets.size();
  const auto one = [&](const std::vector<double>& values, const std::vector<std::size_t>& columns) {
    return one_a_sequence(file, steps, values, columns.size(), columns);
  };
  auto& exact = parts.target.exact.values;
  std::vector<double> labels(exact.begin(), exact.end());
  if (file.options.step_target && outputs > 0) {
    parts.target.values = in_order(std::move(parts.target.values), outputs, steps.rows);
    if (!exact.empty()) labels = in_order(std::move(labels), outputs, steps.rows);
    parts.target.offsets = steps.offsets;
  } else {
    labels = one(labels, roles.targets);
    parts.target.values = one(parts.target.values, roles.targets);
  }
  exact.clear();
  for (const double label : labels) exact.push_back(static_cast<std::uint32_t>(label));
  parts.weights = one(parts.weights, {roles.weight.value_or(0)});
  parts.groups = one(parts.groups, {roles.group.value_or(0)});
  parts.times = last_times(steps, roles.time == roles.order ? parts.order : parts.times);
  parts.table.values =
      in_order(std::move(parts.table.values), parts.table.columns.size(), steps.rows);
  return Dataset(Sequences(std::move(parts.table), std::move(steps.offsets), std::move(steps.ids)),
                 std::move(parts.target), std::move(parts.weights));
}

}  // namespace

Dataset assemble(const CsvFile& file, CsvParts parts) {
  const CsvRoles& roles = file.roles;
  Dataset data = roles.sequence ? sequences_of(file, parts)
                                : Dataset(std::move(parts.table), std::move(parts.target),
                                          std::move(parts.weights));
  if (roles.group) {
    Groups groups{.name = file.names[*roles.group], .labels = std::move(parts.group_labels)};
    for (const double value : parts.groups)
      groups.values.push_back(static_cast<std::uint32_t>(value));
    data.set_groups(std::move(groups));
  }
  if (roles.time)
    data.set_times({.name = file.names[*roles.time],
                    .values = std::move(parts.times),
                    .labels = std::move(parts.time_labels)});
  return data;
}

}  // namespace hebb
