// Ensembles on the command line.
#include <gtest/gtest.h>

#include "cli/run.h"

namespace hebb::test {
namespace {

void expect_parts(const std::string& text, std::initializer_list<std::string> parts) {
  for (const std::string& part : parts)
    EXPECT_TRUE(contains(text, part)) << "'" << part << "' is not in:\n" << text;
}

void expect_usage_error(const std::vector<std::string>& arguments,
                        std::initializer_list<std::string> parts) {
  const Folder folder;
  const Result result = run(folder, arguments);
  EXPECT_EQ(result.code, 2) << result.err;
  expect_parts(result.err, parts);
}

TEST(CliEnsembles, BagsAKindWithTheOptionsOfThatKind) {
  const Folder folder;
  const Result fit = run(folder, {"fit", "iris", "--model", "bagging", "--base", "mlp", "--hidden",
                                  "7", "--epochs", "30", "--learning-rate", "0.03",
                                  "--n-estimators", "3", "--seed", "4", "-o", "b.hebb", "--json"});
  ASSERT_EQ(fit.code, 0) << fit.err;
  expect_parts(fit.err, {"member 1 of 3", "3 of 3 members trained", "out of bag accuracy"});
  const Json json = fit.json();
  EXPECT_EQ(json["model"], "bagging");
  EXPECT_EQ(json["options"]["base_options"]["hidden_layer_sizes"], Json({7}));
  EXPECT_EQ(json["options"]["base_options"]["max_iter"], 30);
  EXPECT_EQ(json["options"]["random_state"], 4);
  EXPECT_GT(json["train"]["accuracy"], 0.8);

  const Result info = run(folder, {"info", "b.hebb"});
  expect_parts(info.out, {"bagging, classify", "the mean of the members' probabilities",
                          "out of bag", "base.hidden_layer_sizes=7", "mlp: linear(7)", "total"});
  const Json told = run(folder, {"info", "b.hebb", "--json"}).json();
  EXPECT_EQ(told["members"].size(), 3U);
  EXPECT_EQ(told["members"][0]["options"]["max_iter"], 30);
  EXPECT_EQ(told["combination"], "mean");

  const Result evaluated = run(folder, {"evaluate", "b.hebb", "iris", "--json"});
  ASSERT_EQ(evaluated.code, 0) << evaluated.err;
  EXPECT_EQ(evaluated.json()["test"]["accuracy"], json["train"]["accuracy"]);
  const Result predicted = run(folder, {"predict", "b.hebb", "iris", "--proba"});
  EXPECT_EQ(predicted.code, 0) << predicted.err;
  expect_parts(predicted.out, {"prediction,", "setosa"});
}

TEST(CliEnsembles, VotesAndStacksSeveralKinds) {
  const Folder folder;
  const Result voting = run(folder, {"fit", "wine", "--model", "voting", "--models",
                                     "logistic,perceptron:activation=sigmoid,logistic:C=0.1",
                                     "--weights", "2,1,1", "-o", "v.hebb"});
  ASSERT_EQ(voting.code, 0) << voting.err;
  expect_parts(run(folder, {"info", "v.hebb"}).out, {"logistic", "perceptron", "weights=2"});
  const Result stacking =
      run(folder, {"fit", "wine", "--model", "stacking", "--models", "logistic,perceptron",
                   "--final", "logistic:C=10", "--stack-folds", "3", "-o", "s.hebb"});
  ASSERT_EQ(stacking.code, 0) << stacking.err;
  expect_parts(stacking.err, {"2 models and a final logistic trained, 9 trainings in all"});
  expect_parts(run(folder, {"info", "s.hebb"}).out,
               {"a final logistic that learnt from the members' predictions", "final logistic"});
  EXPECT_EQ(run(folder, {"predict", "s.hebb", "wine"}).code, 0);
  const Result folds = run(folder, {"fit", "wine", "--model", "voting", "--models", "logistic",
                                    "--folds", "2", "--report", "r.html"});
  EXPECT_EQ(folds.code, 0) << folds.err;
  EXPECT_TRUE(folder.has("r.html"));
}

TEST(CliEnsembles, PredictNumbers) {
  const Folder folder;
  const Result fit = run(folder, {"fit", "diabetes", "--model", "stacking", "--models",
                                  "adaline:max_iter=30,mlp:hidden=5,max_iter=30", "--scale-target",
                                  "standard", "--stack-folds", "3", "-o", "s.hebb", "--json"});
  ASSERT_EQ(fit.code, 0) << fit.err;
  EXPECT_GT(fit.json()["train"]["r2"], 0.3);
  EXPECT_EQ(run(folder, {"evaluate", "s.hebb", "diabetes"}).code, 0);
}

TEST(CliEnsembles, ShowWhatTheyWouldTrain) {
  const Folder folder;
  const Result bagging =
      run(folder, {"fit", "wine", "--model", "bagging", "--hidden", "9", "--dry-run"});
  ASSERT_EQ(bagging.code, 0) << bagging.err;
  expect_parts(bagging.out, {"10 members, each mlp", "linear(9)"});
  const Json voting = run(folder, {"fit", "wine", "--model", "voting", "--models",
                                   "mlp:hidden=9,logistic", "--dry-run", "--json"})
                          .json();
  EXPECT_EQ(voting["members"].size(), 2U);
  EXPECT_EQ(voting["members"][1]["units"]["count"], 3);
  EXPECT_EQ(voting["parameters"], (13 + 1) * 9 + (9 + 1) * 3 + (13 + 1) * 3);
}

TEST(CliEnsembles, RefuseOptionsThatNoMemberHas) {
  expect_usage_error({"fit", "iris", "--model", "bagging", "--base", "logistic", "--hidden", "5"},
                     {"--hidden", "bagging has no such option"});
  expect_usage_error({"fit", "iris", "--model", "bagging", "--base", "logistik"},
                     {"--base", "did you mean logistic"});
  expect_usage_error({"fit", "iris", "--model", "voting", "--models", "mlp,logistik"},
                     {"--models", "logistik", "did you mean logistic"});
  expect_usage_error({"fit", "iris", "--model", "voting", "--models", "logistic,perceptron"},
                     {"perceptron has no probabilities", "hard"});
  expect_usage_error({"fit", "iris", "--model", "voting", "--base", "logistic"},
                     {"--base", "bagging"});
  expect_usage_error({"fit", "iris", "--model", "voting", "--models", "mlp:net=lenet5"},
                     {"lenet5", "network for images"});
}

TEST(CliEnsembles, SearchOptionsOfTheMembers) {
  const Folder folder;
  const Result tuned = run(folder, {"tune", "wine", "--model", "bagging", "--base", "logistic",
                                    "--n-estimators", "2", "--space", "C=0.01|1", "--sampler",
                                    "grid", "--folds", "2", "--workers", "local:1", "--json"});
  ASSERT_EQ(tuned.code, 0) << tuned.err;
  EXPECT_TRUE(tuned.json()["ranking"][0]["values"].contains("base.C")) << tuned.out;
  // The usual space is that of the members.
  const Result usual =
      run(folder, {"tune", "wine", "--model", "bagging", "--base", "logistic", "--n-estimators",
                   "2", "--trials", "1", "--folds", "2", "--workers", "local:1"});
  EXPECT_EQ(usual.code, 0) << usual.err;
  expect_parts(usual.err, {"base.C=log:"});
}

TEST(CliEnsembles, TuneTrainsTheBestMeanOfItsTrials) {
  const Folder folder;
  const Result tuned =
      run(folder, {"tune", "wine", "--model", "logistic", "--space", "C=0.001|0.1|1|100",
                   "--sampler", "grid", "--folds", "3", "--metric", "log_loss", "--ensemble", "3",
                   "--workers", "local:1", "-o", "e.hebb"});
  ASSERT_EQ(tuned.code, 0) << tuned.err;
  expect_parts(tuned.out, {"weight", "an ensemble of", "of the 3 best trials", "178 rows held out",
                           "alone (trial"});
  expect_parts(run(folder, {"info", "e.hebb"}).out, {"voting", "logistic:C="});
  EXPECT_EQ(run(folder, {"evaluate", "e.hebb", "wine"}).code, 0);
}

TEST(CliEnsembles, AreStoppedBetweenMembers) {
  const Folder folder;
  const Result stopped = run(folder,
                             {"fit", "digits", "--model", "bagging", "--epochs", "100000", "--tol",
                              "0", "--n-iter-no-change", "100000", "-o", "b.hebb"},
                             {.signal = SIGINT, .once = "member 1 of 10, epoch"});
  EXPECT_EQ(stopped.code, 130) << stopped.err;
  EXPECT_TRUE(folder.has("b.hebb"));
  const Result voting =
      run(folder,
          {"fit", "digits", "--model", "voting", "--models",
           "mlp:max_iter=100000,tol=0,n_iter_no_change=100000,logistic", "-o", "v.hebb"},
          {.signal = SIGINT, .once = "epoch"});
  EXPECT_EQ(voting.code, 130) << voting.err;
  expect_parts(voting.err, {"a voting needs all of them"});
  EXPECT_FALSE(folder.has("v.hebb"));
}

}  // namespace
}  // namespace hebb::test
