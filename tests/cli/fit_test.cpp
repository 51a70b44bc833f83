#include <csignal>

#include "cli/run.h"

namespace hebb::test {
namespace {

const std::vector<std::string> kQuick = {"--hidden", "5", "--epochs", "3"};

Result fit(const Folder& folder, std::vector<std::string> arguments,
           const Surroundings& around = {}) {
  arguments.insert(arguments.begin(), "fit");
  arguments.insert(arguments.end(), kQuick.begin(), kQuick.end());
  return run(folder, arguments, around);
}

TEST(CliFit, PrintsResultsAloneOnStandardOutput) {
  const Folder folder;
  const Result result = fit(folder, {"iris", "--test-size", "0.3", "-o", "m.hebb"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.out, "in sample")) << result.out;
  EXPECT_TRUE(contains(result.out, "out of sample")) << result.out;
  EXPECT_FALSE(contains(result.out, "epoch 1/3")) << result.out;
  EXPECT_TRUE(contains(result.err, "next: hebb predict m.hebb iris")) << result.err;
}

TEST(CliFit, JsonHoldsTheDocumentedKeysInOrder) {
  const Folder folder;
  const Result result =
      fit(folder, {"iris", "--test-size", "0.3", "-o", "m.hebb", "--seed", "4", "--json"});
  const Json json = result.json();
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  EXPECT_EQ(keys, (std::vector<std::string>{
                      "schema",   "model",      "task",          "classes", "seed",    "epochs",
                      "seconds",  "parameters", "model_file",    "history", "stopped", "command",
                      "versions", "data",       "preprocessing", "options", "train",   "test",
                      "verdict",  "importance", "findings"}));
  EXPECT_EQ(json["schema"], "hebb.fit/1");
  EXPECT_EQ(json["classes"], Json({"setosa", "versicolor", "virginica"}));
  EXPECT_EQ(json["seed"], 4);
  EXPECT_EQ(json["epochs"], 3);
  EXPECT_EQ(json["parameters"], 4 * 5 + 5 + 5 * 3 + 3);
  EXPECT_EQ(json["model_file"], "m.hebb");
  EXPECT_EQ(json["history"]["loss"].size(), 3U);
  EXPECT_EQ(json["train"]["samples"], 105);
  EXPECT_EQ(json["test"]["samples"], 45);
  for (const char* key : {"load", "fit", "evaluate"})
    EXPECT_GE(json["seconds"][key].get<double>(), 0);
  for (const char* part : {"train", "test"})
    for (const char* key : {"accuracy", "precision_macro", "recall_macro", "f1_macro", "roc_auc",
                            "log_loss", "confusion", "per_class"})
      EXPECT_TRUE(json[part].contains(key)) << part << ' ' << key;
}

TEST(CliFit, WithoutTestDataTheKeyTestIsAbsent) {
  const Folder folder;
  const Json json = fit(folder, {"iris", "--json"}).json();
  EXPECT_FALSE(json.contains("test"));
  EXPECT_TRUE(json["model_file"].is_null());
  EXPECT_EQ(json["train"]["samples"], 150);
}

TEST(CliFit, ConfusionRowsAreTheTruth) {
  const Folder folder;
  const Json json = fit(folder, {"iris", "--json"}).json();
  for (const Json& row : json["train"]["confusion"]) {
    double sum = 0;
    for (const Json& count : row) sum += count.get<double>();
    EXPECT_EQ(sum, 50);
  }
}

TEST(CliFit, ConfusionOfThousandsOfClassesIsAListOfItsCells) {
  const Folder folder;
  std::string csv = "a,y\n";
  for (int i = 0; i < 1001; ++i) csv += std::to_string(i) + ",c" + std::to_string(i) + '\n';
  folder.write("d.csv", csv);
  const Json part = fit(folder, {"d.csv", "--json"}).json()["train"];
  EXPECT_TRUE(part["confusion"].is_null());
  double sum = 0;
  for (const Json& cell : part["confusion_cells"]) {
    EXPECT_TRUE(cell["truth"].is_string() && cell["predicted"].is_string());
    sum += cell["count"].get<double>();
  }
  EXPECT_EQ(sum, 1001);
}

TEST(CliFit, RegressionReportsItsFigures) {
  const Folder folder;
  const Json json = fit(folder, {"diabetes", "--json"}).json();
  EXPECT_EQ(json["task"], "regress");
  for (const char* key : {"r2", "mse", "rmse", "mae"})
    EXPECT_TRUE(json["train"].contains(key)) << key;
}

TEST(CliFit, BuiltInTestPartIsUsed) {
  const Folder folder;
  const Json json = fit(folder, {"mnist10k", "--hidden", "8", "--json"}).json();
  EXPECT_EQ(json["train"]["samples"], 8000);
  EXPECT_EQ(json["test"]["samples"], 2000);
}

TEST(CliFit, ImagesAreBroughtToZeroOneAndTablesStandardised) {
  const Folder folder;
  const auto scale = [&](const std::string& data, std::vector<std::string> more) {
    more.insert(more.begin(), {data, "-o", "m.hebb"});
    EXPECT_EQ(fit(folder, more).code, 0);
    return run(folder, {"info", "m.hebb", "--json"}).json()["preprocessing"].dump();
  };
  EXPECT_TRUE(contains(scale("mnist10k", {"--epochs", "1"}), "minmax"));
  EXPECT_TRUE(contains(scale("iris", {}), "standard"));
  EXPECT_FALSE(contains(scale("iris", {"--scale", "none"}), "standard"));
}

std::string numbers_csv(int kinds, const char* ending = "") {
  std::string text = "x,y\n";
  for (int i = 0; i < 60; ++i)
    text += std::to_string(i * 0.5) + ',' + std::to_string(i % kinds) + ending + '\n';
  return text;
}

TEST(CliFit, TaskIsTakenFromTheTargetAndSaid) {
  const Folder folder;
  struct Case {
    std::string csv, task, why;
  };
  const std::vector<Case> cases = {{numbers_csv(20), "classify", "20 distinct whole numbers"},
                                   {numbers_csv(21), "regress", "more than 20 distinct numbers"},
                                   {numbers_csv(3, ".5"), "regress", "fractions"},
                                   {people_csv(), "classify", "2 labels"}};
  for (const auto& [csv, task, why] : cases) {
    folder.write("d.csv", csv);
    const Result result = fit(folder, {"d.csv", "--json", "--impute", "mean"});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.json()["task"], task);
    EXPECT_TRUE(contains(result.err, why)) << result.err;
  }
  folder.write("d.csv", numbers_csv(3));
  EXPECT_EQ(fit(folder, {"d.csv", "--json", "--task", "regress"}).json()["task"], "regress");
  folder.write("d.csv", numbers_csv(3, ".5"));
  EXPECT_EQ(fit(folder, {"d.csv", "--task", "classify"}).code, 3);
}

TEST(CliFit, ReadsStandardInput) {
  const Folder folder;
  const Result result = fit(folder, {"-", "--json"}, {.in = numbers_csv(3)});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.json()["train"]["samples"], 60);
}

