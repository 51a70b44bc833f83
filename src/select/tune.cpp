// The coordinator of a study: it decides the steps in their order (planner.h), gives them to workers,
// and alone writes the study's file.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <map>
#include <numeric>
#include <utility>

#include "hebb/core/error.h"
#include "hebb/core/version.h"
#include "hebb/model/record.h"
#include "hebb/select/cross_validate.h"
#include "hebb/select/study.h"
#include "select/job.h"
#include "select/planner.h"
#include "select/pool.h"
#include "select/serve.h"
#include "select/study_file.h"
#include "select/trials.h"

namespace hebb {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr int kMostCrashes = 3;  // of workers at one fold of a trial
constexpr int kMostKills = 20;   // by signals that come from outside

StudyFile::Identity identity_of(const PreparedRun& run, const Space& space,
                                const StudyOptions& options, const std::string& metric,
                                const std::string& command) {
  Record record;
  record.set("model", run.row->name);
  record.set("task", std::string(task_name(run.task.task)));
  record.set("metric", metric);
  record.set("space", space.texts());
  record.set("options", run.options.record());
  record.set("preprocess", OptionSet(run.preprocess).record());
  OptionSet study = options;
  // More trials are a longer sequence, except that the last promotions of halving depend on the end.
  if (!options.halving) study.set("trials", Unset());
  record.set("study", study.record());
  return {.data = run.train.name(),
          .data_hash = run.train.hash(),
          .version = version(),
          .options = std::move(record),
          .command = command};
}

class Coordinator {
 public:
  Coordinator(const PreparedRun& run, const Space& space, const StudyOptions& options,
              const StudyControl& control)
      : space_(space),
        options_(options),
        control_(control),
        work_(run, options),
        planner_(space, options, work_.sign()),
        file_(control.file, identity_of(run, space, options, work_.metric().name, control.command)),
        pool_(
            read_workers(control.workers), [this](int in, int out) { serve_jobs(work_, in, out); },
            hello()) {}

  Study run() {
    Study study{.space = space_,
                .options = options_,
                .metric = work_.metric().name,
                .higher_is_better = work_.sign() > 0};
    file_.put_complete(false);
    bool complete = search(0);
    study.trials = trials_of(ended_steps(steps_), space_, planner_);
    study.ranking = ranking_of(study.trials, work_.sign());
    for (int outer = 1; complete && outer <= options_.nested; ++outer) {
      tell(OuterStarted{.fold = outer, .folds = options_.nested});
      complete = search(outer);
      if (complete) complete = score_choice(outer, study.outer);
    }
    study.complete = complete;
    file_.put_complete(complete);
    file_.commit();
    return study;
  }

 private:
  struct Running {
    std::size_t number = 0;  // of the step
    int losses = 0, kills = 0;
    std::size_t folds = 0;  // when it was last lost
    bool whole = false;
    Job job = {};
  };

  // The first line to a worker that is no copy of this process: serve_study().
  std::string hello() const {
    return Json({{"command", control_.command},
                 {"data_hash", work_.run().train.hash()},
                 {"version", version()}})
               .dump(-1, ' ', false, Json::error_handler_t::replace) +
           '\n';
  }

  template <class Told>
  void tell(const Told& event) const {
    if (control_.on_event) control_.on_event(event);
  }

  bool must_stop() const {
    if (control_.stop_requested && control_.stop_requested()) return true;
    return control_.max_seconds &&
           std::chrono::duration<double>(Clock::now() - begin_).count() >= *control_.max_seconds;
  }

  Job job_of(std::size_t number) const {
    const StudyStep& step = steps_[number];
    Job job{.id = number,
            .outer = study_,
            .values = space_.values(step.point),
            .share = planner_.share(step.rung),
            .done = step.folds,
            .bytes = control_.trial_bytes};
    if (options_.prune)
      if (const StudyStep* best = planner_.reference(steps_, number))
        for (const TrialFold& fold : best->folds) job.reference.push_back(fold.score);
    return job;
  }

  void give(Running running) {
    running.job.id = next_id_++;
    std::optional<double> seconds = control_.trial_seconds;
    pool_.give(running.job.id, to_message(running.job), seconds);
    running_.emplace(running.job.id, std::move(running));
  }

  // Decides steps and gives them out, as far as results and workers allow. Returns whether the
  // sequence has come to its end.
  bool advance() {
    while (pool_.has_free()) {
      if (!again_.empty()) {
        Running first = std::move(again_.front());
        again_.pop_front();
        if (!first.whole) first.job.done = steps_[first.number].folds;
        give(std::move(first));
        continue;
      }
      if (next_ == steps_.size()) {
        const std::size_t needed = planner_.needed(steps_.size());
        while (ended_ < steps_.size() && steps_[ended_].ended) ++ended_;
        if (ended_ < needed) return false;
        const auto step = planner_.next(steps_);
        if (!step) return true;
        steps_.push_back(*step);
        file_.put(study_, next_, *step);
      }
      const std::size_t number = next_++;
      if (!steps_[number].ended) give({.number = number, .job = job_of(number)});
    }
    return false;
  }

  // Runs or continues the search on all rows, or on the training part of an outer fold. Returns
  // whether it came to its end.
  bool search(int study) {
    study_ = study;
    steps_ = file_.steps(study);
    next_ = ended_ = 0;
    for (;;) {
      if (must_stop()) return abandon();
      const bool at_end = advance();
      file_.commit();
      if (at_end && running_.empty() && again_.empty()) return true;
      wait();
    }
  }

