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
                 {"--ema: is for --model mlp, convnet"});
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

}  // namespace
}  // namespace hebb::test
