#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "hebb/core/fields.h"
#include "hebb/core/options.h"
#include "hebb/data/folds.h"
#include "hebb/run/run.h"
#include "hebb/select/space.h"

/// A study: a search for the options with which a model does best on rows that it was not trained
/// on. Each **trial** trains and scores the model with one choice of options on every fold of the
/// data (cross_validate.h). A sampler (sampler.h) proposes the trials.
///
///     hebb::PreparedRun run = hebb::prepare_run({.data = "wine"});
///     hebb::Space space = hebb::Space::parse({"alpha=1e-6..1e-1", "hidden=10|100"}, run.options);
///     hebb::Study study = hebb::tune(run, space, {.trials = 20});
///     hebb::RunResult best = hebb::train_run(hebb::with_values(run, study.best().values));
///
/// Trials run in worker processes. The result does not depend on their number: trial k is proposed
/// from the results of trials 0 to k - lag alone, and every other decision is made in the order of
/// trials too.
namespace hebb {

/// What a study does. These options determine its result.
struct StudyOptions {
  std::string sampler = "tpe";
  std::optional<std::size_t> trials = {};  ///< unset: all points of a grid, otherwise 50
  std::string metric = {};                 ///< on the rows held out; empty: default_metric()
  /// Ends a trial whose scores on the first folds are significantly worse than those of the best
  /// trial before it: by the corrected paired t-test, at a level of 0.05, from the third fold on.
  bool prune = false;
  /// Successive halving: trials start with a small share of the epochs (trees, or rows, of models
  /// without epochs), and the best `1 / reduction` of each rung go on to the next, with `growth` times
  /// as many. A network goes on from the state in which it ended its rung, which is kept in
  /// temporary files, unless the schedule of its learning rate is planned over all epochs; other models
  /// are trained anew on each rung. The result does not depend on whether the state was there. Source:
  /// Li et al., "A System for Massively Parallel Hyperparameter Tuning" (ASHA), MLSys 2020.
  bool halving = false;
  /// Unset: 4 with a growth of 2.5 for a training that goes on, so that the rungs have 16 %, 40 % and all
  /// of the epochs and cost about a quarter of those of the whole search; for one that begins anew on
  /// each rung 3, as the growth is then too.
  std::optional<double> reduction = {};
  std::optional<double> growth = {};
  int rungs = 3;        ///< with halving: budgets, the last of which is the whole
  std::size_t lag = 8;  ///< at most this many trials run at once
  int folds = FoldOptions().folds;
  int repeats = FoldOptions().repeats;
  bool stratify_folds = FoldOptions().stratify;
  std::optional<double> fold_size = {};
  /// Estimates the optimism of the best score: the whole search is repeated on the training part of
  /// each of this many outer folds, and its choice is scored on the rows held out. 0: no.
  int nested = 0;
  std::uint64_t random_state = 0;  ///< of the sampler and the folds

  static const FieldList& fields();
  FoldOptions fold_options() const;
};

enum class TrialState { complete, pruned, failed };
/// "complete", "pruned", "failed".
std::string to_string(TrialState state);

/// The result of one fold of a trial.
struct TrialFold {
  double score = std::numeric_limits<double>::quiet_NaN();  ///< on the rows held out
  double train_score = std::numeric_limits<double>::quiet_NaN();
  std::size_t epochs = 0;  ///< the last that it reached; 0: the model has none
  double seconds = 0;
};

/// The score of a trial on one rung of successive halving.
struct TrialRung {
  double share = 1;                                        ///< of the whole budget
  double mean = std::numeric_limits<double>::quiet_NaN();  ///< of its folds' scores
};

struct Trial {
  std::size_t number = 0;
  Point point = {};
  OptionValues values = {};
  TrialState state = TrialState::complete;
  std::string error = {};                                  ///< of a trial that failed
  int rung = 0;                                            ///< the highest that it was tried on
  double share = 1;                                        ///< of the whole budget, there
  std::vector<TrialFold> folds = {};                       ///< there
  double mean = std::numeric_limits<double>::quiet_NaN();  ///< of their scores
  double deviation = std::numeric_limits<double>::quiet_NaN();
  std::vector<TrialRung> rungs = {};  ///< all that it was tried on, the lowest first
  /// On all rungs. Each counts once where the training goes on from rung to rung, also if a state was
  /// missing and it was trained anew.
  std::size_t epochs = 0;
  double seconds = 0;  ///< on all rungs
};

/// The result of the search on one outer fold, with StudyOptions::nested.
struct OuterFold {
  double inner = std::numeric_limits<double>::quiet_NaN();  ///< the best score of the search
  double outer = std::numeric_limits<double>::quiet_NaN();  ///< of its choice, on the rows held out
  OptionValues values = {};                                 ///< its choice
};

struct Study {
  Space space = {};
  StudyOptions options = {};
  std::string metric = {};
  bool higher_is_better = true;
  std::vector<Trial> trials = {};         ///< in the order of their numbers
  std::vector<std::size_t> ranking = {};  ///< of their numbers, the best first
  std::vector<OuterFold> outer = {};
  std::string kept = {};  ///< where: StudyControl::file, with its name and without passwords
  bool complete = false;  ///< false: stopped; `trials` are then the first of the sequence

