#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <sstream>
#include <thread>

#include "expect_error.h"
#include "hebb/datasets/generators.h"
#include "hebb/metrics/significance.h"
#include "hebb/select/cross_validate.h"
#include "hebb/select/default_space.h"
#include "hebb/select/study.h"
#include "scratch.h"
#include "select/pool.h"
#include "select/study_file.h"

namespace hebb {
namespace {

PreparedRun tuned_run(std::uint64_t seed = 3) {
  return prepare_run({.dataset = make_moons({.n = 120, .noise = 0.3, .seed = seed}),
                      .options = {{"hidden_layer_sizes", 4}, {"max_iter", 18}}});
}

Space tuned_space(const PreparedRun& run) {
  return Space::parse({"alpha=log:1e-5..1", "learning_rate_init=log:1e-3..0.3", "hidden=2|8|4,4"},
                      run.options);
}

// The ranking without its last column, seconds.
std::string essence(const Study& study) {
  std::istringstream lines(study_csv(study));
  std::string text;
  for (std::string line; std::getline(lines, line);) text += line.substr(0, line.rfind(',')) + '\n';
  return text;
}

TEST(Tune, IsTheSameForAnyNumberOfWorkers) {
  const PreparedRun run = tuned_run();
  for (const StudyOptions& options :
       {StudyOptions{.trials = 14, .folds = 3},
        StudyOptions{.trials = 14, .halving = true, .folds = 3},
        StudyOptions{.trials = 14, .prune = true, .folds = 4, .nested = 2}}) {
    const Study expected = tune(run, tuned_space(run), options, {.workers = "local:1"});
    EXPECT_TRUE(expected.complete);
    EXPECT_EQ(expected.trials.size(), 14U);
    for (const char* workers : {"local:2", "3"}) {
      const Study study = tune(run, tuned_space(run), options, {.workers = workers});
      EXPECT_EQ(essence(study), essence(expected)) << workers;
      ASSERT_EQ(study.outer.size(), static_cast<std::size_t>(options.nested));
      for (std::size_t i = 0; i < study.outer.size(); ++i) {
        EXPECT_EQ(study.outer[i].inner, expected.outer[i].inner);
        EXPECT_EQ(study.outer[i].outer, expected.outer[i].outer);
      }
    }
  }
}

TEST(Tune, ATrialHasTheScoresOfCrossValidation) {
  const PreparedRun run = tuned_run();
  const Space space = Space::parse({"alpha=0.001|0.1", "hidden=3|6"}, run.options);
  const Study study =
      tune(run, space, {.sampler = "grid", .metric = "f1_macro", .folds = 3, .random_state = 5});
  ASSERT_EQ(study.trials.size(), 4U);
  for (const Trial& trial : study.trials) {
    const CrossValidation folds =
        cross_validate(with_values(run, trial.values), {.folds = 3, .random_state = 5});
    const FoldScore& expected = score_of(folds, "f1_macro");
    EXPECT_EQ(trial.mean, expected.test.mean);
    EXPECT_EQ(trial.deviation, expected.test.deviation);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(trial.folds[i].score, expected.test.values[i]);
      EXPECT_EQ(trial.folds[i].train_score, expected.train.values[i]);
    }
    EXPECT_LE(trial.mean, study.best().mean);
  }
}

TEST(Tune, ASearchForTheLeastTakesTheLeast) {
  const PreparedRun run = tuned_run();
  const Space space = Space::parse({"learning_rate_init=1e-5|0.01|0.1"}, run.options);
  const Study study = tune(run, space, {.sampler = "grid", .metric = "log_loss", .folds = 3});
  EXPECT_FALSE(study.higher_is_better);
  for (const Trial& trial : study.trials) EXPECT_GE(trial.mean, study.best().mean);
  EXPECT_NE(study.best().number, 0U);
}

TEST(Tune, HalvingGivesAShareOfTheEpochs) {
  const PreparedRun run = tuned_run();
  const Study study =
      tune(run, tuned_space(run),
           {.trials = 9, .halving = true, .reduction = 3, .growth = 3, .rungs = 2, .folds = 2});
  std::size_t whole = 0;
  for (const Trial& trial : study.trials) {
    const std::size_t epochs = trial.rung == 0 ? 6 : 18;
    for (const TrialFold& fold : trial.folds) EXPECT_EQ(fold.epochs, epochs);
    EXPECT_EQ(trial.epochs, (trial.rung == 0 ? 12U : 36U));  // goes on where it stopped
    whole += trial.rung == 1 ? 1 : 0;
  }
  EXPECT_GE(whole, 3U);
  EXPECT_EQ(study.best().share, 1);
}

TEST(Tune, PruningEndsTrialsThatAreSignificantlyWorse) {
  const PreparedRun run = tuned_run();
  // The first value learns, the others do not.
  const Space space = Space::parse({"learning_rate_init=0.1|1e-7|1e-6|1e-8"}, run.options);
  const Study study =
      tune(run, space, {.sampler = "grid", .prune = true, .lag = 1, .folds = 5}, {.workers = "1"});
  EXPECT_EQ(study.trials[0].state, TrialState::complete);
  for (std::size_t i = 1; i < study.trials.size(); ++i) {
    const Trial& trial = study.trials[i];
    EXPECT_EQ(trial.state, TrialState::pruned);
    ASSERT_GE(trial.folds.size(), 3U);
    ASSERT_LT(trial.folds.size(), 5U);
    std::vector<double> scores, best;
    for (std::size_t fold = 0; fold < trial.folds.size(); ++fold) {
      scores.push_back(trial.folds[fold].score);
      best.push_back(study.trials[0].folds[fold].score);
    }
    EXPECT_LT(resampled_t_test(scores, best, 0.25).p_less, 0.05);
  }
  EXPECT_EQ(study.best().number, 0U);
}

TEST(Tune, NestedScoresAreThoseOfTheChoiceOnRowsThatTheSearchNeverSaw) {
  const PreparedRun run = tuned_run();
  const Space space = Space::parse({"hidden=2|8"}, run.options);
  const StudyOptions options{.sampler = "grid", .folds = 3, .nested = 4, .random_state = 2};
  const Study study = tune(run, space, options);
  ASSERT_EQ(study.outer.size(), 4U);
  const auto outer = fold_rows(run.train, {.folds = 4, .random_state = 2});
  for (std::size_t i = 0; i < 4; ++i) {
    PreparedRun part = run;
    part.train = run.train.select(outer[i].train);
    const Study inner = tune(part, space, {.sampler = "grid", .folds = 3, .random_state = 2});
    EXPECT_EQ(study.outer[i].inner, inner.best().mean);
    EXPECT_EQ(study.outer[i].values, inner.best().values);
    part = with_values(part, inner.best().values);
    part.test = run.train.select(outer[i].test);
    RunResult alone = train_run(part);
    EXPECT_EQ(study.outer[i].outer, alone.estimator->score(*part.test));
  }
}

TEST(Tune, AFailedTrialIsRecordedAndTheStudyGoesOn) {
  const PreparedRun run = tuned_run();
  const Space space = Space::parse({"learning_rate_init=0.01|1e30|0.1"}, run.options);
  const Study study = tune(run, space, {.sampler = "grid", .folds = 2});
  EXPECT_TRUE(study.complete);
  EXPECT_EQ(study.trials[1].state, TrialState::failed);
  EXPECT_TRUE(test::contains(study.trials[1].error, "fold 1 of 2: ")) << study.trials[1].error;
  EXPECT_EQ(study.ranking.back(), 1U);
  EXPECT_EQ(study.trials[2].state, TrialState::complete);
}

#ifndef HEBB_ADDRESS_SANITIZER  // whose allocator ends the process
TEST(Tune, ATrialThatNeedsTooMuchMemoryFails) {
  const PreparedRun run = tuned_run();
  const Space space = Space::parse({"hidden=4|4000,4000|5"}, run.options);
  const Study study =
      tune(run, space, {.sampler = "grid", .folds = 2}, {.trial_bytes = 60'000'000});
  EXPECT_EQ(study.trials[1].state, TrialState::failed);
  EXPECT_EQ(study.trials[1].error, "needed more than 60 MB of memory");
  EXPECT_EQ(study.trials[0].state, TrialState::complete);
  EXPECT_EQ(study.trials[2].state, TrialState::complete);
}
#endif

TEST(Tune, ATrialThatTakesTooLongFails) {
  PreparedRun run = tuned_run();
  run.options.set("max_iter", std::int64_t{100'000'000});
  run.options.set("tol", 0.0);
  run.options.set("n_iter_no_change", std::int64_t{100'000'000});
  const Space space = Space::parse({"hidden=4"}, run.options);
  const Study study = tune(run, space, {.sampler = "grid", .folds = 2}, {.trial_seconds = 0.3});
  EXPECT_EQ(study.trials[0].error, "took longer than 0.3 seconds");
  EXPECT_FALSE(study.has_best());
  expect_error<std::invalid_argument>([&] { (void)study.best(); }, {"no trial has run to the end"});
}

TEST(Tune, AStudyInAFileGoesOnWhereItStopped) {
  const test::Scratch scratch;
  const PreparedRun run = tuned_run();
  const StudyOptions options{.trials = 10, .halving = true, .folds = 3};
  const Study whole = tune(run, tuned_space(run), options);
  int folds = 0, again = 0;
  for (int stop = 1; stop < 100; ++stop) {
    int told = 0;
    StudyControl control{.workers = "2", .file = scratch / "s.study"};
    control.on_event = [&](const StudyEvent& event) {
      if (std::holds_alternative<FoldEnded>(event)) ++folds, ++told;
    };
    control.stop_requested = [&] { return told >= 4; };
    const Study study = tune(run, tuned_space(run), options, control);
    if (study.complete) {
      EXPECT_EQ(essence(study), essence(whole));
      break;
    }
    ++again;
    // What has ended is the beginning of the same sequence.
    for (const Trial& trial : study.trials) {
      EXPECT_EQ(trial.number, static_cast<std::size_t>(&trial - study.trials.data()));
      EXPECT_EQ(trial.point, whole.trials[trial.number].point);
    }
  }
  EXPECT_GT(again, 3);
  std::size_t expected = 0;
  for (const Trial& trial : whole.trials)
    expected += trial.folds.size() * static_cast<std::size_t>(trial.rung + 1);
  EXPECT_EQ(static_cast<std::size_t>(folds), expected);  // none was done twice
  EXPECT_EQ(scratch.entries(), 1U);                      // one file, without a journal
}

TEST(Tune, TimeEndsAStudyWithTheBeginningOfItsSequence) {
  PreparedRun run = tuned_run();
  const StudyOptions options{.sampler = "random", .trials = 5000, .folds = 2};
  const Study study = tune(run, tuned_space(run), options, {.max_seconds = 0.5});
  EXPECT_FALSE(study.complete);
  EXPECT_LT(study.trials.size(), 5000U);
  const StudyOptions part{.sampler = "random", .trials = study.trials.size(), .folds = 2};
  if (!study.trials.empty()) {
    EXPECT_EQ(essence(study), essence(tune(run, tuned_space(run), part)));
  }
}

TEST(Tune, AStudyOfOtherDataOrOptionsIsRefusedByName) {
  const test::Scratch scratch;
  const PreparedRun run = tuned_run();
  const StudyControl control{.file = scratch / "s.study"};
  const StudyOptions options{.trials = 2, .folds = 2};
  tune(run, tuned_space(run), options, control);
  const auto refused = [&](const PreparedRun& other, const Space& space, const StudyOptions& o,
                           const std::string& what) {
    expect_error<std::invalid_argument>([&] { tune(other, space, o, control); },
                                        {scratch / "s.study", what});
  };
  refused(tuned_run(4), tuned_space(run), options, "a study of other data (data without a name)");
  refused(run, Space::parse({"alpha=0.1|1"}, run.options), options, "space was");
  refused(run, tuned_space(run), {.trials = 2, .folds = 3}, "study.folds was 2, and is 3 now");
  PreparedRun longer = run;
  longer.options.set("max_iter", std::int64_t{19});
  refused(longer, tuned_space(run), options, "options.max_iter was 18, and is 19 now");
  PreparedRun continued = run;
  continued.spec.from = train_run(run).estimator->model();
  refused(continued, tuned_space(run), options, "from was not set");
  // More trials of the same sequence are not another study.
  EXPECT_EQ(tune(run, tuned_space(run), {.trials = 3, .folds = 2}, control).trials.size(), 3U);
}

TEST(Tune, AFileThatIsNoStudyIsNotTouched) {
  const test::Scratch scratch;
  const PreparedRun run = tuned_run();
  test::write_text(scratch / "notes.txt", "my notes");
  expect_error<std::invalid_argument>(
      [&] { tune(run, tuned_space(run), {.trials = 2}, {.file = scratch / "notes.txt"}); },
      {"notes.txt", "no study of hebb"});
  EXPECT_EQ(test::read_text(scratch / "notes.txt"), "my notes");
}

TEST(Tune, TwoProcessesDoNotWorkOnOneFile) {
  const test::Scratch scratch;
  const PreparedRun run = tuned_run();
  StudyControl control{.file = scratch / "s.study"};
  bool refused = false;
  control.on_event = [&](const StudyEvent& event) {
    if (!std::holds_alternative<TrialEnded>(event) || refused) return;
    expect_error<std::runtime_error>(
        [&] { tune(run, tuned_space(run), {.trials = 2}, {.file = scratch / "s.study"}); },
        {"s.study", "another process is working on this study"});
    refused = true;
  };
  tune(run, tuned_space(run), {.trials = 2, .folds = 2}, control);
  EXPECT_TRUE(refused);
}

TEST(Tune, ImportanceIsTheVarianceThatAnOptionExplains) {
  Study study;
  const PreparedRun run = tuned_run();
  study.space = Space::parse({"alpha=0.1|0.2", "hidden=2|4"}, run.options);
  for (int repeat = 0; repeat < 2; ++repeat)
    for (const double alpha : {0.0, 1.0})
      for (const double hidden : {0.0, 1.0})
        study.trials.push_back({.number = study.trials.size(),
                                .point = {alpha, hidden},
                                .mean = 0.5 + 0.2 * alpha + 0.1 * hidden});
  // Of the sum of squares 8 (0.01 + 0.0025), adjusted for 8 scores in 2 groups.
  const std::vector<double> shares = importance(study);
  EXPECT_NEAR(shares[0], 1 - 0.2 * 7 / 6, 1e-12);
  EXPECT_NEAR(shares[1], 1 - 0.8 * 7 / 6, 1e-12);
  // Equal scores have none, also where their mean is rounded.
  study.trials.resize(7);
  for (Trial& one : study.trials) one.mean = 0.07865168539325842;
  EXPECT_TRUE(std::isnan(importance(study)[0]));
  study.trials.resize(1);
  EXPECT_TRUE(std::isnan(importance(study)[0]));
}

TEST(Tune, KindsHaveUsualSpaces) {
  for (const char* kind : {"mlp", "convnet", "perceptron", "logistic", "adaline"}) {
    const Space space = default_space(kind, choose_model(kind, "").options);
    EXPECT_FALSE(space.dimensions().empty()) << kind;
    EXPECT_EQ(Space::parse(space.texts(), choose_model(kind, "").options), space);
  }
  expect_error<std::invalid_argument>([] { default_space("own", {}); }, {"own", "usual space"});
}

// ---- the pool of workers ----

using Message = WorkerPool::Json;

// Answers each job as its text says.
void serve_as_told(int in, int out) {
  const auto say = [&](const std::string& text) {
    const std::string line = text + "\n";
    (void)!::write(out, line.data(), line.size());
  };
  std::string line;
  for (char byte = 0; ::read(in, &byte, 1) == 1;) {
    if (byte != '\n') {
      line += byte;
      continue;
    }
    const Message job = Message::parse(line);
    line.clear();
    const std::string act = job.at("act");
    if (act == "die") ::abort();
    if (act == "exit") ::_exit(3);
    if (act == "kill") ::kill(::getpid(), SIGKILL);
    if (act == "sleep") std::this_thread::sleep_for(std::chrono::minutes(5));
    if (act == "garbage") say("what?");
    say(Message({{"job", job.at("job")}, {"end", "complete"}}).dump());
  }
}

struct Told {
  std::vector<std::size_t> ended;
  std::vector<WorkerPool::Lost> lost;

