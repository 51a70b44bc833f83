// Which paths a run may write: none that it also reads or writes otherwise, and none that somebody
// else's configuration names.
#include "../../apps/hebb/paths.h"

#include "../../apps/hebb/verbs.h"
#include "cli/run.h"

namespace hebb::test {
namespace {

namespace fs = std::filesystem;

// Every file below the folder, with its bytes.
std::map<std::string, std::string> contents(const Folder& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path()))
    if (entry.is_regular_file() && !entry.is_symlink())
      files[entry.path().string()] = read_text(entry.path().string());
  return files;
}

std::string short_table() {
  std::string text = "x,z,y\n";
  for (int i = 0; i < 20; ++i)
    text += std::to_string(i) + ',' + std::to_string(i % 3) + ',' + std::to_string(i % 2) + '\n';
  return text;
}

std::string two_idx_images() {
  return {"\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x02\x01\x02\x03\x04", 20};
}

// Data, a model, configurations, images, and a link to the folder itself.
void fill(const Folder& folder) {
  for (const char* name : {"d.csv", "t.csv", "d-train.csv", "images.csv"})
    folder.write(name, short_table());
  folder.write("grid.csv", "1,2\n3,4\n");
  folder.write("c.toml", "epochs = 2\n");
  folder.write("train-images-idx3-ubyte", two_idx_images());
  folder.write("train-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\x02\0\x01", 10));
  for (const char* kind : {"a", "b"}) {
    fs::create_directories(folder / (std::string("pets/") + kind));
    folder.write(std::string("pets/") + kind + "/1.pgm", std::string("P5 2 1 255 ") + kind + "z");
  }
  fs::create_directory(folder / "sub");
  fs::create_directory_symlink(".", folder / "link");
  ASSERT_EQ(run(folder, {"fit", "d.csv", "--epochs", "2", "-q", "-o", "m.hebb"}).code, 0);
}

struct Meeting {
  std::vector<std::string> command;
  std::vector<std::string> says;
  Surroundings around = {};
};

void expect_meeting(const Folder& folder, const Meeting& meeting) {
  std::string line;
  for (const std::string& word : meeting.command) line += ' ' + word;
  SCOPED_TRACE(line);
  const auto before = contents(folder);
  const Result result = run(folder, meeting.command, meeting.around);
  EXPECT_EQ(result.code, 2) << result.err;
  EXPECT_EQ(result.out, "");
  for (const std::string& part : meeting.says)
    EXPECT_TRUE(contains(result.err, part)) << part << "\nin\n" << result.err;
  EXPECT_EQ(contents(folder), before) << "a file was changed, made or left behind";
}

TEST(CliPaths, TwoOutputsOfOneFileAreUsage) {
  const Folder folder;
  fill(folder);
  const std::vector<Meeting> meetings = {
      {{"fit", "d.csv", "-o", "x", "--report", "x"}, {"--output: x is also written (--report)"}},
      {{"fit", "d.csv", "-o", "x", "--report", "sub/../x"},
       {"--output: x is also written (--report sub/../x)"}},
      {{"fit", "d.csv", "-o", "link/x", "--report", folder / "x"},
       {"--output: link/x is also written (--report " + folder / "x"}},
      {{"fit", "d.csv", "-o", "x.png", "--plot", "x.png"}, {"--output: x.png", "(--plot)"}},
      {{"fit", "d.csv", "--plot", "history:p.png", "--plot", "confusion:./p.png"},
       {"--plot: p.png is also written (--plot ./p.png)"}},
      {{"fit", "d.csv", "--find-lr", "--plot", "p.png", "--plot", "link/p.png"},
       {"--plot: p.png is also written (--plot link/p.png)"}},
      {{"fit", "d.csv", "-o", "state/checkpoint.hebb", "--checkpoint", "state"},
       {"--checkpoint: state/checkpoint.hebb is also written (--output)"}},
      {{"fit", "d.csv", "-o", "state", "--checkpoint", "state"},
       {"--output: state is also the folder of --checkpoint"}},
      {{"fit", "d.csv", "--report", "state", "--checkpoint", "state/of/it/"},
       {"--report: state is also the folder of --checkpoint state/of/it/"}},
      {{"evaluate", "m.hebb", "d.csv", "--confusion", "z", "--roc", "z"},
       {"--confusion: z is also written (--roc)"}}};
  for (const Meeting& meeting : meetings) expect_meeting(folder, meeting);
}