  /// Whether there is a trial that ran to the end of the whole budget.
  bool has_best() const;
  /// Errors: std::invalid_argument if there is none.
  const Trial& best() const;
};

/// Told while a study runs.
struct TrialEnded {
  const Trial& trial;
  std::size_t ended, of;  ///< trials, also by other processes; of: 0 if not known
};
struct FoldEnded {
  std::size_t trial, fold, folds;
  TrialFold result;
};
struct WorkerLost {
  std::string worker, reason;  ///< "worker 2", "was ended by signal 9 (Killed)"
  std::size_t trial;           ///< which is given to another
};
/// It could not be started, and is not tried again; others go on.
struct WorkerGivenUp {
  std::string worker, reason;
};
/// Of a study with StudyOptions::nested: the search on an outer fold begins.
struct OuterStarted {
  int fold, folds;
};
/// The database that keeps the study does not answer: for a minute it is tried again, and nothing that
/// has been computed is lost.
struct ServerLost {
  std::string reason;
};
struct ServerBack {};
using StudyEvent = std::variant<TrialEnded, FoldEnded, WorkerLost, WorkerGivenUp, OuterStarted,
                                ServerLost, ServerBack>;

/// How a study is run. The result does not depend on it, except that trials which reach a limit fail.
struct StudyControl {
  /// Where trials run, as read_workers() takes it; empty: one process for each core of this machine.
  std::string workers = {};
  std::optional<double> max_seconds = {};         ///< of the study
  std::optional<double> trial_seconds = {};       ///< of a trial
  std::optional<std::uint64_t> trial_bytes = {};  ///< of memory, of a trial
  /// Keeps the study: a file (SQLite), which one process uses at a time, or a database of PostgreSQL,
  /// in which several processes may work on one study, each with workers of its own:
  /// "postgresql://USER@HOST/DATABASE#NAME", or "postgresql:KEY=VALUE ...#NAME" with the key words of
  /// libpq. Without "#NAME" the name is made of the data and the options. Empty: it is not kept.
  std::string file = {};
  std::string command = {};  ///< a description, stored in the file
  std::function<void(const StudyEvent&)> on_event = {};
  std::function<bool()> stop_requested = {};
};

/// Runs a study on the training part of a prepared run, or continues the one in `control.file`. The
/// test part is not touched.
/// Errors: std::invalid_argument for options out of range, or a study of other data, options or
/// another hebb in the file, naming what differs; as make_sampler(), fold_rows() and find_metric();
/// std::runtime_error if the file cannot be written, or is in use by another process, or if the
/// database cannot be reached, at first or for a minute. A trial that fails is no error.
Study tune(const PreparedRun& run, const Space& space, const StudyOptions& options = {},
           const StudyControl& control = {});

/// A study as its file holds it.
struct StoredStudy {
  Study study = {};
  std::string data = {}, data_hash = {};  ///< its name, and Dataset::hash()
  std::string version = {};               ///< of the hebb that began it
  std::string model = {};                 ///< the kind
  OptionSet options = {};                 ///< of the model, the same in all trials
  std::string command = {};               ///< StudyControl::command
};
/// Reads a study, also one that other processes are working on: a file, or one of a database
/// ("postgresql://USER@HOST/DATABASE#NAME").
/// Errors: ModelError for a file that is no study, a name that the database does not have, and one that
/// is damaged; as MappedFile; std::runtime_error for a database that cannot be reached.
StoredStudy load_study(const std::string& path);
/// Whether the file is a study.
bool is_study_file(const std::string& path);
/// Removes the file of a study, or a study of a database. Errors: std::runtime_error if another process is
/// working on it, or it cannot be removed; as load_study().
void remove_study(const std::string& path);
/// The studies of a database, each as load_study() takes it, without passwords.
/// Errors: std::runtime_error if it cannot be reached.
std::vector<std::string> studies_of(const std::string& database);

/// Whether StudyControl::file names a database.
bool is_study_server(const std::string& study);
/// The same place without passwords, as it may be shown and stored.
/// Errors: std::invalid_argument, which does not repeat the text, for a database that libpq cannot read.
std::string without_password(const std::string& study);

/// The run with these options.
PreparedRun with_values(PreparedRun run, const OptionValues& values);

/// The share of the variance of the scores that each option explains by itself, in the order of the
/// dimensions: the adjusted R2 of the mean scores of its values, or of four equal parts of its range,
/// at least 0. NaN if all trials have the same score, or there are too few. Trials that failed or did
/// not reach the highest budget are not counted.
std::vector<double> importance(const Study& study);

/// The ranking as CSV: rank, trial, state, options, mean, deviation, scores of the folds, mean score
/// in sample, share of the budget, epochs, and seconds.
std::string study_csv(const Study& study);

}  // namespace hebb
