#include <algorithm>
#include <charconv>
#include <filesystem>
#include <sstream>

#include "cli/run.h"

namespace hebb::test {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// A folder with a model of three classes, one of two, and one of numbers.
class CliModels : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<Folder>();
    ASSERT_EQ(run(*folder_, {"fit", "iris", "-q", "-o", "iris.hebb"}).code, 0);
    ASSERT_EQ(run(*folder_, {"fit", "diabetes", "-q", "--epochs", "5", "-o", "diabetes.hebb"}).code,
              0);
    folder_->write("people.csv", people_csv());
    ASSERT_EQ(
        run(*folder_, {"fit", "people.csv", "-q", "--impute", "median", "-o", "people.hebb"}).code,
        0);
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static Result hebb(const std::vector<std::string>& arguments, const Surroundings& around = {}) {
    return run(*folder_, arguments, around);
  }
  static Folder& folder() { return *folder_; }

 private:
  static inline std::unique_ptr<Folder> folder_;
};

using CliEvaluate = CliModels;
using CliPredict = CliModels;
using CliInfo = CliModels;

TEST_F(CliEvaluate, AssertThatHoldsExitsZero) {
  const Result result = hebb(
      {"evaluate", "iris.hebb", "iris", "--assert", "accuracy>=0.5", "--assert", "log_loss < 2"});
  EXPECT_EQ(result.code, 0) << result.err;
}

TEST_F(CliEvaluate, AssertThatFailsExitsFiveWithTheFigure) {
  const Result result = hebb(
      {"evaluate", "iris.hebb", "iris", "--assert", "accuracy>=0.5", "--assert", "accuracy>1"});
  EXPECT_EQ(result.code, 5);
  EXPECT_TRUE(contains(result.err, "accuracy>1 does not hold: accuracy is 0.9")) << result.err;
  EXPECT_TRUE(contains(result.out, "accuracy")) << "the table is printed all the same";
}

TEST_F(CliEvaluate, EveryOperatorCompares) {
  const double accuracy =
      hebb({"evaluate", "iris.hebb", "iris", "--json"}).json()["test"]["accuracy"];
  const std::string same = Json(accuracy).dump();
  const auto code = [&](const std::string& rule) {
    return hebb({"evaluate", "iris.hebb", "iris", "-q", "--assert", rule}).code;
  };
  EXPECT_EQ(code("accuracy==" + same), 0);
  EXPECT_EQ(code("accuracy>=" + same), 0);
  EXPECT_EQ(code("accuracy<=" + same), 0);
  EXPECT_EQ(code("accuracy>" + same), 5);
  EXPECT_EQ(code("accuracy<" + same), 5);
}

TEST_F(CliEvaluate, BadRuleIsUsage) {
  for (const char* rule : {"accuracy", "accuracy>=", "accuracy>=x", ">=1", "accuracy=>1"}) {
    const Result result = hebb({"evaluate", "iris.hebb", "iris", "--assert", rule});
    EXPECT_EQ(result.code, 2) << rule;
    EXPECT_TRUE(contains(result.err, "--assert")) << result.err;
  }
  const Result result = hebb({"evaluate", "iris.hebb", "iris", "--assert", "acuracy>=0.5"});
  EXPECT_EQ(result.code, 2);
  EXPECT_TRUE(contains(result.err, "did you mean accuracy?")) << result.err;
}

TEST_F(CliEvaluate, JsonReportsUnderTest) {
  const Json json = hebb({"evaluate", "iris.hebb", "iris", "--json"}).json();
  EXPECT_EQ(json["schema"], "hebb.evaluate/1");
  EXPECT_FALSE(json.contains("train"));
  EXPECT_EQ(json["test"]["samples"], 150);
  EXPECT_TRUE(json["seconds"]["fit"].is_null());
  EXPECT_EQ(json["model_file"], "iris.hebb");
}

TEST_F(CliEvaluate, ConfusionFileHasLabels) {
  ASSERT_EQ(hebb({"evaluate", "people.hebb", "people.csv", "-q", "--confusion", "c.csv"}).code, 0);
  const auto lines = lines_of(folder().read("c.csv"));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], "truth,\"coffee, black\",tea");
  EXPECT_TRUE(lines[1].starts_with("\"coffee, black\","));
}