TEST(CliPaths, AnOutputThatIsAlsoAnInputIsUsage) {
  const Folder folder;
  fill(folder);
  const std::vector<Meeting> meetings = {
      {{"fit", "d.csv", "-o", "d.csv"}, {"--output: d.csv is also read (DATA)"}},
      {{"fit", "d.csv", "--test", "t.csv", "--plot", "t.csv"}, {"--plot: t.csv", "(--test)"}},
      {{"fit", "d.csv", "--from", "m.hebb", "--report", "m.hebb"},
       {"--report: m.hebb", "(--from)"}},
      {{"fit", "d.csv", "--config", "c.toml", "-o", "c.toml"}, {"--output: c.toml", "(--config)"}},
      {{"fit", "d.csv", "-o", "sub/../c.toml"},
       {"--output: sub/../c.toml", "(HEBB_CONFIG c.toml)"},
       {.variables = {{"HEBB_CONFIG", "c.toml"}}}},
      {{"fit", "d.csv", "--checkpoint", "d.csv"}, {"--checkpoint: d.csv is also read (DATA)"}},
      {{"fit", "train-images-idx3-ubyte", "-o", "train-labels-idx1-ubyte"},
       {"--output: train-labels-idx1-ubyte is also read (DATA)"}},
      {{"fit", "pets", "-o", "pets/a/1.pgm"},
       {"--output: pets/a/1.pgm is one of the images that are read (DATA pets)"}},
      {{"predict", "m.hebb", "d.csv", "-o", "link/m.hebb"},
       {"--output: link/m.hebb is also read (MODEL m.hebb)"}},
      {{"predict", "m.hebb", "d.csv", "-o", "d.csv"}, {"--output: d.csv is also read (DATA)"}},
      {{"evaluate", "m.hebb", "d.csv", "--roc", "d.csv"}, {"--roc: d.csv is also read (DATA)"}},
      {{"plot", "confusion", "m.hebb", "d.csv", "-o", "d.csv"}, {"--output: d.csv", "(DATA)"}},
      {{"plot", "learning-curve", "m.hebb", "d.csv", "--train", "t.csv", "-o", "t.csv"},
       {"--output: t.csv is also read (--train)"}},
      {{"data", "plot", "d.csv", "-o", "d.csv"}, {"--output: d.csv is also read (DATA)"}},
      {{"data", "convert", "d.csv", "-o", "d.csv"}, {"--output: d.csv is also read (DATA)"}},
      {{"data", "split", "d-train.csv", "-o", "d.csv"},
       {"--output: d-train.csv is also read (DATA)"}},
      {{"filter", "grid.csv", "--relu", "-o", "grid.csv"},
       {"--output: grid.csv is also read (IMAGE)"}},
      {{"filter", "grid.csv:0", "--relu", "-o", "grid.csv"},
       {"--output: grid.csv is also read (IMAGE)"}},
      {{"-c", "exec \"$0\" predict m.hebb - -o d.csv < d.csv", HEBB_PROGRAM},
       {"--output: d.csv is also read (DATA from standard input)"},
       {.program = "/bin/sh"}}};
  for (const Meeting& meeting : meetings) expect_meeting(folder, meeting);
  folder.write("hebb.toml", "epochs = 2\n");
  expect_meeting(folder, {{"fit", "d.csv", "-o", "hebb.toml"},
                          {"--output: hebb.toml is also read (found in the current folder)"}});
}

