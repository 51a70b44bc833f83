#include "hebb/select/compare.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/io/process.h"
#include "hebb/run/seconds.h"
#include "select/conclusions.h"
#include "select/fold_scores.h"
#include "select/judged_run.h"
#include "select/pilot.h"

namespace hebb {
namespace {

constexpr std::int64_t kSeedStep = 1'000'003;  // from fold to fold

// A folder for models that are saved for their size alone.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::error_code failed;
    const auto base = std::filesystem::temp_directory_path(failed);
    std::string path = (base / "hebb-XXXXXX").string();
    if (!failed && ::mkdtemp(path.data()) != nullptr) path_ = path;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  /// Empty: there is no folder.
  std::string file() const { return path_.empty() ? "" : path_ + "/model.hebb"; }

 private:
  std::string path_;
};

// As find_metrics(), with the name of this option in its errors.
Metric metric_named(const std::string& name, Task task) {
  try {
    return find_metrics({name}, task).front();
  } catch (const std::invalid_argument& error) {
    std::string message = error.what();
    if (message.starts_with('[')) message.erase(0, message.find("] ") + 2);
    throw std::invalid_argument("[metric] " + message);
  }
}

void check_compare(const RunSpec& spec, const CompareOptions& options) {
  check(spec.model.empty() && spec.options.empty() && !spec.from, "compare",
        "the models are the candidates: the spec names another one");
  check(spec.model_file.empty() && spec.checkpoint.dir.empty(), "compare",
        "keeps no model: the spec names a file for one");
  for (const auto& [name, value] : {std::pair("alpha", options.alpha), {"level", options.level}})
    check(value > 0 && value < 1, name, "must be above 0 and below 1, got ", value);
  std::set<std::string> names;
  for (const Candidate& one : options.candidates)
    check(names.insert(one.name).second, "models", "'", one.name, "' is named twice");
}

// Whether some kinds do not take the rows, as values are missing.
bool has_gaps(const PreparedRun& run) {
  if (!run.train.is_table() || run.spec.preprocess.contains("impute")) return false;
  try {
    Preprocessor().check_values(run.train);
  } catch (const DataError&) {
    return true;
  }
  return false;
}

class Comparing {
 public:
  Comparing(RunSpec spec, const CompareOptions& options, const CompareControl& control)
      : options_(options), control_(control) {
    const std::string name = spec.data;
    spec.model = "tabular";  // which takes any values; with_candidate() replaces it
    base_ = prepare_run(std::move(spec));
    all_.data = name.empty() ? base_.train.name() : name;
    all_.task = base_.task.task;
    all_.alpha = options.alpha;
    all_.level = options.level;
    all_.notes = base_.notes;
    set_metric();
    cut();
    for (Candidate& one :
         options.candidates.empty() ? fitting_candidates(base_) : std::vector(options.candidates))
      add(std::move(one));
    check(!all_.models.empty(), "models", "no kind of model fits these data");
    if (options.candidates.empty() && has_gaps(base_))
      all_.notes.emplace_back(
          "values are missing, and the models that do not take such rows are left out; --impute "
          "indicator lets all take part");
    judged_.resize(all_.models.size());
    seconds_.resize(all_.models.size());
    all_.of_trainings = rounds_.size() * all_.models.size();
    for (const ComparedModel& model : all_.models)
      if (!model.error.empty()) all_.of_trainings -= rounds_.size();
  }

  Comparison run() {
    if (control_.on_notes) control_.on_notes(all_.notes);
    const Stopwatch watch;
    all_.complete = predict(watch);
    for (std::size_t round = 0; round < rounds_.size() && all_.complete; ++round)
      for (std::size_t i = 0; i < all_.models.size() && all_.complete; ++i)
        if (all_.models[i].error.empty()) all_.complete = train(i, round);
    all_.seconds = watch.seconds();
    keep_whole_rounds();
    for (std::size_t i = 0; i < all_.models.size(); ++i) summarize(i);
    conclude(all_, judged_, test_share_, {.random_state = options_.random_state});
    return std::move(all_);
  }

 private:
  // A metric that is not among the scores of an evaluation is measured too.
  void set_metric() {
    all_.metric = options_.metric.empty() ? default_metric(all_.task) : options_.metric;
    const Metric metric = metric_named(all_.metric, all_.task);
    all_.metric = metric.name;
    all_.metric_label = metric.row->label.empty() ? metric.name : metric.row->label;
    all_.higher_is_better = metric.row->higher_is_better;
    const bool listed = std::ranges::count(base_.spec.metrics, all_.metric) > 0;
    if (!listed && metric.row->needs_predictions) base_.spec.metrics.push_back(all_.metric);
  }

