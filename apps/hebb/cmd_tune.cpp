#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <regex>

#include "figures.h"
#include "hebb/core/error.h"
#include "hebb/io/file.h"
#include "hebb/select/cross_validate.h"
#include "hebb/select/default_space.h"
#include "hebb/select/ensemble.h"
#include "hebb/select/study.h"
#include "hebb/select/study_figures.h"
#include "json.h"
#include "models.h"
#include "parse.h"
#include "paths.h"
#include "progress.h"
#include "results.h"
#include "run_spec.h"
#include "signals.h"
#include "slurm.h"
#include "studies.h"
#include "text.h"
#include "tune.h"
#include "verbs.h"

namespace hebb::app {
namespace {

constexpr int kNothing = 1;  // exit code: no trial ran to its end, or an output could not be saved

/// The options of `tune` besides those of the study.
struct TuneOptions {
  std::vector<std::string> space;
  std::optional<std::string> study;
  std::optional<std::string> csv;
  std::vector<std::string> plot;
  std::string workers;
  std::optional<double> trial_seconds;
  std::optional<double> trial_megabytes;
  std::optional<std::size_t> ensemble;
  std::string slurm = "none";
  std::string slurm_script = "hebb-tune.sbatch";

  static const FieldList& fields();
};

const FieldList& TuneOptions::fields() {
  static const FieldList list =
      Fields<TuneOptions>()
          .add("space", &TuneOptions::space,
               "an option to vary: NAME=LOW..HIGH, NAME=log:LOW..HIGH or NAME=VALUE|VALUE; may be "
               "repeated; without it, the most important options of the model")
          .add("study", &TuneOptions::study,
               "keep the study in this file, or in a database that several commands share: "
               "postgresql://USER@HOST/DATABASE#NAME; the same command continues it")
          .not_recorded()
          .add("csv", &TuneOptions::csv, "write the ranking of all trials to this file")
          .not_recorded()
          .add(
              "ensemble", &TuneOptions::ensemble,
              "train an ensemble in place of the best: of this many of the best trials, those whose "
              "mean is best on the rows held out")
          .at_least(1)
          .at_most(1000)
          .not_recorded()
          .add("plot", &TuneOptions::plot,
               "draw the score against each option, or KIND:FILE (options, parallel, history, "
               "halving); .png, .svg, .pdf or .csv; may be repeated")
          .not_recorded()
          .add("workers", &TuneOptions::workers,
               "where trials run: local:N, srun:N or ssh:FILE-OF-HOSTS; several separated by "
               "commas; the result does not depend on it")
          .not_recorded()
          .add("trial_seconds", &TuneOptions::trial_seconds, "a trial that takes longer fails")
          .more_than(0)
          .flag("--trial-time")
          .not_recorded()
          .add("trial_megabytes", &TuneOptions::trial_megabytes,
               "a trial that needs more memory (MB) fails")
          .more_than(0)
          .flag("--trial-memory")
          .not_recorded()
          .add(
              "slurm", &TuneOptions::slurm,
              "run as a batch job with these options of sbatch; --array=0-3 in them: as four jobs, "
              "which share the work; none: here")
          .not_recorded()
          .add("slurm_script", &TuneOptions::slurm_script, "the batch script that --slurm writes")
          .not_recorded();
  return list;
}

// A line for each trial that ends, and a live line for the rest.
class TrialProgress {
 public:
  TrialProgress(const PreparedRun& run, const StudyOptions& study, const GlobalOptions& options)
      : options_of_(run.options),
        repeats_(study.folds * study.repeats),
        halving_(study.halving),
        higher_(find_metric(study.metric.empty() ? default_metric(run.task.task) : study.metric)
                    .row->higher_is_better),
        shown_(!options.quiet && options.progress != "none"),
        live_(shown_ &&
              (options.progress == "bar" || (options.progress == "auto" && console().err().tty))) {}
  ~TrialProgress() {
    if (live_) console().live("");
  }
  TrialProgress(const TrialProgress&) = delete;
  TrialProgress& operator=(const TrialProgress&) = delete;

  void operator()(const StudyEvent& event) {
    std::visit([&](const auto& one) { on(one); }, event);
  }

