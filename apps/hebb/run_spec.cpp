#include "run_spec.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/select/space.h"
#include "models.h"
#include "parse.h"
#include "verbs.h"

namespace hebb::app {

const FieldList& ModelOptions::fields() {
  static const FieldList list =
      Fields<ModelOptions>()
          .add("task", &ModelOptions::task,
               "auto: classify texts and whole numbers of at most 20 kinds, else regress")
          .one_of({"auto", "classify", "regress"})
          .add(
              "model", &ModelOptions::model,
              "kind of model; auto: tabular for tables and convnet for images, or mlp where --hidden, "
              "--activation or --net describe its layers")
          .one_of([] {
            auto names = estimator_names();
            names.insert(names.begin(), "auto");
            return names;
          });
  return list;
}

const FieldList& RunOptions::fields() {
  static const FieldList list =
      Fields<RunOptions>()
          .add("test", &RunOptions::test, "evaluate on this data, which is not used for training")
          .add("from", &RunOptions::from, "start from the weights of this model")
          .add("output", &RunOptions::output, "save the model to this file")
          .flag("--output")
          .flag("-o")
          .not_recorded()
          .add("force", &RunOptions::force, "let --output replace a file that is no model of hebb")
          .not_recorded();
  return list;
}

namespace {

// Takes the data and the model from the options; spec.from is already set.
RunSpec with_model(RunSpec spec, Settings& settings) {
  const auto& model = settings.get<ModelOptions>();
  spec.data = settings.arguments.front();
  spec.reading = spec.from ? reading_for(*spec.from, settings.given_values<DataOptions>())
                           : training_data(settings);
  if (model.task != "auto") spec.task = task_of(model.task);
  const std::string kind = model.model == "auto" ? "" : model.model;
  const EstimatorRow& row =
      choose_model(kind, settings.get<NetOptions>().net, spec.from ? &*spec.from : nullptr);
  check_options(settings, row);
  if (!kind.empty()) spec.model = row.name;
  spec.options = model_options(settings, row);
  spec.preprocess = settings.given_values<PreprocessOptions>();
  return spec;
}

// Adds the values of `record` that are no defaults, and those in `always`, unless they are given.
void add_values(OptionValues& values, const Record& record, const OptionSet& defaults,
                const std::vector<std::string>& always) {
  OptionSet set = defaults;
  set.read(record);
  for (const std::string& name : set.names())
    if (set.get(name) != defaults.get(name) || std::ranges::count(always, name) > 0)
      values.try_emplace(name, set.get(name));
}

}  // namespace

DataOptions training_data(const Settings& settings) {
  DataOptions options = settings.get<DataOptions>();
  options.infer_kinds = true;
  return options;
}

RunSpec model_spec(Settings& settings) { return with_model({}, settings); }

RunSpec spec_like(const Model& model, Settings& settings) {
  RunSpec spec = with_model({.from = model}, settings);
  spec.from.reset();  // its weights are not
  spec.model = model.kind;
  spec.task = model.task;
  // What is not given, a run chooses by the data.
  const EstimatorRow& row = find_row(estimator_catalogue(), model.kind, "model", "estimator");
  add_values(spec.options, model.options, row.options, {"max_iter"});
  add_values(spec.preprocess, OptionSet(model.preprocessor.options()).record(),
             row.preprocess.value_or(PreprocessOptions()), {"scale"});
  return spec;
}

RunSpec run_spec(Settings& settings) {
  const auto& run = settings.get<RunOptions>();
  const auto& split = settings.get<SplitOptions>();
  RunSpec spec{.test_data = run.test.value_or(""), .model_file = run.output.value_or("")};
  if (settings.given("test_size")) spec.split = split;
  check(!split.stratify || spec.split, "stratify", "needs --test-size: give it too");
  if (run.from) spec.from = Model::load(*run.from);
  return with_model(std::move(spec), settings);
}

RunSpec for_space(RunSpec spec, const std::vector<std::string>& space, const Settings& settings) {
  if (!spec.model.empty() || spec.from || space.empty()) return spec;
  const EstimatorRow& row = choose_model("", settings.get<NetOptions>().net);
  const Space varied = Space::parse(joined_items(space), row.options);
  for (const Dimension& one : varied.dimensions()) spec.varied.push_back(one.option);
  return spec;
}

void check_output(const RunOptions& options) {
  std::error_code failed;
  const bool replaces = options.output && !options.force &&
                        std::filesystem::is_regular_file(*options.output, failed) &&
                        std::filesystem::file_size(*options.output, failed) > 0;
  check(!replaces || is_model_file(*options.output), "output", options.output.value_or(""),
        " exists and is no model of hebb: choose another name, or replace it with --force");
}

}  // namespace hebb::app
