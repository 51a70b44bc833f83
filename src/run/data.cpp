#include "hebb/run/data.h"

#include <cmath>
#include <set>
#include <utility>

#include "data/labels.h"
#include "hebb/core/error.h"
#include "hebb/core/text.h"
#include "run/prepared.h"

namespace hebb {
namespace {

constexpr std::size_t kMostLabels = 20;  // distinct integers that are treated as classes

Dataset only_rows(const Dataset& data, const RowRange& rows, const std::string& name) {
  check(rows.last < data.samples(), "data", name, " has rows 0 to ", data.samples() - 1, ", got ",
        rows.last);
  return data.slice(rows.first, rows.last + 1);
}

ModelData with_notes(FormedImages formed) {
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

}  // namespace

TaskChoice choose_task(const Dataset& data, std::optional<Task> asked) {
  if (asked) return {*asked, "as --task says"};
  const Target& target = data.target();
  if (target.is_classes())
    return {Task::classify, "the target has " + counted(target.classes.size(), "label")};
  if (target.outputs() > 1)
    return {Task::regress, concat("there are ", target.outputs(), " targets")};
  std::set<double> kinds;
  if (const std::size_t labels = target.exact.labels.size(); labels > 0)
    return labels > kMostLabels
               ? TaskChoice{Task::regress,
                            concat("the target has more than ", kMostLabels, " distinct numbers")}
               : TaskChoice{Task::classify,
                            "the target has " + counted(labels, "distinct whole number")};
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

void add_kinds(Precedent& precedent, const std::vector<Column>& columns,
               const std::vector<std::string>& targets, const std::vector<std::string>& classes) {
  for (const Column& column : columns) precedent.categorical[column.name] = column.is_categorical();
  if (classes.empty())
    for (const auto& target : targets) precedent.categorical[target] = false;
  else if (!LabelIndex(classes).by_value())
    for (const auto& target : targets) precedent.categorical[target] = true;
}

DataOptions reading_for(const Model& model, const OptionValues& given) {
  OptionSet options = DataOptions();
  try {
    options.read(model.reading);
    for (const std::string& text : options.as<DataOptions>().column) (void)TakenColumn::parse(text);
  } catch (const std::invalid_argument& error) {
    throw ModelError(concat("the model's record of how its data was read: ", error.what()));
  }
  const auto kept = options.as<DataOptions>().column;
  for (const auto& [name, value] : given) options.set(name, value);
  DataOptions reading = options.as<DataOptions>();
  for (const auto& entry : model.reading.entries())
    if (!given.contains(entry.name)) reading.precedent.options.insert(entry.name);
  // Kinds that are given are of their columns alone; of one column, the last counts.
  if (given.contains("column")) {
    reading.column.insert(reading.column.begin(), kept.begin(), kept.end());
    reading.precedent.options.insert("column");
  }
  add_kinds(reading.precedent, model.preprocessor.columns_in(), model.target_names, model.classes);
  return reading;
}

std::string reading_text(const Record& reading) {
  std::string out;
  for (const Field& field : DataOptions::fields()) {
    if (!reading.has(field.name)) continue;
    const Value& value = reading.value(field.name);
    const auto* on = std::get_if<bool>(&value);
    const std::string flag = field.flag();
    out += out.empty() ? "" : " ";
    // A text may begin with a dash, and then needs the sign.
    if (const std::string text = to_text(value); !on)
      out += flag + (text.empty() ? ' ' : '=') + shell_word(text);
    else
      out += *on ? flag : "--no-" + flag.substr(2);
  }
  return out;
}

ModelData load_for(const Model& model, const std::string& data, const OptionValues& given,
                   TargetUse use, const std::vector<std::string>& keep) {
  DataOptions options = reading_for(model, given);
  if (options.target.empty() || !given.contains("target")) {
    options.target = model.target_names;
    options.precedent.options.insert("target");
  }
  options.report = std::make_shared<ReadReport>();
  options.keep = keep;
  const NamedRows named = split_named_rows(data);
  ModelData loaded;
  if (const auto form = model.preprocessor.image_form())
    loaded = load_in_form(named.data, *form, options, use);
  else
    loaded.data = load_dataset(named.data, options, use);
  if (named.rows) loaded.data = only_rows(loaded.data, *named.rows, named.data);
  // How numbers are written was told in training.
  for (const ReadNote& note : options.report->notes)
    if (note.kind == "source" || note.kind == "title" || note.kind == "header" ||
        note.kind == "missing")
      loaded.notes.push_back(data + ": " + note.text);
  if (loaded.data.is_table() && !model.preprocessor.image_form())
    if (const auto imputed = model.preprocessor.imputed_text(loaded.data); !imputed.empty())
      loaded.notes.push_back(data + ": " + imputed);
  if (use != TargetUse::none && !options.is_given("weight") && loaded.data.weights().empty())
    loaded.notes.push_back("there is no column '" + options.weight.value_or("") +
                           "' of weights, which the training data had: all samples count alike");
  return loaded;
}

ModelData load_to_predict(const Model& model, const std::vector<std::string>& data,
                          const OptionValues& given, const std::vector<std::string>& keep) {
  if (data.size() == 1) return load_for(model, data.front(), given, TargetUse::none, keep);
  const auto form = model.preprocessor.image_form();
  check(
      form && !data.empty(), "data", "is one table, set or -, got ", data.size(),
      " names: predict them one after the other; several files may only be images, for a model of "
      "images");
  check(keep.empty(), "keep", "chooses columns of a CSV file, and these are images");
  return with_notes(read_formed(data, *form, reading_for(model, given)));
}

ModelData load_in_form(const std::string& data, const ImageForm& form, const DataOptions& options,
                       TargetUse use) {
  return with_notes(load_formed(data, form, options, use));
}

}  // namespace hebb