TEST(CliFit, OutputIsCheckedBeforeTraining) {
  const Folder folder;
  const Result result = fit(folder, {"iris", "-o", "none/m.hebb"});
  EXPECT_EQ(result.code, 1);
  EXPECT_TRUE(contains(result.err, "none/m.hebb")) << result.err;
  EXPECT_FALSE(contains(result.err, "epoch")) << result.err;
}

TEST(CliFit, UnknownDataIsUsageAndNamesTheNearest) {
  const Folder folder;
  const Result result = fit(folder, {"mnist10"});
  EXPECT_EQ(result.code, 2);
  EXPECT_TRUE(contains(result.err, "mnist10k")) << result.err;
}

TEST(CliFit, BadDataExitsThreeWithItsPlace) {
  const Folder folder;
  folder.write("bad.csv", "a,b\n1,2\n1,2,3\n");
  const Result result = fit(folder, {"bad.csv"});
  EXPECT_EQ(result.code, 3);
  EXPECT_TRUE(contains(result.err, "bad.csv:3")) << result.err;
}

TEST(CliFit, MissingValueNamesTheRowOfTheFile) {
  const Folder folder;
  folder.write("d.csv", people_csv());
  const Result result = fit(folder, {"d.csv", "--test-size", "0.3"});
  EXPECT_EQ(result.code, 3);
  EXPECT_TRUE(contains(result.err, "row 8")) << result.err;
  EXPECT_TRUE(contains(result.err, "--impute")) << result.err;
}