  // Trains the choice of the search on the training part of its outer fold, and scores it outside.
  bool score_choice(int outer, std::vector<OuterFold>& scores) {
    const std::vector<Trial> trials = trials_of(steps_, space_, planner_);
    const std::vector<std::size_t> ranking = ranking_of(trials, work_.sign());
    check(!ranking.empty() && trials[ranking.front()].state == TrialState::complete, "nested",
          "no trial on outer fold ", outer, " ran to its end");
    const Trial& best = trials[ranking.front()];
    scores.push_back({.inner = best.mean, .values = best.values});
    if (file_.outer(outer).empty()) {
      give({.whole = true,
            .job = {.outer = outer,
                    .whole = true,
                    .values = best.values,
                    .bytes = control_.trial_bytes}});
      while (!running_.empty() || !again_.empty()) {
        if (must_stop()) return abandon();
        if (!again_.empty()) advance();
        wait();
      }
      file_.commit();
    }
    const auto done = file_.outer(outer);
    if (!done.empty()) scores.back().outer = done.front().score;
    return true;
  }

  bool abandon() {
    pool_.stop();
    running_.clear();
    again_.clear();
    file_.commit();
    return false;
  }

  void wait() {
    constexpr double kAsk = 0.1;  // seconds
    pool_.poll(kAsk, {.on_message = [&](const Json& message) { heard(message); },
                      .on_lost = [&](const WorkerPool::Lost& lost) { this->lost(lost); }});
  }

  void heard(const Json& message) {
    const auto at = running_.find(message.at("job").get<std::size_t>());
    if (at == running_.end()) return;
    Running& running = at->second;
    if (!message.contains("end")) {
      const TrialFold fold = fold_from(message);
      const auto place = message.value("fold", std::size_t{0});
      if (running.whole) {
        file_.put_outer(study_, fold);
        return;
      }
      StudyStep& step = steps_[running.number];
      if (place != step.folds.size()) return;
      step.folds.push_back(fold);
      step.seconds += fold.seconds;
      file_.put(study_, running.number, place, fold);
      tell(FoldEnded{
          .trial = step.trial, .fold = place, .folds = work_.folds(running.job), .result = fold});
      return;
    }
    const std::string state = message.value("end", "");
    const std::string error = message.value("error", "");
    for (const TrialState one : {TrialState::complete, TrialState::pruned, TrialState::failed})
      if (to_string(one) == state) end(running, one, error);
    running_.erase(at);
  }

  void end(const Running& running, TrialState state, const std::string& error) {
    if (running.whole) {
      if (state == TrialState::failed) file_.put_outer(study_, {});
      return;
    }
    StudyStep& step = steps_[running.number];
    step.ended = true;
    step.state = state;
    step.error = error;
    file_.put(study_, running.number, step);
    const std::vector<Trial> one = trials_of({StudyStep{.trial = 0,
                                                        .rung = step.rung,
                                                        .point = step.point,
                                                        .state = state,
                                                        .error = error,
                                                        .folds = step.folds,
                                                        .seconds = step.seconds}},
                                             space_, planner_);
    Trial trial = one.front();
    trial.number = step.trial;
    tell(TrialEnded{
        .trial = trial,
        .ended = static_cast<std::size_t>(std::ranges::count_if(
            steps_, [](const StudyStep& s) { return s.ended && !s.none && s.rung == 0; })),
        .of = planner_.trials().value_or(0)});
  }

  void lost(const WorkerPool::Lost& lost) {
    const auto at = running_.find(lost.job);
    if (at == running_.end()) return;
    Running running = std::move(at->second);
    running_.erase(at);
    const std::size_t folds = running.whole ? 0 : steps_[running.number].folds.size();
    if (folds > running.folds) running.losses = running.kills = 0;
    running.folds = folds;
    ++(lost.killed ? running.kills : running.losses);
    if (lost.overtime || running.losses >= kMostCrashes || running.kills >= kMostKills) {
      const int times = running.losses + running.kills;
      end(running, TrialState::failed,
          lost.overtime ? lost.reason
                        : concat("its worker ", lost.reason,
                                 times > 1 ? concat(", ", times, " times") : std::string()));
      return;
    }
    tell(WorkerLost{.worker = lost.worker,
                    .reason = lost.reason,
                    .trial = running.whole ? 0 : steps_[running.number].trial});
    again_.push_back(std::move(running));
  }

  Space space_;
  StudyOptions options_;
  StudyControl control_;
  StudyWork work_;
  Planner planner_;
  StudyFile file_;
  WorkerPool pool_;
  Clock::time_point begin_ = Clock::now();

  int study_ = 0;
  std::vector<StudyStep> steps_;
  std::size_t next_ = 0;   // the first step that has not been given out
  std::size_t ended_ = 0;  // how many of the first steps have ended
  std::map<std::size_t, Running> running_;
  std::deque<Running> again_;
  std::size_t next_id_ = 0;
};

}  // namespace

Study tune(const PreparedRun& run, const Space& space, const StudyOptions& options,
           const StudyControl& control) {
  OptionSet(options).check_values();
  check(options.nested == 0 || options.nested >= 2, "nested", "must be 0 or at least 2");
  check(!space.dimensions().empty(), "space", "varies no option: name one at least");
  return Coordinator(run, space, options, control).run();
}

}  // namespace hebb
