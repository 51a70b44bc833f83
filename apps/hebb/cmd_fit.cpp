#include <cmath>
#include <filesystem>
#include <set>

#include "dry_run.h"
#include "figures.h"
#include "find_lr.h"
#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/mlp.h"
#include "hebb/io/file.h"
#include "hebb/report/report.h"
#include "json.h"
#include "memory.h"
#include "models.h"
#include "parse.h"
#include "progress.h"
#include "results.h"
#include "signals.h"
#include "text.h"
#include "trace.h"
#include "verbs.h"

namespace hebb::app {
namespace {

constexpr std::size_t kMostLabels = 20;  // distinct whole numbers that are taken for classes
constexpr int kFailed = 1;               // exit code: what was trained could not be kept

struct FitOptions {
  std::string task = "auto";
  std::string model = "mlp";
  std::optional<std::string> test;
  std::optional<std::string> output;
  std::optional<std::string> report;
  std::vector<std::string> plot;
  std::optional<std::string> from;
  std::optional<std::string> checkpoint;
  double checkpoint_seconds = RunControl().checkpoint_seconds;
  std::optional<std::string> resume;
  bool dry_run = false;
  bool find_lr = false;
  std::optional<std::size_t> trace;

  static const FieldList& fields() {
    static const FieldList list =
        Fields<FitOptions>()
            .add("task", &FitOptions::task,
                 "auto: classify texts and whole numbers of at most 20 kinds, else regress")
            .one_of({"auto", "classify", "regress"})
            .add("model", &FitOptions::model, "kind of model")
            .one_of(estimator_names)
            .add("test", &FitOptions::test, "judge on this data, which is not trained on")
            .add("output", &FitOptions::output, "keep the model in this file")
            .flag("--output")
            .flag("-o")
            .not_recorded()
            .add("report", &FitOptions::report,
                 "write a page of HTML on the run: scores, findings, figures, mistakes")
            .not_recorded()
            .add("plot", &FitOptions::plot,
                 "draw the figure that tells most, or KIND:FILE (hebb plot lists the kinds); .png, "
                 ".svg, .pdf or .csv; may be repeated")
            .not_recorded()
            .add("from", &FitOptions::from, "go on from the weights of this model")
            .add(
                "checkpoint", &FitOptions::checkpoint,
                "keep a state in this folder that --resume goes on from; one of another run, or of "
                "one that is not finished, is not overwritten")
            .not_recorded()
            .add("checkpoint_seconds", &FitOptions::checkpoint_seconds,
                 "keep it at most this often, and when training ends")
            .at_least(0)
            .flag("--checkpoint-every")
            .not_recorded()
            .add("resume", &FitOptions::resume,
                 "go on from the state in this folder; it holds the whole command")
            .not_recorded()
            .add("dry_run", &FitOptions::dry_run,
                 "print layers, shapes, parameters and memory; do not train")
            .not_recorded()
            .add("find_lr", &FitOptions::find_lr,
                 "look for a learning rate on a copy of the network; do not train")
            .not_recorded()
            .add("trace", &FitOptions::trace,
                 "print the first updates of a unit: sample, output, error, weights")
            .at_least(1);
    return list;
  }
};

struct Parts {
  Dataset train;
  std::optional<Dataset> test;
};

// Whether to classify; `why` is in words.
bool decide_task(const std::string& task, const Dataset& data, std::string& why) {
  if (task != "auto") {
    why = "as --task says";
    return task == "classify";
  }
  const Target& target = data.target();
  if (target.is_classes()) {
    why = "the target has " + counted(target.classes.size(), "label");
    return true;
  }
  if (target.outputs() > 1) {
    why = concat("there are ", target.outputs(), " targets");
    return false;
  }
  std::set<double> kinds;
  for (const double value : target.values) {
    if (value != std::floor(value)) {
      why = "the target holds fractions";
      return false;
    }
    kinds.insert(value);
    if (kinds.size() > kMostLabels) {
      why = concat("the target has more than ", kMostLabels, " distinct numbers");
      return false;
    }
  }
  why = "the target has " + counted(kinds.size(), "distinct whole number");
  return true;
}

Parts cut(const Dataset& data, const Settings& settings, bool classifies) {
  const auto& fit = settings.get<FitOptions>();
  const auto& split = settings.get<SplitOptions>();
  const bool sized = settings.given("test_size");
  check(!split.stratify || sized, "stratify", "says how --test-size cuts: give that too");
  check(!fit.test || !sized, "test_size",
        "cuts a test part off DATA, --test names another: give one");
  if (sized) {
    auto [train, test] = data.split(split);
    return {std::move(train), std::move(test)};
  }
  const std::size_t end = data.test_begin();
  Parts parts{end > 0 ? data.slice(0, end) : data, {}};
  if (fit.test) {
    DataOptions options = settings.get<DataOptions>();
    if (options.target.empty()) options.target = data.target().names;
    const Dataset test = data.is_images()
                             ? load_formed_with_notes(*fit.test, form_of(parts.train.images()),
                                                      options, TargetUse::required)
                             : load_dataset(*fit.test, options);
    parts.test = labelled(test_part(test), classifies);
  } else if (end > 0) {
    parts.test = test_part(data);
  }
  return parts;
}

// Tables are standardised and images brought to [0, 1] where nothing else is said; a model that is
// gone on from says it.
PreprocessOptions preprocessing(const Settings& settings, const Dataset& data,
                                const std::optional<Model>& from) {
  auto options = settings.get<PreprocessOptions>();
  if (!settings.given("scale")) options.scale = data.is_images() ? "minmax" : "standard";
  if (!from) return options;
  const PreprocessOptions& before = from->preprocessor.options();
  if (!settings.given("scale")) options.scale = before.scale;
  if (!settings.given("impute")) options.impute = before.impute;
  if (!settings.given("unknown")) options.unknown = before.unknown;
  if (!settings.given("scale_target")) options.scale_target = before.scale_target;
  return options;
}

// Values and labels of the test part that training does not know of are told before training, not
// after.
void check_test(const Parts& parts, const PreprocessOptions& preprocess, bool classifies) {
  if (!parts.train.is_images()) {
    const LogSink before = set_log_sink({});  // fit() and the scores say all this again
    Preprocessor preprocessor(preprocess);
    try {
      preprocessor.fit(parts.train);
      preprocessor.transform(*parts.test);
    } catch (...) {
      set_log_sink(before);
      throw;
    }
    set_log_sink(before);
  }
  if (!classifies) return;
  LabelEncoder labels;
  labels.fit(parts.train);
  labels.encode(*parts.test);
}

void introduce(const std::string& name, const std::string& remark, const Parts& parts,
               bool classifies, const std::string& why) {
  const Dataset& train = parts.train;
  std::string text =
      name + ": " + counted(train.samples(), "sample") + " to train on, " +
      (parts.test ? grouped(parts.test->samples()) + " to test on" : "none to test on");
  text += train.is_images() ? concat(", images ", train.sample_shape())
                            : ", " + counted(train.features(), "feature");
  console().note(text);
  if (!remark.empty()) console().note(remark);
  const Target& target = train.target();
  std::string names;
  for (const std::string& one : target.names) names += (names.empty() ? "" : ", ") + one;
  console().note("task: " + task_name(classifies ? Task::classify : Task::regress) + " '" + names +
                 "' (" + why + ")");
}

struct Outcome {
  std::optional<StopReason> reason;
  int signal = 0;
  double seconds = 0;
  bool saved = false;   // the model
  bool failed = false;  // to keep model or state
};

const char* reason_name(StopReason reason) {
  switch (reason) {
    case StopReason::converged:
      return "converged";
    case StopReason::max_iter:
      return "max_iter";
    case StopReason::max_fun:
      return "max_fun";
    case StopReason::time_budget:
      return "time_budget";
    case StopReason::interrupted:
      return "interrupted";
    case StopReason::diverged:
      return "diverged";
  }
  return "";
}

std::string hash_for(const FitOptions& fit, const Dataset& train) {
  if (!fit.checkpoint && !fit.resume) return "";
  std::string hash = train.hash();
  if (fit.resume && command_data_hash(*fit.resume) != hash)
    throw DataError("the data is not that of the checkpoint in " + *fit.resume +
                    ": put it back as it was, or begin anew without --resume");
  return hash;
}

// A state is hours of work: that of another run is not written over, and none that could go on.
void check_overwrites(const std::string& dir, const std::string& command) {
  const std::string file = dir + "/checkpoint.hebb";
  if (!std::filesystem::exists(file)) return;
  const std::string others = "take another folder, or remove " + shell_word(file);
  try {
    check(checkpoint_is_finished(dir), "checkpoint", dir,
          " holds a run that is not finished, which this one would overwrite: go on with that "
          "(hebb fit --resume ",
          shell_word(dir), "), ", others);
    check(is_same_run(checkpoint_command(dir), command), "checkpoint", dir,
          " holds another run, which this one would overwrite: ", others);
  } catch (const ModelError& error) {
    check(false, "checkpoint", "what ", dir, " holds cannot be read (", error.what(),
          "), and this run would overwrite it: ", others);
  }
}

RunControl run_control(const Settings& settings, const Dataset& train) {
  const auto& fit = settings.get<FitOptions>();
  RunControl control;
  const std::string hash = hash_for(fit, train);
  if (fit.resume || fit.checkpoint) {
    control.checkpoint_dir = fit.resume ? *fit.resume : *fit.checkpoint;
    control.resume = fit.resume.has_value();
    control.checkpoint_seconds = fit.checkpoint_seconds;
    std::filesystem::create_directories(control.checkpoint_dir);
    check_writable(control.checkpoint_dir + "/checkpoint.hebb");
    control.command = command_text(*find_verb("fit"), settings, hash);
    if (!fit.resume) check_overwrites(*fit.checkpoint, control.command);
  }
  return control;
}

// Trains; a stop by signal is an outcome, not an error, and so is what cannot be kept: the figures
// of hours of work are shown whatever the disk says.
Outcome train_model(Supervised& estimator, const Dataset& train, const Settings& settings,
                    std::optional<Trace>& trace) {
  const auto& fit = settings.get<FitOptions>();
  RunControl control = run_control(settings, train);
  Outcome outcome;
  const Value most = settings.value("max_seconds");
  const auto* seconds = std::get_if<double>(&most);
  Progress progress(settings.get<GlobalOptions>(),
                    seconds ? std::optional<double>(*seconds) : std::nullopt);
  const StopSignals signals;
  bool told = false;
  control.stop_requested = [&told] {
    if (StopSignals::received() != 0 && !told) {
      told = true;
      console().note("stopping after this batch; once more quits at once");
    }
    return told;
  };
  control.on_event = [&](const Event& event) {
    progress(event);
    if (const auto* stopped = std::get_if<Stopped>(&event)) outcome.reason = stopped->reason;
  };
  if (trace) control.on_update = std::ref(*trace);
  const Stopwatch watch;
  try {
    estimator.fit(train, control);
  } catch (const DivergedError&) {
    if (fit.output && estimator.is_fitted()) {
      estimator.save(*fit.output);
      console().note("the last finite model is in " + *fit.output);
    }
    throw;
  } catch (const std::runtime_error& error) {
    if (!estimator.is_fitted()) throw;
    console().error(error.what());
    outcome.failed = true;
  }
  outcome.seconds = watch.seconds();
  if (fit.output) {
    try {
      estimator.save(*fit.output);
      outcome.saved = true;
    } catch (const std::runtime_error& error) {
      console().error(error.what());
      outcome.failed = true;
    }
  }
  if (outcome.reason == StopReason::interrupted) outcome.signal = StopSignals::received();
  return outcome;
}

void say_next(const Settings& settings, const Outcome& outcome) {
  const auto& fit = settings.get<FitOptions>();
  const std::string data = settings.arguments.front();
  if (outcome.saved)
    console().note("model: " + *fit.output + " (" +
                   bytes_text(static_cast<double>(std::filesystem::file_size(*fit.output))) + ")");
  const auto& dir = fit.resume ? fit.resume : fit.checkpoint;
  if (outcome.failed) {
    console().error("not everything could be kept, see above" +
                    std::string(dir ? ": mend that and go on from the last state that was" : ""));
    if (dir) console().hint("resume", "hebb fit --resume " + shell_word(*dir));
    return;
  }
  if (outcome.signal != 0) {
    if (dir)
      console().hint("resume", "hebb fit --resume " + shell_word(*dir));
    else if (fit.output)
      console().hint("go on", "hebb fit " + shell_word(data) + " --from " +
                                  shell_word(*fit.output) + " -o " + shell_word(*fit.output));
    else
      console().hint("next", "with --checkpoint DIR a run can be resumed");
    return;
  }
  if (fit.output)
    console().hint("next", "hebb predict " + shell_word(*fit.output) + ' ' +
                               (data == "-" ? "DATA" : shell_word(data)));
  else
    console().hint("next", "add -o model.hebb to keep this model");
}

// What the chosen kind of model cannot do is said before any data is read.
void check_model_choice(const Settings& settings, const EstimatorRow& row,
                        const std::optional<Model>& from) {
  const auto& fit = settings.get<FitOptions>();
  check(!from || from->kind == row.name, "from", "is a model of kind ", from ? from->kind : "",
        ", which --model ", row.name, " cannot go on from");
  check_options(settings, row);
  for (const auto& [given, name] : {std::pair{fit.checkpoint.has_value(), "checkpoint"},
                                    std::pair{fit.resume.has_value(), "resume"}})
    check(row.capabilities.checkpoints || !given, name, "is for networks: a ", row.name,
          " trains in seconds; keep the model itself (-o) and go on from it (--from)");
  check(row.capabilities.learning_rate_search || !fit.find_lr, "find_lr", "is for networks: a ",
        row.name, " is trained in seconds; try several rates");
  if (!fit.trace) return;
  check(row.capabilities.updates, "trace",
        "shows the updates of single units: take --model perceptron or adaline");
  const Value solver = settings.value("solver");
  check(row.name != "logistic" || solver == Value(std::string("sgd")), "trace",
        "shows updates by single samples: give --solver sgd too");
}

// A search for a learning rate leaves nothing to keep, and there is one figure of it.
void check_search(const Settings& settings, const std::vector<FigureRequest>& figures) {
  const auto& fit = settings.get<FitOptions>();
  for (const auto& [given, flag] :
       {std::pair{fit.output.has_value(), "--output"},
        std::pair{fit.report.has_value(), "--report"},
        std::pair{fit.checkpoint.has_value(), "--checkpoint"},
        std::pair{fit.resume.has_value(), "--resume"}, std::pair{fit.dry_run, "--dry-run"},
        std::pair{fit.trace.has_value(), "--trace"}})
    check(!given, "find_lr", "trains nothing that could be kept or shown: leave out ", flag);
  for (const FigureRequest& figure : figures)
    check(figure.kind.empty(), "find_lr", "draws one figure, of the search: give --plot ",
          figure.path, " in place of --plot ", figure.kind, ':', figure.path);
}

// What describes the network is given once, and fits into memory. One that is gone on from says it.
void check_network(Settings& settings, const EstimatorRow& row, const Dataset& train,
                   const std::optional<Model>& from) {
  check(!settings.given("net") || !settings.given("hidden_layer_sizes"), "hidden_layer_sizes",
        "describes the network, and so does --net: give one");
  for (const char* option : {"activation", "dropout"})
    check(!(from || settings.given("net")) || settings.given("hidden_layer_sizes") ||
              !settings.given(option),
          option, "is for --hidden: here the network is given whole");
  NetOptions& net = net_options(settings, row);
  if (from && !settings.given("hidden_layer_sizes") && !settings.given("net"))
    net.net = from->network()->text();
  check(!settings.given("net") || net.net.find_first_not_of(" \t\n") != std::string::npos, "net",
        "is empty: name a network, or write its layers");
  check(
      !named_network(net.net) || train.is_images(), "net", "'", net.net,
      "' is a network for images, and this is a table: give the layers of another, or take --model "
      "mlp");
  check_memory(net, train, output_count(train.target()));
}

// Whether it could be written: what was trained and printed stands whatever the disk says.
bool report(const Settings& settings, const PlotSubject& of, const Evaluation& evaluation) {
  const std::string& path = *settings.get<FitOptions>().report;
  try {
    write_report(path, {.estimator = *of.estimator,
                        .train = of.train ? *of.train : *of.data,
                        .test = of.train ? of.data : nullptr,
                        .evaluation = evaluation,
                        .predictions = of.predictions,
                        .command = shell_command(*find_verb("fit"), settings)});
  } catch (const std::runtime_error& error) {
    console().error(error.what());
    return false;
  }
  console().note("report: " + path + " (" +
                 bytes_text(static_cast<double>(std::filesystem::file_size(path))) +
                 "), a page for a browser");
  return true;
}

int run_fit(Settings& settings) {
  const auto& fit = settings.get<FitOptions>();
  const auto& global = settings.get<GlobalOptions>();
  const std::string& name = settings.arguments.front();
  const std::vector<FigureRequest> requests = read_requests(fit.plot);
  if (fit.find_lr) check_search(settings, requests);
  if (fit.output) {
    check_not_input(*fit.output, "output", {name, fit.test.value_or("")});
    check_writable(*fit.output);
  }
  if (fit.report) {
    check_not_input(*fit.report, "report", {name, fit.test.value_or("")});
    check_writable(*fit.report);
  }
  for (const FigureRequest& request : requests) {
    check_figure_file(request.path, "plot", {name, fit.test.value_or("")});
  }
  std::optional<Model> from;
  if (fit.from) from = Model::load(*fit.from);
  if (from && !settings.given("model")) settings.get<FitOptions>().model = from->kind;
  if (!from && !settings.given("model") && is_convolutional(settings))
    settings.get<FitOptions>().model = "convnet";
  const EstimatorRow& row = find_row(estimator_catalogue(), fit.model, "model", "estimator");
  check_model_choice(settings, row, from);
  const OptionSet& options = settings.of_model(row.options.fields());

  Stopwatch watch;
  Seconds seconds;
  const Dataset loaded = load_dataset(name, settings.get<DataOptions>());
  std::string why;
  const bool classifies = decide_task(fit.task, loaded, why);
  check(classifies || row.has_task(Task::regress), "model", row.name, " predicts classes, but ",
        why, ": take --model adaline or mlp, or --task classify");
  const PreprocessOptions preprocess = preprocessing(settings, loaded, from);
  Preprocessor(preprocess).check_values(loaded);  // while rows are still those of the file
  Parts parts = cut(labelled(loaded, classifies), settings, classifies);
  seconds.load = watch.seconds();
  introduce(name, loaded.remark(), parts, classifies, why);

  if (row.options.holds<NetOptions>()) check_network(settings, row, parts.train, from);
  if (fit.dry_run) return dry_run(settings, row, parts.train, preprocess);

  if (parts.test) check_test(parts, preprocess, classifies);

  const auto estimator =
      make_supervised(row, classifies ? Task::classify : Task::regress, options, preprocess);
  if (from) estimator->start_from(*from);
  if (fit.find_lr) return find_lr(*estimator, row, parts.train, requests, settings);
  std::optional<Trace> trace;
  if (fit.trace) trace.emplace(*fit.trace);
  const Outcome outcome = train_model(*estimator, parts.train, settings, trace);
  seconds.fit = outcome.seconds;

  watch = Stopwatch();
  const Model& model = estimator->model();
  parts.train = predictable(std::move(parts.train), model);
  if (parts.test) parts.test = predictable(std::move(*parts.test), model);
  const Dataset* const test = parts.test ? &*parts.test : nullptr;
  // Of what the model is judged on they are kept: figures and report are made of them.
  Predictions predictions = estimator->predictions(parts.train);
  Evaluation evaluation{.classes = model.classes, .train = scores_of(predictions), .test = {}};
  if (test) {
    predictions = estimator->predictions(*test);
    evaluation.test = scores_of(predictions);
  }
  seconds.evaluate = watch.seconds();

  const std::vector<Finding> findings = diagnose(facts_of(model, evaluation, &parts.train, test));
  if (global.json) {
    Json json = document("fit");
    add_model(json, model, seconds, outcome.saved ? *fit.output : "");
    if (outcome.reason) json["stopped"] = reason_name(*outcome.reason);
    if (trace) json["trace"] = trace->json(*estimator);
    add_scores(json, evaluation);
    add_findings(json, findings);
    print(json);
  } else {
    if (trace) write_results(trace->text(*estimator, console().out().width));
    print_table(evaluation);
    print_findings(findings, evaluation);
  }
  const PlotSubject subject{.estimator = estimator.get(),
                            .data = test ? test : &parts.train,
                            .train = test ? &parts.train : nullptr,
                            .predictions = &predictions};
  const bool drawn = draw_all(requests, subject, settings.get<FigureOptions>().style());
  const bool told = !fit.report || report(settings, subject, evaluation);
  say_next(settings, outcome);
  if (outcome.failed || !told || !drawn) return kFailed;
  return outcome.signal != 0 ? 128 + outcome.signal : 0;
}

}  // namespace

Verb fit_verb() {
  return {
      .name = "fit",
      .summary = "train a network or a single unit on data, judge it, keep it",
      .description =
          "Learns from DATA and prints how good the result is on what it was trained on and on "
          "what it "
          "was not, side by side. The last column of a table is what is learnt, unless --target "
          "says "
          "otherwise.",
      .arguments = {{.name = "DATA", .help = data_help(), .required = false, .words = Words::data}},
      .lists =
          with_models({options<GlobalOptions>("General"), options<DataOptions>("Data"),
                       options<SplitOptions>("Data"), options<PreprocessOptions>("Preprocessing"),
                       options<FitOptions>("Output"), options<FigureOptions>("Output")}),
      .examples =
          {{"hebb fit iris", "a built-in table, all options at their defaults"},
           {"hebb fit mnist10k --hidden 512,512 --dropout 0.2 --epochs 20 -o digits.hebb",
            "handwritten digits; the model is kept"},
           {"hebb fit mnist10k --model convnet --augment shift:2,rotate:10,scale:0.1",
            "by a convolutional network, from digits moved, turned and scaled"},
           {"hebb fit sales.csv --target price --test-size 0.2", "judged on a fifth held out"},
           {"hebb fit iris --model perceptron --trace 3", "one unit a class, and how it learns"},
           {"hebb fit digits --find-lr --plot lr.png", "which learning rate to take, and why"},
           {"hebb fit wine --net 'linear(32) tanh linear(3)' --dry-run",
            "what a network of one's own would look like"}},
      .run =
          [](Settings& settings) {
            check(!settings.arguments.empty(), "fit", "DATA is missing: what to learn from");
            return run_fit(settings);
          },
      .common = {"target",
                 "test",
                 "test_size",
                 "scale",
                 "impute",
                 "scale_target",
                 "task",
                 "model",
                 "hidden_layer_sizes",
                 "net",
                 "activation",
                 "dropout",
                 "solver",
                 "learning_rate_init",
                 "learning_rate",
                 "max_iter",
                 "batch_size",
                 "alpha",
                 "n_iter_no_change",
                 "max_seconds",
                 "output",
                 "report",
                 "plot",
                 "checkpoint",
                 "resume",
                 "dry_run",
                 "find_lr",
                 "trace",
                 "random_state",
                 "threads",
                 "json"},
      .headings = {{"Data", {"test"}},
                   {"Preprocessing", {}},
                   {"Network",
                    {"task", "model", "hidden_layer_sizes", "net", "activation", "dropout", "loss",
                     "init", "from"}},
                   {"Training", {}},
                   {"Units", {}},
                   {"Output", {}}},
      .defaults = {{"scale", "standard; images: minmax"},
                   {"test_size", ""},
                   {"target", "the last column"},
                   {"features", "all"},
                   {"n_iter_no_change", "10, of the training loss"}}};
}

}  // namespace hebb::app