  void cut() {
    if (options_.folds || !base_.test) {
      all_.folds = options_.folds.value_or(FoldOptions{.random_state = options_.random_state});
      rounds_ = fold_rows(base_.train, *all_.folds);
    } else {
      rounds_.resize(1);
    }
    double train = 0, test = 0;
    for (const Fold& round : rounds_) {
      train += rows_of_round(round);
      test += static_cast<double>(all_.folds ? round.test.size() : base_.test->samples());
    }
    const auto n = static_cast<double>(rounds_.size());
    all_.train_samples = static_cast<std::size_t>(std::lround(train / n));
    all_.test_samples = static_cast<std::size_t>(std::lround(test / n));
    test_share_ = test / train;
  }

  double rows_of_round(const Fold& round) const {
    return static_cast<double>(all_.folds ? round.train.size() : base_.train.samples());
  }

  void add(Candidate candidate) {
    ComparedModel model{.candidate = candidate};
    PreparedRun run;
    try {
      const OptionSet& known = choose_model(candidate.kind, "").options;
      if (known.find("random_state"))
        candidate.options.try_emplace("random_state",
                                      static_cast<std::int64_t>(options_.random_state));
      const LogSilenced quiet;  // what the first preparation has said
      run = with_candidate(base_, candidate);
      if (!all_.folds) return keep(std::move(model), std::move(run));
      run.test.reset();
    } catch (const std::exception& error) {
      model.error = error.what();
    }
    keep(std::move(model), std::move(run));
  }

  void keep(ComparedModel model, PreparedRun run) {
    all_.models.push_back(std::move(model));
    runs_.push_back(std::move(run));
  }

  // With a seed of its own in each fold.
  PreparedRun run_of_round(std::size_t i, std::size_t round) const {
    if (!all_.folds) return runs_[i];
    PreparedRun run = run_of_fold(runs_[i], rounds_[round]);
    if (run.options.find("random_state"))
      run.options.set("random_state", std::get<std::int64_t>(run.options.get("random_state")) +
                                          kSeedStep * static_cast<std::int64_t>(round));
    return run;
  }

  // The seconds of each model's training, from pilots. Returns false if it was stopped.
  bool predict(const Stopwatch& watch) {
    Fold first;
    if (all_.folds) {
      first = rounds_.front();
    } else {
      first.train.resize(base_.train.samples());
      std::iota(first.train.begin(), first.train.end(), 0U);
      first.test.resize(base_.test->samples());
    }
    predicted_.resize(all_.models.size());
    for (std::size_t i = 0; i < all_.models.size(); ++i) {
      if (!all_.models[i].error.empty()) continue;
      const Stopwatch of_model;
      const auto stopped = [&] {
        tell_pilot(i, of_model.seconds());
        return control_.stop_requested && control_.stop_requested();
      };
      try {
        const auto seconds = predicted_seconds(runs_[i], first,
                                               {.trainings = static_cast<double>(rounds_.size()),
                                                .max_seconds = options_.max_seconds,
                                                .stop_requested = stopped});
        if (seconds) predicted_[i] = *seconds / rows_of_round(rounds_.front());
      } catch (const ProcessError&) {
        return false;
      }
    }
    if (const auto left = seconds_left({}, 0)) {
      all_.predicted_seconds = watch.seconds() + *left;
      if (control_.on_predicted) control_.on_predicted(all_);
    }
    return true;
  }

  void tell_pilot(std::size_t i, double running_seconds) {
    if (control_.on_progress)
      control_.on_progress(
          {.so_far = all_, .running = i, .pilot = true, .running_seconds = running_seconds});
  }

  // Returns false if it was stopped.
  bool train(std::size_t i, std::size_t round) {
    ComparedModel& model = all_.models[i];
    const Stopwatch watch;
    tell(i, round, 0);
    const auto stopped = [&] {
      tell(i, round, watch.seconds());
      return control_.stop_requested && control_.stop_requested();
    };
    try {
      const ProcessResult result = run_in_process(
          [&] {
            return bytes_of(judge_alone(run_of_round(i, round), scratch_.file(), !all_.folds));
          },
          {.seconds = options_.max_seconds}, stopped);
      take(i, judged_run_from(result.output));
      model.peak_bytes = std::max(model.peak_bytes, static_cast<double>(result.peak_bytes));
    } catch (const ProcessError& error) {
      if (error.cause() == ProcessError::Cause::stopped) return false;
      fail(i, round, error.what());
    } catch (const std::exception& error) {
      fail(i, round, error.what());
    }
    ++all_.trainings;
    seconds_[i].push_back(watch.seconds() / rows_of_round(rounds_[round]));
    tell({}, round, 0);
    return true;
  }

  void take(std::size_t i, JudgedRun judged_run) {
    ComparedModel& model = all_.models[i];
    const auto row = std::ranges::find(judged_run.scores, all_.metric, &ScoreRow::key);
    const bool has = row != judged_run.scores.end() && row->test;
    model.values.push_back(has ? *row->test : std::nan(""));
    for (const std::string& warning : judged_run.warnings)
      if (std::ranges::count(model.warnings, warning) == 0) model.warnings.push_back(warning);
    judged_[i].push_back(std::move(judged_run));
  }

