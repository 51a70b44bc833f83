#include "select/trial_states.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "hebb/datasets/generators.h"
#include "hebb/select/cross_validate.h"
#include "hebb/select/study.h"
#include "scratch.h"
#include "select/job.h"

namespace hebb {
namespace {

// Temporary files are made in a folder of the test.
class TemporaryHome {
 public:
  TemporaryHome() {
    if (const char* before = std::getenv("TMPDIR")) old_ = before;
    ::setenv("TMPDIR", scratch_.path().c_str(), 1);
  }
  ~TemporaryHome() {
    if (old_)
      ::setenv("TMPDIR", old_->c_str(), 1);
    else
      ::unsetenv("TMPDIR");
  }
  TemporaryHome(const TemporaryHome&) = delete;
  TemporaryHome& operator=(const TemporaryHome&) = delete;

  std::string operator/(const std::string& name) const { return scratch_ / name; }
  std::size_t entries() const { return scratch_.entries(); }

 private:
  test::Scratch scratch_;
  std::optional<std::string> old_;
};

PreparedRun halved_run(OptionValues options = {}) {
  options.insert({"max_iter", 18});
  if (!options.contains("net")) options.insert({"hidden_layer_sizes", 4});
  return prepare_run(
      {.dataset = make_moons({.n = 120, .noise = 0.3, .seed = 3}), .options = options});
}

Space halved_space(const PreparedRun& run) {
  return Space::parse({"alpha=log:1e-5..1", "learning_rate_init=log:1e-3..0.3"}, run.options);
}

const StudyOptions kHalved{.sampler = "random", .trials = 9, .halving = true, .folds = 3};

// The ranking without its last column, seconds.
std::string ranked(const Study& study) {
  std::istringstream lines(study_csv(study));
  std::string text;
  for (std::string line; std::getline(lines, line);) text += line.substr(0, line.rfind(',')) + '\n';
  return text;
}

std::string ranked_without_states(const PreparedRun& run, const StudyOptions& options) {
  const TemporaryHome home;
  ::setenv("TMPDIR", (home / "missing").c_str(), 1);
  return ranked(tune(run, halved_space(run), options, {.workers = "1"}));
}

TEST(TrialStates, ATrainingGoesOnIfNothingInItDependsOnItsLength) {
  const auto of = [](const std::string& kind, const OptionValues& values = {}) {
    const EstimatorRow& row = choose_model(kind, "");
    return goes_on(row, row.options, values);
  };
  for (const char* schedule : {"constant", "invscaling", "adaptive", "step"})
    EXPECT_TRUE(of("mlp", {{"learning_rate", schedule}})) << schedule;
  EXPECT_FALSE(of("convnet"));  // one_cycle, unless said
  EXPECT_TRUE(of("convnet", {{"learning_rate", "constant"}}));
  EXPECT_TRUE(of("mlp", {{"solver", "lbfgs"}, {"early_stopping", true}}));
  EXPECT_FALSE(of("mlp", {{"learning_rate", "cosine"}}));
  EXPECT_FALSE(of("mlp", {{"learning_rate", "one_cycle"}}));
  EXPECT_FALSE(of("mlp", {{"max_seconds", 5.0}}));
  for (const char* kind : {"perceptron", "adaline", "logistic", "trees", "forest", "bagging"})
    EXPECT_FALSE(of(kind)) << kind;
}

TEST(TrialStates, TheFolderIsRemovedAndThatOfAKilledProcessToo) {
  const TemporaryHome home;
  std::filesystem::create_directories(home / "hebb-states-killed/0-3/1");
  std::filesystem::create_directories(home / "others");
  {
    EXPECT_EQ(TrialStates(false).of(0, 3), "");
    EXPECT_EQ(home.entries(), 2U);
    TrialStates states(true);
    EXPECT_FALSE(std::filesystem::exists(home / "hebb-states-killed"));
    const std::string trial = states.of(0, 3);
    TrialStates second(true);  // does not touch the first, which is in use
    EXPECT_NE(second.of(0, 3), trial);
    EXPECT_EQ(states.of(0, 3), trial);
    EXPECT_EQ(home.entries(), 3U);
    for (const auto& [study, number] : {std::pair{0, 3}, {0, 4}, {1, 3}})
      std::filesystem::create_directories(states.of(study, static_cast<std::size_t>(number)));
    states.keep(0, {3, 5});
    EXPECT_TRUE(std::filesystem::exists(trial));
    EXPECT_FALSE(std::filesystem::exists(states.of(0, 4)));
    EXPECT_FALSE(std::filesystem::exists(states.of(1, 3)));
  }
  EXPECT_EQ(home.entries(), 1U);
  EXPECT_TRUE(std::filesystem::exists(home / "others"));
}

TEST(TrialStates, WithoutAPlaceNoneAreKept) {
  const TemporaryHome home;
  EXPECT_FALSE(state_of("", 0, 0.5));
  EXPECT_FALSE(state_of(home / "elsewhere/0-1", 0, 0.5));  // as on another machine
  std::filesystem::create_directory(home / "states");
  EXPECT_TRUE(state_of(home / "states/0-1", 0, 0.5));
  EXPECT_FALSE(state_of(home / "states/0-1", 0, 1));  // nothing comes after
  ::setenv("TMPDIR", (home / "missing").c_str(), 1);
  EXPECT_EQ(TrialStates(true).of(0, 1), "");
}

// The scores of the folds, and how many updates were made, one for each epoch.
struct Worked {
  std::vector<TrialFold> folds;
  std::size_t epochs = 0;
};

Worked work_on(StudyWork& work, const OptionValues& values, double share,
               const std::string& states) {
  Worked worked;
  const JobEnd end = work.work(
      {.values = values, .share = share, .states = states},
      [&](std::size_t, const TrialFold& fold) { worked.folds.push_back(fold); },
      [&] {  // the trainer asks behind each epoch but the last, and work() behind each fold
        ++worked.epochs;
        return false;
      });
  EXPECT_EQ(end.error, "");
  return worked;
}

void expect_same_folds(const Worked& one, const Worked& other, const std::string& of) {
  ASSERT_EQ(one.folds.size(), other.folds.size()) << of;
  for (std::size_t i = 0; i < one.folds.size(); ++i) {
    EXPECT_EQ(one.folds[i].score, other.folds[i].score) << of;
    EXPECT_EQ(one.folds[i].train_score, other.folds[i].train_score) << of;
    EXPECT_EQ(one.folds[i].epochs, other.folds[i].epochs) << of;
  }
}

TEST(TrialStates, APromotedTrialTrainsTheRestWithTheSameScores) {
  const TemporaryHome home;
  std::filesystem::create_directory(home / "states");
  const std::vector<OptionValues> kinds = {
      {},
      {{"solver", "sgd"}, {"learning_rate", "invscaling"}, {"learning_rate_init", 0.1}},
      {{"solver", "adamw"}, {"dropout", 0.2}, {"early_stopping", true}, {"n_iter_no_change", 3}},
      {{"ema", 0.9}, {"mixup", 0.3}, {"clip_norm", 0.5}},
      {{"solver", "rmsprop"}, {"learning_rate", "step"}, {"step_epochs", 5}},
      {{"net", "linear(6) batchnorm relu linear(2)"}}};
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    OptionValues options = kinds[i];
    options.insert({"tol", 0.0});
    const PreparedRun run = halved_run(options);
    StudyWork work(run, {.metric = "log_loss", .folds = 2});
    const std::string states = home / ("states/0-" + std::to_string(i));
    const Worked low = work_on(work, {}, 1.0 / 3, states);
    const Worked high = work_on(work, {}, 1, states);
    expect_same_folds(low, work_on(work, {}, 1.0 / 3, ""), std::to_string(i));
    const Worked anew = work_on(work, {}, 1, "");
    expect_same_folds(high, anew, std::to_string(i));
    ASSERT_EQ(anew.folds.size(), 2U);
    for (const TrialFold& fold : low.folds) EXPECT_EQ(fold.epochs, 6U);
    if (anew.folds[0].epochs == 18 && anew.folds[1].epochs == 18) {
      EXPECT_EQ(low.epochs, 2 * 6U);
      EXPECT_EQ(anew.epochs, 2 * 18U);
    }
    EXPECT_EQ(high.epochs, anew.epochs - 2 * 6U) << i;
    // Once more, as after a worker that was killed before it could answer: no epoch.
    const Worked again = work_on(work, {}, 1, states);
    expect_same_folds(again, anew, std::to_string(i));
    EXPECT_EQ(again.epochs, 2U);  // work() behind each of the folds
  }
}

TEST(TrialStates, LbfgsGoesOnToo) {
  const TemporaryHome home;
  std::filesystem::create_directory(home / "states");
  StudyWork work(halved_run({{"solver", "lbfgs"}, {"tol", 0.0}}),
                 {.metric = "log_loss", .folds = 2});
  const Worked low = work_on(work, {}, 1.0 / 3, home / "states/0-0");
  EXPECT_EQ(low.folds[0].epochs, 6U);
  const Worked high = work_on(work, {}, 1, home / "states/0-0");
  const Worked anew = work_on(work, {}, 1, "");
  expect_same_folds(high, anew, "lbfgs");
  EXPECT_LT(high.epochs, anew.epochs);
}

TEST(TrialStates, ARunThatHadConvergedHasNoMoreEpochs) {
  const TemporaryHome home;
  std::filesystem::create_directory(home / "states");
  // No epoch improves by so much: each run ends with its fourth.
  StudyWork work(halved_run({{"tol", 100.0}, {"n_iter_no_change", 2}}), {.folds = 2});
  const Worked low = work_on(work, {}, 1.0 / 3, home / "states/0-0");
  const Worked high = work_on(work, {}, 1, home / "states/0-0");
  EXPECT_EQ(low.folds[0].epochs, 4U);
  EXPECT_EQ(high.epochs, 2U);  // work() behind each of the folds
  expect_same_folds(high, work_on(work, {}, 1, ""), "converged");
}

TEST(TrialStates, AStateThatCannotBeUsedIsNoLoss) {
  const TemporaryHome home;
  std::filesystem::create_directory(home / "states");
  const std::string states = home / "states/0-0", file = states + "/0/checkpoint.hebb";
  StudyWork work(halved_run(), {.metric = "log_loss", .folds = 2});
  const Worked anew = work_on(work, {}, 1, "");
  // Damaged.
  work_on(work, {}, 1.0 / 3, states);
  std::string bytes = test::read_text(file);
  bytes[bytes.size() / 2] ^= 1;
  test::write_text(file, bytes);
  expect_same_folds(work_on(work, {}, 1, states), anew, "damaged");
  // Of more epochs than the training has, and of other rows.
  work_on(work, {}, 1, states);
  expect_same_folds(work_on(work, {}, 1.0 / 3, states), work_on(work, {}, 1.0 / 3, ""), "longer");
  std::filesystem::rename(states + "/1/checkpoint.hebb", file);
  expect_same_folds(work_on(work, {}, 1, states), anew, "of another fold");
  // A file is where the folder should be.
  std::filesystem::remove_all(states);
  test::write_text(states, "in the way");
  expect_same_folds(work_on(work, {}, 1.0 / 3, states), work_on(work, {}, 1.0 / 3, ""),
                    "no folder");
  EXPECT_EQ(test::read_text(states), "in the way");
}

TEST(TrialStates, TheStudyIsTheSameWithAndWithoutThem) {
  for (const StudyOptions& options :
       {kHalved, StudyOptions{.trials = 12, .halving = true, .folds = 3, .nested = 2},
        StudyOptions{.trials = 9, .prune = true, .halving = true, .rungs = 4, .folds = 4}}) {
    const PreparedRun run = halved_run();
    const std::string expected = ranked_without_states(run, options);
    const TemporaryHome home;
    for (const char* workers : {"local:1", "local:2"})
      EXPECT_EQ(ranked(tune(run, halved_space(run), options, {.workers = workers})), expected)
          << workers;
    EXPECT_EQ(home.entries(), 0U);
  }
}

TEST(TrialStates, AreKeptFromRungToRungAndNoLonger) {
  const TemporaryHome home;
  const PreparedRun run = halved_run();
  std::size_t most = 0, ended = 0;
  const auto kept = [&] {
    std::size_t folders = 0;
    for (const auto& base : std::filesystem::directory_iterator(home / ""))
      folders += static_cast<std::size_t>(
          std::distance(std::filesystem::directory_iterator(base.path()), {}));
    return folders;
  };
  StudyControl control{.workers = "1"};
  control.on_event = [&](const StudyEvent& event) {
    if (!std::holds_alternative<TrialEnded>(event)) return;
    ++ended;
    most = std::max(most, kept());
  };
  StudyOptions options = kHalved;
  options.trials = 27;
  options.reduction = 3;
  options.lag = 2;
  const Study study = tune(run, halved_space(run), options, control);
  EXPECT_GT(ended, 36U);
  EXPECT_GE(most, 9U);               // a third of the trials on the first rung,
  EXPECT_LE(most, 9U + 9U + 2 + 1);  // and on the second, those not known yet and the next
  // The scores of those that reached the whole budget are those of whole trainings.
  std::size_t whole = 0;
  for (const Trial& trial : study.trials) {
    if (trial.share < 1) continue;
    ++whole;
    const CrossValidation folds = cross_validate(with_values(run, trial.values), {.folds = 3});
    EXPECT_EQ(trial.mean, score_of(folds, "accuracy").test.mean);
    EXPECT_EQ(trial.epochs, 3 * 18U);  // each epoch once
  }
  EXPECT_GE(whole, 3U);
}

TEST(TrialStates, AStudyThatWasStoppedGoesOnToTheSameResult) {
  const PreparedRun run = halved_run();
  const std::string expected = ranked_without_states(run, kHalved);
  const test::Scratch scratch;
  const TemporaryHome home;
  for (int stop = 1;; ++stop) {
    int told = 0;
    StudyControl control{.workers = "2", .file = scratch / "s.study"};
    control.on_event = [&](const StudyEvent& event) {
      if (std::holds_alternative<FoldEnded>(event)) ++told;
    };
    control.stop_requested = [&] { return told >= 5; };
    const Study study = tune(run, halved_space(run), kHalved, control);
    EXPECT_EQ(home.entries(), 0U);
    if (!study.complete) continue;
    EXPECT_EQ(ranked(study), expected);
    EXPECT_EQ(ranked(load_study(scratch / "s.study").study), expected);
    EXPECT_GT(stop, 3);
    break;
  }
}

TEST(TrialStates, OtherKindsTrainAnewOnEachRung) {
  const TemporaryHome home;
  const PreparedRun cosine = halved_run({{"learning_rate", "cosine"}});
  for (const Trial& trial : tune(cosine, halved_space(cosine), kHalved).trials)
    EXPECT_EQ(trial.epochs, 3 * (trial.rung == 0 ? 2U : trial.rung == 1 ? 2U + 6 : 2U + 6 + 18));
  // Where the schedule is varied, each trial by its own.
  const PreparedRun run = halved_run({{"tol", 0.0}});
  const Space space = Space::parse({"learning_rate=constant|cosine", "hidden=2|4|8"}, run.options);
  StudyOptions options{
      .sampler = "grid", .halving = true, .reduction = 2, .growth = 2, .rungs = 2, .folds = 2};
  const Study study = tune(run, space, options);
  std::size_t promoted = 0;
  for (const Trial& trial : study.trials) {
    if (trial.rung == 0) continue;
    ++promoted;
    const bool planned = to_text(trial.values.at("learning_rate")) == "cosine";
    EXPECT_EQ(trial.epochs, 2 * (planned ? 9U + 18U : 18U));
  }
  EXPECT_GE(promoted, 3U);
}

}  // namespace
}  // namespace hebb
