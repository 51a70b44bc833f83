#include <filesystem>

#include "dry_run.h"
#include "figures.h"
#include "find_lr.h"
#include "fit_spec.h"
#include "folds.h"
#include "hebb/core/version.h"
#include "hebb/kernels/processor.h"
#include "hebb/model/record.h"
#include "hebb/report/report.h"
#include "hebb/run/run.h"
#include "hebb/run/search.h"
#include "json.h"
#include "models.h"
#include "parse.h"
#include "paths.h"
#include "progress.h"
#include "results.h"
#include "signals.h"
#include "text.h"
#include "trace.h"
#include "verbs.h"

namespace hebb::app {
namespace {

constexpr int kFailed = 1;  // exit code: the model or another output could not be saved

// Checks that no file is lost to another, and that every output can be written.
void check_fit_paths(const Settings& settings, const std::vector<FigureRequest>& figures) {
  const auto& fit = settings.get<FitOptions>();
  const auto& made = settings.get<RunOptions>();
  RunPaths paths(settings);
  paths.reads_data(settings.arguments.front(), "DATA");
  if (made.test) paths.reads_data(*made.test, "test");
  if (made.from) paths.reads_start(*made.from, "from", "output");
  if (made.output) paths.writes(*made.output, "output");
  if (fit.report) paths.writes(*fit.report, "report");
  if (fit.out_of_fold) paths.writes(*fit.out_of_fold, "out_of_fold");
  for (const FigureRequest& figure : figures) paths.writes(figure.path, "plot");
  if (fit.resume)
    paths.writes_checkpoint(*fit.resume, "resume");
  else if (fit.checkpoint)
    paths.writes_checkpoint(*fit.checkpoint, "checkpoint");
  paths.check();
  check_output(made);
}

// Trains with progress on the terminal. `signal` is set to the signal that stopped it, or 0.
RunResult train(PreparedRun run, const Settings& settings, std::optional<Trace>& trace,
                int& signal) {
  const Value most = settings.value("max_seconds");
  const auto* seconds = std::get_if<double>(&most);
  Progress progress(settings.get<GlobalOptions>(),
                    seconds ? std::optional<double>(*seconds) : std::nullopt);
  const StopSignals signals;
  RunControl control;
  control.stop_requested = stop_on_signal(what_stops(*run.row));
  control.on_event = std::ref(progress);
  if (trace) control.on_update = std::ref(*trace);
  try {
    RunResult result = train_run(std::move(run), control);
    for (const std::string& failure : result.failures) console().error(failure);
    if (result.stopped == StopReason::interrupted) signal = StopSignals::received();
    return result;
  } catch (const RunDiverged& error) {
    if (!error.model_file().empty())
      console().note("the last finite model is in " + error.model_file());
    throw;
  }
}

// Whoever does not wait for it keeps the model and its scores.
void explain(RunResult& result) {
  const StopSignals signals;
  try {
    explain_run(result, [] { return StopSignals::received() != 0; });
  } catch (const StoppedError&) {
    console().note("the importance of columns was left out");
  } catch (const DataError& error) {
    console().note(error.what());
  }
}

void say_next(const Settings& settings, const RunResult& result, int signal) {
  const auto& fit = settings.get<FitOptions>();
  const auto& made = settings.get<RunOptions>();
  const std::string data = settings.arguments.front();
  if (result.saved)
    console().note("model: " + *made.output + " (" + file_size_text(*made.output) + ")");
  const auto& dir = fit.resume ? fit.resume : fit.checkpoint;
  if (!result.failures.empty()) {
    console().error("not everything could be saved, see above" +
                    std::string(dir ? ": fix this, then resume from the last saved state" : ""));
    if (dir) console().hint("resume", "hebb fit --resume " + shell_word(*dir));
    return;
  }
  if (signal != 0) {
    if (dir)
      console().hint("resume", "hebb fit --resume " + shell_word(*dir));
    else if (made.output)
      console().hint("go on", "hebb fit " + shell_word(data) +
                                  given_flags(*find_verb("fit"), settings, DataOptions::fields()) +
                                  " --from " + shell_word(*made.output) + " -o " +
                                  shell_word(*made.output));
    else
      console().advice("next", "with --checkpoint DIR a run can be resumed");
    return;
  }
  if (made.output)
    console().hint("next", "hebb predict " + shell_word(*made.output) + ' ' +
                               (data == "-" ? "DATA" : shell_word(data)));
  else
    console().advice("next", "add -o model.hebb to keep this model");
}

// Returns whether the report could be written: a failure must not lose the trained model.
bool report(const Settings& settings, const PlotSubject& of, const RunResult& result) {
  const std::string& path = *settings.get<FitOptions>().report;
  try {
    write_report(path, {.estimator = *of.estimator,
                        .train = of.train ? *of.train : *of.data,
                        .test = of.train ? of.data : nullptr,
                        .evaluation = result.evaluation,
                        .predictions = of.predictions,
                        .command = shell_command(*find_verb("fit"), settings),
                        .findings = &result.findings,
                        .importance = &result.importance});
  } catch (const std::runtime_error& error) {
    console().error(error.what());
    return false;
  }
  console().note("report: " + path + " (" + file_size_text(path) + "), a page for a browser");
  return true;
}

// What the run was made from, so that it can be repeated from the document.
void add_run(Json& document, const RunResult& result, const Settings& settings) {
  const Model& model = result.estimator->model();
  if (result.stopped) document["stopped"] = stop_name(*result.stopped);
  document["command"] = shell_command(*find_verb("fit"), settings);
  document["versions"] = {{"hebb", version()},
                          {"model_format", Model::kFormat},
                          {"instruction_set", instruction_set()}};
  Json data = {{"name", model.data_name},
               {"sha256", model.data_hash},
               {"samples", result.train.samples()},
               {"features", result.train.features()}};
  if (result.test) data["test"] = {{"name", result.test->name()}, {"sha256", result.test->hash()}};
  document["data"] = std::move(data);
  document["preprocessing"] =
      Json::parse(to_json(OptionSet(model.preprocessor.options()).record()));
  document["options"] = Json::parse(to_json(model.options));
}

void print_result(const RunResult& result, const Settings& settings,
                  const std::optional<Trace>& trace) {
  if (!settings.get<GlobalOptions>().json) {
    if (trace) write_results(trace->text(*result.estimator, console().out().width));
    print_table(result.evaluation);
    print_importance(result);
    print_findings(result.findings, result.evaluation);
    return;
  }
  Json json = document("fit");
  add_model(json, result.estimator->model(), result.seconds,
            result.saved ? *settings.get<RunOptions>().output : "");
  add_run(json, result, settings);
  if (trace) json["trace"] = trace->json(*result.estimator);
  add_scores(json, result.evaluation);
  add_importance(json, result);
  add_findings(json, result.findings);
  print(json);
}

int run_fit(Settings& settings) {
  const auto& fit = settings.get<FitOptions>();
  const auto& made = settings.get<RunOptions>();
  const std::vector<FigureRequest> figures = read_requests(fit.plot);
  if (fit.find_lr) check_search(settings, figures);
  check_folds(settings);
  check_fit_paths(settings, figures);
  RunSpec spec = fit_spec(settings);
  const EstimatorRow& row =
      choose_model(spec.model, settings.get<NetOptions>().net, spec.from ? &*spec.from : nullptr);
  if (fit.find_lr) check_searchable(row);
  std::optional<Trace> trace;
  if (fit.trace) {
    check_trace(settings, row);
    trace.emplace(*fit.trace);
  }
  PreparedRun prepared = prepare_run(std::move(spec));
  for (const std::string& note : prepared.notes) console().note(note);
  if (fit.dry_run) return dry_run(prepared, settings);
  if (fit.find_lr) return find_lr(prepared, figures, settings);
  if (fit.folds) {
    const int code = fit_folds(prepared, settings);
    // The model of all rows is trained only to be kept or looked at.
    if (code != 0 || !(made.output || fit.report || !figures.empty())) return code;
  }

  int signal = 0;
  RunResult result = train(std::move(prepared), settings, trace, signal);
  judge_run(result);
  explain(result);
  for (Finding& one : result.findings)
    if (!one.change.empty()) one.command = shell_command(*find_verb("fit"), settings, one.change);
  print_result(result, settings, trace);
  const PlotSubject subject{.estimator = result.estimator.get(),
                            .data = &result.judged_on(),
                            .train = result.test ? &result.train : nullptr,
                            .predictions = &result.predictions};
  const bool drawn = draw_all(figures, subject, settings.get<FigureOptions>().style());
  const bool told = !fit.report || report(settings, subject, result);
  say_next(settings, result, signal);
  if (!result.failures.empty() || !told || !drawn) return kFailed;
  return signal != 0 ? 128 + signal : 0;
}

}  // namespace

Verb fit_verb() {
  return {
      .name = "fit",
      .summary = "train a model on data, evaluate it, save it",
      .description =
          "Trains a model on DATA and prints its scores on the training data and on test data "
          "side by side. The target is the last column of a table unless --target is given.",
      .arguments = {{.name = "DATA", .help = data_help(), .required = false, .words = Words::data}},
      .lists =
          with_models({options<GlobalOptions>("General"), options<DataOptions>("Data"),
                       options<SplitOptions>("Data"), options<PreprocessOptions>("Preprocessing"),
                       options<ModelOptions>("Output"), options<RunOptions>("Output"),
                       options<FitOptions>("Output"), options<FigureOptions>("Output")}),
      .examples =
          {{"hebb fit iris", "a built-in table, all options at their defaults"},
           {"hebb fit mnist10k --hidden 512,512 --dropout 0.2 --epochs 20 -o digits.hebb",
            "handwritten digits; the model is kept"},
           {"hebb fit mnist10k --model convnet --augment shift:2,rotate:10,scale:0.1",
            "a convolutional network, with shifted, rotated and scaled digits"},
           {"hebb fit photos/ --test-size 0.2 -o photos.hebb",
            "a folder of images, with a sub-folder for each class"},
           {"hebb fit wine --folds 5", "cross-validation: each fifth held out in turn"},
           {"hebb fit sales.csv --target price --test-size 0.2", "a fifth is held out for testing"},
           {"hebb fit iris --model perceptron --trace 3", "one unit a class, and how it learns"},
           {"hebb fit digits --find-lr --plot lr.png", "which learning rate to take, and why"},
           {"hebb fit wine --net 'linear(32) tanh linear(3)' --dry-run",
            "the layers of a custom network"}},
      .run =
          [](Settings& settings) {
            check(!settings.arguments.empty(), "fit", "DATA is missing: the data to train on");
            return run_fit(settings);
          },
      .common = {"target",        "test",         "test_size",  "folds",  "scale",
                 "impute",        "scale_target", "task",       "model",  "hidden_layer_sizes",
                 "net",           "activation",   "dropout",    "solver", "learning_rate_init",
                 "learning_rate", "max_iter",     "batch_size", "alpha",  "n_iter_no_change",
                 "max_seconds",   "output",       "report",     "plot",   "checkpoint",
                 "resume",        "dry_run",      "find_lr",    "trace",  "random_state",
                 "threads",       "json"},
      .headings = {{"Data", {"test"}},
                   {"Preprocessing", {}},
                   {"Network",
                    {"task", "model", "hidden_layer_sizes", "net", "activation", "dropout", "loss",
                     "init", "output_bias", "from"}},
                   {"Training", {}},
                   {"Units", {}},
                   {"Other models", {}},
                   {"Ensembles", {}},
                   {"Output", {}}},
      .defaults = {{"scale", "standard; images: minmax"},
                   {"test_size", ""},
                   {"target", "the last column"},
                   {"features", "all"},
                   {"n_iter_no_change",
                    "10, of the training loss; tabular: 10 to 32, of the validation score"}}};
}

}  // namespace hebb::app
