// Nearest neighbours, support vector machines and trees through the program.
#include <algorithm>

#include "cli/run.h"
#include "hebb/classical/catalogue.h"

namespace hebb::test {
namespace {

std::vector<std::string> classical_kinds() {
  std::vector<std::string> all = {"majority", "knn", "linear_svm", "svm"};
  if (has_xgboost()) all.insert(all.end(), {"trees", "forest"});
  return all;
}

TEST(CliClassical, FitKeepJudgeAndApply) {
  const Folder folder;
  folder.write("people.csv", people_csv());
  for (const std::string& model : classical_kinds()) {
    SCOPED_TRACE(model);
    const Result fit = run(folder, {"fit", "people.csv", "--model", model, "--impute", "mean",
                                    "--test-size", "0.2", "--json", "-o", "m.hebb"});
    ASSERT_EQ(fit.code, 0) << fit.err;
    EXPECT_EQ(fit.json()["model"], model);
    if (model != "majority") EXPECT_GT(fit.json()["test"]["accuracy"], 0.7);
    EXPECT_EQ(run(folder, {"evaluate", "m.hebb", "people.csv", "--assert", "accuracy>=0.4"}).code,
              0);
    const Result rows = run(folder, {"predict", "m.hebb", "people.csv"});
    EXPECT_TRUE(rows.out.starts_with("prediction\n")) << rows.err;
    EXPECT_EQ(std::ranges::count(rows.out, '\n'), 61);
    const Result info = run(folder, {"info", "m.hebb"});
    EXPECT_EQ(info.code, 0) << info.err;
    EXPECT_TRUE(contains(info.out, model)) << info.out;
    const Result plan =
        run(folder, {"fit", "people.csv", "--model", model, "--impute", "mean", "--dry-run"});
    EXPECT_EQ(plan.code, 0) << plan.err;
    EXPECT_TRUE(contains(plan.out, "known once it is trained")) << plan.out;
  }
}

TEST(CliClassical, TreesTakeMissingValuesAsTheyAre) {
  if (!has_xgboost()) GTEST_SKIP() << "built without XGBoost";
  const Folder folder;
  folder.write("people.csv", people_csv());
  const Result fit =
      run(folder, {"fit", "people.csv", "--model", "trees", "--json", "-o", "m.hebb"});
  ASSERT_EQ(fit.code, 0) << fit.err;
  EXPECT_EQ(fit.json()["preprocessing"]["impute"], "keep");
  EXPECT_EQ(run(folder, {"predict", "m.hebb", "people.csv"}).code, 0);
  EXPECT_EQ(run(folder, {"fit", "people.csv", "--model", "knn"}).code, 3);
}

TEST(CliClassical, FoldsFiguresAndReports) {
  const Folder folder;
  for (const std::string& model : classical_kinds()) {
    SCOPED_TRACE(model);
    EXPECT_EQ(run(folder, {"fit", "wine", "-q", "--model", model, "--folds", "3"}).code, 0);
    const Result fit = run(folder, {"fit", "wine", "-q", "--model", model, "--test-size", "0.3",
                                    "-o", "m.hebb", "--report", "r.html", "--plot", "p.png"});
    EXPECT_EQ(fit.code, 0) << fit.err;
    EXPECT_TRUE(folder.has("r.html"));
    EXPECT_EQ(run(folder, {"plot", "confusion", "m.hebb", "wine", "-o", "c.svg"}).code, 0);
  }
}

TEST(CliClassical, NumbersArePredicted) {
  const Folder folder;
  for (const std::string& model : classical_kinds()) {
    SCOPED_TRACE(model);
    const Result fit = run(folder, {"fit", "diabetes", "--model", model, "--json", "--scale-target",
                                    "standard", "--test-size", "0.3"});
    ASSERT_EQ(fit.code, 0) << fit.err;
    if (model != "majority") EXPECT_GT(fit.json()["train"]["r2"], 0.3);
  }
}

TEST(CliClassical, ImagesAreFlattened) {
  const Folder folder;
  for (const std::string& model : classical_kinds()) {
    SCOPED_TRACE(model);
    std::vector<std::string> call = {"fit",         "digits", "--model", model,   "--json",
                                     "--test-size", "0.3",    "-o",      "m.hebb"};
    if (model == "trees" || model == "forest") call.insert(call.end(), {"--n-estimators", "5"});
    const Result fit = run(folder, call);
    ASSERT_EQ(fit.code, 0) << fit.err;
    if (model != "majority") EXPECT_GT(fit.json()["test"]["accuracy"], 0.8);
    EXPECT_EQ(run(folder, {"predict", "m.hebb", "digits"}).code, 0);
  }
}

TEST(CliClassical, SupportVectorsAndTreesAreCounted) {
  const Folder folder;
  ASSERT_EQ(run(folder, {"fit", "iris", "-q", "--model", "svm", "-o", "m.hebb"}).code, 0);
  const Json svm = run(folder, {"info", "m.hebb", "--json"}).json();
  EXPECT_GT(svm["body"]["holds"]["support_vectors"], 10);
  EXPECT_EQ(svm["results"]["n_support_"].size(), 3U);
  EXPECT_TRUE(contains(run(folder, {"info", "m.hebb"}).out, " support vectors"));
  if (!has_xgboost()) return;
  ASSERT_EQ(run(folder, {"fit", "iris", "-q", "--model", "trees", "-o", "m.hebb"}).code, 0);
  EXPECT_EQ(run(folder, {"info", "m.hebb", "--json"}).json()["body"]["holds"]["trees"], 300);
}

TEST(CliClassical, WhatTheyCannotDoIsSaid) {
  const Folder folder;
  const auto refused = [&](const std::vector<std::string>& options,
                           const std::vector<std::string>& parts) {
    std::vector<std::string> call = {"fit", "iris", "--model"};
    call.insert(call.end(), options.begin(), options.end());
    const Result result = run(folder, call);
    EXPECT_EQ(result.code, 2) << result.err;
    for (const std::string& part : parts) EXPECT_TRUE(contains(result.err, part)) << result.err;
  };
  refused({"svm", "--epochs", "3"}, {"--epochs", "svm has no such option"});
  refused({"svm", "--checkpoint", "c"}, {"--checkpoint", "svm cannot go on"});
  refused({"svm", "--find-lr"}, {"--find-lr", "svm"});
  refused({"svm", "--trace", "2"}, {"--trace", "perceptron"});
  refused({"svm", "--gamma", "wide"}, {"--gamma", "scale, auto"});
  refused({"knn", "--n-neighbors", "0"}, {"--n-neighbors", "1"});
  refused({"knn", "--n-neighbors", "1000"}, {"--n-neighbors", "150"});
  ASSERT_EQ(run(folder, {"fit", "iris", "-q", "--model", "svm", "-o", "m.hebb"}).code, 0);
  refused({"svm", "--from", "m.hebb"}, {"--from", "cannot continue"});
}

TEST(CliClassical, AMachineThatIsStoppedLeavesNoModel) {
  const Folder folder;
  const std::vector<std::string> slow = {"fit",     "blobs:n=20000,std=9",
                                         "--model", "svm",
                                         "--tol",   "1e-9",
                                         "--c",     "1e6",
                                         "--scale", "none",
                                         "-o",      "m.hebb"};
  std::vector<std::string> timed = slow;
  timed.insert(timed.end(), {"--time", "0.3s"});
  const Result late = run(folder, timed);
  EXPECT_EQ(late.code, 1) << late.err;
  EXPECT_TRUE(contains(late.err, "gives no model")) << late.err;
  const Result stopped = run(
      folder, slow,
      {.signal = SIGCONT, .once = "task: classify", .then = SIGINT});  // a tenth of a second later
  EXPECT_EQ(stopped.code, 130) << stopped.err;
  EXPECT_TRUE(contains(stopped.err, "interrupted")) << stopped.err;
  EXPECT_FALSE(folder.has("m.hebb"));
}

TEST(CliClassical, HelpListsTheKindsAndTheirOptions) {
  const Folder folder;
  const std::string help = run(folder, {"fit", "--help-all"}).out;
  for (const char* part : {"Other models", "--n-neighbors", "--kernel", "--max-depth", "linear_svm",
                           "--probability", "[trees, forest]"})
    EXPECT_TRUE(contains(help, part)) << part;
}

}  // namespace
}  // namespace hebb::test