 private:
  void on(const FoldEnded& fold) {
    last_ = fmt::format("trial {} fold {} of {}", fold.trial, fold.fold + 1, fold.folds);
    draw();
  }
  void on(const TrialEnded& ended) {
    const Trial& trial = ended.trial;
    ended_ = ended.ended;
    of_ = ended.of;
    if (trial.state == TrialState::complete && trial.share >= 1 && is_better(trial.mean)) {
      best_ = trial.mean;
      best_trial_ = trial.number;
    }
    if (shown_) {
      if (live_) console().live("");
      const std::string result =
          trial.state == TrialState::failed
              ? "failed: " + trial.error
              : spread_text(trial.mean, trial.deviation, console().err().utf8);
      std::string note;
      if (trial.state == TrialState::pruned)
        note = fmt::format("  pruned after fold {} of {}", trial.folds.size(), repeats_);
      if (halving_) note += fmt::format("  {:.0f}% of the budget", 100 * trial.share);
      console().note(fmt::format("trial {:>3}  {}{}  {}  {}", trial.number, result, note,
                                 values_text(trial.values, options_of_),
                                 seconds_text(trial.seconds)));
    }
    draw();
  }
  void on(const WorkerLost& lost) {
    console().warning(
        concat(lost.worker, ' ', lost.reason, ": trial ", lost.trial, " is given to another"));
  }
  static void on(const WorkerGivenUp& gone) {
    console().warning(concat(gone.worker, ' ', gone.reason,
                             " before it was ready, and is given up: try its command by itself"));
  }
  static void on(const ServerLost& lost) {
    console().warning(concat(lost.reason, ": the study goes on when the database answers again"));
  }
  static void on(const ServerBack& /*back*/) { console().warning("the database answers again"); }
  void on(const OuterStarted& outer) {
    best_trial_.reset();
    ended_ = 0;
    if (shown_)
      console().note(
          fmt::format("the search again, without outer fold {} of {}", outer.fold, outer.folds));
  }

  bool is_better(double mean) const {
    return !best_trial_ || (higher_ ? mean > best_ : mean < best_);
  }

  void draw() const {
    if (!live_) return;
    const double seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
    std::string line =
        fmt::format("{}{} trials", ended_, of_ > 0 ? fmt::format(" of {}", of_) : "");
    if (best_trial_) line += fmt::format("  best {} (trial {})", score_text(best_), *best_trial_);
    line += "  " + last_;
    if (ended_ > 0 && of_ > ended_ && !halving_)
      line +=
          "  " +
          seconds_text(seconds * static_cast<double>(of_ - ended_) / static_cast<double>(ended_)) +
          " left";
    console().live(line);
  }

