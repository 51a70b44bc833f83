#include <fmt/format.h>

#include <algorithm>

#include "compare_progress.h"
#include "figures.h"
#include "hebb/core/error.h"
#include "hebb/core/version.h"
#include "hebb/io/file.h"
#include "hebb/model/record.h"
#include "hebb/select/compare.h"
#include "hebb/select/compare_report.h"
#include "hebb/select/compare_table.h"
#include "json.h"
#include "parse.h"
#include "paths.h"
#include "progress.h"
#include "run_spec.h"
#include "signals.h"
#include "text.h"
#include "verbs.h"

namespace hebb::app {
namespace {

struct ComparisonOptions {
  std::string task = "auto";
  std::vector<std::string> models;
  std::optional<std::string> layouts;
  std::optional<std::string> test;
  std::optional<int> folds;
  int repeats = FoldOptions().repeats;
  bool stratify_folds = FoldOptions().stratify;
  std::optional<double> fold_size;
  std::optional<std::string> metric;
  std::optional<double> max_seconds;
  std::optional<std::string> output;
  std::optional<std::string> report;
  std::optional<std::string> plot;

  static const FieldList& fields() {
    static const FieldList list =
        Fields<ComparisonOptions>()
            .add("task", &ComparisonOptions::task,
                 "auto: classify texts and whole numbers of at most 20 kinds, else regress")
            .one_of({"auto", "classify", "regress"})
            .add(
                "models", &ComparisonOptions::models,
                "the models: kinds with their options, as in mlp:hidden=50,alpha=0.01,logistic; may be "
                "repeated")
            .add("layouts", &ComparisonOptions::layouts,
                 "several mlp with these hidden layers, as in \"3,3|2,3,2|100\"")
            .add("test", &ComparisonOptions::test,
                 "judge on this data, which is not used for training")
            .add("folds", &ComparisonOptions::folds,
                 "cross-validate with this many folds, the same for all models")
            .at_least(2)
            .unset_as("5, for data without a test part")
            .add("repeats", &ComparisonOptions::repeats, "cut the folds anew this many times")
            .at_least(1)
            .add("stratify_folds", &ComparisonOptions::stratify_folds,
                 "divide each class equally among the folds")
            .add("fold_size", &ComparisonOptions::fold_size,
                 "make each fold an independent random split with this share held out")
            .more_than(0)
            .less_than(1)
            .add("metric", &ComparisonOptions::metric,
                 "the score that ranks the models, such as f1_macro or log_loss")
            .unset_as("accuracy, or r2")
            .add("max_seconds", &ComparisonOptions::max_seconds,
                 "most seconds of one training; a model that takes longer has failed")
            .more_than(0)
            .flag("--time")
            .add("output", &ComparisonOptions::output,
                 "write the table to this file: .csv, .md or .tex, fit for a paper")
            .flag("--output")
            .flag("-o")
            .not_recorded()
            .add("report", &ComparisonOptions::report, "write a page of HTML on the comparison")
            .not_recorded()
            .add("plot", &ComparisonOptions::plot,
                 "draw the scores with their intervals: .png, .svg, .pdf or .csv")
            .not_recorded();
    return list;
  }
};

CompareOptions compare_options(const Settings& settings) {
  const auto& given = settings.get<ComparisonOptions>();
  const std::uint64_t seed = settings.get<GlobalOptions>().random_state;
  CompareOptions options{
      .metric = given.metric.value_or(""), .random_state = seed, .max_seconds = given.max_seconds};
  std::string models;
  for (const std::string& part : given.models) models += (models.empty() ? "" : ",") + part;
  if (settings.given("models")) options.candidates = parse_candidates(models);
  if (given.layouts)
    for (Candidate& one : parse_layouts(*given.layouts))
      options.candidates.push_back(std::move(one));
  if (given.folds || given.fold_size || settings.given("repeats"))
    options.folds = FoldOptions{.folds = given.folds.value_or(FoldOptions().folds),
                                .repeats = given.repeats,
                                .stratify = given.stratify_folds,
                                .shuffle = settings.get<SplitOptions>().shuffle,
                                .test_size = given.fold_size,
                                .random_state = seed};
  return options;
}

RunSpec compare_spec(const Settings& settings) {
  const auto& given = settings.get<ComparisonOptions>();
  const auto& split = settings.get<SplitOptions>();
  RunSpec spec{.data = settings.arguments.front(),
               .reading = training_data(settings),
               .test_data = given.test.value_or("")};
  if (settings.given("test_size")) spec.split = split;
  check(!split.stratify || spec.split, "stratify", "needs --test-size: give it too");
  if (given.task != "auto") spec.task = task_of(given.task);
  spec.preprocess = settings.given_values<PreprocessOptions>();
  return spec;
}

void check_compare_paths(const Settings& settings) {
  const auto& given = settings.get<ComparisonOptions>();
  if (given.output) check_comparison_path(*given.output);
  if (given.plot) Figure::check_path(*given.plot);
  RunPaths paths(settings);
  paths.reads_data(settings.arguments.front(), "DATA");
  if (given.test) paths.reads_data(*given.test, "test");
  if (given.output) paths.writes(*given.output, "output");
  if (given.report) paths.writes(*given.report, "report");
  if (given.plot) paths.writes(*given.plot, "plot");
  paths.check();
}

Json spread_json(const FoldStatistics& of) {
  return {{"mean", of.mean}, {"std", of.deviation}, {"values", of.values}};
}

Json compared_json(const Comparison& all, std::size_t i) {
  const ComparedModel& model = all.models[i];
  Json json = {{"name", model.candidate.name}, {"kind", model.candidate.kind}};
  Json& options = json["options"] = Json::object();
  for (const auto& [name, value] : model.candidate.options) options[name] = to_json(value);
  const auto rank = std::ranges::find(all.ranking, i);
  json["rank"] = rank == all.ranking.end() ? Json() : Json(rank - all.ranking.begin() + 1);
  if (!model.error.empty()) json["error"] = model.error;
  if (!model.warnings.empty()) json["warnings"] = model.warnings;
  if (model.scores.empty()) return json;
  json["seconds"] = {{"fit", model.fit_seconds}, {"predict_sample", model.predict_seconds}};
  json["bytes"] = {{"peak", model.peak_bytes}};
  if (model.model_bytes) json["bytes"]["model"] = *model.model_bytes;
  json["parameters"] = model.parameters;
  Json& scores = json["scores"] = Json::object();
  for (const ComparedScore& one : model.scores) {
    Json score = {{"train", spread_json(one.score.train)}, {"test", spread_json(one.score.test)}};
    if (one.interval) score["interval"] = {one.interval->low, one.interval->high};
    scores[one.score.key] = std::move(score);
  }
  return json;
}

void print_comparison_json(const Comparison& all, const Settings& settings) {
  Json json = document("compare");
  json["data"] = all.data;
  json["task"] = task_name(all.task);
  json["metric"] = all.metric;
  json["higher_is_better"] = all.higher_is_better;
  json["seed"] = settings.get<GlobalOptions>().random_state;
  json["folds"] = all.folds ? Json::parse(to_json(OptionSet(*all.folds).record())) : Json();
  json["samples"] = {{"train", all.train_samples}, {"test", all.test_samples}};
  json["level"] = all.level;
  json["complete"] = all.complete;
  json["seconds"] = {{"predicted", all.predicted_seconds ? Json(*all.predicted_seconds) : Json()},
                     {"taken", all.seconds}};
  json["test"] = all.test;
  json["alpha"] = all.alpha;
  json["conclusions"] = all.conclusions;
  Json& models = json["models"] = Json::array();
  for (std::size_t i = 0; i < all.models.size(); ++i) models.push_back(compared_json(all, i));
  Json& pairs = json["pairs"] = Json::array();
  for (const ComparedPair& pair : all.pairs)
    pairs.push_back({{"better", all.models[pair.first].candidate.name},
                     {"worse", all.models[pair.second].candidate.name},
                     {"difference", pair.difference},
                     {"p", pair.p},
                     {"adjusted_p", pair.adjusted_p},
                     {"shown", pair.shown},
                     {"least", pair.least ? Json(*pair.least) : Json()}});
  json["command"] = shell_command(*find_verb("compare"), settings);
  json["version"] = version();
  print(json);
}

void print_comparison(const Comparison& all) {
  const Terminal terminal = console().out();
  const ComparisonTable table = comparison_table(all, terminal.utf8);
  std::vector<std::vector<std::string>> rows = {table.headings};
  rows.insert(rows.end(), table.rows.begin(), table.rows.end());
  write_results(aligned(rows, "lrrrrrrrr", terminal.width) + '\n');
  for (const std::string& sentence : all.conclusions) write_sentence(sentence);
}

void say_failures(const Comparison& all) {
  for (const ComparedModel& model : all.models) {
    if (!model.error.empty()) console().error(model.candidate.name + ": " + model.error);
    for (const std::string& warning : model.warnings)
      console().warning(model.candidate.name + ": " + warning);
  }
}

// Returns whether all files could be written: a failure must not lose the others.
bool write_comparison_files(const Comparison& all, const Settings& settings) {
  const auto& given = settings.get<ComparisonOptions>();
  bool written = true;
  const auto write = [&](const std::optional<std::string>& path, const char* what,
                         const auto& action) {
    if (!path) return;
    try {
      action(*path);
      console().note(concat(what, ": ", *path, " (", file_size_text(*path), ")"));
    } catch (const std::exception& error) {
      console().error(error.what());
      written = false;
    }
  };
  write(given.output, "table",
        [&](const std::string& path) { replace_file(path, comparison_text(all, path)); });
  write(given.plot, "figure", [&](const std::string& path) {
    comparison_figure(all).save(path, settings.get<FigureOptions>().style());
  });
  write(given.report, "report", [&](const std::string& path) {
    write_comparison_report(path, all, shell_command(*find_verb("compare"), settings));
  });
  return written;
}

int run_compare(Settings& settings) {
  check_compare_paths(settings);
  const CompareOptions options = compare_options(settings);
  Comparison all;
  {
    CompareDisplay display(settings.get<GlobalOptions>());
    const StopSignals signals;
    CompareControl control;
    control.on_progress = std::ref(display);
    control.stop_requested = stop_on_signal("stopping: the training that runs is given up");
    control.on_predicted = [](const Comparison& so_far) {
      console().note(prediction_line(so_far));
    };
    control.on_notes = [](const std::vector<std::string>& notes) {
      for (const std::string& note : notes) console().note(note);
    };
    all = compare_models(compare_spec(settings), options, control);
  }
  const int signal = StopSignals::received();
  say_failures(all);
  console().note(time_taken_line(all));
  if (!all.complete)
    console().note(concat("stopped after ", all.trainings, " of ", all.of_trainings, " trainings"));
  if (settings.get<GlobalOptions>().json)
    print_comparison_json(all, settings);
  else if (all.complete || !all.ranking.empty())
    print_comparison(all);
  const bool written =
      (all.ranking.empty() && !all.complete) || write_comparison_files(all, settings);
  if (!all.complete) return 128 + signal;
  return written && !all.ranking.empty() ? 0 : 1;
}

}  // namespace

Verb compare_verb() {
  return {
      .name = "compare",
      .summary = "compare several models on the same data, with tests of what it shows",
      .description =
          "Trains several models on the same folds of DATA, or once if DATA has a test part, and says "
          "which differences are shown and which are not. Each training runs in a process of its own, "
          "one after another, each with all threads.",
      .arguments = {{.name = "DATA", .help = data_help(), .words = Words::data}},
      .lists = {options<GlobalOptions>("General"), options<DataOptions>("Data"),
                options<SplitOptions>("Data"), options<PreprocessOptions>("Preprocessing"),
                options<ComparisonOptions>("Comparison"), options<FigureOptions>("Comparison")},
      .examples =
          {{"hebb compare wine", "every kind of model that fits, at its defaults"},
           {"hebb compare wine --models mlp:hidden=50,alpha=0.01,logistic --repeats 3",
            "two models, 15 folds"},
           {"hebb compare wine --layouts \"3,3|2,3,2|100\"", "hidden layers of an mlp"},
           {"hebb compare mnist10k --models logistic,mlp -o table.tex --report compare.html",
            "one test part; a table for a paper, and a page"},
           {"hebb compare diabetes --models adaline,mlp --metric mae --folds 10",
            "another metric"}},
      .run = run_compare,
      .common = {"models", "layouts", "test", "folds", "repeats", "metric", "max_seconds", "target",
                 "test_size", "scale", "impute", "task", "output", "report", "plot", "random_state",
                 "threads", "json"},
      .headings = {{"Comparison", {}}, {"Data", {"test"}}, {"Preprocessing", {}}},
      .defaults = {{"models", "every kind that fits"},
                   {"scale", "standard; images: minmax"},
                   {"test_size", ""},
                   {"target", "the last column"},
                   {"features", "all"}}};
}

}  // namespace hebb::app