TEST(CliPaths, OutputsThatDoNotMeetAreWritten) {
  const Folder folder;
  fill(folder);
  const std::string model = folder.read("m.hebb");
  const std::vector<std::vector<std::string>> commands = {
      // Continuing a model's training is the purpose of this one.
      {"fit", "d.csv", "--from", "m.hebb", "-o", "m.hebb", "--epochs", "2"},
      {"fit", "d.csv", "-o", "/dev/null", "--report", "/dev/null", "--epochs", "2"},
      {"fit", "iris", "-o", "iris", "--epochs", "2"},
      {"fit", "iris", "-o", "iris", "--epochs", "2"},  // is there by now; the set is read, not it
      {"fit", "d.csv", "-o", "state/m.hebb", "--checkpoint", "state", "--epochs", "2"},
      {"predict", "m.hebb", "images.csv", "-o", "labels.csv"},
      {"predict", "m.hebb", "images.csv", "-o", "labels.csv"},
      {"data", "split", "d.csv", "--test-size", "0.5", "-o", "d.csv"},
      {"fit", "pets", "--report", "pets/report.txt", "--epochs", "1"}};
  fs::create_directory(folder / "state");
  for (const auto& command : commands) {
    const Result result = run(folder, command);
    EXPECT_EQ(result.code, 0) << command[0] << ' ' << command[1] << ": " << result.err;
  }
  EXPECT_NE(folder.read("m.hebb"), model);
  EXPECT_EQ(folder.read("d.csv"), short_table());
}

TEST(CliPaths, ADeviceIsAnOutputWithoutASize) {
  const Folder folder;
  const Result result = run(folder, {"fit", "iris", "--epochs", "2", "-o", "/dev/null"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.err, "model: /dev/null (no regular file)\n")) << result.err;
}

// Whether names that differ in case are one file is a property of the file system.
TEST(CliPaths, CaseOfNamesIsThatOfTheFileSystem) {
  const Folder folder;
  folder.write("probe", "");
  const bool has_case = !folder.has("PROBE");
  const Result result =
      run(folder, {"fit", "iris", "--epochs", "2", "-o", "model", "--report", "MODEL"});
  EXPECT_EQ(result.code, has_case ? 0 : 2) << result.err;
  EXPECT_EQ(folder.entries(), has_case ? 3U : 1U);
}

// ---- configurations ----

TEST(CliPaths, EveryOptionOfAFileIsKnownAsAnOutputOrIsTheConfiguration) {
  std::size_t outputs = 0;
  for (const app::Verb& verb : app::verbs())
    for (const app::OptionTable table(verb); const app::Option& option : table.options()) {
      const std::string value = app::placeholder(*option.field);
      if (!value.ends_with("FILE") && !value.ends_with("DIR")) continue;
      ++outputs;
      EXPECT_EQ(app::is_output(option.field->name), option.field->name != "config")
          << verb.name << ": " << option.field->name;
    }
  EXPECT_GT(outputs, 10U);
}

TEST(CliPaths, AFoundConfigurationSetsNoPathThatIsWritten) {
  const Folder folder;
  folder.write("victim.csv", "precious");
  for (const app::Verb& verb : app::verbs())
    for (const app::OptionTable table(verb); const app::Option& option : table.options()) {
      if (!app::is_output(option.field->name)) continue;
      SCOPED_TRACE(verb.name + ' ' + option.field->name);
      const std::string key = option.flags.front().substr(2);
      std::vector<std::string> command = {verb.name};
      for (std::size_t i = 0; i < verb.arguments.size(); ++i) command.emplace_back("iris");
      for (const std::string& table_head : {std::string(), '[' + verb.name + "]\n"}) {
        folder.write("hebb.toml", table_head + key + " = 'victim.csv'\n");
        const Result result = run(folder, command);
        EXPECT_EQ(result.code, 2) << result.err;
        const std::string place = table_head.empty() ? "hebb.toml:1:1: " : "hebb.toml:2:1: ";
        EXPECT_TRUE(contains(result.err, place + key + " says where to write")) << result.err;
        EXPECT_EQ(folder.read("victim.csv"), "precious");
        EXPECT_EQ(folder.entries(), 2U);
      }
    }
}

TEST(CliPaths, ANamedConfigurationMaySetThem) {
  const Folder folder;
  folder.write("mine.toml", "epochs = 2\n[fit]\noutput = 'a.hebb'\nreport = 'a.html'\n");
  EXPECT_EQ(run(folder, {"fit", "iris", "--config", "mine.toml"}).code, 0);
  EXPECT_TRUE(folder.has("a.hebb") && folder.has("a.html"));
  folder.write("mine.toml", "epochs = 2\noutput = 'b.hebb'\n");
  EXPECT_EQ(run(folder, {"fit", "iris"}, {.variables = {{"HEBB_CONFIG", "mine.toml"}}}).code, 0);
  EXPECT_TRUE(folder.has("b.hebb"));
  // The keys of other verbs do not matter to this one.
  folder.write("hebb.toml", "epochs = 2\n[predict]\noutput = 'c.csv'\n");
  EXPECT_EQ(run(folder, {"fit", "iris"}).code, 0);
}

