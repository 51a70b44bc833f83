#include "hebb/run/data.h"

#include <cmath>
#include <set>
#include <utility>

#include "hebb/core/error.h"
#include "hebb/core/text.h"

namespace hebb {
namespace {

constexpr std::size_t kMostLabels = 20;  // distinct integers that are treated as classes

}  // namespace

TaskChoice choose_task(const Dataset& data, std::optional<Task> asked) {
  if (asked) return {*asked, "as --task says"};
  const Target& target = data.target();
  if (target.is_classes())
    return {Task::classify, "the target has " + counted(target.classes.size(), "label")};
  if (target.outputs() > 1)
    return {Task::regress, concat("there are ", target.outputs(), " targets")};
  std::set<double> kinds;
  for (const double value : target.values) {
    if (value != std::floor(value)) return {Task::regress, "the target holds fractions"};
    kinds.insert(value);
    if (kinds.size() > kMostLabels)
      return {Task::regress, concat("the target has more than ", kMostLabels, " distinct numbers")};
  }
  return {Task::classify, "the target has " + counted(kinds.size(), "distinct whole number")};
}

Dataset for_task(Dataset data, Task task) {
  const bool numbers = data.has_target() && !data.target().is_classes();
  return task == Task::classify && numbers ? std::move(data).with_classes() : data;
}

Dataset test_part(const Dataset& data) {
  return data.test_begin() > 0 ? data.slice(data.test_begin(), data.samples()) : data;
}

std::string leave_out_weightless(Dataset& data) {
  auto weighed = data.weighed();
  if (!weighed) return {};
  const std::size_t before = std::exchange(data, std::move(*weighed)).samples();
  const std::size_t left_out = before - data.samples();
  return grouped(left_out) + " of " + counted(before, "row") +
         (left_out == 1 ? " has a weight of 0 and is left out"
                        : " have a weight of 0 and are left out");
}

Dataset predictable(Dataset data, const Model& model) {
  leave_out_weightless(data);
  if (model.preprocessor.options().impute != "drop") return data;
  Dataset kept = data.select(model.preprocessor.kept_rows(data));
  check_data(
      kept.samples() > 0 || data.samples() == 0, data.name(),
      ": 0 samples are left: a value is missing in every row, and the model leaves such rows "
      "out (--impute drop)");
  return kept;
}

ModelData load_for(const Model& model, const std::string& data, DataOptions options,
                   TargetUse use) {
  if (options.target.empty()) options.target = model.target_names;
  if (const auto form = model.preprocessor.image_form())
    return load_in_form(data, *form, options, use);
  options.report = std::make_shared<ReadReport>();
  ModelData loaded{.data = load_dataset(data, options, use)};
  // How numbers are written was told in training.
  for (const ReadNote& note : options.report->notes)
    if (note.kind == "source" || note.kind == "title" || note.kind == "header" ||
        note.kind == "missing")
      loaded.notes.push_back(data + ": " + note.text);
  return loaded;
}

ModelData load_in_form(const std::string& data, const ImageForm& form, const DataOptions& options,
                       TargetUse use) {
  FormedImages formed = load_formed(data, form, options, use);
  ModelData loaded{.data = std::move(formed.data)};
  const std::string of = " of " + counted(loaded.data.samples(), "image") + ' ';
  if (formed.turned > 0)
    loaded.notes.push_back("turned " + grouped(formed.turned) + of +
                           "light for dark: their ground was the opposite of that in training");
  if (formed.centered > 0)
    loaded.notes.push_back("centred the ink of " + grouped(formed.centered) + of +
                           "as MNIST's was");
  return loaded;
}

}  // namespace hebb