  WorkerPool::Handlers handlers() {
    return {
        .on_message = [this](const Message& m) { ended.push_back(m.at("job").get<std::size_t>()); },
        .on_lost = [this](const WorkerPool::Lost& l) { lost.push_back(l); },
        .on_given_up = {}};
  }
};

TEST(WorkerPool, ReportsWhyAJobIsLostAndGoesOnWithANewWorker) {
  WorkerPool pool(read_workers("local:1"), serve_as_told, "");
  Told told;
  std::size_t job = 0;
  const auto lose = [&](const std::string& act, std::optional<double> seconds = {}) {
    told.lost.clear();
    ++job;
    pool.give(job, {{"job", job}, {"act", act}}, seconds);
    while (told.lost.empty() && !pool.has_free()) pool.poll(0.1, told.handlers());
    EXPECT_EQ(told.lost.size(), 1U) << act;
    return told.lost.empty() ? WorkerPool::Lost() : told.lost.front();
  };
  const auto answer = [&] {
    told.ended.clear();
    ++job;
    pool.give(job, {{"job", job}, {"act", "answer"}}, {});
    while (!pool.has_free()) pool.poll(0.1, told.handlers());
    EXPECT_EQ(told.ended, std::vector<std::size_t>{job});
  };
  answer();
  EXPECT_EQ(lose("die").reason, "was ended by signal 6 (Aborted)");
  answer();
  EXPECT_EQ(lose("exit").reason, "was ended with exit code 3");
  const auto killed = lose("kill");
  EXPECT_TRUE(killed.killed);
  EXPECT_EQ(killed.worker, "worker 1");
  answer();
  const auto late = lose("sleep", 0.1);
  EXPECT_TRUE(late.overtime);
  EXPECT_EQ(late.reason, "took longer than 0.1 seconds");
  EXPECT_EQ(lose("garbage").reason, "sent something that is no result");
  answer();
}

TEST(WorkerPool, ACommandThatNeverBecomesReadyIsGivenUp) {
  const std::vector<WorkerPlace> none = {{.name = "worker 1", .command = {"false"}}};
  Told told;
  WorkerPool alone(none, {}, "hello\n");
  expect_error<std::runtime_error>(
      [&] {
        for (int i = 0; i < 100; ++i) alone.poll(0.1, told.handlers());
      },
      {"worker 1", "was ended with exit code 1, 3 times before it was ready", "false"});
  EXPECT_FALSE(alone.has_free());

  // Another one goes on.
  const std::string answers =
      R"(read hello; echo '{"ready": true}'; while read job; do echo '{"job": 7, "end": "complete"}'; done)";
  WorkerPool two({none.front(), {.name = "worker 2", .command = {"sh", "-c", answers}}}, {},
                 "hello\n");
  EXPECT_FALSE(two.has_free());
  std::string given_up;
  auto handlers = told.handlers();
  handlers.on_given_up = [&](const std::string& worker, const std::string& reason) {
    given_up += worker + ' ' + reason;
  };
  while (!two.has_free() || given_up.empty()) two.poll(0.1, handlers);
  EXPECT_EQ(given_up, "worker 1 was ended with exit code 1");
  two.give(7, {{"job", 7}}, {});
  while (!two.has_free()) two.poll(0.1, handlers);
  EXPECT_EQ(told.ended, std::vector<std::size_t>{7});
  EXPECT_TRUE(told.lost.empty());
}

TEST(WorkerPool, ReadsWhereWorkersAre) {
  const test::Scratch scratch;
  test::write_text(scratch / "hosts", "# two\nnode1\n\n me@node2:2222  /opt/my hebb\n");
  const auto places = read_workers("local:2,srun:1,ssh:" + (scratch / "hosts"));
  ASSERT_EQ(places.size(), 5U);
  EXPECT_TRUE(places[1].command.empty());
  EXPECT_EQ(places[2].command.front(), "srun");
  EXPECT_EQ(places[2].command.back(), "worker");
  EXPECT_EQ(places[3].command.at(places[3].command.size() - 2), "node1");
  const auto& last = places[4].command;
  EXPECT_EQ(last[last.size() - 4], "-p");
  EXPECT_EQ(last[last.size() - 3], "2222");
  EXPECT_EQ(last[last.size() - 2], "me@node2");
  EXPECT_EQ(last.back(), "/opt/my worker");
  EXPECT_EQ(read_workers("3").size(), 3U);
  test::write_text(scratch / "bad", "-oProxyCommand=x\n");
  for (const std::string& text : std::vector<std::string>{
           "locl:2", "local:0", "local:x", "srun:", "2x", "ssh:" + (scratch / "bad")})
    expect_error<std::invalid_argument>([&] { read_workers(text); }, {"workers"});
}

}  // namespace
}  // namespace hebb
