// The coordinator of a study: it decides the steps in their order (planner.h), gives them to workers,
// and alone writes the study's file. In a store that is shared several coordinators work on one study:
// since a decision depends on results alone, all come to the same, and each does the steps that it takes.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <map>
#include <memory>
#include <numeric>
#include <utility>

#include "hebb/core/error.h"
#include "hebb/core/version.h"
#include "hebb/model/record.h"
#include "hebb/select/cross_validate.h"
#include "hebb/select/study.h"
#include "run/prepared.h"
#include "select/job.h"
#include "select/planner.h"
#include "select/pool.h"
#include "select/serve.h"
#include "select/study_store.h"
#include "select/trial_states.h"
#include "select/trials.h"

namespace hebb {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr int kMostCrashes = 3;  // of workers at one fold of a trial
constexpr int kMostKills = 20;   // by signals that come from outside

StudyStore::Identity identity_of(const PreparedRun& run, const Space& space,
                                 const StudyOptions& options, const std::string& metric,
                                 const std::string& command) {
  Record record;
  record.set("model", run.row->name);
  record.set("task", std::string(task_name(run.task.task)));
  record.set("metric", metric);
  record.set("space", space.texts());
  record.set("options", run.options.record());
  record.set("preprocess", OptionSet(run.preprocess).record());
  if (run.spec.from) record.set("from", start_hash(*run.spec.from));
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
        planner_(space, options, work_.sign(), goes_on(*run.row, run.options)),
        store_(open_study(control,
                          identity_of(run, space, options, work_.metric().name, control.command))),
        states_(options.halving),
        pool_(
            read_workers(control.workers), [this](int in, int out) { serve_jobs(work_, in, out); },
            hello()) {}

  Study run() {
    Study study{.space = space_,
                .options = options_,
                .metric = work_.metric().name,
                .higher_is_better = work_.sign() > 0,
                .kept = store_->place()};
    store_->put_complete(false);
    bool complete = search(0);
    study.trials = trials(ended_steps(steps_));
    study.ranking = ranking_of(study.trials, work_.sign());
    for (int outer = 1; complete && outer <= options_.nested; ++outer) {
      tell(OuterStarted{.fold = outer, .folds = options_.nested});
      complete = search(outer);
      if (complete) complete = score_choice(outer, study.outer);
    }
    study.complete = complete;
    store_->put_complete(complete);
    store_->commit();
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

  Job job_of(std::size_t number) {
    const StudyStep& step = steps_[number];
    Job job{.id = number,
            .outer = study_,
            .values = space_.values(step.point),
            .share = planner_.share(step.rung),
            .done = step.folds,
            .bytes = control_.trial_bytes,
            .states = states_of(step)};
    if (options_.prune)
      if (const StudyStep* best = planner_.reference(steps_, number))
        for (const TrialFold& fold : best->folds) job.reference.push_back(fold.score);
    return job;
  }

  std::vector<Trial> trials(const std::vector<StudyStep>& steps) const {
    return trials_of(steps, space_, planner_, *work_.run().row, work_.run().options);
  }

  // Where the states of a training that goes on on the next rung are.
  std::string states_of(const StudyStep& step) {
    const PreparedRun& run = work_.run();
    return goes_on(*run.row, run.options, space_.values(step.point))
               ? states_.of(study_, step.trial)
               : std::string();
  }

  void give(Running running) {
    if (!running.whole) steps_[running.number].taken = true;
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
      while (next_ < steps_.size() && (steps_[next_].ended || steps_[next_].taken)) ++next_;
      if (next_ == steps_.size()) {
        const std::size_t needed = planner_.needed(steps_.size());
        while (ended_ < steps_.size() && steps_[ended_].ended) ++ended_;
        if (ended_ < needed) return false;
        const auto step = planner_.next(steps_);
        if (!step) return true;
        steps_.push_back(*step);
      }
      const std::size_t number = next_++;
      if (store_->claim(study_, number, steps_[number]))
        give({.number = number, .job = job_of(number)});
      else if (steps_[number].ended && !steps_[number].none)
        ended_now_.push_back(number);
    }
    return false;
  }

  // Runs or continues the search on all rows, or on the training part of an outer fold. Returns
  // whether it came to its end.
  bool search(int study) {
    study_ = study;
    steps_ = store_->steps(study);
    next_ = ended_ = 0;
    for (;;) {
      if (must_stop()) return abandon();
      if (store_->is_shared()) {
        commit();
        follow();
      }
      const bool at_end = advance();
      commit();
      if (at_end && running_.empty() && again_.empty() &&
          std::ranges::all_of(steps_, &StudyStep::ended)) {
        states_.keep(study_, {});
        return true;
      }
      wait();
    }
  }

  // Trains the choice of the search on the training part of its outer fold, and scores it outside.
  bool score_choice(int outer, std::vector<OuterFold>& scores) {
    const std::vector<Trial> tried = trials(steps_);
    const std::vector<std::size_t> ranking = ranking_of(tried, work_.sign());
    check(!ranking.empty() && tried[ranking.front()].state == TrialState::complete, "nested",
          "no trial on outer fold ", outer, " ran to its end");
    const Trial& best = tried[ranking.front()];
    std::vector<TrialFold> done;
    while ((done = store_->outer(outer)).empty() || !running_.empty()) {
      if (must_stop()) return abandon();
      if (done.empty() && running_.empty() && again_.empty() && store_->claim_outer(outer))
        give({.whole = true,
              .job = {.outer = outer,
                      .whole = true,
                      .values = best.values,
                      .bytes = control_.trial_bytes}});
      else if (!again_.empty())
        advance();
      wait();
      commit();
    }
    scores.push_back({.inner = best.mean, .outer = done.front().score, .values = best.values});
    return true;
  }

  bool abandon() {
    pool_.stop();
    running_.clear();
    again_.clear();
    commit();
    store_->release();
    return false;
  }

  // Writes what has been put, and tells of the trials that have ended by it.
  void commit() {
    for (const std::size_t number : store_->commit()) {  // steps that others have now
      forget(number);
      if (number >= steps_.size()) continue;
      steps_[number].ended = false;
      steps_[number].taken = true;
      asked_ = {};
    }
    if (!ended_now_.empty() && planner_.rungs() > 1)
      states_.keep(study_, planner_.in_the_running(steps_));
    for (const std::size_t number : std::exchange(ended_now_, {}))
      if (steps_[number].ended) tell_ended(number);
  }

  // What comes in for the step from now on is not heard.
  void forget(std::size_t number) {
    std::erase_if(running_, [&](const auto& one) { return one.second.number == number; });
    std::erase_if(again_, [&](const Running& one) { return one.number == number; });
  }
  bool is_here(std::size_t number) const {
    return std::ranges::any_of(running_,
                               [&](const auto& one) { return one.second.number == number; }) ||
           std::ranges::any_of(again_, [&](const Running& one) { return one.number == number; });
  }

  // Learns what other processes have decided, done and given back.
  void follow() {
    constexpr std::chrono::milliseconds kAsk{500};
    if (Clock::now() - asked_ < kAsk) return;
    asked_ = Clock::now();
    while (ended_ < steps_.size() && steps_[ended_].ended) ++ended_;
    const std::vector<StudyStep> stored = store_->steps(study_, ended_);
    for (std::size_t i = 0; i < stored.size(); ++i) {
      const std::size_t number = ended_ + i;
      if (number == steps_.size()) steps_.emplace_back();
      StudyStep& step = steps_.at(number);
      if (step.ended || (is_here(number) && !stored[i].ended)) continue;
      step = stored[i];
      if (!step.ended) continue;
      forget(number);
      if (!step.none) ended_now_.push_back(number);
    }
    next_ = ended_;
  }

  void wait() {
    constexpr double kAsk = 0.1;  // seconds
    pool_.poll(kAsk, {.on_message = [&](const Json& message) { heard(message); },
                      .on_lost = [&](const WorkerPool::Lost& lost) { this->lost(lost); },
                      .on_given_up =
                          [&](const std::string& worker, const std::string& reason) {
                            tell(WorkerGivenUp{.worker = worker, .reason = reason});
                          }});
  }

  void heard(const Json& message) {
    const auto at = running_.find(message.at("job").get<std::size_t>());
    if (at == running_.end()) return;
    Running& running = at->second;
    if (!message.contains("end")) {
      const TrialFold fold = fold_from(message);
      const auto place = message.value("fold", std::size_t{0});
      if (running.whole) {
        store_->put_outer(study_, fold);
        return;
      }
      StudyStep& step = steps_[running.number];
      if (place != step.folds.size()) return;
      step.folds.push_back(fold);
      step.seconds += fold.seconds;
      store_->put(study_, running.number, place, fold);
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
      if (state == TrialState::failed) store_->put_outer(study_, {});
      return;
    }
    StudyStep& step = steps_[running.number];
    step.ended = true;
    step.state = state;
    step.error = error;
    store_->put(study_, running.number, step);
    ended_now_.push_back(running.number);
  }

  void tell_ended(std::size_t number) const {
    StudyStep step = steps_[number];
    step.trial = 0;
    Trial trial = trials({step}).front();
    trial.number = steps_[number].trial;
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
  std::unique_ptr<StudyStore> store_;
  TrialStates states_;  // removed when the workers have ended
  WorkerPool pool_;
  Clock::time_point begin_ = Clock::now();

  int study_ = 0;
  std::vector<StudyStep> steps_;
  std::size_t next_ = 0;                // the first step that has not been given out
  std::size_t ended_ = 0;               // how many of the first steps have ended
  std::vector<std::size_t> ended_now_;  // since the last commit
  Clock::time_point asked_ = {};        // when others' work was last looked at
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