TEST(CliPaths, AFoundConfigurationIsAnnouncedWithQuietToo) {
  const Folder folder;
  const std::string announced = "options from hebb.toml, found in the current folder\n";
  folder.write("hebb.toml", "epochs = 2\n");
  EXPECT_EQ(run(folder, {"fit", "iris", "-q"}).err, announced);
  folder.write("hebb.toml", "epochs = 2\nquiet = true\n");
  EXPECT_EQ(run(folder, {"fit", "iris"}).err, announced);
  EXPECT_EQ(run(folder, {"fit", "iris", "-q", "--config", "hebb.toml"}).err, "");
}

TEST(CliPaths, ResumingSaysWhatTheCheckpointHasWritten) {
  const Folder folder;
  folder.write("d.csv", short_table());
  ASSERT_EQ(run(folder, {"fit", "d.csv", "--checkpoint", "state", "--time", "0.000001", "-o",
                         "m.hebb", "--report", "a\tb", "--plot", "history:p.csv"})
                .code,
            0);
  const std::string rest = " --report $'a\\011b' --plot history:p.csv\n";
  const Result resumed = run(folder, {"fit", "--resume", "state", "--time", "60s", "-q"});
  EXPECT_EQ(resumed.code, 0) << resumed.err;
  // A sanitizer may add lines of its own where figures are drawn.
  EXPECT_TRUE(
      resumed.err.starts_with("the command in state writes --output " + folder / "m.hebb" + rest))
      << resumed.err;
  // What a flag names instead is not said to come from the checkpoint.
  const Result other =
      run(folder, {"fit", "--resume", "state", "--time", "60s", "-q", "-o", "other.hebb"});
  EXPECT_TRUE(other.err.starts_with("the command in state writes" + rest)) << other.err;
  const Result none = run(folder, {"fit", "--resume", "state", "--time", "60s", "-q", "-o", "x",
                                   "--report", "y", "--plot", "z.png"});
  EXPECT_FALSE(contains(none.err, "the command")) << none.err;
  const Result met = run(folder, {"fit", "--resume", "state", "-o", "state/checkpoint.hebb"});
  EXPECT_EQ(met.code, 2) << met.err;
  EXPECT_TRUE(contains(met.err, "--resume: state/checkpoint.hebb is also written (--output)"))
      << met.err;
}

// An epoch has several batches, and the time is used up after the first.
TEST(CliPaths, AHistoryIsDrawnOfATrainingStoppedInItsFirstEpoch) {
  const Folder folder;
  folder.write("d.csv", short_table());
  for (const char* model : {"tabular", "mlp"}) {
    const Result result =
        run(folder, {"fit", "d.csv", "--model", model, "--batch-size", "8", "--time", "0.000001",
                     "-o", "m.hebb", "--plot", "history:h.csv", "--force"});
    ASSERT_EQ(result.code, 0) << result.err;
    const Result drawn = run(folder, {"plot", "history", "m.hebb", "-o", "again.csv"});
    EXPECT_TRUE(contains(drawn.err, "The training loss in the first epoch, which did not end: "))
        << drawn.err;
    EXPECT_EQ(folder.read("again.csv"), folder.read("h.csv"));
    const Json results = run(folder, {"info", "m.hebb", "--json"}).json()["results"];
    EXPECT_EQ(results["n_iter_"], 0);
    const std::string csv = folder.read("h.csv");
    EXPECT_EQ(std::ranges::count(csv, '\n'), 2) << csv;
    const std::string value = csv.substr(csv.rfind(',') + 1);
    EXPECT_NEAR(std::stod(value), results["loss_"].get<double>(), 1e-6) << csv;
  }
}

}  // namespace
}  // namespace hebb::test
