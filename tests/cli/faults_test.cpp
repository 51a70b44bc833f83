// The program on a disk that fails: every call that writes a file is made to fail in its turn, to
// do half its work, or to be the last before SIGKILL (tests/faults/failing_calls.cpp).
#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "cli/run.h"

namespace hebb::test {
namespace {

namespace fs = std::filesystem;
using Arguments = std::vector<std::string>;

// Every call that a replacement of a file makes.
const std::vector<std::string> kCalls = {"open", "write", "fsync", "close", "rename", "folder"};

std::string cause_of(const std::string& how) {
  return how == "ENOSPC" ? "No space left on device" : "Input/output error";
}

std::size_t temporaries(const Folder& folder) {
  std::size_t count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path()))
    count += entry.path().filename().string().starts_with(".hebb-") ? 1 : 0;
  return count;
}

const Arguments kFit = {"fit", "iris", "--hidden", "3", "--epochs", "2", "-o", "m.hebb"};

Arguments with(Arguments arguments, const Arguments& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

// A job that writes a file, what it ends in undisturbed, and another content that stands before.
struct Job {
  Arguments arguments;
  std::string file;
  std::function<void(const Folder&)> prepare;
  std::string old_bytes, new_bytes;

  Job(Arguments words, std::string name, std::function<void(const Folder&)> before)
      : arguments(std::move(words)), file(std::move(name)), prepare(std::move(before)) {
    const Folder folder;
    prepare(folder);
    old_bytes = folder.read(file);
    const Result result = run(folder, arguments);
    EXPECT_EQ(result.code, 0) << result.err;
    new_bytes = folder.read(file);
    EXPECT_NE(old_bytes, new_bytes);
  }

  // Runs it with the first call doing `how`, the second, ..., as long as there are such calls.
  void disturb(const std::string& call, const std::string& how,
               const std::function<void(const Folder&, const Result&)>& judge) const {
    const Scratch aside;
    for (int k = 1;; ++k) {
      const Folder folder;
      prepare(folder);
      const std::string fault = call + ':' + std::to_string(k) + ':' + how;
      const std::string mark = aside / std::to_string(k);
      const Result result = run(folder, arguments,
                                {.variables = {{"FAULT", fault},
                                               {"FAULT_UNDER", fs::canonical(folder.path())},
                                               {"FAULT_MARK", mark}},
                                 .program = HEBB_FAULTY_PROGRAM});
      if (!fs::exists(mark)) {
        EXPECT_GT(k, 1) << "no call of " << call << " was met";
        EXPECT_EQ(result.code, 0) << result.err;
        return;
      }
      SCOPED_TRACE(fault + '\n' + result.err);
      judge(folder, result);
    }
  }
};

void prepare_model(const Folder& folder) {
  static const std::string bytes = [] {
    const Folder made;
    EXPECT_EQ(run(made, with(kFit, {"--seed", "9"})).code, 0);
    return made.read("m.hebb");
  }();
  folder.write("m.hebb", bytes);
}

std::vector<Job> jobs() {
  const auto with_old = [](const std::string& name) {
    return [name](const Folder& folder) {
      prepare_model(folder);
      folder.write(name, "old\n");
    };
  };
  return {{kFit, "m.hebb", prepare_model},
          {{"predict", "m.hebb", "iris", "--proba", "-o", "p.csv"}, "p.csv", with_old("p.csv")},
          {{"evaluate", "m.hebb", "iris", "--confusion", "c.csv"}, "c.csv", with_old("c.csv")}};
}

TEST(CliFaults, AFailingCallIsToldAndLeavesTheOldFileOrTheNew) {
  for (const Job& job : jobs())
    for (const std::string& call : kCalls)
      for (const char* how : {"EIO", "ENOSPC"}) {
        int refused = 0;
        job.disturb(call, how, [&](const Folder& folder, const Result& result) {
          const std::string bytes = folder.read(job.file);
          if (result.code == 0) {  // a descriptor that only holds the lock may close as it likes
            EXPECT_EQ(call, "close");
            EXPECT_EQ(bytes, job.new_bytes);
          } else {
            ++refused;
            EXPECT_EQ(result.code, 1);
            EXPECT_TRUE(contains(result.err, job.file + ": cannot "));
            EXPECT_TRUE(contains(result.err, cause_of(how)));
            // The folder's turn comes when the new file is in place.
            if (call != "fsync") {
              EXPECT_EQ(bytes, call == "folder" ? job.new_bytes : job.old_bytes);
            }
          }
          EXPECT_TRUE(bytes == job.old_bytes || bytes == job.new_bytes) << "torn";
          EXPECT_EQ(temporaries(folder), 0U);
        });
        EXPECT_GT(refused, 0) << job.file << ' ' << call;
      }
}

TEST(CliFaults, ShortWritesInterruptionsAndMissingLocksDoNotShow) {
  for (const auto& [call, how] :
       {std::pair{"write", "half"}, {"write", "EINTR"}, {"open", "EINTR"}, {"flock", "ENOTSUP"}})
    for (const Job& job : jobs())
      job.disturb(call, how, [&](const Folder& folder, const Result& result) {
        EXPECT_EQ(result.code, 0);
        EXPECT_EQ(folder.read(job.file), job.new_bytes);
        EXPECT_EQ(temporaries(folder), 0U);
      });
}

// A run that keeps its state after every batch.
Job resumable() {
  return {with(kFit, {"--checkpoint", "state", "--checkpoint-every", "0"}), "m.hebb",
          prepare_model};
}

// Whatever happened before: from the state, if there is one, the run ends in the same bytes.
void expect_resumable(const Folder& folder, const Job& job) {
  if (!folder.has("state/checkpoint.hebb")) return;
  const Result resumed = run(folder, {"fit", "--resume", "state"});
  EXPECT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_EQ(folder.read("m.hebb"), job.new_bytes);
  EXPECT_EQ(temporaries(folder), 0U) << "the next save clears up";
}

TEST(CliFaults, AFailingCheckpointDoesNotEndTrainingAndTheLastIsToldWithTheModelKept) {
  const Job job = resumable();
  for (const std::string& call : kCalls) {
    int survived = 0, kept = 0;
    job.disturb(call, "EIO", [&](const Folder& folder, const Result& result) {
      EXPECT_EQ(temporaries(folder), 0U);
      const std::string bytes = folder.read("m.hebb");
      EXPECT_TRUE(bytes == job.old_bytes || bytes == job.new_bytes) << "torn";
      const bool told = contains(result.err, "state/checkpoint.hebb: cannot ") ||
                        contains(result.err, "m.hebb: cannot ");
      EXPECT_EQ(contains(result.err, cause_of("EIO")), told);
      if (result.code == 0) {
        EXPECT_TRUE(told || call == "close");
        EXPECT_EQ(bytes, job.new_bytes);
        survived += contains(result.err, "no checkpoint could be kept");
      } else {
        EXPECT_EQ(result.code, 1);
        if (contains(result.err, "the last checkpoint could not be kept")) {
          ++kept;
          EXPECT_EQ(bytes, job.new_bytes);
          EXPECT_TRUE(contains(result.out, "in sample")) << "the figures are shown";
        }
      }
      expect_resumable(folder, job);
    });
    EXPECT_GT(survived, 0) << call;
    EXPECT_GT(kept, 0) << call;
  }
}

TEST(CliFaults, KilledAtAnyCallOfASaveTheRunResumesToTheSameBytes) {
  const Job job = resumable();
  std::size_t left = 0;
  for (const auto& [call, how] : {std::pair{"open", "kill"},
                                  {"write", "tear"},
                                  {"fsync", "kill"},
                                  {"close", "kill"},
                                  {"rename", "kill"},
                                  {"folder", "kill"}})
    job.disturb(call, how, [&](const Folder& folder, const Result& result) {
      EXPECT_EQ(result.code, 128 + SIGKILL);
      const std::string bytes = folder.read("m.hebb");
      EXPECT_TRUE(bytes == job.old_bytes || bytes == job.new_bytes) << "torn";
      left += temporaries(folder);
      expect_resumable(folder, job);
    });
  EXPECT_GT(left, 0U) << "some were killed with a temporary open, or nothing was tried";
}

TEST(CliFaults, AFileThatMayNotGrowIsAnErrorOfItsOwn) {
  const Job job = jobs().front();
  const std::size_t size = job.new_bytes.size();
  // From 1: under ThreadSanitizer the run time itself writes a file before main().
  for (const std::size_t limit :
       {std::size_t{1}, std::size_t{8}, std::size_t{9}, size / 4, size / 2, size - 1, size}) {
    const Folder folder;
    job.prepare(folder);
    const Result result = run(folder, job.arguments, {.file_limit = limit});
    SCOPED_TRACE(std::to_string(limit) + '\n' + result.err);
    EXPECT_EQ(result.code, limit < size ? 1 : 0);
    EXPECT_EQ(folder.read("m.hebb"), limit < size ? job.old_bytes : job.new_bytes);
    EXPECT_EQ(contains(result.err, "m.hebb: cannot write: File too large"), limit < size);
    EXPECT_EQ(temporaries(folder), 0U);
  }
}

TEST(CliFaults, AStudyThatMayNotGrowGoesOnWhereItMay) {
  const std::vector<std::string> search = {
      "tune",   "iris",    "--space", "alpha=1e-6..1", "--sampler", "random",  "--trials",
      "60",     "--folds", "2",       "--epochs",      "1",         "--study", "s.study",
      "--seed", "3",       "-o",      "m.hebb"};
  const Folder whole;
  ASSERT_EQ(run(whole, search).code, 0);
  const std::size_t size = whole.read("s.study").size();
  int cut = 0;
  for (const std::size_t limit : {std::size_t{1}, size - 4096, size - 1}) {
    const Folder folder;
    const Result result = run(folder, search, {.file_limit = limit});
    SCOPED_TRACE(std::to_string(limit) + '\n' + result.err);
    EXPECT_EQ(result.code, 1);
    EXPECT_TRUE(contains(result.err, "hebb: error: s.study: ")) << "names the file";
    cut += folder.read("s.study").empty() ? 0 : 1;
    EXPECT_EQ(run(folder, search).code, 0);
    EXPECT_EQ(folder.read("m.hebb"), whole.read("m.hebb"));
  }
  EXPECT_GT(cut, 1);
}

TEST(CliFaults, SplitReplacesBothFilesOrNone) {
  const Job job({"data", "split", "iris", "-o", "d.csv"}, "d-train.csv", [](const Folder& folder) {
    folder.write("d-train.csv", "old\n");
    folder.write("d-test.csv", "old\n");
  });
  for (const std::string& call : kCalls)
    job.disturb(call, "EIO", [&](const Folder& folder, const Result& result) {
      const bool train_is_new = folder.read("d-train.csv") == job.new_bytes;
      EXPECT_EQ(folder.read("d-train.csv") == "old\n", !train_is_new);
      EXPECT_EQ(folder.read("d-test.csv") == "old\n", !train_is_new);
      EXPECT_TRUE(result.code == 1 || train_is_new);
      EXPECT_FALSE(call == "rename" && train_is_new) << "the first was put back";
      EXPECT_EQ(temporaries(folder), 0U);
    });
}

TEST(CliFaults, AFileThatIsCutWhileItIsReadIsNamed) {
  std::string rows = "a,b,c\n";
  for (int i = 0; i < 40'000; ++i) rows += std::to_string(i) + ",12,0.25\n";  // enough to be mapped
  for (const auto& [how, says] :
       {std::pair{"cut", "big.csv: cut "}, {"trim", "big.csv: cut from "}}) {
    const Folder folder;
    folder.write("big.csv", rows);
    const Result result = run(folder, {"data", "big.csv"},
                              {.variables = {{"FAULT", std::string("mmap:1:") + how},
                                             {"FAULT_UNDER", fs::canonical(folder.path())},
                                             {"FAULT_MARK", folder / "met"}},
                               .program = HEBB_FAULTY_PROGRAM});
    EXPECT_TRUE(folder.has("met"));
    EXPECT_EQ(result.code, 1) << result.err;
    EXPECT_TRUE(contains(result.err, std::string("hebb: error: ") + says)) << result.err;
    EXPECT_TRUE(contains(result.err, "try again when it is complete")) << result.err;
  }
}

// Runs a line of the shell, with the program as $hebb. Returns its exit code.
int shell(const Folder& folder, const std::string& line) {
  const std::string all = "cd '" + folder.path() + "' && hebb='" HEBB_PROGRAM "' && " + line;
  const int status = std::system(("bash -c \"" + all + "\"").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST(CliFaults, WhoeverLeavesEarlyStopsNoWorkAndHidesNoFailure) {
  const Folder folder;
  EXPECT_EQ(shell(folder,
                  "{ sleep 0.1; \\$hebb fit iris --epochs 2 -o m.hebb --report r.html --plot "
                  "f.svg; } 2> err | true; exit \\${PIPESTATUS[0]}"),
            0)
      << folder.read("err");
  for (const char* name : {"m.hebb", "r.html", "f.svg"}) EXPECT_TRUE(folder.has(name)) << name;
  EXPECT_FALSE(contains(folder.read("err"), "standard output")) << folder.read("err");
  EXPECT_EQ(shell(folder,
                  "{ sleep 0.1; \\$hebb evaluate m.hebb iris --assert 'accuracy>=2'; } 2> err "
                  "| true; exit \\${PIPESTATUS[0]}"),
            5)
      << folder.read("err");
}

TEST(CliFaults, ResultsThatCannotBeWrittenStopNoWorkEither) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  const Folder folder;
  const Result result = run(folder, with(kFit, {"--report", "r.html"}), {.out_file = "/dev/full"});
  EXPECT_EQ(result.code, 1);
  EXPECT_TRUE(contains(result.err, "cannot write to standard output: No space left")) << result.err;
  EXPECT_TRUE(folder.has("r.html"));
  EXPECT_TRUE(folder.has("m.hebb"));
}

TEST(CliFaults, NoFileTakesThePlaceOfAClosedStandardOne) {
  const Folder folder;
  EXPECT_EQ(shell(folder, "\\$hebb fit iris --epochs 2 -o m.hebb --test-size 0.2 > out 2>&-"), 0);
  EXPECT_EQ(run(folder, {"info", "m.hebb"}).code, 0);
  EXPECT_EQ(shell(folder, "\\$hebb predict m.hebb iris -o p.csv <&- >&- 2>&-"), 0);
  EXPECT_TRUE(folder.read("p.csv").starts_with("prediction\n"));
  EXPECT_EQ(shell(folder, "\\$hebb predict m.hebb iris >&- 2> err"), 1);
  EXPECT_TRUE(contains(folder.read("err"), "standard output")) << folder.read("err");
  EXPECT_EQ(shell(folder, "\\$hebb predict m.hebb - <&- 2> err"), 1);
  EXPECT_TRUE(contains(folder.read("err"), "standard input")) << folder.read("err");
}

const Arguments kLongFit = {"fit", "mnist10k", "--hidden", "64",         "--tol",
                            "0",   "-o",       "m.hebb",   "--progress", "plain"};

TEST(CliFaults, AClosedTerminalIsAStopThatIsKept) {
  const Folder folder;
  const Result result =
      run(folder, with(kLongFit, {"--epochs", "5000", "--checkpoint", "state"}),
          {.signal = SIGHUP, .once = "epoch 1/", .then = SIGHUP});  // as terminals send it
  EXPECT_EQ(result.code, 129) << result.err;
  EXPECT_TRUE(contains(result.err, "resume: hebb fit --resume state")) << result.err;
  EXPECT_EQ(run(folder, {"info", "m.hebb"}).code, 0);
}

TEST(CliFaults, ASignalThatIsIgnoredFromTheStartStaysIgnored) {
  for (const int signal : {SIGINT, SIGHUP}) {
    const Folder folder;
    const Result result = run(folder, with(kLongFit, {"--epochs", "3"}),
                              {.signal = signal, .once = "epoch 1/", .ignored = signal});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_TRUE(contains(result.err, "epoch 3/3")) << result.err;
  }
}

TEST(CliFaults, AFolderInWhichARunKeepsItsStateIsTaken) {
  const Folder folder;
  ASSERT_TRUE(fs::create_directory(folder / "state"));
  const int other = ::open((folder / "state").c_str(), O_RDONLY);
  ASSERT_EQ(::flock(other, LOCK_EX), 0);
  const Arguments arguments = with(kFit, {"--checkpoint", "state"});
  const Result refused = run(folder, arguments);
  EXPECT_EQ(refused.code, 2);
  EXPECT_TRUE(contains(refused.err, "--checkpoint: another run keeps its state in state just now"))
      << refused.err;
  EXPECT_FALSE(folder.has("m.hebb"));
  ::close(other);
  EXPECT_EQ(run(folder, arguments).code, 0);
}

TEST(CliFaults, DataOfANameThatIsNotUtf8IsLearntKeptAndResumed) {
  const Folder folder;
  const std::string name = "caf\xe9.csv";
  folder.write(name, people_csv());
  const Result result = run(folder, {"fit", name, "--epochs", "3", "--impute", "mean", "-o",
                                     "m\xe9.hebb", "--checkpoint", "state", "--test", name});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(run(folder, {"predict", "m\xe9.hebb", name}).code, 0);
  EXPECT_TRUE(contains(run(folder, {"info", "m\xe9.hebb"}).out, "caf\\xe9.csv"));
  const Result resumed = run(folder, {"fit", "--resume", "state"});
  EXPECT_EQ(resumed.code, 0) << resumed.err;
}

TEST(CliFaults, FeaturesWhoseSquaresOverflowAreScaled) {
  const Folder folder;
  std::string rows = "a,y\n";
  for (int i = 0; i < 40; ++i)
    rows += std::to_string(i % 9) + "e200," + (i % 9 > 4 ? "high\n" : "low\n");
  folder.write("d.csv", rows);
  for (const char* scale : {"standard", "minmax", "symmetric"}) {
    const Result result = run(folder, {"fit", "d.csv", "--scale", scale, "--solver", "lbfgs",
                                       "--epochs", "100", "-o", "m.hebb", "--json"});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.json()["train"]["accuracy"], 1.0) << scale;
    EXPECT_EQ(run(folder, {"predict", "m.hebb", "d.csv"}).code, 0);
  }
}

TEST(CliFaults, TargetsWhoseSquaresOverflowAreLearnt) {
  const Folder folder;
  std::string rows = "a,y\n";
  for (int i = 0; i < 40; ++i) rows += std::to_string(i) + ',' + std::to_string(i) + "e160\n";
  folder.write("d.csv", rows);
  const Result result = run(folder, {"fit", "d.csv", "--task", "regress", "--scale-target",
                                     "standard", "-o", "m.hebb", "--json"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_GT(result.json()["train"]["r2"], 0.9);
  const Result predicted = run(folder, {"predict", "m.hebb", "d.csv"});
  EXPECT_EQ(predicted.code, 0) << predicted.err;
  EXPECT_TRUE(contains(predicted.out, "e+161\n")) << predicted.out;
}

}  // namespace
}  // namespace hebb::test
