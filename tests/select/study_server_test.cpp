// Studies in a database, which several processes share.
#include "select/study_server.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <csignal>

#include <chrono>
#include <cmath>
#include <limits>
#include <thread>

#include "cli/run.h"
#include "expect_error.h"
#include "hebb/datasets/generators.h"
#include "server.h"

namespace hebb {
namespace {

using std::chrono::milliseconds;

test::Server& server() {
  static test::Server one;
  return one;
}

StudyStore::Identity identity_of_test(int folds = 3) {
  Record options;
  options.set("folds", std::int64_t{folds});
  return {.data = "moons",
          .data_hash = "5f1c",
          .version = "0.2.0",
          .options = options,
          .command = "{}"};
}

StudyControl kept_in(const std::string& address) {
  StudyControl control;
  control.file = address;
  return control;
}

// A process that shares a study, with short times.
struct Sharer {
  explicit Sharer(const std::string& name, milliseconds silent = milliseconds(60'000))
      : store(kept_in(server().address(name)), identity_of_test(),
              {.beat = milliseconds(0), .silent = silent, .retry = milliseconds(20'000)}) {}
  StudyServer store;
};

const StudyStep kFirst{.trial = 0, .point = {0.25, 1}};
const TrialFold kFold{.score = 0.1, .train_score = 0.2, .epochs = 12, .seconds = 0.5};

void expect_same_step(const StudyStep& a, const StudyStep& b) {
  EXPECT_EQ(a.trial, b.trial);
  EXPECT_EQ(a.rung, b.rung);
  EXPECT_EQ(a.point, b.point);
  EXPECT_EQ(a.none, b.none);
  EXPECT_EQ(a.ended, b.ended);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.error, b.error);
  EXPECT_EQ(a.folds.size(), b.folds.size());
}

TEST(StudyServer, KeepsStepsAndFolds) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  StudyStep failed{.trial = 1, .rung = 1, .point = {1.0 / 3, 1e-300}};
  {
    Sharer one("kept");
    StudyStep step = kFirst;
    ASSERT_TRUE(one.store.claim(0, 0, step));
    one.store.put(0, 0, 0, kFold);
    one.store.put(0, 0, 1,
                  {.score = -std::numeric_limits<double>::infinity(), .train_score = kNaN});
    ASSERT_TRUE(one.store.claim(0, 1, failed));
    failed.ended = true;
    failed.state = TrialState::failed;
    failed.error = "a line\nand bytes \xff that are no text, 'quotes' and \xc3\xa9";
    failed.seconds = 0.1;
    one.store.put(0, 1, failed);
    StudyStep none{.none = true, .ended = true};
    EXPECT_FALSE(one.store.claim(0, 2, none));
    EXPECT_TRUE(one.store.commit().empty());
    EXPECT_TRUE(one.store.claim_outer(1));
    EXPECT_TRUE(one.store.outer(1).empty());
    one.store.put_outer(1, kFold);
    EXPECT_TRUE(one.store.commit().empty());
  }
  const Sharer again("kept");
  const auto steps = again.store.steps(0);
  ASSERT_EQ(steps.size(), 3U);
  StudyStep first = kFirst;
  first.folds = {kFold, {}};
  expect_same_step(steps[0], first);
  EXPECT_FALSE(steps[0].taken);
  EXPECT_EQ(steps[0].folds[0].score, kFold.score);
  EXPECT_EQ(steps[0].folds[0].epochs, 12U);
  EXPECT_EQ(steps[0].folds[1].score, -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(steps[0].folds[1].train_score));
  failed.error = R"(a line\nand bytes \xff that are no text, 'quotes' and )"
                 "\xc3\xa9";
  expect_same_step(steps[1], failed);
  EXPECT_TRUE(steps[2].none && steps[2].ended);
  EXPECT_EQ(again.store.steps(0, 1).size(), 2U);
  EXPECT_TRUE(again.store.steps(1).empty());
  ASSERT_EQ(again.store.outer(1).size(), 1U);
  EXPECT_EQ(again.store.outer(1).front().score, kFold.score);
}

TEST(StudyServer, AStepIsDoneByOneProcess) {
  Sharer a("claims"), b("claims");
  StudyStep step = kFirst;
  EXPECT_TRUE(a.store.claim(0, 0, step));
  EXPECT_TRUE(a.store.claim(0, 0, step)) << "an answer that was lost, asked for again";
  // What was decided first holds.
  StudyStep other{.trial = 0, .point = {0.75, 0}};
  EXPECT_FALSE(b.store.claim(0, 0, other));
  EXPECT_TRUE(other.taken);
  EXPECT_EQ(other.point, kFirst.point);
  EXPECT_TRUE(b.store.steps(0).at(0).taken);
  EXPECT_TRUE(b.store.claim(1, 0, other)) << "another search";
  // What b writes to it is dropped.
  b.store.put(0, 0, 0, kFold);
  StudyStep end = kFirst;
  end.ended = true;
  b.store.put(0, 0, end);
  EXPECT_EQ(b.store.commit(), std::vector<std::size_t>{0});
  EXPECT_TRUE(a.store.steps(0).at(0).folds.empty());
  EXPECT_FALSE(a.store.steps(0).at(0).ended);
  EXPECT_TRUE(a.store.claim_outer(1));
  EXPECT_FALSE(b.store.claim_outer(1));

  a.store.release();
  EXPECT_FALSE(b.store.steps(0).at(0).taken);
  EXPECT_TRUE(b.store.claim(0, 0, other));
}

TEST(StudyServer, ManyProcessesTakeEachStepOnce) {
  constexpr std::size_t kSteps = 40;
  (void)server();  // it ends with the thread that starts it
  std::vector<std::vector<std::size_t>> taken(4);
  std::vector<std::thread> threads;
  for (auto& mine : taken)
    threads.emplace_back([&mine] {
      Sharer one("many");
      for (std::size_t i = 0; i < kSteps; ++i) {
        StudyStep step{.trial = i, .point = {0.5}};
        if (one.store.claim(0, i, step)) mine.push_back(i);
      }
      for (const std::size_t i : mine) {
        StudyStep step{.trial = i, .point = {0.5}, .ended = true};
        one.store.put(0, i, step);
      }
      EXPECT_TRUE(one.store.commit().empty());
    });
  for (std::thread& one : threads) one.join();
  std::vector<std::size_t> all;
  for (const auto& mine : taken) all.insert(all.end(), mine.begin(), mine.end());
  std::ranges::sort(all);
  ASSERT_EQ(all.size(), kSteps);
  EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
}

TEST(StudyServer, ASilentProcessLosesItsStepsAndItsLateAnswersAreDropped) {
  constexpr milliseconds kSoon{300};
  Sharer silent("silent", kSoon), other("silent", kSoon);
  StudyStep step = kFirst;
  ASSERT_TRUE(silent.store.claim(0, 0, step));
  silent.store.put(0, 0, 0, kFold);
  EXPECT_TRUE(silent.store.commit().empty());
  EXPECT_FALSE(other.store.claim(0, 0, step));
  std::this_thread::sleep_for(2 * kSoon);
  ASSERT_TRUE(other.store.claim(0, 0, step));
  ASSERT_EQ(step.folds.size(), 1U) << "folds that were done are kept";
  EXPECT_EQ(step.folds[0].score, kFold.score);
  silent.store.put(0, 0, 1, {.score = 9});
  EXPECT_EQ(silent.store.commit(), std::vector<std::size_t>{0});
  other.store.put(0, 0, 1, {.score = 2, .train_score = 2});
  EXPECT_TRUE(other.store.commit().empty());
  const auto folds = silent.store.steps(0).at(0).folds;
  ASSERT_EQ(folds.size(), 2U);
  EXPECT_EQ(folds[1].score, 2);
}

TEST(StudyServer, StudiesOfOtherDataOptionsOrVersionsAreRefusedByName) {
  const auto open = [](const StudyStore::Identity& identity) {
    StudyServer(kept_in(server().address("same")), identity);
  };
  open(identity_of_test());
  open(identity_of_test());
  expect_error<std::invalid_argument>([&] { open(identity_of_test(5)); },
                                      {"#same", "folds was 3, and is 5 now", "another name"});
  StudyStore::Identity other = identity_of_test();
  other.data_hash = "77";
  expect_error<std::invalid_argument>([&] { open(other); }, {"other data (moons)", "as it is now"});
  other = identity_of_test();
  other.version = "0.3.0";
  expect_error<std::invalid_argument>([&] { open(other); }, {"hebb 0.2.0", "hebb 0.3.0"});
  // Without a name, other options are another study.
  const StudyServer a(kept_in(server().address()), identity_of_test(3));
  const StudyServer b(kept_in(server().address()), identity_of_test(5));
  EXPECT_NE(a.place(), b.place());
  expect_contains(a.place(), "#moons-");
}

TEST(StudyServer, TablesOfAnotherFormatAreRefused) {
  server().sql("CREATE DATABASE later", "postgres");
  const auto open = [] {
    StudyServer(kept_in(server().address("a", "later")), identity_of_test());
  };
  open();
  server().sql("UPDATE hebb.format SET version = 2", "later");
  expect_error<std::invalid_argument>(open, {"format 2", "this hebb has 1"});
  server().sql("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0", "postgres");
  expect_error<std::invalid_argument>(
      [] { StudyServer(kept_in(server().address("a", "latin")), identity_of_test()); },
      {"LATIN1", "ENCODING 'UTF8'"});
}

TEST(StudyServer, PasswordsAreNeverShown) {
  EXPECT_TRUE(is_study_server("postgresql://host/db"));
  EXPECT_TRUE(is_study_server("postgres://host/db"));
  EXPECT_TRUE(is_study_server("postgresql:host=a dbname=b"));
  EXPECT_FALSE(is_study_server("postgresql.study"));
  EXPECT_EQ(without_password("a.study"), "a.study");
  EXPECT_EQ(without_password("postgresql://me:secret@host:5433/db?sslmode=require#grid-1"),
            "postgresql://me@host:5433/db?sslmode=require#grid-1");
  EXPECT_EQ(without_password("postgresql:host=/run/pg dbname=db user=me password='se#cret'#grid"),
            "postgresql://me@/db?host=/run/pg#grid");
  EXPECT_EQ(without_password("postgresql://me@/d%20b?password=secret"), "postgresql://me@/d%20b");
  EXPECT_EQ(without_password(without_password("postgresql://a,b:1,2/db#x")),
            without_password("postgresql://a,b:1,2/db#x"));
  for (const char* text : {"postgresql://me:secret@[host/db", "postgresql://me:secret@host/%zz",
                           "postgresql:password=secret host", "postgresql:sslmode"}) {
    const std::string message =
        message_of<std::invalid_argument>([&] { (void)without_password(text); });
    EXPECT_EQ(message.find("secret"), std::string::npos) << message;
  }
  std::string address = server().address("x", "nowhere");
  address.replace(address.find("tester"), 6, "tester:secret");
  const std::string message =
      message_of<std::runtime_error>([&] { StudyServer(kept_in(address), identity_of_test()); });
  expect_contains(message, "\"nowhere\" does not exist");
  EXPECT_EQ(message.find("secret"), std::string::npos) << message;
}

TEST(StudyServer, AConnectionThatIsLostIsMadeAgain) {
  test::Server own;
  StudyControl control = kept_in(own.address("lost"));
  std::vector<std::string> told;
  control.on_event = [&](const StudyEvent& event) {
    if (const auto* lost = std::get_if<ServerLost>(&event)) told.push_back(lost->reason);
    if (std::holds_alternative<ServerBack>(event)) told.emplace_back("back");
  };
  StudyServer store(control, identity_of_test(), {.retry = milliseconds(60'000)});
  StudyStep step = kFirst;
  ASSERT_TRUE(store.claim(0, 0, step));
  store.put(0, 0, 0, kFold);
  own.stop();
  std::vector<std::size_t> refused = {9};
  std::thread writer([&] { refused = store.commit(); });
  std::this_thread::sleep_for(milliseconds(800));
  own.start();
  writer.join();
  EXPECT_TRUE(refused.empty());
  ASSERT_EQ(told.size(), 2U);
  expect_contains(told[0], "#lost");
  EXPECT_EQ(told[1], "back");
  EXPECT_EQ(store.steps(0).at(0).folds.size(), 1U);

  StudyServer hasty(control, identity_of_test(), {.retry = milliseconds(600)});
  own.stop();
  expect_error<std::runtime_error>([&] { hasty.steps(0); },
                                   {"tried again for 0.6 seconds", "the same command goes on"});
  control.stop_requested = [] { return true; };
  own.start();
  StudyServer stopped(control, identity_of_test(), {.retry = milliseconds(60'000)});
  own.stop();
  expect_error<std::runtime_error>([&] { stopped.steps(0); }, {"the connection was lost"});
  expect_error<std::runtime_error>([&] { StudyServer(control, identity_of_test()); }, {"#lost"});
}

PreparedRun shared_run() {
  return prepare_run({.dataset = make_moons({.n = 120, .noise = 0.3, .seed = 3}),
                      .options = {{"hidden_layer_sizes", 4}, {"max_iter", 18}}});
}

Study shared_study(const StudyOptions& options, const StudyControl& control) {
  const PreparedRun run = shared_run();
  return tune(run,
              Space::parse({"alpha=log:1e-5..1", "learning_rate_init=log:1e-3..0.3"}, run.options),
              options, control);
}

// The ranking without seconds.
std::string ranking_text(const Study& study) {
  std::string text;
  const std::string csv = study_csv(study);
  for (std::size_t from = 0, end = 0; (end = csv.find('\n', from)) != std::string::npos;
       from = end + 1) {
    const std::string line = csv.substr(from, end - from);
    text += line.substr(0, line.rfind(',')) + '\n';
  }
  return text;
}

// Runs the study in a process of its own, which writes the ranking to a file.
pid_t start_sharer(const StudyOptions& options, const StudyControl& control,
                   const std::string& file) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  try {
    const Study study = shared_study(options, control);
    test::write_text(file, ranking_text(study));
    ::_exit(study.complete ? 0 : 3);
  } catch (const std::exception& error) {
    test::write_text(file, error.what());
    ::_exit(1);
  }
}

TEST(SharedStudies, HaveTheResultOfOneProcess) {
  (void)server();
  const test::Scratch scratch;
  for (const StudyOptions& options :
       {StudyOptions{.trials = 14, .folds = 3},
        StudyOptions{.trials = 12, .halving = true, .folds = 3},
        StudyOptions{.trials = 10, .prune = true, .folds = 4, .nested = 2}}) {
    const Study alone = shared_study(options, {.workers = "local:1"});
    const std::string name = concat("of-", *options.trials);
    std::vector<pid_t> sharers;
    for (int i = 0; i < 3; ++i) {
      StudyControl control = kept_in(server().address(name));
      control.workers = "local:1";
      sharers.push_back(start_sharer(options, control, scratch / concat(i)));
    }
    for (int i = 0; i < 3; ++i) {
      int status = 0;
      ::waitpid(sharers[static_cast<std::size_t>(i)], &status, 0);
      EXPECT_EQ(status, 0);
      EXPECT_EQ(test::read_text(scratch / concat(i)), ranking_text(alone));
    }
    const std::string of = " WHERE study = (SELECT id FROM hebb.study WHERE name = '" + name + "')";
    EXPECT_EQ(
        server().sql("SELECT count(*) FROM hebb.step" + of + " AND state IS NULL AND NOT none"),
        "0");
    const StoredStudy stored = load_study(server().address(name));
    EXPECT_EQ(ranking_text(stored.study), ranking_text(alone));
    EXPECT_TRUE(stored.study.complete);
    ASSERT_EQ(stored.study.outer.size(), alone.outer.size());
    for (std::size_t i = 0; i < alone.outer.size(); ++i) {
      EXPECT_EQ(stored.study.outer[i].inner, alone.outer[i].inner);
      EXPECT_EQ(stored.study.outer[i].outer, alone.outer[i].outer);
    }
  }
}

// Half a minute after a process was killed, or with the server's clock set back since.
void goes_on_after_a_kill(const std::string& name, const std::string& by) {
  (void)server();
  const test::Scratch scratch;
  const StudyOptions options{.trials = 12, .folds = 3};
  const std::string expected = ranking_text(shared_study(options, {.workers = "local:1"}));
  StudyControl control = kept_in(server().address(name));
  control.workers = "local:2";
  const pid_t killed = start_sharer(options, control, scratch / "killed");
  const auto count = [&](const char* what) {
    return std::stoi(
        server().sql(concat("SELECT count(*) FROM hebb.step JOIN hebb.study ON study.id = study "
                            "WHERE name = '",
                            name, "' AND ", what)));
  };
  const auto has_begun = [&] {
    return server().sql("SELECT count(*) FROM pg_class WHERE relname = 'step'") != "0" &&
           count("state IS NOT NULL") >= 2;
  };
  while (!has_begun()) std::this_thread::sleep_for(milliseconds(10));
  ::kill(killed, SIGKILL);
  ::waitpid(killed, nullptr, 0);
  const int done = count("state IS NOT NULL");
  server().sql(concat("UPDATE hebb.coordinator SET heartbeat = heartbeat + interval '", by, "'"));
  std::size_t ended = 0;
  control.on_event = [&](const StudyEvent& event) {
    ended += std::holds_alternative<TrialEnded>(event) ? 1 : 0;
  };
  const Study study = shared_study(options, control);
  EXPECT_TRUE(study.complete);
  EXPECT_EQ(ranking_text(study), expected);
  EXPECT_EQ(ended, 12U - static_cast<std::size_t>(done)) << "what had ended is not done again";
}

TEST(SharedStudies, GoOnAfterAProcessWasKilled) { goes_on_after_a_kill("killed", "-31 s"); }

TEST(SharedStudies, GoOnWithTheClockSetBack) { goes_on_after_a_kill("clock", "1 hour"); }

TEST(SharedStudies, AProcessThatIsStoppedGivesItsTrialsBack) {
  const StudyOptions options{.trials = 12, .folds = 3};
  StudyControl control = kept_in(server().address("stopped"));
  control.workers = "local:2";
  bool stop = false;
  control.on_event = [&](const StudyEvent& event) {
    stop = stop || std::holds_alternative<TrialEnded>(event);
  };
  control.stop_requested = [&] { return stop; };
  const Study stopped = shared_study(options, control);
  EXPECT_FALSE(stopped.complete);
  EXPECT_FALSE(load_study(stopped.kept).study.complete);
  EXPECT_EQ(
      server().sql("SELECT count(*) FROM hebb.step JOIN hebb.study ON study.id = study WHERE name "
                   "= 'stopped' AND state IS NULL AND owner IS NOT NULL"),
      "0");
  control.stop_requested = {};
  EXPECT_EQ(ranking_text(shared_study(options, control)),
            ranking_text(shared_study(options, {.workers = "local:1"})));
}

TEST(SharedStudies, AreListedAndRemoved) {
  server().sql("CREATE DATABASE listed", "postgres");
  const std::string database = server().address("", "listed");
  EXPECT_TRUE(studies_of(database).empty());
  expect_error<std::invalid_argument>([&] { load_study(database + "#a"); }, {"has no studies"});
  for (const char* name : {"a", "b"}) {
    StudyControl control = kept_in(server().address(name, "listed"));
    control.workers = "local:1";
    shared_study({.trials = 2, .folds = 2}, control);
  }
  EXPECT_EQ(studies_of(database), (std::vector<std::string>{server().address("a", "listed"),
                                                            server().address("b", "listed")}));
  expect_error<ModelError>([&] { load_study(database + "#c"); }, {"no study 'c'"});
  expect_error<ModelError>([&] { load_study(database); }, {"names no study"});
  const StoredStudy stored = load_study(database + "#a");
  EXPECT_EQ(stored.study.trials.size(), 2U);
  EXPECT_EQ(stored.study.kept, server().address("a", "listed"));
  // One that a process is working on is not removed.
  server().sql("UPDATE hebb.step SET state = NULL", "listed");
  expect_error<std::runtime_error>([&] { remove_study(database + "#a"); }, {"is working on"});
  server().sql("UPDATE hebb.step SET owner = NULL", "listed");
  remove_study(database + "#a");
  EXPECT_EQ(studies_of(database), std::vector<std::string>{server().address("b", "listed")});
  EXPECT_EQ(server().sql("SELECT count(DISTINCT study) FROM hebb.fold", "listed"), "1");
}

TEST(SharedStudies, OfTheProgramKeepNoPasswordAndAreShown) {
  const test::Folder folder;
  std::string address = server().address("program");
  address.replace(address.find("tester"), 6, "tester:secret");
  const auto hebb_tune = [&](const std::string& csv) {
    return test::run(folder, {"tune", "wine", "--space", "hidden=3|8,4", "--space",
                              "alpha=1e-5..1e-1:3", "--sampler", "grid", "--folds", "2", "--epochs",
                              "5", "--workers", "local:2", "--study", address, "--csv", csv});
  };
  test::Result first;
  std::thread other([&] { first = hebb_tune("a.csv"); });
  const test::Result second = hebb_tune("b.csv");
  other.join();
  for (const auto& [result, csv] :
       {std::pair<const test::Result*, const char*>{&first, "a.csv"}, {&second, "b.csv"}}) {
    EXPECT_EQ(result->code, 0) << result->err;
    expect_contains(result->err, "study: " + server().address("program"));
    EXPECT_FALSE(test::contains(result->out + result->err, "secret"));
    EXPECT_TRUE(folder.has(csv));
  }
  EXPECT_EQ(server().sql("SELECT count(*) FROM hebb.study WHERE command LIKE '%secret%'"), "0");
  const test::Result list = test::run(folder, {"runs", "list", server().address()});
  expect_contains(list.out, "#program");
  const test::Result shown = test::run(folder, {"runs", "show", address, "--json"});
  ASSERT_EQ(shown.code, 0) << shown.err;
  EXPECT_EQ(shown.json()["ranking"].size(), 6U);
  EXPECT_TRUE(shown.json()["complete"]);
  EXPECT_FALSE(test::contains(shown.out, "secret"));
  EXPECT_EQ(test::run(folder, {"runs", "rm", address}).code, 0);
  EXPECT_EQ(test::run(folder, {"runs", "show", address}).code, 4);
}

}  // namespace
}  // namespace hebb
