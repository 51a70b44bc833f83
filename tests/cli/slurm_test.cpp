// hebb tune --slurm, with a script in place of sbatch.
#include <gtest/gtest.h>

#include "run.h"

namespace hebb::test {
namespace {

// A folder with an sbatch that keeps what it is called with, and answers as Slurm does.
class SlurmFolder : public Folder {
 public:
  SlurmFolder() {
    write("sbatch", "#!/bin/sh\necho \"$@\" >called\n[ -e refuse ] && exit 1\necho '42;cluster'\n");
    std::filesystem::permissions(*this / "sbatch", std::filesystem::perms::all);
  }
  Result tune(const std::vector<std::string>& more,
              const std::string& others = ":/usr/bin:/bin") const {
    std::vector<std::string> words = {"tune",     "wine", "--space", "hidden=3|8,4",
                                      "--epochs", "5",    "--folds", "2"};
    words.insert(words.end(), more.begin(), more.end());
    return run(*this, words, {.variables = {{"PATH", path() + others}}});
  }
};

TEST(CliSlurm, SubmitsTheSameCommandAsAJob) {
  const SlurmFolder folder;
  const Result done = folder.tune({"--study", "postgresql://me:secret@host/db#grid", "-o", "m.hebb",
                                   "--csv", "a b.csv", "--slurm", "--array=0-3 --time=10"});
  ASSERT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(done.out, "job 42: hebb-tune.sbatch\n");
  EXPECT_TRUE(contains(done.err, "squeue --job 42")) << done.err;
  EXPECT_TRUE(contains(done.err, "hebb runs show 'postgresql://me@host/db#grid'")) << done.err;
  EXPECT_EQ(folder.read("called"), "--parsable hebb-tune.sbatch\n");
  const std::string script = folder.read("hebb-tune.sbatch");
  for (const char* text :
       {"#!/bin/bash\n", "#SBATCH --requeue\n", "#SBATCH --signal=B:TERM@30\n",
        "#SBATCH --output=hebb-tune-%A_%a.out\n", "#SBATCH --array=0-3 --time=10\n", "\nexec ",
        " tune wine ", "--study 'postgresql://me@host/db#grid'", "--csv 'a b.csv'",
        "--output m.hebb", "--slurm none", "--workers \"local:${SLURM_CPUS_PER_TASK:-1}\""})
    EXPECT_TRUE(contains(script, text)) << text << '\n' << script;
  EXPECT_FALSE(contains(script + done.out + done.err, "secret"));
  EXPECT_FALSE(folder.has("m.hebb"));
}

TEST(CliSlurm, TheScriptDoesWhatTheCommandDoes) {
  const SlurmFolder folder;
  ASSERT_EQ(folder.tune({"-o", "a.hebb"}).code, 0);
  ASSERT_EQ(
      folder.tune({"-o", "b.hebb", "--study", "s.study", "--slurm", "", "--slurm-script", "job.sh"})
          .code,
      0);
  // Also where a variable says that it shall be submitted.
  ASSERT_EQ(std::system(("cd " + folder.path() +
                         " && rm called && HEBB_SLURM=--time=1 bash job.sh >out 2>err")
                            .c_str()),
            0)
      << folder.read("err");
  EXPECT_FALSE(folder.has("called"));
  EXPECT_EQ(folder.read("b.hebb"), folder.read("a.hebb"));
}

TEST(CliSlurm, AnArrayDoesNotShareAFile) {
  const SlurmFolder folder;
  for (const char* array :
       {"--array=0-3", "--array 1,2", "-a 0-7:2%2", "-a1-2", "-N1 --array=0-1"}) {
    const Result done = folder.tune({"--study", "s.study", "--slurm", array});
    EXPECT_EQ(done.code, 2) << array;
    EXPECT_TRUE(contains(done.err, "jobs cannot share the file s.study")) << done.err;
  }
  for (const char* one : {"--array=3", "-a 0-0", "--array=0-3:9%1", "--time=5 -n 1"})
    EXPECT_EQ(folder.tune({"--study", "s.study", "--slurm", one}).code, 0) << one;
}

TEST(CliSlurm, WhatCannotBeSubmittedIsNamed) {
  const SlurmFolder folder;
  const auto expect = [&](const std::vector<std::string>& more, int code, const std::string& text) {
    const Result done = folder.tune(more);
    EXPECT_EQ(done.code, code) << done.err;
    EXPECT_TRUE(contains(done.err, text)) << text << '\n' << done.err;
  };
  expect({"--slurm", ""}, 2, "--slurm: needs --study");
  expect({"--slurm", "--array=x", "--study", "a"}, 2, "'--array=x' is no array");
  expect({"--slurm", "--array=3-1", "--study", "a"}, 2, "has no tasks");
  expect({"--slurm", "a\nb", "--study", "a"}, 2, "must be one line");
  expect({"--slurm", "", "--study", "a", "--space", "hiden=3|4"}, 2, "hiden");
  folder.write("mine.sh", "#!/bin/bash\nrm x\n");
  expect({"--slurm", "", "--study", "a", "--slurm-script", "mine.sh"}, 2, "is no script of hebb");
  EXPECT_EQ(folder.read("mine.sh"), "#!/bin/bash\nrm x\n");
  folder.write("refuse", "");
  expect({"--slurm", "", "--study", "a"}, 1, "sbatch refused it");
  std::filesystem::remove(folder / "sbatch");
  const Result none = folder.tune({"--slurm", "", "--study", "a"}, "");
  EXPECT_EQ(none.code, 1);
  EXPECT_TRUE(contains(none.err, "sbatch is not installed here")) << none.err;
}

}  // namespace
}  // namespace hebb::test
