// The first byte chooses options, the rest is a CSV file whose first column names sequences. Every row
// is a step of one of them, and what was read is written and must be read as the same data.
#include <algorithm>

#include "formats/writers.h"
#include "fuzz/targets.h"
#include "hebb/core/error.h"
#include "hebb/formats/csv.h"

namespace hebb::fuzz {
namespace {

void check_parts(const Dataset& data, const SplitOptions& split) {
  std::pair<Dataset, Dataset> parts;
  if (refused<std::invalid_argument>([&] { parts = data.split(split); })) return;
  promise(parts.first.samples() + parts.second.samples() == data.samples(), "samples are lost");
  for (const auto a : parts.first.groups().values)
    promise(
        std::ranges::find(parts.second.groups().values, a) == parts.second.groups().values.end(),
        "a group on both sides");
}

}  // namespace

void fuzz_sequences(std::string_view input) {
  if (input.empty()) return;
  const auto flags = static_cast<unsigned char>(input.front());
  DataOptions options{.sequence = "1", .threads = 1};
  if (flags & 1U) options.order = "2";
  if (flags & 2U) options.step_target = true;
  if (flags & 4U) options.group = "3";
  if (flags & 8U) options.time_column = "2";
  Dataset data;
  const auto error = refused<std::invalid_argument>([&] {
    if (const auto fault = refused_naming<DataError>(
            "f.csv", [&] { data = parse_csv(input.substr(1), "f.csv", options); }))
      throw std::invalid_argument(*fault);
  });
  if (error) return;
  promise(data.samples() > 0 && data.features() > 0, "data without samples or features");
  promise(data.sequences().table().rows == data.sequences().total_steps(), "steps are lost");
  check_parts(data, {.test_size = 0.5});
  const auto is_text = [](const Column& column) { return column.is_categorical(); };
  if (std::ranges::any_of(data.columns(), is_text) || data.target().has_labels()) return;
  // Columns of such names would be taken for the first and the second.
  std::vector<std::string> names = data.target().names;
  for (const Column& column : data.columns()) names.push_back(column.name);
  names.insert(names.end(), {data.groups().name, data.times().name});
  if (std::ranges::any_of(names, [](const auto& name) { return name == "1" || name == "2"; }))
    return;
  std::string written;
  if (refused<std::invalid_argument>([&] { written = csv_text(data); })) return;
  DataOptions again{.sequence = "1", .order = "2", .threads = 1};
  again.step_target = options.step_target;
  if (options.group) again.group = data.groups().name;
  if (options.time_column) again.time_column = data.times().name;
  again.target = data.target().names;
  again.header = true;
  promise(parse_csv(written, "w.csv", again).hash() == data.hash(), "other data than was written");
}

}  // namespace hebb::fuzz