TEST_F(CliEvaluate, ConfusionOfNumbersIsUsage) {
  EXPECT_EQ(hebb({"evaluate", "diabetes.hebb", "diabetes", "--confusion", "d.csv"}).code, 2);
}

TEST_F(CliEvaluate, TakesTheTargetOfTheModel) {
  folder().write("first.csv",
                 "likes,age,income,city\ntea,30,11,Rome\n\"coffee, black\",31,43,Oslo\n");
  const Result result = hebb({"evaluate", "people.hebb", "first.csv", "--json"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.json()["test"]["samples"], 2);
}

TEST_F(CliEvaluate, LabelNeverSeenIsBadDataWithRowAndLabel) {
  folder().write("new.csv", "age,city,income,likes\n30,Rome,11,tea\n30,Rome,11,milk\n");
  const Result result = hebb({"evaluate", "people.hebb", "new.csv"});
  EXPECT_EQ(result.code, 3);
  EXPECT_TRUE(contains(result.err, "milk")) << result.err;
}

TEST_F(CliPredict, PipeGivesAHeaderAndARowASample) {
  const Result result = hebb({"predict", "people.hebb", "-", "--proba"},
                             {.in = "age,city,income\n30,Rome,11\n31,Oslo,43\n"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto lines = lines_of(result.out);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], "prediction,\"coffee, black\",tea");
  EXPECT_TRUE(lines[1].starts_with("tea,")) << lines[1];
  EXPECT_TRUE(lines[2].starts_with("\"coffee, black\",")) << lines[2];
}

TEST_F(CliPredict, TargetColumnIsPassedOver) {
  const std::string with = "age,city,income,likes\n30,Rome,11,milk\n31,Oslo,43,\n";
  const std::string without = "age,city,income\n30,Rome,11\n31,Oslo,43\n";
  EXPECT_EQ(hebb({"predict", "people.hebb", "-"}, {.in = with}).out,
            hebb({"predict", "people.hebb", "-"}, {.in = without}).out);
}

TEST_F(CliPredict, ProbabilitiesReadBackAsTheSameFloats) {
  const auto lines = lines_of(hebb({"predict", "iris.hebb", "iris", "--proba"}).out);
  const Json rows = hebb({"predict", "iris.hebb", "iris", "--proba", "--json"}).json()["rows"];
  ASSERT_EQ(lines.size(), 151U);
  EXPECT_EQ(lines[0], "prediction,setosa,versicolor,virginica");
  for (std::size_t i = 1; i < lines.size(); ++i) {
    float sum = 0;
    const char* at = lines[i].data() + lines[i].find(',');
    for (const auto& [name, json] : rows[i - 1]["proba"].items()) {
      float value = 0;
      const auto [end, error] = std::from_chars(at + 1, lines[i].data() + lines[i].size(), value);
      ASSERT_EQ(error, std::errc());
      EXPECT_EQ(value, json.get<float>()) << name;
      at = end;
      sum += value;
    }
    constexpr float kRounding = 1e-6F;  // three float32 numbers of about 1
    EXPECT_NEAR(sum, 1.0F, kRounding);
  }
}

TEST_F(CliPredict, TopNamesTheLikeliestClasses) {
  const auto lines = lines_of(hebb({"predict", "iris.hebb", "iris", "--top", "2"}).out);
  EXPECT_EQ(lines[0], "prediction,probability,prediction_2,probability_2");
  const Json row = Json::parse(
      lines_of(hebb({"predict", "iris.hebb", "iris", "--top", "9", "--format", "jsonl"}).out)[0]);
  EXPECT_EQ(row["top"].size(), 3U);
  EXPECT_EQ(row["top"][0]["class"], row["prediction"]);
  EXPECT_GE(row["top"][1]["probability"], row["top"][2]["probability"]);
}

TEST_F(CliPredict, ThresholdMovesTheBorderOfTwoClasses) {
  const std::string in = "age,city,income\n30,Rome,11\n31,Oslo,43\n";
  EXPECT_EQ(hebb({"predict", "people.hebb", "-", "--threshold", "0"}, {.in = in}).out,
            "prediction\ntea\ntea\n");
  EXPECT_EQ(hebb({"predict", "people.hebb", "-", "--threshold", "1"}, {.in = in}).out,
            "prediction\n\"coffee, black\"\n\"coffee, black\"\n");
  EXPECT_EQ(hebb({"predict", "iris.hebb", "iris", "--threshold", "0.5"}).code, 2);
}

TEST_F(CliPredict, NumbersHaveOneColumnATarget) {
  const auto lines = lines_of(hebb({"predict", "diabetes.hebb", "diabetes"}).out);
  EXPECT_EQ(lines[0], "prediction");
  EXPECT_EQ(lines.size(), 443U);
  EXPECT_EQ(hebb({"predict", "diabetes.hebb", "diabetes", "--proba"}).code, 2);
  folder().write("two.csv", "x,a,b\n1,0.5,2.5\n2,1.5,3.5\n3,2.5,4.5\n");
  ASSERT_EQ(
      hebb({"fit", "two.csv", "--target", "a,b", "-q", "--epochs", "2", "-o", "two.hebb"}).code, 0);
  EXPECT_EQ(lines_of(hebb({"predict", "two.hebb", "two.csv"}).out)[0], "prediction_a,prediction_b");
}

TEST_F(CliPredict, WritesAFile) {
  const Result result = hebb({"predict", "iris.hebb", "iris", "-o", "p.csv"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(folder().read("p.csv"), hebb({"predict", "iris.hebb", "iris"}).out);
  EXPECT_EQ(hebb({"predict", "iris.hebb", "iris", "-o", "none/p.csv"}).code, 1);
}

TEST_F(CliPredict, DataWithOtherColumnsAreBadDataWithBothCounts) {
  const Result result = hebb({"predict", "iris.hebb", "wine"});
  EXPECT_EQ(result.code, 3);
  EXPECT_TRUE(contains(result.err, "wine: 14 features, expected 4")) << result.err;
  folder().write("fewer.csv", "age,city\n30,Rome\n");
  for (const auto& arguments :
       {std::vector<std::string>{"predict", "people.hebb", "fewer.csv"},
        {"fit", "people.csv", "--impute", "mean", "--test", "fewer.csv", "--target", "city"}}) {
    const Result fewer = hebb(arguments);
    EXPECT_EQ(fewer.code, 3) << fewer.err;
    EXPECT_TRUE(contains(fewer.err, "fewer.csv: ")) << fewer.err;
  }
}

TEST_F(CliPredict, KeepsColumnsBesideThePredictions) {
  const std::string in = "id,age,city,income\n007,30,Rome,11\n\"a,b\",31,Oslo,43\n";
  EXPECT_EQ(hebb({"predict", "people.hebb", "-", "--keep", "id,age"}, {.in = in}).out,
            "id,age,prediction\n007,30,tea\n\"a,b\",31,\"coffee, black\"\n");
  const Result json =
      hebb({"predict", "people.hebb", "-", "--keep", "id", "--format", "jsonl"}, {.in = in});
  EXPECT_EQ(Json::parse(lines_of(json.out)[0]),
            Json::parse(R"({"kept": {"id": "007"}, "prediction": "tea"})"));
  const Result missing = hebb({"predict", "people.hebb", "-", "--keep", "name"}, {.in = in});
  EXPECT_EQ(missing.code, 2);
  EXPECT_TRUE(contains(missing.err, "--keep: standard input has no column 'name'")) << missing.err;
}

TEST_F(CliEvaluate, ThresholdDecidesAsInPredict) {
  for (const char* threshold : {"0", "0.1", "0.9", "1"}) {
    const auto predicted =
        lines_of(hebb({"predict", "people.hebb", "people.csv", "--threshold", threshold}).out);
    const auto tea = std::ranges::count(predicted, "tea");
    const Json test =
        hebb({"evaluate", "people.hebb", "people.csv", "--threshold", threshold, "--json"})
            .json()["test"];
    EXPECT_EQ(test["confusion"][0][1].get<int>() + test["confusion"][1][1].get<int>(), tea)
        << threshold;
  }
  EXPECT_EQ(hebb({"evaluate", "iris.hebb", "iris", "--threshold", "0.5"}).code, 2);
  EXPECT_EQ(hebb({"evaluate", "diabetes.hebb", "diabetes", "--threshold", "0.5"}).code, 2);
}

TEST_F(CliEvaluate, NamesTheDataOfWhichNoRowIsLeft) {
  folder().write("gaps.csv", "x,y\n1,a\n2,b\n3,a\n,b\n");
  folder().write("empty.csv", "x,y\n,a\n,b\n");
  ASSERT_EQ(
      hebb({"fit", "gaps.csv", "--impute", "drop", "--epochs", "2", "-q", "-o", "gaps.hebb"}).code,
      0);
  const Result result = hebb({"evaluate", "gaps.hebb", "empty.csv"});
  EXPECT_EQ(result.code, 3);
  EXPECT_TRUE(contains(result.err, "empty.csv: ")) << result.err;
  EXPECT_TRUE(contains(result.err, "--impute drop")) << result.err;
}

TEST_F(CliPredict, DamagedModelExitsFour) {
  std::string bytes = folder().read("iris.hebb");
  bytes[bytes.size() - 3] ^= 1;
  folder().write("damaged.hebb", bytes);
  const Result result = hebb({"predict", "damaged.hebb", "iris"});
  EXPECT_EQ(result.code, 4);
  EXPECT_TRUE(contains(result.err, "damaged.hebb")) << result.err;
  EXPECT_EQ(hebb({"predict", "absent.hebb", "iris"}).code, 1);
}

TEST_F(CliPredict, FullDiskIsAFailure) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  const Result result = hebb({"predict", "iris.hebb", "iris"}, {.out_file = "/dev/full"});
  EXPECT_EQ(result.code, 1);
  EXPECT_TRUE(contains(result.err, "standard output")) << result.err;
}

TEST_F(CliPredict, ClosedPipeIsSilent) {
  const std::string command =
      "cd " + folder().path() +
      " && { " HEBB_PROGRAM " predict iris.hebb iris -q 2> pipe.err; echo $? > pipe.code; } | true";
  ASSERT_EQ(std::system(("sleep 0.1; " + command).c_str()), 0);
  EXPECT_EQ(folder().read("pipe.err"), "");
  EXPECT_EQ(folder().read("pipe.code"), "0\n");
}

TEST_F(CliInfo, ShowsNetworkClassesAndData) {
  const Result result = hebb({"info", "people.hebb"});
  EXPECT_EQ(result.code, 0);
  for (const char* part :
       {"members(4) scale grouped(100) relu dropout(0.15)", "coffee, black, tea", "people.csv",
        "scale standard, impute median, unknown other", "max_one_hot 250", "total"})
    EXPECT_TRUE(contains(result.out, part)) << part << '\n' << result.out;
}

TEST_F(CliInfo, JsonHoldsTheRecord) {
  const Json json = hebb({"info", "iris.hebb", "--json"}).json();
  EXPECT_EQ(json["schema"], "hebb.info/1");
  EXPECT_EQ(
      json["network"],
      "concat(members(4) scale grouped(100) relu dropout(0.15) grouped(100) relu dropout(0.15) "
      "grouped(3) | concat(columns(0,4) | columns(0,4) "
      "grouped(16,weight=0.1,bias_init=3.14159,rate=6.28319) cos grouped(3) flatten) members(4) "
      "scale grouped(100) relu dropout(0.15) grouped(100) relu dropout(0.15) grouped(3))");
  EXPECT_EQ(json["options"]["max_iter"], 200);
  EXPECT_EQ(json["data"]["name"], "iris");
  EXPECT_EQ(json["data"]["sha256"].get<std::string>().size(), 64U);
  EXPECT_EQ(json["results"]["loss_curve_"].size(), json["results"]["n_iter_"].get<std::size_t>());
}

TEST_F(CliInfo, OtherFilesAreNoModels) { EXPECT_EQ(hebb({"info", "people.csv"}).code, 4); }

TEST_F(CliEvaluate, SaysWhenTheDataIsWhatTheModelWasTrainedOn) {
  const Result same = hebb({"evaluate", "iris.hebb", "iris"});
  EXPECT_TRUE(contains(same.err, "the data that the model was trained on")) << same.err;
  EXPECT_TRUE(contains(same.out, "in sample")) << same.out;
  EXPECT_FALSE(contains(same.out, "out of sample  ")) << same.out;
}

TEST_F(CliPredict, DoesNotWriteOverWhatItReads) {
  EXPECT_EQ(hebb({"predict", "iris.hebb", "iris", "-o", "iris.hebb"}).code, 2);
  EXPECT_EQ(hebb({"info", "iris.hebb"}).code, 0) << "the model stands";
}

}  // namespace
}  // namespace hebb::test