  void fail(std::size_t i, std::size_t round, const std::string& message) {
    all_.models[i].error =
        all_.folds ? concat("fold ", round + 1, " of ", rounds_.size(), ": ", message) : message;
    all_.of_trainings -= rounds_.size() - round - 1;
  }

  void tell(std::optional<std::size_t> running, std::size_t round, double running_seconds) {
    if (!control_.on_progress) return;
    control_.on_progress({.so_far = all_,
                          .running = running,
                          .round = round,
                          .running_seconds = running_seconds,
                          .seconds_left = seconds_left(running, running_seconds)});
  }

  std::optional<double> seconds_left(std::optional<std::size_t> running,
                                     double running_seconds) const {
    double left = 0;
    for (std::size_t i = 0; i < all_.models.size(); ++i) {
      if (!all_.models[i].error.empty()) continue;
      const auto& seconds = seconds_[i];
      if (seconds.empty() && !predicted_[i]) return {};
      const double each = seconds.empty() ? *predicted_[i]
                                          : std::accumulate(seconds.begin(), seconds.end(), 0.0) /
                                                static_cast<double>(seconds.size());
      for (std::size_t round = seconds.size(); round < rounds_.size(); ++round) {
        const double one = each * rows_of_round(rounds_[round]);
        const bool now = running == i && round == seconds.size();
        left += now ? std::max(0.0, one - running_seconds) : one;
      }
    }
    return left;
  }

  // Of a comparison that was stopped, the rounds that all models have, if there is one.
  void keep_whole_rounds() {
    std::size_t rounds = rounds_.size();
    for (std::size_t i = 0; i < all_.models.size(); ++i)
      if (all_.models[i].error.empty()) rounds = std::min(rounds, judged_[i].size());
    if (rounds == 0) return;
    for (std::size_t i = 0; i < all_.models.size(); ++i) {
      judged_[i].resize(std::min(rounds, judged_[i].size()));
      all_.models[i].values.resize(judged_[i].size());
    }
  }

  void summarize(std::size_t i) {
    ComparedModel& model = all_.models[i];
    const auto& judged = judged_[i];
    if (judged.empty()) return;
    std::vector<std::vector<ScoreRow>> rows;
    const auto n = static_cast<double>(judged.size());
    double bytes = 0;
    bool saved = true;
    for (const JudgedRun& one : judged) {
      rows.push_back(one.scores);
      model.fit_seconds += one.fit_seconds / n;
      model.predict_seconds += one.predict_seconds / n;
      saved = saved && one.model_bytes;
      bytes += one.model_bytes.value_or(0) / n;
    }
    if (saved) model.model_bytes = bytes;
    model.parameters = judged.front().parameters;
    for (FoldScore& score : fold_scores(rows)) {
      ComparedScore compared{.score = std::move(score)};
      if (all_.folds) compared.interval = interval_of_folds(compared.score);
      model.scores.push_back(std::move(compared));
    }
  }

  // Of no value that the score cannot have: the t-distribution knows no bounds.
  std::optional<Interval> interval_of_folds(const FoldScore& score) const {
    std::optional<Interval> interval = fold_interval(score.test.values, test_share_, all_.level);
    // By the name without a parameter. Scores that are no metric, as those of a class, have no row.
    const std::string_view name = std::string_view(score.key).substr(0, score.key.find(':'));
    const MetricRow* row = metric_catalogue().find(name);
    if (interval && row)
      interval = Interval{.low = std::max(interval->low, row->least),
                          .high = std::min(interval->high, row->most)};
    return interval;
  }

  const CompareOptions& options_;
  const CompareControl& control_;
  const ScratchFolder scratch_;
  PreparedRun base_;
  std::vector<Fold> rounds_;
  double test_share_ = 0;
  Comparison all_;
  std::vector<PreparedRun> runs_;                 // of each model; empty: it has failed
  std::vector<std::vector<JudgedRun>> judged_;    // of each model
  std::vector<std::vector<double>> seconds_;      // of each training of a model, for a row
  std::vector<std::optional<double>> predicted_;  // likewise, of each model
};

}  // namespace

Comparison compare_models(RunSpec spec, const CompareOptions& options,
                          const CompareControl& control) {
  check_compare(spec, options);
  return Comparing(std::move(spec), options, control).run();
}

const ComparedScore& compared_score(const ComparedModel& model, const std::string& key) {
  const auto found =
      std::ranges::find(model.scores, key, [](const ComparedScore& one) { return one.score.key; });
  check(found != model.scores.end(), "score", "'", key, "' is none of the scores of ",
        model.candidate.name);
  return *found;
}

}  // namespace hebb
