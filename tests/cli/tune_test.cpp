// hebb tune, hebb worker and hebb runs.
#include <gtest/gtest.h>

#include <algorithm>

#include "run.h"

namespace hebb::test {
namespace {

const std::vector<std::string> kTune = {
    "tune", "wine",    "--space", "alpha=1e-5..1e-1", "--space", "hidden=3|8,4", "--trials",
    "6",    "--folds", "3",       "--epochs",         "15"};

std::vector<std::string> tune(const std::vector<std::string>& more) {
  std::vector<std::string> words = kTune;
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// A ranking without its last column, seconds.
std::string without_seconds(const std::string& csv) {
  std::istringstream lines(csv);
  std::string text;
  for (std::string line; std::getline(lines, line);) text += line.substr(0, line.rfind(',')) + '\n';
  return text;
}

TEST(CliTune, PrintsTheRankingAndTheBestModel) {
  const Folder folder;
  const Result done = run(folder, tune({"-o", "m.hebb"}));
  EXPECT_EQ(done.code, 0) << done.err;
  for (const char* text : {"mean and standard deviation of 3 folds", "rank", "hidden", "6 trials",
                           "the best options, trained on all rows"})
    EXPECT_TRUE(contains(done.out, text)) << text << '\n' << done.out;
  EXPECT_TRUE(contains(done.err, "trial   5"));
  EXPECT_TRUE(folder.has("m.hebb"));
  EXPECT_EQ(run(folder, {"evaluate", "m.hebb", "wine", "--quiet"}).code, 0);
}

TEST(CliTune, JsonHasEveryTrialAndTheModel) {
  const Folder folder;
  const Json json = run(folder, tune({"--json", "--nested", "2", "--metric", "log_loss"})).json();
  EXPECT_EQ(json["schema"], "hebb.tune/1");
  EXPECT_EQ(json["metric"], "log_loss");
  ASSERT_EQ(json["ranking"].size(), 6U);
  for (std::size_t i = 1; i < 6; ++i)
    EXPECT_LE(json["ranking"][i - 1]["mean"], json["ranking"][i]["mean"]);
  EXPECT_EQ(json["ranking"][0]["scores"].size(), 3U);
  EXPECT_EQ(json["nested"]["folds"].size(), 2U);
  EXPECT_TRUE(json["train"].contains("accuracy"));
}

TEST(CliTune, WorkersElsewhereGiveTheSameBytes) {
  const Folder folder;
  folder.write("hosts", "node1\nme@node2:2222\n");
  // In place of ssh, a program that runs the command here.
  std::filesystem::create_directory(folder / "bin");
  folder.write("bin/ssh", "#!/bin/sh\nfor last; do :; done\nexec sh -c \"$last\"\n");
  std::filesystem::permissions(folder / "bin/ssh", std::filesystem::perms::all);
  const Surroundings around{.variables = {{"PATH", (folder / "bin") + ":/usr/bin:/bin"}}};
  ASSERT_EQ(run(folder, tune({"--workers", "local:1", "--csv", "a.csv", "-o", "a.hebb"})).code, 0);
  const Result far =
      run(folder, tune({"--workers", "ssh:hosts", "--csv", "b.csv", "-o", "b.hebb"}), around);
  ASSERT_EQ(far.code, 0) << far.err;
  EXPECT_EQ(without_seconds(folder.read("b.csv")), without_seconds(folder.read("a.csv")));
  EXPECT_EQ(folder.read("b.hebb"), folder.read("a.hebb"));
}

TEST(CliTune, HalvingGoesOnWithTheSameBytesWhereverItsStatesAre) {
  const Folder folder;
  folder.write("hosts", "node1\n");
  for (const char* name : {"bin", "temporary"}) std::filesystem::create_directory(folder / name);
  folder.write("bin/ssh", "#!/bin/sh\nfor last; do :; done\nexec sh -c \"$last\"\n");
  std::filesystem::permissions(folder / "bin/ssh", std::filesystem::perms::all);
  const auto halve = [&](const std::string& name, const std::string& workers,
                         const std::string& temporary, std::optional<rlim_t> file_limit = {}) {
    Surroundings around{.variables = {{"PATH", (folder / "bin") + ":/usr/bin:/bin"},
                                      {"TMPDIR", folder / temporary}}};
    if (file_limit) around.file_limit = *file_limit;
    const Result done = run(folder,
                            tune({"--halving", "--reduction", "2", "--metric", "log_loss",
                                  "--workers", workers, "--csv", name}),
                            around);
    EXPECT_EQ(done.code, 0) << done.err;
    return without_seconds(folder.read(name));
  };
  const std::string expected = halve("a.csv", "local:1", "missing");
  EXPECT_EQ(halve("b.csv", "local:2", "temporary"), expected);
  EXPECT_EQ(halve("c.csv", "ssh:hosts", "temporary"), expected);
  // The ranking is of 1 KB, and states are larger.
  EXPECT_EQ(halve("d.csv", "local:2", "temporary", 3000), expected);
  EXPECT_TRUE(std::filesystem::is_empty(folder / "temporary"));
}

TEST(CliTune, AWorkerThatHasOtherDataIsRefused) {
  const Folder folder;
  std::string rows = "x,y\n";
  for (int i = 0; i < 40; ++i) rows += std::to_string(i % 9) + (i % 2 ? ",a\n" : ",b\n");
  folder.write("d.csv", rows);
  folder.write("hosts", "node1\n");
  // The worker's machine has one row more.
  folder.write("ssh", "#!/bin/sh\nfor last; do :; done\necho 3,a >>" + (folder / "d.csv") +
                          "\nexec sh -c \"$last\"\n");
  std::filesystem::permissions(folder / "ssh", std::filesystem::perms::all);
  const Result far = run(folder,
                         {"tune", "d.csv", "--space", "alpha=0.1|1", "--sampler", "grid", "--folds",
                          "2", "--epochs", "2", "--workers", "ssh:hosts"},
                         {.variables = {{"PATH", folder.path() + ":/usr/bin:/bin"}}});
  EXPECT_EQ(far.code, 1);
  EXPECT_TRUE(contains(far.err, "worker 1 (node1): ")) << far.err;
  EXPECT_TRUE(contains(far.err, "has other rows here than where the study was started")) << far.err;
}

TEST(CliTune, AStudyGoesOnAndIsListedShownComparedAndRemoved) {
  const Folder folder;
  ASSERT_EQ(run(folder, tune({"--study", "s.study", "-o", "m.hebb", "--csv", "a.csv"})).code, 0);
  const Result again = run(folder, tune({"--study", "s.study", "--csv", "b.csv"}));
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_FALSE(contains(again.err, "trial   0"));  // nothing was done anew
  EXPECT_EQ(folder.read("a.csv"), folder.read("b.csv"));
  const Result other = run(folder, {"tune", "iris", "--study", "s.study", "--trials", "2"});
  EXPECT_EQ(other.code, 2);
  EXPECT_TRUE(contains(other.err, "is a study of other data (wine), not of iris")) << other.err;

  const Result list = run(folder, {"runs"});
  EXPECT_EQ(list.code, 0) << list.err;
  for (const char* text : {"s.study", "study", "mlp", "wine", "6 trials", "accuracy 0.", "m.hebb"})
    EXPECT_TRUE(contains(list.out, text)) << text << list.out;
  const Json shown = run(folder, {"runs", "show", "s.study", "--json"}).json();
  EXPECT_EQ(shown["ranking"].size(), 6U);
  EXPECT_EQ(shown["data"]["name"], "wine");
  EXPECT_EQ(shown["complete"], true);
  ASSERT_EQ(run(folder, {"fit", "wine", "--hidden", "7", "--epochs", "5", "-o", "n.hebb"}).code, 0);
  const Result compared = run(folder, {"runs", "compare", "m.hebb", "n.hebb"});
  EXPECT_TRUE(contains(compared.out, "hidden_layer_sizes")) << compared.out;
  EXPECT_FALSE(contains(compared.out, "activation")) << compared.out;
  folder.write("notes.txt", "mine");
  EXPECT_EQ(run(folder, {"runs", "rm", "s.study", "notes.txt"}).code, 2);
  EXPECT_TRUE(folder.has("s.study"));
  EXPECT_EQ(run(folder, {"runs", "rm", "s.study"}).code, 0);
  EXPECT_FALSE(folder.has("s.study"));
  EXPECT_TRUE(folder.has("notes.txt"));
}

TEST(CliTune, CtrlCEndsItWithWhatIsThere) {
  const Folder folder;
  const Result stopped = run(
      folder, {"tune", "wine", "--trials", "1000", "--study", "s.study", "--workers", "local:1"},
      {.signal = SIGINT, .once = "trial   3"});
  EXPECT_EQ(stopped.code, 130) << stopped.err;
  EXPECT_TRUE(contains(stopped.err, "the same command goes on"));
  EXPECT_TRUE(contains(stopped.out, "rank"));
  EXPECT_TRUE(contains(run(folder, {"runs"}).out, "unfinished"));
}

TEST(CliTune, TimeEndsItWithTheBestSoFar) {
  const Folder folder;
  const Result done = run(folder, {"tune", "wine", "--trials", "100000", "--sampler", "random",
                                   "--epochs", "5", "--time", "1s", "-o", "m.hebb"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_TRUE(contains(done.err, "stopped after"));
  EXPECT_TRUE(folder.has("m.hebb"));
}

TEST(CliTune, OptionsThatCannotBeAreNamed) {
  const Folder folder;
  const auto refused = [&](const std::vector<std::string>& words, const std::string& text) {
    const Result done = run(folder, words);
    EXPECT_EQ(done.code, 2) << done.err;
    EXPECT_TRUE(contains(done.err, text)) << done.err;
  };
  refused({"tune", "wine", "--space", "alfa=1..2"}, "no option 'alfa'");
  refused({"tune", "wine", "--space", "alpha=1e-3..1", "--sampler", "grid"}, "--space");
  refused({"tune", "wine", "--space", "hidden=3,x|4"}, "hidden");
  refused({"tune", "wine", "--metric", "r2"}, "--metric");
  refused({"tune", "wine", "--nested", "1"}, "--nested");
  refused({"tune", "wine", "--workers", "many"}, "--workers");
  refused({"tune", "wine", "--csv", "x", "--study", "x"}, "--csv");
  refused({"tune"}, "DATA is missing");
}

TEST(CliTune, ATrialThatNeedsTooMuchFailsByItself) {
  const Folder folder;
  const Result done = run(folder, {"tune", "wine", "--space", "learning-rate=0.01|1e30",
                                   "--sampler", "grid", "--epochs", "5", "--folds", "2"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_TRUE(contains(done.err, "failed: fold 1 of 2"));
  EXPECT_TRUE(contains(done.out, "2 trials, 1 failed"));
  const Result none = run(folder, {"tune", "wine", "--space", "learning-rate=1e29|1e30",
                                   "--sampler", "grid", "--epochs", "5", "--folds", "2"});
  EXPECT_EQ(none.code, 1);
  EXPECT_TRUE(contains(none.err, "no trial ran to its end: fold 1 of 2")) << none.err;
}

}  // namespace
}  // namespace hebb::test
