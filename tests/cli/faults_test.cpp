// The program on a disk that fails: every call that writes a file is made to fail in its turn, to
// do half its work, or to be the last before SIGKILL (tests/faults/failing_calls.cpp).
#include <algorithm>
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

}  // namespace
}  // namespace hebb::test
