// What `hebb fit` and its kin do with a table of which nothing is said.
#include <algorithm>
#include <sstream>

#include "cli/run.h"

namespace hebb::test {
namespace {

using Arguments = std::vector<std::string>;

constexpr const char* kTold =
    "model: tabular, the default for tables; --model mlp takes a multi-layer perceptron\n";

Arguments joined(Arguments first, const Arguments& rest) {
  first.insert(first.end(), rest.begin(), rest.end());
  return first;
}

// People of two towns; some cells are empty.
std::string gappy_csv(int rows = 60) {
  std::string text = "age,city,likes\n";
  for (int i = 0; i < rows; ++i)
    text += (i % 9 == 4 ? "" : std::to_string(20 + i % 13)) + "," +
            (i % 11 == 3  ? ""
             : i % 2 == 0 ? "Rome"
                          : "Oslo") +
            "," + (i % 13 < 6 ? "tea" : "coffee") + '\n';
  return text;
}

std::string kind_of(const Folder& folder, const Arguments& more) {
  const Result result = run(folder, joined({"fit", "iris", "--epochs", "1", "--json"}, more));
  EXPECT_EQ(result.code, 0) << result.err;
  std::string kind = result.json()["model"];
  const bool open = std::ranges::count(more, "--model") == 0;
  EXPECT_EQ(contains(result.err, kTold), open && kind == "tabular") << result.err;
  return kind;
}

TEST(CliTabular, IsWhatATableGetsUnlessLayersAreDescribed) {
  const Folder folder;
  EXPECT_EQ(kind_of(folder, {}), "tabular");
  EXPECT_EQ(kind_of(folder, {"--members", "8", "--dropout", "0"}), "tabular");
  EXPECT_EQ(kind_of(folder, {"--model", "tabular"}), "tabular");
  EXPECT_EQ(kind_of(folder, {"--hidden", "4"}), "mlp");
  EXPECT_EQ(kind_of(folder, {"--activation", "tanh"}), "mlp");
  EXPECT_EQ(kind_of(folder, {"--net", "linear(4) relu linear(3)"}), "mlp");
  EXPECT_EQ(kind_of(folder, {"--solver", "lbfgs"}), "mlp");
  EXPECT_EQ(kind_of(folder, {"--numbers", "periodic", "--hidden", "4"}), "tabular");
}

TEST(CliTabular, IsNotForImages) {
  const Folder folder;
  const Result result = run(folder, {"fit", "mnist10k", "--members", "8"});
  EXPECT_EQ(result.code, 2);
  EXPECT_TRUE(
      contains(result.err, "--model: tabular is for tables: for images take convnet or mlp"))
      << result.err;
  const Result dry = run(folder, {"fit", "mnist10k", "--model", "tabular", "--dry-run"});
  EXPECT_EQ(dry.code, 2);
  EXPECT_TRUE(contains(dry.err, "--model: tabular is for tables")) << dry.err;
}

TEST(CliTabular, TakesMissingValuesAndUnknownCategoriesAndSaysSo) {
  const Folder folder;
  folder.write("people.csv", gappy_csv());
  ASSERT_EQ(run(folder, {"fit", "people.csv", "--epochs", "3", "-o", "m.hebb"}).code, 0);
  folder.write("new.csv", "age,city\n,Bonn\n30,\n,Rome\n");
  const Result result = run(folder, {"predict", "m.hebb", "new.csv"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(std::ranges::count(result.out, '\n'), 4) << result.out;
  EXPECT_TRUE(contains(result.err, "new.csv: missing values imputed: 3 ('age' 2, 'city' 1)\n"))
      << result.err;
  EXPECT_TRUE(contains(result.err,
                       "new.csv: values never seen in training, encoded as all zeros: "
                       "1 ('city' 1)\n"))
      << result.err;
  folder.write("whole.csv", "age,city\n30,Rome\n");
  const Result whole = run(folder, {"predict", "m.hebb", "whole.csv"});
  EXPECT_FALSE(contains(whole.err, "missing") || contains(whole.err, "never seen")) << whole.err;
  EXPECT_EQ(run(folder, {"fit", "people.csv", "--model", "mlp"}).code, 3);
}

TEST(CliTabular, CountsACategoryOfOneRowAndUnknownOnesAsOther) {
  const Folder folder;
  std::string text = gappy_csv();
  folder.write("people.csv", text + "25,Bern,tea\n26,Cork,tea\n");
  ASSERT_EQ(run(folder, {"fit", "people.csv", "--epochs", "3", "-o", "m.hebb"}).code, 0);
  folder.write("new.csv", "age,city\n30,Bonn\n30,Bern\n30,Cork\n");
  const Result result = run(folder, {"predict", "m.hebb", "new.csv", "--proba"});
  EXPECT_TRUE(contains(result.err, "values never seen in training, taken as other: 1 ('city' 1)\n"))
      << result.err;
  std::istringstream lines(result.out);
  std::vector<std::string> rows;
  for (std::string line; std::getline(lines, line);) rows.push_back(line);
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[1], rows[2]);
  EXPECT_EQ(rows[1], rows[3]);
}

TEST(CliTabular, PredictsNumbersOfTheTrainingTargetsRange) {
  const Folder folder;
  std::string text = "x,z,y\n";
  for (int i = 0; i < 60; ++i)
    text += std::to_string(i * 0.5) + ',' + std::to_string(i % 7) + ',' +
            std::to_string(10 + i * 0.25) + '\n';
  folder.write("d.csv", text);
  folder.write("far.csv", "x,z\n-9000,0\n9000,0\n");
  ASSERT_EQ(run(folder, {"fit", "d.csv", "-o", "m.hebb"}).code, 0);
  EXPECT_EQ(run(folder, {"predict", "m.hebb", "far.csv"}).out, "prediction\n10\n24.75\n");
  ASSERT_EQ(run(folder, {"fit", "d.csv", "--no-clip-target", "-o", "free.hebb"}).code, 0);
  EXPECT_NE(run(folder, {"predict", "free.hebb", "far.csv"}).out, "prediction\n10\n24.75\n");
}

// One training of a data set without options; the file of its model.
std::string model_bytes(const Folder& folder, const Arguments& more) {
  const Result result =
      run(folder, joined({"fit", "digits", "--epochs", "3", "-q", "-o", "m.hebb"}, more));
  EXPECT_EQ(result.code, 0) << result.err;
  return folder.read("m.hebb");
}

TEST(CliTabular, IsTheSameForAnyNumberOfThreads) {
  const Folder folder;
  const std::string one = model_bytes(folder, {"--threads", "1"});
  for (const char* threads : {"1", "2", "4"})
    EXPECT_EQ(model_bytes(folder, {"--threads", threads}) == one, true) << threads;
  EXPECT_EQ(model_bytes(folder, {"--seed", "1"}) == one, false);
}

TEST(CliTabular, ResumedEndsInTheSameBytes) {
  const Folder folder;
  const std::string whole = model_bytes(folder, {});
  ASSERT_EQ(run(folder, {"fit", "digits", "--epochs", "1", "-q", "--checkpoint", "state"}).code, 0);
  ASSERT_EQ(
      run(folder, {"fit", "--resume", "state", "--epochs", "3", "-q", "-o", "resumed.hebb"}).code,
      0);
  EXPECT_EQ(folder.read("resumed.hebb") == whole, true);
}

TEST(CliTabular, ResumedWithinAnEpochEndsInTheSameBytes) {
  const Folder folder;
  const Arguments line = {"fit", "digits", "--epochs", "3", "-q"};
  ASSERT_EQ(run(folder, joined(line, {"--time", "60s", "-o", "whole.hebb"})).code, 0);
  const Result first =
      run(folder, joined(line, {"--time", "0.000001", "--checkpoint", "state", "--json"}));
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(first.json()["epochs"], 0);
  ASSERT_EQ(
      run(folder, {"fit", "--resume", "state", "--time", "60s", "-q", "-o", "resumed.hebb"}).code,
      0);
  EXPECT_EQ(folder.read("resumed.hebb") == folder.read("whole.hebb"), true);
}

TEST(CliTabular, ResumedAfterAnEarlyStopKeepsTheBestEpoch) {
  const Folder folder;
  const Arguments line = {"fit", "iris", "--learning-rate", "0.05", "--early-stop", "3", "-q"};
  ASSERT_EQ(run(folder, joined(line, {"-o", "whole.hebb"})).code, 0);
  const Result first = run(folder, joined(line, {"--epochs", "4", "--checkpoint", "state"}));
  ASSERT_EQ(first.code, 0) << first.err;
  const Result rest = run(folder, {"fit", "--resume", "state", "--epochs", "200", "-q", "--json",
                                   "-o", "resumed.hebb"});
  ASSERT_EQ(rest.code, 0) << rest.err;
  EXPECT_EQ(rest.json()["stopped"], "converged");
  EXPECT_EQ(folder.read("resumed.hebb") == folder.read("whole.hebb"), true);
}

TEST(CliTabular, ValidatesAShareOfTheRowsIfOneIsGiven) {
  const Folder folder;
  const auto first_score = [&](const Arguments& more) {
    const Result result = run(folder, joined({"fit", "iris", "--epochs", "1", "--json"}, more));
    EXPECT_EQ(result.code, 0) << result.err;
    return result.json()["history"]["validation_score"][0].get<double>();
  };
  EXPECT_EQ(first_score({}), first_score({"--val-folds", "4"}));
  EXPECT_NE(first_score({"--val-size", "0.3"}), first_score({}));
}

// ---- runs like a model ----

// A town is in one row alone: unknown to the models that are not trained on it.
TEST(CliTabular, ACurveOfAModelHasItsPreprocessing) {
  const Folder folder;
  folder.write("people.csv", gappy_csv() + "25,Bern,tea\n");
  const auto curve = [&](const Arguments& more) {
    EXPECT_EQ(
        run(folder, joined({"fit", "people.csv", "--epochs", "2", "-q", "-o", "m.hebb"}, more))
            .code,
        0);
    return run(folder, {"plot", "validation-curve", "m.hebb", "people.csv", "--space",
                        "dropout=0|0.1", "--folds", "2", "-o", "c.csv"});
  };
  EXPECT_EQ(curve({}).code, 0);
  const Result strict = curve({"--unknown", "error"});
  EXPECT_EQ(strict.code, 3) << strict.err;
  EXPECT_TRUE(contains(strict.err, "'Bern' never occurred in training")) << strict.err;
  // What the command says goes before what the model has.
  EXPECT_EQ(run(folder, {"plot", "validation-curve", "m.hebb", "people.csv", "--space",
                         "dropout=0|0.1", "--folds", "2", "--unknown", "other", "-o", "c.csv"})
                .code,
            0);
  // So does what a model leaves unset, and its kind sets.
  ASSERT_EQ(
      run(folder, {"fit", "iris", "--impute", "none", "--epochs", "2", "-q", "-o", "n.hebb"}).code,
      0);
  folder.write(
      "gaps.csv",
      "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm),species\n" + [] {
        std::string rows;
        for (int i = 0; i < 30; ++i)
          rows += "5.1,3.5," + std::string(i == 4 ? "" : "1.4") + ",0." + std::to_string(i % 9) +
                  (i % 2 == 0 ? ",setosa\n" : ",virginica\n");
        return rows;
      }());
  const Result unfilled = run(folder, {"plot", "validation-curve", "n.hebb", "gaps.csv", "--space",
                                       "dropout=0|0.1", "--folds", "2", "-o", "c.csv"});
  EXPECT_EQ(unfilled.code, 3) << unfilled.err;
  EXPECT_TRUE(contains(unfilled.err, "the value is missing")) << unfilled.err;
}

// ---- other verbs ----

TEST(CliTabular, IsTunedInItsOwnSpace) {
  const Folder folder;
  const Result result = run(folder, {"tune", "iris", "--model", "tabular", "--trials", "3",
                                     "--folds", "2", "--epochs", "2", "--json", "-o", "best.hebb"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.err, "the space is not given: 'hidden_layer_sizes=50,50|100,100"))
      << result.err;
  const Json json = result.json();
  EXPECT_EQ(json["model"], "tabular");
  EXPECT_EQ(run(folder, {"info", "best.hebb", "--json"}).json()["model"], "tabular");
  EXPECT_EQ(
      run(folder, {"tune", "iris", "--trials", "1", "--folds", "2", "--epochs", "1", "--json"})
          .json()["model"],
      "tabular")
      << "the default";
}

TEST(CliTabular, IsTunedUnlessTheSpaceDescribesLayers) {
  const Folder folder;
  const auto kind = [&](const char* data, const Arguments& more) {
    const Result result = run(
        folder,
        joined({"tune", data, "--trials", "1", "--folds", "2", "--epochs", "1", "--json"}, more));
    EXPECT_EQ(result.code, 0) << result.err;
    return result.json()["model"].get<std::string>();
  };
  EXPECT_EQ(kind("iris", {"--space", "dropout=0|0.2"}), "tabular");
  EXPECT_EQ(kind("iris", {"--space", "hidden=4|8"}), "mlp");
  EXPECT_EQ(kind("iris", {"--space", "hidden=4|8", "--space", "numbers=plain|periodic"}),
            "tabular");
  EXPECT_EQ(kind("mnist10k", {"--space", "dropout=0|0.2", "--test-size", "0.9"}), "mlp");
}

TEST(CliTabular, IsComparedWithOthers) {
  const Folder folder;
  const Result result = run(folder, {"compare", "wine", "--models", "tabular:epochs=5,mlp:epochs=5",
                                     "--folds", "2", "--json"});
  ASSERT_EQ(result.code, 0) << result.err;
  const Json models = result.json()["models"];
  ASSERT_EQ(models.size(), 2U);
  EXPECT_EQ(models[0]["kind"], "tabular");
  for (const Json& model : models) EXPECT_TRUE(model["rank"].is_number()) << model;
  EXPECT_GT(models[0]["scores"]["accuracy"]["test"]["mean"].get<double>(), 0.8);
}

TEST(CliTabular, IsComparedOnMissingValuesThatOthersDoNotTake) {
  const Folder folder;
  folder.write("people.csv", gappy_csv());
  const Arguments line = {"compare", "people.csv", "--models", "tabular:epochs=3,mlp:epochs=3",
                          "--folds", "2",          "--json"};
  const Result result = run(folder, line);
  ASSERT_EQ(result.code, 0) << result.err;
  const Json models = result.json()["models"];
  EXPECT_EQ(models[0]["rank"], 1);
  EXPECT_TRUE(models[1]["rank"].is_null());
  EXPECT_TRUE(contains(models[1]["error"], "column 'city': the value is missing"));
  const Json filled = run(folder, joined(line, {"--impute", "mean"})).json()["models"];
  EXPECT_TRUE(filled[1]["rank"].is_number());

  const Result all = run(folder, {"compare", "people.csv", "--folds", "2", "--json"});
  ASSERT_EQ(all.code, 0) << all.err;
  EXPECT_TRUE(contains(all.err, "values are missing, and the models that do not take such rows"))
      << all.err;
  std::vector<std::string> kinds;
  const Json compared = all.json()["models"];
  for (const Json& model : compared) kinds.push_back(model["kind"]);
  EXPECT_EQ(std::ranges::count(kinds, "tabular"), 1);
  EXPECT_EQ(std::ranges::count(kinds, "mlp"), 0);
}

}  // namespace
}  // namespace hebb::test
