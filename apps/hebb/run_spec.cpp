#include "run_spec.h"

#include <filesystem>

#include "hebb/core/error.h"
#include "hebb/estimators/catalogue.h"
#include "models.h"
#include "parse.h"
#include "verbs.h"

namespace hebb::app {

const FieldList& RunOptions::fields() {
  static const FieldList list =
      Fields<RunOptions>()
          .add("task", &RunOptions::task,
               "auto: classify texts and whole numbers of at most 20 kinds, else regress")
          .one_of({"auto", "classify", "regress"})
          .add("model", &RunOptions::model, "kind of model")
          .one_of(estimator_names)
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

RunSpec run_spec(Settings& settings) {
  const auto& run = settings.get<RunOptions>();
  const auto& split = settings.get<SplitOptions>();
  RunSpec spec{.data = settings.arguments.front(),
               .reading = settings.get<DataOptions>(),
               .test_data = run.test.value_or(""),
               .model_file = run.output.value_or("")};
  if (settings.given("test_size")) spec.split = split;
  check(!split.stratify || spec.split, "stratify", "needs --test-size: give it too");
  if (run.task != "auto") spec.task = task_of(run.task);
  if (run.from) {
    spec.from = Model::load(*run.from);
    spec.reading = reading_for(*spec.from, settings.given_values<DataOptions>());
  }

  const EstimatorRow& row =
      choose_model(settings.given("model") ? run.model : "", settings.get<NetOptions>().net,
                   spec.from ? &*spec.from : nullptr);
  check_options(settings, row);
  if (settings.given("model")) spec.model = row.name;
  spec.options = model_options(settings, row);
  spec.preprocess = settings.given_values<PreprocessOptions>();
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
