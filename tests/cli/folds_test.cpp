// hebb fit --folds.
#include <algorithm>
#include <sstream>

#include "cli/run.h"

namespace hebb {
namespace {

using test::Folder;
using test::Result;
using test::run;

TEST(FitFolds, PrintsEachFoldAndTheMean) {
  const Folder folder;
  const Result done = run(folder, {"fit", "iris", "--folds", "3", "--epochs", "20"});
  ASSERT_EQ(done.code, 0) << done.err;
  for (const char* part : {"accuracy of each fold", "held out", "out of sample",
                           "mean and standard deviation of 3 folds", "F1 (macro)"})
    EXPECT_NE(done.out.find(part), std::string::npos) << done.out;
}

TEST(FitFolds, AgreesWithItsJson) {
  const Folder folder;
  const Result done =
      run(folder, {"fit", "wine", "--folds", "4", "--repeats", "2", "--epochs", "20", "--json"});
  ASSERT_EQ(done.code, 0) << done.err;
  const auto json = done.json();
  EXPECT_EQ(json["schema"], "hebb.folds/1");
  ASSERT_EQ(json["folds"].size(), 8U);
  double sum = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    const double accuracy = json["folds"][i]["test"]["accuracy"];
    EXPECT_EQ(json["scores"]["accuracy"]["test"]["values"][i].get<double>(), accuracy);
    sum += accuracy;
  }
  EXPECT_NEAR(json["scores"]["accuracy"]["test"]["mean"].get<double>(), sum / 8, 1e-12);
  EXPECT_EQ(json["folds"][7]["repeat"], 2);
  EXPECT_EQ(json["folds"][7]["fold"], 4);
}

TEST(FitFolds, WritesEachRowsPredictionOnceInTheOrderOfTheRows) {
  const Folder folder;
  const Result done = run(
      folder, {"fit", "iris", "--folds", "5", "--epochs", "20", "--out-of-fold", "p.csv", "-q"});
  ASSERT_EQ(done.code, 0) << done.err;
  std::istringstream lines(folder.read("p.csv"));
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line.find("row,repeat,fold,species,"), 0U) << line;
  for (int row = 1; std::getline(lines, line); ++row) {
    EXPECT_EQ(line.find(std::to_string(row) + ",1,"), 0U) << line;
    EXPECT_LE(row, 150);
  }
  EXPECT_EQ(std::ranges::count(folder.read("p.csv"), '\n'), 151);
}

TEST(FitFolds, TrainsTheModelOnAllRowsWhereItIsKept) {
  const Folder folder;
  const Result folds =
      run(folder, {"fit", "iris", "--folds", "3", "--epochs", "5", "-o", "a.hebb"});
  ASSERT_EQ(folds.code, 0) << folds.err;
  ASSERT_EQ(run(folder, {"fit", "iris", "--epochs", "5", "-o", "b.hebb"}).code, 0);
  EXPECT_EQ(folder.read("a.hebb"), folder.read("b.hebb"));
}

TEST(FitFolds, WarnsOnceOfWhatEachFoldHas) {
  const Folder folder;
  const Result log = run(folder, {"fit", "digits", "--folds", "3", "--epochs", "1"});
  ASSERT_EQ(log.code, 0) << log.err;
  const auto warning = log.err.find("are constant in the training part");
  EXPECT_NE(warning, std::string::npos) << log.err;
  EXPECT_EQ(log.err.find("are constant", warning + 1), std::string::npos) << log.err;
  const Result event =
      run(folder, {"fit", "iris", "--folds", "3", "--solver", "lbfgs", "--early-stop", "5"});
  ASSERT_EQ(event.code, 0) << event.err;
  EXPECT_NE(event.err.find("in 3 of 3 folds: early_stopping does not act"), std::string::npos)
      << event.err;
}

TEST(FitFolds, RefusesWhatItDoesNotTake) {
  const Folder folder;
  const auto refused = [&](std::vector<std::string> more, const std::string& part) {
    std::vector<std::string> words = {"fit", "iris"};
    words.insert(words.end(), more.begin(), more.end());
    const Result done = run(folder, words);
    EXPECT_EQ(done.code, 2) << done.err;
    EXPECT_NE(done.err.find(part), std::string::npos) << done.err;
  };
  refused({"--folds", "1"}, "--folds");
  refused({"--repeats", "2"}, "give --folds too");
  refused({"--out-of-fold", "x.csv"}, "give --folds too");
  refused({"--folds", "3", "--checkpoint", "c"}, "--checkpoint");
  refused({"--folds", "3", "--find-lr"}, "--find-lr");
  refused({"--folds", "151"}, "151 folds need as many rows");
  refused({"--folds", "3", "--out-of-fold", "m", "-o", "m"}, "--output");
}

}  // namespace
}  // namespace hebb