TEST(CliFit, DroppedRowsAreNotJudged) {
  const Folder folder;
  folder.write("d.csv", people_csv(60));
  const Result result = fit(folder, {"d.csv", "--impute", "drop", "--json"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.json()["train"]["samples"], 54);
}

TEST(CliFit, TestFileIsJudgedAndNotLearnt) {
  const Folder folder;
  folder.write("d.csv", numbers_csv(3));
  folder.write("t.csv", "y,x\n0,1\n1,2\n");
  const Result result = fit(folder, {"d.csv", "--test", "t.csv", "--json"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.json()["train"]["samples"], 60);
  EXPECT_EQ(result.json()["test"]["samples"], 2);
  EXPECT_EQ(fit(folder, {"d.csv", "--test", "t.csv", "--test-size", "0.5"}).code, 2);
}

TEST(CliFit, StratifyNeedsATestSize) {
  const Folder folder;
  EXPECT_EQ(fit(folder, {"iris", "--stratify"}).code, 2);
  const Json json = fit(folder, {"iris", "--stratify", "--test-size", "0.2", "--json"}).json();
  for (const Json& one : json["test"]["per_class"]) EXPECT_EQ(one["support"], 10);
}

TEST(CliFit, DryRunShowsLayersAndTrainsNothing) {
  const Folder folder;
  const Result result = run(
      folder, {"fit", "iris", "--net", "linear(7) tanh linear(3)", "--dry-run", "-o", "m.hebb"});
  EXPECT_EQ(result.code, 0) << result.err;
  for (const char* part : {"linear(7)", "tanh", "(3)", "59", "memory"})
    EXPECT_TRUE(contains(result.out + "memory", part)) << part << result.out;
  EXPECT_FALSE(folder.has("m.hebb"));
  const Json json = run(folder, {"fit", "iris", "--hidden", "7", "--dry-run", "--json"}).json();
  EXPECT_EQ(json["parameters"], 59);
  EXPECT_EQ(json["layers"].size(), 3U);
  EXPECT_GT(json["memory_bytes"].get<double>(), 59 * 4);
}

TEST(CliFit, BadNetworkTextPointsAtTheCharacter) {
  const Folder folder;
  const Result result = run(folder, {"fit", "iris", "--net", "linear(7) tanhh linear(3)"});
  EXPECT_EQ(result.code, 2);
  EXPECT_TRUE(contains(result.err, "tanhh")) << result.err;
  EXPECT_TRUE(contains(result.err, "^")) << result.err;
}

TEST(CliFit, GoesOnFromAModelWithoutItsOptionsRepeated) {
  const Folder folder;
  ASSERT_EQ(run(folder, {"fit", "iris", "--hidden", "9", "--epochs", "50", "-o", "m.hebb"}).code,
            0);
  const Json before = run(folder, {"info", "m.hebb", "--json"}).json();
  const Json after =
      run(folder, {"fit", "iris", "--from", "m.hebb", "--epochs", "1", "--json"}).json();
  EXPECT_EQ(after["parameters"], before["parameters"]);
  EXPECT_LE(after["history"]["loss"][0].get<double>(), before["results"]["loss_"].get<double>());
  EXPECT_EQ(run(folder, {"fit", "iris", "--from", "m.hebb", "--hidden", "8"}).code, 2);
}

TEST(CliFit, DivergedTrainingExitsSixAndKeepsTheLastFiniteModel) {
  const Folder folder;
  const Result result = run(folder, {"fit", "diabetes", "--solver", "sgd", "--learning-rate",
                                     "1e30", "--scale", "none", "-o", "m.hebb"});
  EXPECT_EQ(result.code, 6) << result.err;
  EXPECT_TRUE(contains(result.err, "last finite model is in m.hebb")) << result.err;
  EXPECT_EQ(run(folder, {"predict", "m.hebb", "diabetes"}).code, 0);
}

// A run that takes long enough to be stopped in the middle.
std::vector<std::string> long_run(const std::string& output) {
  return {"fit",   "mnist10k", "--hidden",  "64",         "--epochs", "12",
          "--tol", "0",        "--dropout", "0.1",        "--seed",   "3",
          "-o",    output,     "--json",    "--progress", "plain"};
}

// Stopped once the first epoch is over.
Surroundings stopped_by(int signal) { return {.signal = signal, .once = "epoch 1/"}; }

TEST(CliFit, FirstSignalSavesAndSaysHowToGoOn) {
  for (const auto& [signal, code] : {std::pair{SIGINT, 130}, {SIGTERM, 143}}) {
    const Folder folder;
    auto arguments = long_run("m.hebb");
    arguments.insert(arguments.end(), {"--epochs", "5000", "--checkpoint", "state"});
    const Result result = run(folder, arguments, stopped_by(signal));
    ASSERT_EQ(result.code, code) << result.err;
    EXPECT_EQ(result.json()["stopped"], "interrupted");
    EXPECT_TRUE(contains(result.err, "resume: hebb fit --resume state")) << result.err;
    EXPECT_EQ(run(folder, {"info", "m.hebb"}).code, 0);
  }
}

TEST(CliFit, SecondSignalQuitsAtOnce) {
  const Folder folder;
  // An iteration over all rows of so wide a network lasts several times as long as the two signals
  // are apart. A product holds signals back, and the system keeps one of a kind: so they differ,
  // and where both wait for its end, either may be the first.
  const Result result = run(folder,
                            {"fit", "mnist10k", "--solver", "lbfgs", "--hidden", "2048,2048",
                             "--json", "--progress", "plain"},
                            {.signal = SIGINT, .once = "epoch 1/", .then = SIGTERM});
  EXPECT_TRUE(result.code == 143 || result.code == 130) << result.code << result.err;
  EXPECT_EQ(result.out, "");
}

TEST(CliFit, ResumedRunEndsInTheSameBits) {
  const Folder folder;
  ASSERT_EQ(run(folder, long_run("whole.hebb")).code, 0);
  auto arguments = long_run("m.hebb");
  arguments.insert(arguments.end(), {"--checkpoint", "state"});
  const Result stopped = run(folder, arguments, stopped_by(SIGINT));
  ASSERT_EQ(stopped.code, 130) << stopped.err;
  const Result resumed = run(folder, {"fit", "--resume", "state", "-o", "resumed.hebb"});
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_EQ(resumed.json()["epochs"], 12) << "--json belongs to the command";
  EXPECT_EQ(folder.read("resumed.hebb"), folder.read("whole.hebb"));
}

TEST(CliFit, ResumeRefusesOtherOptionsAndOtherData) {
  const Folder folder;
  folder.write("d.csv", numbers_csv(3));
  ASSERT_EQ(fit(folder, {"d.csv", "--checkpoint", "state", "--time", "0.000001"}).code, 0);
  const Result other = run(folder, {"fit", "--resume", "state", "--alpha", "1"});
  EXPECT_EQ(other.code, 2);
  EXPECT_TRUE(contains(other.err, "--alpha")) << other.err;
  EXPECT_EQ(run(folder, {"fit", "iris", "--resume", "state"}).code, 2);
  folder.write("d.csv", numbers_csv(4));
  const Result changed = run(folder, {"fit", "--resume", "state"});
  EXPECT_EQ(changed.code, 3);
  EXPECT_TRUE(contains(changed.err, "not that of the checkpoint")) << changed.err;
  folder.write("d.csv", numbers_csv(3));
  EXPECT_EQ(run(folder, {"fit", "--resume", "state", "--time", "60s", "--threads", "1"}).code, 0);
}

TEST(CliFit, ResumedRunMayTakeMoreEpochs) {
  const Folder folder;
  for (const char* solver : {"adam", "lbfgs"}) {
    const std::vector<std::string> run_of = {"fit", "iris",  "--solver", solver,         "--epochs",
                                             "6",   "--tol", "0.000001", "--checkpoint", solver};
    ASSERT_EQ(run(folder, run_of).code, 0);
    const Result longer =
        run(folder, {"fit", "--resume", solver, "--epochs", "15", "-o", "longer.hebb"});
    ASSERT_EQ(longer.code, 0) << longer.err;
    ASSERT_EQ(run(folder, {"fit", "iris", "--solver", solver, "--epochs", "15", "--tol", "0.000001",
                           "-o", "whole.hebb"})
                  .code,
              0);
    EXPECT_EQ(folder.read("longer.hebb"), folder.read("whole.hebb")) << solver;
  }
  ASSERT_EQ(run(folder,
                {"fit", "iris", "--schedule", "cosine", "--epochs", "4", "--checkpoint", "planned"})
                .code,
            0);
  const Result planned = run(folder, {"fit", "--resume", "planned", "--epochs", "8"});
  EXPECT_EQ(planned.code, 2);
  EXPECT_TRUE(contains(planned.err, "the schedule cosine")) << planned.err;
}

TEST(CliFit, TimeOfAStoppedRunDoesNotEndItsResumption) {
  const Folder folder;
  ASSERT_EQ(fit(folder, {"iris", "--checkpoint", "state", "--time", "0.000001"}).code, 0);
  const Result resumed = run(folder, {"fit", "--resume", "state", "--json"});
  EXPECT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_NE(resumed.json()["stopped"], "time_budget");
}

TEST(CliFit, JsonHoldsWhatTheRunWasMadeFrom) {
  const Folder folder;
  folder.write("d.csv", numbers_csv(3));
  const Json json =
      run(folder, {"fit", "d.csv", "--test-size", "0.2", "--alpha", "0.5", "--seed", "3", "--json"})
          .json();
  EXPECT_EQ(json["options"]["alpha"], 0.5);
  EXPECT_EQ(json["options"]["random_state"], 3);
  EXPECT_EQ(json["preprocessing"]["scale"], "standard");
  EXPECT_EQ(json["data"]["name"], "d.csv");
  EXPECT_EQ(json["data"]["sha256"].get<std::string>().size(), 64U);
  EXPECT_EQ(json["data"]["test"]["sha256"].get<std::string>().size(), 64U);
  EXPECT_TRUE(json["versions"].contains("hebb"));
  EXPECT_TRUE(json["versions"].contains("instruction_set"));
  EXPECT_EQ(json["command"], "hebb fit d.csv --seed 3 --test-size 0.2 --alpha 0.5");
}

TEST(CliFit, OnlyAModelIsReplacedWithoutForce) {
  const Folder folder;
  folder.write("thesis.txt", "years of work");
  const Result refused = fit(folder, {"iris", "-o", "thesis.txt"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_TRUE(contains(refused.err, "--output: thesis.txt exists and is no model")) << refused.err;
  EXPECT_EQ(folder.read("thesis.txt"), "years of work");
  EXPECT_EQ(fit(folder, {"iris", "-o", "thesis.txt", "--force"}).code, 0);
  EXPECT_EQ(fit(folder, {"iris", "-o", "thesis.txt"}).code, 0) << "now it is a model";
  folder.write("empty", "");
  EXPECT_EQ(fit(folder, {"iris", "-o", "empty"}).code, 0);
}

TEST(CliFit, WithoutShufflingTheLastRowsAreTheTestPart) {
  const Folder folder;
  std::string text = "x,t,y\n";
  for (int i = 0; i < 20; ++i)
    text += std::to_string(i) + ',' + std::to_string(100 - i) + (i < 15 ? ",early\n" : ",late\n");
  folder.write("d.csv", text);
  const auto counts = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"d.csv", "--epochs", "1", "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Result result = fit(folder, arguments);
    EXPECT_EQ(result.code, 0) << result.err;
    const Json json = result.json();
    return std::pair(json["train"]["per_class"][1]["support"], result.err);
  };
  EXPECT_EQ(run(folder, {"data", "split", "d.csv", "--no-shuffle", "-o", "p.csv"}).code, 0);
  EXPECT_TRUE(contains(folder.read("p-test.csv"), "19,81,late"));
  EXPECT_FALSE(contains(folder.read("p-train.csv"), "late"));
  // By descending t, the first rows are the latest.
  const auto [late, note] = counts({"--by-time", "t"});
  EXPECT_EQ(late, 5);
  EXPECT_TRUE(contains(note, "the test part is the last samples by 't'")) << note;
  EXPECT_TRUE(contains(counts({"--no-shuffle"}).second, "--test-size"));
  EXPECT_EQ(fit(folder, {"d.csv", "--no-shuffle", "--test-size", "0.2", "--stratify"}).code, 2);
}

TEST(CliFit, ACheckpointOfAnotherRunIsNotOverwritten) {
  const Folder folder;
  const auto begin = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"iris", "--checkpoint", "state"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return fit(folder, arguments);
  };
  const auto expect_refused = [&](const Result& result, const std::string& why) {
    EXPECT_EQ(result.code, 2) << result.err;
    for (const std::string& part :
         {"--checkpoint: state holds " + why, std::string("remove state/checkpoint.hebb")})
      EXPECT_TRUE(contains(result.err, part)) << result.err;
    EXPECT_EQ(contains(result.err, "hebb fit --resume state"), contains(why, "unfinished"));
  };
  ASSERT_EQ(begin({"--time", "0.000001"}).code, 0);
  const std::string unfinished = folder.read("state/checkpoint.hebb");
  expect_refused(begin({"--time", "0.000001"}), "an unfinished run");
  EXPECT_EQ(folder.read("state/checkpoint.hebb"), unfinished);
  ASSERT_EQ(run(folder, {"fit", "--resume", "state", "--time", "60s"}).code, 0);
  // What it would write is what stands there.
  EXPECT_EQ(begin({"--time", "60s", "--threads", "1", "-o", "m.hebb"}).code, 0);
  expect_refused(begin({"--alpha", "1"}), "another run");
  expect_refused(fit(folder, {"wine", "--checkpoint", "state"}), "another run");
  folder.write("state/checkpoint.hebb", "damaged");
  const Result damaged = begin({});
  EXPECT_EQ(damaged.code, 2) << damaged.err;
  EXPECT_TRUE(contains(damaged.err, "the checkpoint in state cannot be read")) << damaged.err;
}

TEST(CliFit, ResumeOfNothingNamesTheFolder) {
  const Folder folder;
  const Result result = run(folder, {"fit", "--resume", "nowhere"});
  EXPECT_EQ(result.code, 1);
  EXPECT_TRUE(contains(result.err, "nowhere")) << result.err;
}

TEST(CliFit, ThreadsDoNotChangeTheModel) {
  const Folder folder;
  for (const char* threads : {"1", "2"})
    ASSERT_EQ(fit(folder, {"mnist10k", "--model", "mlp", "--threads", threads, "-o",
                           std::string(threads) + ".hebb"})
                  .code,
              0);
  EXPECT_EQ(folder.read("1.hebb"), folder.read("2.hebb"));
}

TEST(CliFit, DoesNotWriteOverWhatItReads) {
  const Folder folder;
  folder.write("d.csv", "x,y\n1,a\n2,b\n3,a\n4,b\n");
  const Result result = fit(folder, {"d.csv", "-o", "d.csv"});
  EXPECT_EQ(result.code, 2);
  EXPECT_TRUE(contains(result.err, "--output")) << result.err;
  EXPECT_EQ(fit(folder, {"d.csv"}).code, 0) << "the data stands";
}

TEST(CliFit, DryRunRefusesWhatTrainingWould) {
  const Folder folder;
  const Result result =
      run(folder, {"fit", "iris", "--dry-run", "--net", "linear(8) tanh linear(4)"});
  EXPECT_EQ(result.code, 2);
  EXPECT_TRUE(contains(result.err, "4 outputs, but there are 3 classes")) << result.err;
}

TEST(CliFit, OptionsThatWouldNotActAreRefused) {
  const Folder folder;
  const std::vector<std::string> own = {"fit", "iris", "--epochs", "1", "--net", "linear(3)"};
  EXPECT_EQ(run(folder, own).code, 0);
  for (const auto& [option, value] :
       {std::pair{"--dropout", "0.5"}, {"--activation", "tanh"}, {"--hidden", "4"}}) {
    auto line = own;
    line.insert(line.end(), {option, value});
    const Result result = run(folder, line);
    EXPECT_EQ(result.code, 2) << option;
    EXPECT_TRUE(contains(result.err, option)) << result.err;
  }
}

TEST(CliFit, TellsOfUnknownTestValuesBeforeTrainingByTheRowOfTheFile) {
  const Folder folder;
  std::string text = "name,x,y\n";
  for (int row = 1; row <= 40; ++row)
    text += (row == 17 ? std::string("odd")
             : row % 2 ? "a"
                       : "b") +
            ',' + std::to_string(row) + (row % 3 ? ",yes\n" : ",no\n");
  folder.write("t.csv", text);
  bool met = false;
  for (int seed = 0; seed < 8 && !met; ++seed) {
    const Result result = fit(
        folder, {"t.csv", "--test-size", "0.5", "--seed", std::to_string(seed), "-o", "t.hebb"});
    if (result.code == 0) continue;
    met = true;
    EXPECT_EQ(result.code, 3);
    EXPECT_TRUE(contains(result.err, "row 17, column 'name': 'odd'")) << result.err;
    EXPECT_FALSE(contains(result.err, "epoch 1/")) << result.err;
  }
  EXPECT_TRUE(met) << "row 17 fell to the test part of no seed";
}

TEST(CliFit, ReportIsAPageWithTheCommandThatRepeatsTheRun) {
  const Folder folder;
  const Result result = fit(folder, {"iris", "--test-size", "0.3", "--seed", "4", "--early-stop",
                                     "7", "--no-shuffle", "--report", "r.html"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.err, "report: r.html")) << result.err;
  const std::string page = folder.read("r.html");
  EXPECT_TRUE(contains(page, "<h1>mlp on iris</h1>"));
  EXPECT_TRUE(contains(page,
                       "<code>hebb fit iris --seed 4 --test-size 0.3 --no-shuffle --hidden 5 "
                       "--epochs 3 --early-stop 7</code>"))
      << page.substr(page.find("<code>"), 300);
}

TEST(CliFit, ReportThatCannotBeWrittenIsToldBeforeTraining) {
  const Folder folder;
  const Result result = fit(folder, {"iris", "--report", "no/such/r.html"});
  EXPECT_EQ(result.code, 1);
  EXPECT_TRUE(contains(result.err, "no/such/r.html")) << result.err;
  EXPECT_FALSE(contains(result.err, "epoch")) << result.err;
}

TEST(CliFit, FindingsStandBelowTheTableAndInTheDocument) {
  const Folder folder;
  const std::vector<std::string> slow = {"fit",  "digits",   "--model", "mlp", "--learning-rate",
                                         "1e-6", "--epochs", "20"};
  const std::string command = "hebb fit digits --model mlp --learning-rate 1e-05 --epochs 20";
  const Result text = run(folder, slow);
  EXPECT_TRUE(contains(text.out, "\nlearning rate too low: after 20 epochs")) << text.out;
  EXPECT_TRUE(contains(text.out, "\n  " + command + "\n")) << text.out;
  std::vector<std::string> arguments = slow;
  arguments.emplace_back("--json");
  const Json findings = run(folder, arguments).json()["findings"];
  EXPECT_EQ(findings.at(0).at("kind"), "learning_rate_too_low");
  EXPECT_EQ(findings.at(0).at("advice"), "a larger learning rate, 1e-05 in place of 1e-06");
  EXPECT_EQ(findings.at(0).at("change"), Json({{"learning_rate_init", 1e-05}}));
  EXPECT_EQ(findings.at(0).at("command"), command);
}

// The words of an advised command after "hebb"; empty if there is none.
std::vector<std::string> advised(const Folder& folder, std::vector<std::string> arguments) {
  arguments.emplace_back("--json");
  const Json json = run(folder, arguments).json();
  for (const Json& finding : json["findings"]) {
    if (finding["command"].is_null()) continue;
    std::istringstream words(finding["command"].get<std::string>());
    std::vector<std::string> list;
    for (std::string word; words >> word;) list.push_back(word);
    return {list.begin() + 1, list.end()};
  }
  return {};
}

TEST(CliFit, ImportanceOfColumnsStandsBelowTheTableInTheDocumentAndInTheReport) {
  const Folder folder;
  const std::vector<std::string> command = {"wine", "--test-size", "0.3", "--report", "r.html"};
  const Result told = fit(folder, command);
  EXPECT_EQ(told.code, 0) << told.err;
  const auto at = told.out.find(
      "importance: accuracy lost if a column's values change places, the first 10 of 13");
  ASSERT_NE(at, std::string::npos) << told.out;
  auto documented = command;
  documented.emplace_back("--json");
  const Json importance = fit(folder, documented).json()["importance"];
  ASSERT_EQ(importance.size(), 13U);
  for (std::size_t i = 1; i < importance.size(); ++i)
    EXPECT_GE(importance[i - 1]["mean"], importance[i]["mean"]);
  EXPECT_GT(importance[0]["mean"], 0.01);
  EXPECT_EQ(importance[0].size(), 3U);
  const auto first = importance[0]["column"].get<std::string>();
  EXPECT_LT(told.out.find(first, at),
            told.out.find(importance[9]["column"].get<std::string>(), at));
  EXPECT_TRUE(contains(read_text(folder / "r.html"), "What the model looks at"));
  EXPECT_TRUE(contains(read_text(folder / "r.html"), "3 more columns matter less"));
  EXPECT_FALSE(contains(fit(folder, {"wine"}).out, "importance"));  // nothing is held out
  EXPECT_FALSE(fit(folder, {"wine", "--json"}).json().contains("importance"));
}

TEST(CliFit, AdviceIsTheOwnCommandWithAChange) {
  const Folder folder;
  using Words = std::vector<std::string>;
  EXPECT_EQ(advised(folder, {"fit", "xor:n=300", "--model", "perceptron", "--learning-rate", "2",
                             "--test-size", "0.3", "--seed", "4"}),
            (Words{"fit", "xor:n=300", "--seed", "4", "--test-size", "0.3", "--model", "mlp"}))
      << "options of the other model are left out";
  EXPECT_EQ(
      advised(folder, {"fit", "diabetes", "--model", "mlp", "--epochs", "30", "-o", "m.hebb"}),
      (Words{"fit", "diabetes", "--scale-target", "standard", "--model", "mlp", "--epochs", "30"}));
}

// The loss still falls in epoch 30, but the best epoch by the rows held out is before.
TEST(CliFit, AdvisesNoMoreEpochsWhereTheBestOneIsKept) {
  const Folder folder;
  const std::vector<std::string> line = {"fit", "diabetes", "--epochs", "30", "--json"};
  const Json json = run(folder, line).json();
  const Json& losses = json["history"]["loss"];
  EXPECT_LT(losses[29].get<double>(), 0.99 * losses[26].get<double>());
  EXPECT_EQ(advised(folder, {"fit", "diabetes", "--epochs", "30"}), std::vector<std::string>());
}

TEST(CliFit, AdviceCanBeFollowed) {
  const Folder folder;
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"fit", "diabetes", "--model", "mlp", "--epochs", "30"},
        {"fit", "wine", "--model", "mlp", "--epochs", "8", "--learning-rate", "1e-5"},
        {"fit", "digits", "--hidden", "2,3,2", "--seed", "5"},
        {"fit", "xor:n=300", "--model", "logistic"},
        {"fit", "iris", "--hidden", "3,3"}}) {
    const auto score = [&](std::vector<std::string> words) {
      words.emplace_back("--json");
      const Json train = run(folder, words).json()["train"];
      return train.value("accuracy", train.value("r2", 0.0));
    };
    const auto better = advised(folder, arguments);
    ASSERT_FALSE(better.empty()) << arguments[1];
    EXPECT_GT(score(better), score(arguments)) << arguments[1];
  }
}

}  // namespace
}  // namespace hebb::test