  using Clock = std::chrono::steady_clock;
  OptionSet options_of_;
  int repeats_;
  bool halving_, higher_, shown_, live_;
  Clock::time_point begin_ = Clock::now();
  std::size_t ended_ = 0, of_ = 0;
  double best_ = 0;
  std::optional<std::size_t> best_trial_;
  std::string last_;
};

void check_tune_paths(const Settings& settings, const std::vector<FigureRequest>& figures) {
  const auto& tune = settings.get<TuneOptions>();
  const auto& made = settings.get<RunOptions>();
  RunPaths paths(settings);
  paths.reads_data(settings.arguments.front(), "DATA");
  if (made.test) paths.reads_data(*made.test, "test");
  if (made.from) paths.reads_start(*made.from, "from", "output");
  if (made.output) paths.writes(*made.output, "output");
  if (tune.csv) paths.writes(*tune.csv, "csv");
  if (tune.study && !is_study_server(*tune.study)) paths.writes(*tune.study, "study");
  for (const FigureRequest& figure : figures) paths.writes(figure.path, "plot");
  if (tune.slurm != "none") paths.writes(tune.slurm_script, "slurm_script");
  paths.check();
  check_output(made);
}

StudyEnsemble find_ensemble(const PreparedRun& run, const Study& study, std::size_t most,
                            const GlobalOptions& options) {
  RunControl control;
  control.stop_requested = stop_on_signal();
  return choose_ensemble(run, study, most, control, [&](std::size_t done, std::size_t of) {
    if (!options.quiet && options.progress != "none")
      console().note(fmt::format("predictions of rows held out: trial {} of {}", done, of));
  });
}

std::string ensemble_text(const Study& study, const StudyEnsemble& ensemble,
                          const PreparedRun& run) {
  const std::size_t width = console().out().width;
  std::vector<std::vector<std::string>> rows = {{"weight", "trial", study.metric, "options"}};
  for (const EnsembleMember& member : ensemble.members)
    rows.push_back({fmt::format("{:.2f}", member.weight), std::to_string(member.trial),
                    score_text(member.score),
                    values_text(study.trials.at(member.trial).values, run.options)});
  const bool better = ensemble.score != ensemble.best_score;
  return aligned(rows, "rrrl", width) + '\n' +
         paragraph(
             fmt::format(
                 "an ensemble of {} of the {} best trials: {} {} on the {} rows held out, the "
                 "best of them alone (trial {}) {}{}",
                 ensemble.members.size(), ensemble.candidates, study.metric,
                 score_text(ensemble.score), grouped(ensemble.rows), ensemble.best_trial,
                 score_text(ensemble.best_score),
                 better ? ". Both are optimistic, as these rows have chosen them, and the "
                          "ensemble's more so"
                        : ": no mean of several is better"),
             width);
}

Json ensemble_json(const Study& study, const StudyEnsemble& ensemble) {
  Json json = {{"metric", study.metric},
               {"score", ensemble.score},
               {"best_trial", ensemble.best_trial},
               {"best_score", ensemble.best_score},
               {"rows", ensemble.rows},
               {"candidates", ensemble.candidates},
               {"voting", ensemble.votes ? "hard" : "soft"},
               {"members", Json::array()}};
  for (const EnsembleMember& member : ensemble.members)
    json["members"].push_back({{"trial", member.trial},
                               {"weight", member.weight},
                               {"score", member.score},
                               {"values", values_json(study.trials.at(member.trial).values)}});
  return json;
}

// Trains the chosen options on all rows of the training part, as `fit` does.
RunResult refit(PreparedRun run, const GlobalOptions& options) {
  Progress progress(options);
  RunControl control;
  control.on_event = std::ref(progress);
  control.stop_requested = stop_on_signal(what_stops(*run.row));
  RunResult result = train_run(std::move(run), control);
  for (const std::string& failure : result.failures) console().error(failure);
  if (result.stopped != StopReason::interrupted) judge_run(result);
  return result;
}

// Submits the same command as a batch job.
int submit(const Settings& settings) {
  const auto& asked = settings.get<TuneOptions>();
  check(asked.study.has_value(), "slurm",
        "needs --study, which keeps the results: a file, or a database for an array of jobs");
  check(array_tasks(asked.slurm) == 1 || is_study_server(*asked.study), "slurm", "an array of ",
        array_tasks(asked.slurm), " jobs cannot share the file ", *asked.study,
        ", which one process uses at a time: keep the study in a database, "
        "--study postgresql://USER@HOST/DATABASE, or leave --array out");
  check(settings.arguments.front() != "-", "slurm",
        "a batch job has no standard input: name a file");
  const std::string study = without_password(*asked.study);
  Settings whole = settings;
  whole.set("study", study);
  std::error_code failed;
  const std::string program = std::filesystem::read_symlink("/proc/self/exe", failed).string();
  // A file of options may say --slurm too.
  std::string command =
      whole_shell_command(*find_verb("tune"), whole, {"config", "slurm", "slurm_script"});
  command.replace(0, std::string_view("hebb").size(), shell_word(failed ? "hebb" : program));
  command += " --slurm none";
  if (!settings.given("workers")) command += " --workers \"local:${SLURM_CPUS_PER_TASK:-1}\"";
  const std::string job = submit_script(asked.slurm_script, batch_script(asked.slurm, command));
  if (settings.get<GlobalOptions>().json)
    print({{"schema", "hebb.tune/1"}, {"job", job}, {"script", asked.slurm_script}});
  else
    write_results("job " + job + ": " + asked.slurm_script + '\n');
  static const std::regex password("password|://[^/@]*:[^/]*@");
  if (is_study_server(*asked.study) && std::regex_search(*asked.study, password))
    console().note(
        "the password of --study is not in the script: jobs take it from ~/.pgpass or PGPASSWORD");
  console().hint("watch", "squeue --job " + job);
  if (find_verb("runs")) console().hint("watch", "hebb runs show " + shell_word(study));
  return 0;
}

int run_tune(Settings& settings) {
  const std::vector<FigureRequest> figures = read_trial_requests(settings.get<TuneOptions>().plot);
  check_tune_paths(settings, figures);
  const auto& global = settings.get<GlobalOptions>();
  const auto& asked = settings.get<TuneOptions>();
  const auto& made = settings.get<RunOptions>();
  const Settings given = settings;
  StudyControl control;
  // --time is for the study, not for each training.
  if (settings.given("max_seconds")) {
    const Value most = settings.value("max_seconds");
    if (const auto* seconds = std::get_if<double>(&most)) control.max_seconds = *seconds;
    settings.forget("max_seconds");
  }
  const auto& options = settings.get<StudyOptions>();
  const PreparedRun run = prepare_run(for_space(run_spec(settings), asked.space, settings));
  for (const std::string& note : run.notes) console().note(note);
  const Space space = asked.space.empty() ? default_space(run.row->name, run.options)
                                          : Space::parse(joined_items(asked.space), run.options);
  if (asked.space.empty()) {
    std::string texts;
    for (const std::string& text : space.texts()) texts += ' ' + shell_word(text);
    console().note("the space is not given:" + texts);
  }
  if (asked.slurm != "none") return submit(given);
  control.workers = asked.workers;
  control.trial_seconds = asked.trial_seconds;
  if (asked.trial_megabytes)
    control.trial_bytes = static_cast<std::uint64_t>(*asked.trial_megabytes * 1e6);
  control.file = asked.study.value_or("");
  Settings kept = settings;
  if (asked.study) kept.set("study", without_password(*asked.study));
  control.command = command_text(*find_verb("tune"), kept);
  const StopSignals signals;
  control.stop_requested = stop_on_signal();
  Study study;
  {
    TrialProgress progress(run, options, global);
    control.on_event = std::ref(progress);
    study = tune(run, space, options, control);
  }
  const int signal = StopSignals::received();
  if (!study.complete)
    console().note(concat("stopped after ", counted(study.trials.size(), "trial"),
                          asked.study ? "; the same command goes on" : ""));
  if (asked.csv) replace_file(*asked.csv, study_csv(study));

  std::optional<RunResult> result;
  std::optional<StudyEnsemble> ensemble;
  if (asked.ensemble && study.has_best() && signal == 0) {
    ensemble = find_ensemble(run, study, *asked.ensemble, global);
    if (!ensemble->complete) ensemble.reset();
  }
  if (study.has_best() && StopSignals::received() == 0)
    result = refit(
        ensemble ? with_ensemble(run, study, *ensemble) : with_values(run, study.best().values),
        global);
  if (global.json) {
    Json json = document("tune");
    if (result)
      add_model(json, result->estimator->model(), result->seconds,
                result->saved ? *made.output : "");
    json.update(study_json(study));
    if (ensemble) json["ensemble"] = ensemble_json(study, *ensemble);
    if (result) add_scores(json, result->evaluation);
    print(json);
  } else {
    if (!study.trials.empty()) write_results(study_text(study, run.options));
    if (ensemble) write_results(ensemble_text(study, *ensemble, run));
    if (result) {
      write_sentence(ensemble ? "the ensemble, trained on all rows of the training part"
                              : "the best options, trained on all rows of the training part: " +
                                    values_text(study.best().values, run.options));
      print_table(result->evaluation);
    }
  }
  TrialSet trials = trial_set(study, run.options);
  trials.of = run.row->name + " on " + run.train.name();
  const bool drawn =
      study.trials.empty() || draw_all(figures, trials, settings.get<FigureOptions>().style());
  if (asked.csv) console().note("ranking: " + *asked.csv + " (" + file_size_text(*asked.csv) + ")");
  if (asked.study)
    console().note("study: " + study.kept +
                   (is_study_server(*asked.study) ? "" : " (" + file_size_text(study.kept) + ")"));
  if (!study.has_best() && study.complete) {
    console().error("no trial ran to its end" +
                    (study.trials.empty() ? std::string() : ": " + study.trials.front().error));
    return kNothing;
  }
  if (result && result->saved) {
    console().note("model: " + *made.output + " (" + file_size_text(*made.output) + ")");
    console().hint("next", "hebb evaluate " + shell_word(*made.output) + " DATA");
  } else if (result && result->failures.empty()) {
    console().advice("next", "add -o model.hebb to keep the best model");
  }
  if (signal != 0 || StopSignals::received() != 0) return 128 + StopSignals::received();
  return !drawn || (result && !result->failures.empty()) ? kNothing : 0;
}

}  // namespace

WorkerStudy worker_study(const std::string& command) {
  Settings settings = settings_of(command, *find_verb("tune"));
  const auto& asked = settings.get<TuneOptions>();
  WorkerStudy study{.options = settings.get<StudyOptions>()};
  study.run = prepare_run(for_space(run_spec(settings), asked.space, settings));
  return study;
}

Verb tune_verb() {
  return {
      .name = "tune",
      .summary = "search for the options with which a model does best",
      .description =
          "Tries options of a model: each trial is cross-validated on the training data. Then trains "
          "the best on all of it, and evaluates it on test data, which the search does not see.",
      .arguments = {{.name = "DATA", .help = data_help(), .words = Words::data}},
      .lists =
          with_models({options<GlobalOptions>("General"), options<DataOptions>("Data"),
                       options<SplitOptions>("Data"), options<PreprocessOptions>("Preprocessing"),
                       options<StudyOptions>("Search"), options<TuneOptions>("Search"),
                       options<ModelOptions>("Output"), options<RunOptions>("Output"),
                       options<FigureOptions>("Output")}),
      .examples = {{"hebb tune wine", "the most important options of a network, 50 trials"},
                   {"hebb tune wine --space 'hidden=9|20,9' --space alpha=1e-4..1:4 --sampler grid",
                    "every point of a grid"},
                   {"hebb tune wine --trials 20 --study wine.study -o wine.hebb",
                    "a study that can be stopped and continued; the best model is kept"},
                   {"hebb tune wine --plot options.png --plot parallel:parallel.svg",
                    "what was tried, and how well it did"},
                   {"hebb tune digits --study postgresql://host/hebb --slurm --array=0-3",
                    "four batch jobs, which share the trials"},
                   {"hebb tune mnist10k --halving --time 10m", "bad options are given up early"},
                   {"hebb tune wine --trials 20 --nested 5", "how optimistic the best score is"},
                   {"hebb tune wine --trials 20 --ensemble 10 -o wine.hebb",
                    "the best of the mean of several trials"}},
      .run = run_tune,
      .common = {"space",        "sampler",      "trials",        "metric",          "folds",
                 "repeats",      "halving",      "prune",         "nested",          "max_seconds",
                 "study",        "csv",          "plot",          "ensemble",        "workers",
                 "slurm",        "slurm_script", "trial_seconds", "trial_megabytes", "target",
                 "test",         "test_size",    "model",         "max_iter",        "output",
                 "random_state", "threads",      "json"},
      .headings = {{"Search", {"max_seconds"}},
                   {"Data", {"test"}},
                   {"Preprocessing", {}},
                   {"Network",
                    {"task", "model", "hidden_layer_sizes", "net", "activation", "dropout", "loss",
                     "init", "output_bias", "from"}},
                   {"Training", {}},
                   {"Units", {}},
                   {"Ensembles", {}},
                   {"Output", {}}},
      .defaults = {{"scale", "standard; images: minmax"},
                   {"test_size", ""},
                   {"target", "the last column"},
                   {"features", "all"},
                   {"space", "the most important options of the model"},
                   {"workers", "local, one for each core"},
                   {"metric", "accuracy, or r2 of numbers"}}};
}

}  // namespace hebb::app
