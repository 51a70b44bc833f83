// Options of training that stand beside the solver: what the program takes, keeps and refuses.
#include "cli/run.h"

namespace hebb::test {
namespace {

const std::vector<std::string> kTrainingFit = {
    "fit",
    "mnist10k",
    "--net",
    "conv(4,5,stride=2) batchnorm relu flatten linear(10)",
    "--epochs",
    "2",
    "--augment",
    "shift:1",
    "--ema",
    "0.99",
    "--label-smoothing",
    "0.1",
    "--mixup",
    "0.2",
    "--tta",
    "4"};

Result fit(const Folder& folder, const std::vector<std::string>& more) {
  auto line = kTrainingFit;
  line.insert(line.end(), more.begin(), more.end());
  return run(folder, line);
}

void expect_refused(const std::vector<std::string>& line, const std::vector<std::string>& words) {
  const Folder folder;
  const Result result = run(folder, line);
  EXPECT_EQ(result.code, 2) << result.err;
  for (const std::string& word : words) EXPECT_TRUE(contains(result.err, word)) << result.err;
}

TEST(CliTraining, AllItsOptionsTogetherAreKeptInTheModel) {
  const Folder folder;
  const Result result = fit(folder, {"-o", "m.hebb", "--json"});
  EXPECT_EQ(result.code, 0) << result.err;
  const Json json = result.json();
  EXPECT_GT(json["test"]["accuracy"].get<double>(), 0.8);
  EXPECT_GT(json["history"]["loss"].back().get<double>(), 0.5) << "targets are soft";
  const Json options = run(folder, {"info", "m.hebb", "--json"}).json()["options"];
  EXPECT_EQ(options["ema"], 0.99);
  EXPECT_EQ(options["label_smoothing"], 0.1);
  EXPECT_EQ(options["mixup"], 0.2);
  EXPECT_EQ(options["tta"], 4);
}

TEST(CliTraining, LossesAreTakenByNameAndNumber) {
  const Folder folder;
  const auto fitted = [&](const char* data, const char* loss) {
    const Result result =
        run(folder, {"fit", data, "--loss", loss, "--scale", "standard", "--epochs", "60",
                     "--learning-rate", "0.01", "-o", "m.hebb", "--json"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(run(folder, {"info", "m.hebb", "--json"}).json()["options"]["loss"], loss);
    return result.json();
  };
  for (const char* loss : {"hinge", "focal", "focal:0.5"})
    EXPECT_GT(fitted("iris", loss)["train"]["accuracy"].get<double>(), 0.85) << loss;
  for (const char* loss : {"poisson", "quantile"})
    EXPECT_GT(fitted("diabetes", loss)["train"]["r2"].get<double>(), 0.3) << loss;
  expect_refused({"fit", "diabetes", "--loss", "quantile:1.5"}, {"q of quantile", "'1.5'"});
  expect_refused({"fit", "diabetes", "--loss", "hinge"}, {"hinge", "classification"});
  expect_refused({"fit", "iris", "--loss", "poisson"}, {"poisson", "regression"});
  expect_refused({"fit", "iris", "--loss", "hingge"}, {"did you mean hinge?"});
}

TEST(CliTraining, ScoresArePredictionsAveragedAsTheModelSays) {
  const Folder folder;
  const Json json = fit(folder, {"-o", "m.hebb", "--json"}).json();
  const Json same = run(folder, {"evaluate", "m.hebb", "mnist10k", "--json"}).json();
  EXPECT_EQ(same["test"], json["test"]);
  const Json none = run(folder, {"evaluate", "m.hebb", "mnist10k", "--tta", "1", "--json"}).json();
  EXPECT_NE(none["test"]["log_loss"], same["test"]["log_loss"]);
  const auto predict = [&](const std::vector<std::string>& more) {
    std::vector<std::string> line = {"predict", "m.hebb", "digits.npz", "--proba"};
    line.insert(line.end(), more.begin(), more.end());
    const Result result = run(folder, line);
    EXPECT_EQ(result.code, 0) << result.err;
    return result.out;
  };
  const Result made = run(folder, {"data", "convert", "mnist10k", "-o", "digits.npz"});
  EXPECT_EQ(made.code, 0) << made.err;
  const std::string four = predict({});
  EXPECT_EQ(predict({"--tta", "4"}), four);
  EXPECT_EQ(predict({"--tta", "4", "--threads", "1"}), four);
  EXPECT_NE(predict({"--tta", "1"}), four);
  EXPECT_NE(predict({"--tta", "5"}), four);
}

TEST(CliTraining, ThreadsDoNotChangeTheModel) {
  const Folder folder;
  EXPECT_EQ(fit(folder, {"-o", "one.hebb", "--threads", "1"}).code, 0);
  EXPECT_EQ(fit(folder, {"-o", "three.hebb", "--threads", "3"}).code, 0);
  EXPECT_EQ(folder.read("one.hebb"), folder.read("three.hebb"));
}

TEST(CliTraining, WhatCannotBeAveragedIsRefused) {
  expect_refused({"fit", "iris", "--ema", "1"}, {"ema", "[0, 1)", "got 1"});
  expect_refused({"fit", "iris", "--ema", "nan"}, {"ema"});
  expect_refused({"fit", "iris", "--solver", "lbfgs", "--ema", "0.9"}, {"--ema", "another solver"});
  expect_refused({"fit", "iris", "--model", "logistic", "--ema", "0.9"},
                 {"--ema: is for --model mlp, tabular, convnet"});
  // No option of that model has a name as near as to be meant.
  expect_refused({"fit", "iris", "--model", "perceptron", "--ema", "0.9"},
                 {"perceptron has no such option\n"});
}

TEST(CliTraining, SmoothingIsForProbabilitiesOfClasses) {
  expect_refused({"fit", "iris", "--label-smoothing", "1"}, {"--label-smoothing", "[0, 1)"});
  expect_refused({"fit", "diabetes", "--label-smoothing", "0.1"},
                 {"--label-smoothing", "'squared_error' is not one"});
  expect_refused({"fit", "iris", "--loss", "huber", "--label-smoothing", "0.1"},
                 {"'huber' is not one"});
}

TEST(CliTraining, WhatCannotBeMixedIsRefused) {
  expect_refused({"fit", "iris", "--mixup", "-1"}, {"mixup", ">= 0"});
  expect_refused({"fit", "iris", "--mixup", "inf"}, {"mixup"});
  expect_refused({"fit", "iris", "--solver", "lbfgs", "--mixup", "0.2"},
                 {"--mixup", "another solver"});
  expect_refused({"fit", "iris", "--solver", "lbfgs", "--dropout", "0.2"},
                 {"dropout(0.2) is drawn anew", "another solver"});
  expect_refused({"fit", "iris", "--solver", "lbfgs", "--net", "linear(5) dropout(0.5) linear(3)"},
                 {"dropout(0.5) is drawn anew"});
  expect_refused({"fit", "mnist10k", "--solver", "lbfgs", "--augment", "shift:2"},
                 {"--augment", "another solver"});
  expect_refused({"fit", "iris", "--batch-size", "1", "--mixup", "0.2"},
                 {"--mixup", "batch_size must be 2"});
}

TEST(CliTraining, CopiesAreOfImages) {
  expect_refused({"fit", "iris", "--tta", "4"}, {"--tta", "table"});
  expect_refused({"fit", "mnist10k", "--tta", "0"}, {"tta", "[1, 1000]"});
  const Folder folder;
  EXPECT_EQ(run(folder, {"fit", "iris", "--epochs", "1", "-o", "t.hebb"}).code, 0);
  EXPECT_EQ(run(folder, {"fit", "iris", "--model", "perceptron", "-o", "p.hebb"}).code, 0);
  for (const char* verb : {"predict", "evaluate"}) {
    const Result table = run(folder, {verb, "t.hebb", "iris", "--tta", "4"});
    EXPECT_EQ(table.code, 2);
    EXPECT_TRUE(contains(table.err, "--tta")) << table.err;
    const Result unit = run(folder, {verb, "p.hebb", "iris", "--tta", "4"});
    EXPECT_EQ(unit.code, 2);
    EXPECT_TRUE(contains(unit.err, "this is a perceptron")) << unit.err;
    EXPECT_EQ(run(folder, {verb, "t.hebb", "iris", "--tta", "0"}).code, 2);
  }
}

TEST(CliTraining, AnUndefinedValidationScoreIsSaidOnceAndStopsNoRun) {
  const Folder folder;
  folder.write("r.csv", "u,y\n0,0.0\n1,1.5\n2,3.0\n3,4.5\n4,6.0\n5,7.5\n6,9.0\n7,10.5\n");
  const Result result = run(folder, {"fit", "r.csv", "--early-stop", "3", "--epochs", "30",
                                     "--progress", "plain", "-o", "m.hebb"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.err, "epoch 30/30")) << result.err;
  EXPECT_TRUE(contains(result.err, "validation undefined")) << result.err;
  const std::string warning = "validation score of 1 sample is undefined";
  const auto first = result.err.find(warning);
  ASSERT_NE(first, std::string::npos) << result.err;
  EXPECT_EQ(result.err.find(warning, first + 1), std::string::npos) << result.err;
}

TEST(CliTraining, RowsOfWeightZeroAreLeftOutFromTheBeginning) {
  const Folder folder;
  std::string text = "x,w,y\n";
  for (int i = 0; i < 40; ++i)
    text += std::to_string(i % 2 * 10 + i % 5) + ",1," + (i % 2 ? "a" : "b") + "\n5,0,never\n";
  folder.write("w.csv", text);
  const Result result = run(folder, {"fit", "w.csv", "--weight", "w", "--test-size", "0.25",
                                     "--model", "logistic", "-o", "m.hebb", "--json"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.err, "40 of 80 rows have a weight of 0 and are left out"))
      << result.err;
  EXPECT_TRUE(contains(result.err, "30 samples to train on, 10 to test on")) << result.err;
  const Result judged =
      run(folder, {"evaluate", "m.hebb", "w.csv", "--weight", "w", "--metrics", "accuracy"});
  EXPECT_EQ(judged.code, 0) << judged.err;
}

TEST(CliTraining, BatchNormRefusesBatchesOfOneSample) {
  expect_refused(
      {"fit", "iris", "--net", "linear(8) batchnorm relu linear(3)", "--batch-size", "1"},
      {"batchnorm", "2 or more", "--batch-size"});
}

}  // namespace
}  // namespace hebb::test
