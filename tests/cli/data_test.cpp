#include "cli/run.h"

namespace hebb::test {
namespace {

TEST(CliData, ListsNamedSets) {
  const Folder folder;
  const Result result = run(folder, {"data"});
  EXPECT_EQ(result.code, 0);
  for (const char* name : {"mnist10k", "iris", "diabetes"})
    EXPECT_TRUE(contains(result.out, name)) << name;
  const Json json = run(folder, {"data", "--json"}).json();
  EXPECT_EQ(json["schema"], "hebb.data/1");
  EXPECT_GE(json["datasets"].size(), 8U);
}

TEST(CliData, DescribesColumnsAndClasses) {
  const Folder folder;
  folder.write("d.csv", people_csv(60));
  const Json json = run(folder, {"data", "d.csv", "--json"}).json();
  EXPECT_EQ(json["samples"], 60);
  EXPECT_EQ(json["features"], 3);
  EXPECT_EQ(
      json["classes"],
      Json::parse(R"([{"class": "coffee, black", "count": 30}, {"class": "tea", "count": 30}])"));
  EXPECT_EQ(json["columns"][0]["min"], 20.0);
  EXPECT_EQ(json["columns"][0]["max"], 56.0);
  EXPECT_EQ(json["columns"][1]["categories"], Json({"Bonn", "Oslo", "Rome"}));
  EXPECT_EQ(json["columns"][2]["missing"], 6);
  const std::string text = run(folder, {"data", "d.csv"}).out;
  EXPECT_TRUE(contains(text, "Bonn, Oslo, Rome")) << text;
}

TEST(CliData, HeadShowsRowsAsTheyStand) {
  const Folder folder;
  folder.write("d.csv", people_csv(60));
  const std::string text = run(folder, {"data", "d.csv", "--head", "2"}).out;
  EXPECT_TRUE(contains(text, "Rome")) << text;
  EXPECT_TRUE(contains(text, "Oslo")) << text;
  EXPECT_FALSE(contains(text, "Bonn")) << text;
  const Json head = run(folder, {"data", "d.csv", "--head", "2", "--json"}).json()["head"];
  EXPECT_EQ(head, Json::parse(R"([{"features": [20.0, "Rome", 10.0], "target": ["tea"]},
                                  {"features": [21.0, "Oslo", 41.0], "target": ["coffee, black"]}])"));
}

TEST(CliData, DescribesImages) {
  const Folder folder;
  const Json json = run(folder, {"data", "mnist10k", "--json", "--head", "1"}).json();
  EXPECT_EQ(json["test_samples"], 2000);
  EXPECT_EQ(json["image"]["height"], 28);
  EXPECT_EQ(json["head"][0]["features"].size(), 784U);
  EXPECT_TRUE(contains(run(folder, {"data", "mnist10k", "--head", "1"}).out, "%%"));
}

// The test file names fewer columns than the training file, as sparse ones often do.
TEST(CliData, LibsvmIsLearntAndPredictedInOneWidth) {
  const Folder folder;
  folder.write("train.svm", "+1 1:1 3:1\n-1 2:1\n+1 1:2 3:1\n-1 2:2\n+1 1:3\n-1 2:3\n");
  folder.write("test", "+1 1:2\n-1 2:2\n");
  const Result fit = run(folder, {"fit", "train.svm", "--solver", "lbfgs", "-o", "m.hebb"});
  EXPECT_EQ(fit.code, 0) << fit.err;
  EXPECT_EQ(run(folder, {"predict", "m.hebb", "test"}).out, "prediction\n+1\n-1\n");
  const Result judged = run(folder, {"evaluate", "m.hebb", "test", "--assert", "accuracy>=1"});
  EXPECT_EQ(judged.code, 0) << judged.err;
}

TEST(CliData, ReadsStandardInput) {
  const Folder folder;
  EXPECT_EQ(run(folder, {"data", "-", "--json"}, {.in = "a,b\n1,2\n"}).json()["samples"], 1);
}

TEST(CliData, RefusesANegativeHead) {
  const Folder folder;
  EXPECT_EQ(run(folder, {"data", "iris", "--head", "-1"}).code, 2);
}

}  // namespace
}  // namespace hebb::test
