#include <cmath>
#include <map>
#include <set>
#include <sstream>

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

TEST(CliData, CountsOfOneAreInTheSingular) {
  const Folder folder;
  folder.write("d.csv", "x,y\n1,a\n");
  const std::string text = run(folder, {"data", "d.csv"}).out;
  EXPECT_TRUE(contains(text, "d.csv: 1 sample, 1 feature\ntarget: y, 1 class\n")) << text;
  folder.write("d.csv", "x,y\n1,a\n2,a\n3,a\n");
  const Result fit = run(folder, {"fit", "d.csv", "--epochs", "1"});
  EXPECT_TRUE(contains(fit.err, "(the target has 1 label)")) << fit.err;
}

TEST(CliData, DescribesColumnsThatTrainingRefuses) {
  const Folder folder;
  std::string text = "id,size,y\n";
  for (int i = 0; i < 1200; ++i)
    text += "case" + std::to_string(i) + (i == 7 ? ",large," : "," + std::to_string(i % 50) + ",") +
            (i % 2 ? "a\n" : "b\n");
  folder.write("d.csv", text);
  for (const std::vector<std::string>& command : {std::vector<std::string>{"data", "d.csv"},
                                                  {"data", "check", "d.csv"},
                                                  {"data", "split", "d.csv", "-o", "p.csv"}}) {
    const Result result = run(folder, command);
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_TRUE(contains(result.err, "text 'large' in column 'size'")) << result.err;
    const bool describes = command.size() == 2;  // what training would do
    EXPECT_TRUE(contains(result.err, describes ? "is left out; --leave-in id brings it back"
                                               : "--ignore id leaves it out"))
        << result.err;
  }
  EXPECT_TRUE(contains(folder.read("p-train.csv") + folder.read("p-test.csv"), "case7,large,a"));
  EXPECT_TRUE(contains(run(folder, {"data", "d.csv"}).out, "case0, "));
  EXPECT_FALSE(contains(run(folder, {"data", "d.csv"}).out, "case999"));
  const Result fit = run(folder, {"fit", "d.csv"});
  EXPECT_EQ(fit.code, 3);
  EXPECT_TRUE(contains(fit.err, "text 'large' in column 'size'")) << fit.err;
  const Result plain = run(folder, {"fit", "d.csv", "--kinds", "plain"});
  EXPECT_EQ(plain.code, 3);
  EXPECT_TRUE(contains(plain.err, "2 columns cannot be used as they are")) << plain.err;
}

TEST(CliData, AFileWithTheNameOfASetIsTold) {
  const Folder folder;
  folder.write("iris", "x,y\n1,a\n2,b\n");
  const Result set = run(folder, {"data", "iris"}), file = run(folder, {"data", "./iris"});
  EXPECT_TRUE(contains(set.out, "150 samples") && contains(set.err, "say ./iris")) << set.err;
  EXPECT_TRUE(contains(file.out, "2 samples") && file.err.find("named set") == std::string::npos)
      << file.err;
}

// How a file is read is told once, when a model is fitted; new data are read in the same way.
TEST(CliData, NewDataAreReadAsTheTrainingDataWere) {
  const Folder folder;
  std::string text = "area,rows,y\n", many = "y_a,y_b,x\n";
  for (int i = 1; i <= 40; ++i) {
    text +=
        "\"" + std::to_string(i) + ",250.50\"," + std::to_string(i) + (i > 20 ? ",b\n" : ",a\n");
    many += i > 20 ? "0,1,3\n" : "1,0,5\n";
  }
  folder.write("d.csv", text);
  folder.write("new.csv", "area,rows\n\"35,000.00\",35\n");
  const Result fit = run(folder, {"fit", "d.csv", "--epochs", "2", "-o", "m.hebb"});
  EXPECT_TRUE(contains(fit.err, "column 'area': '1,250.50' is read as 1250.5")) << fit.err;
  EXPECT_TRUE(contains(fit.err,
                       "column 'rows' numbers the rows from 1 and is left out; "
                       "--leave-in rows brings it back"))
      << fit.err;
  const Result predict = run(folder, {"predict", "m.hebb", "new.csv"});
  EXPECT_EQ(predict.code, 0) << predict.err;
  EXPECT_FALSE(contains(predict.err, "is read as")) << predict.err;
  folder.write("many.csv", many);
  EXPECT_TRUE(contains(run(folder, {"fit", "many.csv", "--target", "y_a,y_b", "--epochs", "1"}).err,
                       "if they are the classes of one label"));
}

TEST(CliData, DescribesSpreadAndDistinctValues) {
  const Folder folder;
  folder.write(
      "d.csv",
      "a,b,y\n5,1000000001,x\n0,1000000002,y\n0,1000000003,x\n,1000000004,y\n3,1000000005,x\n");
  const Json json = run(folder, {"data", "d.csv", "--json"}).json();
  EXPECT_EQ(json["columns"][0]["distinct"], 3);
  EXPECT_EQ(json["columns"][0]["mean"], 2.0);
  EXPECT_NEAR(json["columns"][0]["std"].get<double>(), std::sqrt(4.5), 1e-15);
  EXPECT_EQ(json["columns"][1]["mean"], 1000000003.0);
  EXPECT_NEAR(json["columns"][1]["std"].get<double>(), std::sqrt(2), 1e-15);
  EXPECT_EQ(json["columns"][1]["distinct"], 5);
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

TEST(CliData, ListsGeneratorsWithWhatTheyTake) {
  const Folder folder;
  EXPECT_TRUE(contains(run(folder, {"data", "list"}).out, "checkerboard"));
  const Json list = run(folder, {"data", "list", "--json"}).json();
  for (const auto& set : list["datasets"]) {
    if (set["name"] == "moons") {
      EXPECT_EQ(set["parameters"], "n=100,noise=0.1,seed=0");
    }
  }
}

TEST(CliData, MakesGeneratedDataAsFilesThatReadTheSame) {
  const Folder folder;
  for (const char* file : {"b.csv", "b.npz", "b.libsvm"}) {
    const Result made = run(folder, {"data", "make", "blobs:n=60,seed=2", "-o", file});
    EXPECT_EQ(made.code, 0) << made.err;
    EXPECT_EQ(made.out, std::string(file) + '\n');
    const Json json = run(folder, {"data", file, "--json"}).json();
    EXPECT_EQ(json["samples"], 60) << file;
    EXPECT_EQ(json["features"], 2) << file;
  }
  const Result again = run(folder, {"data", "describe", "b.csv"});
  EXPECT_TRUE(contains(again.out, "class") && contains(again.out, "x2")) << again.out;
}

TEST(CliData, ConvertsAndSaysWhatAFormatLoses) {
  const Folder folder;
  EXPECT_EQ(run(folder, {"data", "convert", "iris", "-o", "i.npz"}).code, 0);
  EXPECT_EQ(run(folder, {"data", "convert", "i.npz", "-o", "i.csv"}).code, 0);
  EXPECT_TRUE(folder.read("i.csv").starts_with("sepal length (cm),"));
  const Result images = run(folder, {"data", "convert", "mnist10k", "-o", "m.npz"});
  EXPECT_EQ(images.code, 0) << images.err;
  EXPECT_EQ(run(folder, {"data", "m.npz", "--json"}).json()["test_samples"], 2000);
  EXPECT_EQ(run(folder, {"data", "convert", "iris", "-o", "i.libsvm"}).code, 2);
}

TEST(CliData, SplitsIntoTwoFilesThatFitTogether) {
  const Folder folder;
  const Result split = run(folder, {"data", "split", "iris", "--test-size", "0.2", "--stratify",
                                    "-o", "iris.csv", "--seed", "3"});
  EXPECT_EQ(split.code, 0) << split.err;
  EXPECT_EQ(split.out, "iris-train.csv\niris-test.csv\n");
  EXPECT_EQ(run(folder, {"data", "iris-train.csv", "--json"}).json()["samples"], 120);
  const Json test = run(folder, {"data", "iris-test.csv", "--json"}).json();
  for (const auto& one : test["classes"]) EXPECT_EQ(one["count"], 10);
  EXPECT_EQ(run(folder, {"fit", "iris-train.csv", "--test", "iris-test.csv", "--epochs", "3"}).code,
            0);
}

TEST(CliData, ListsFormats) {
  const Folder folder;
  const Json json = run(folder, {"data", "formats", "--json"}).json();
  std::set<std::string> written;
  for (const auto& one : json["formats"])
    if (one["written"]) written.insert(one["name"]);
  EXPECT_EQ(written, (std::set<std::string>{"csv", "libsvm", "npz"}));
  EXPECT_TRUE(contains(run(folder, {"data", "formats"}).out, "read, written"));
}

// Three patients of several visits each, which are sequences of measurements.
std::string visits_csv() {
  std::string text = "visit,t,patient,pulse,ill\n";
  for (int visit = 0; visit < 30; ++visit)
    for (int t = 0; t <= visit % 5; ++t)
      text += "v" + std::to_string(visit) + ',' + std::to_string(t) + ",p" +
              std::to_string(visit % 3) + ',' + std::to_string(60 + t) + ',' +
              (visit % 2 ? "yes" : "no") + '\n';
  return text;
}

TEST(CliData, DescribesSequencesAndGroups) {
  const Folder folder;
  folder.write("v.csv", visits_csv());
  const std::vector<std::string> options = {"--sequence", "visit",   "--order",
                                            "t",          "--group", "patient"};
  const auto with = [&](std::vector<std::string> command) {
    command.insert(command.end(), options.begin(), options.end());
    return run(folder, command);
  };
  const Json json = with({"data", "v.csv", "--json", "--head", "2"}).json();
  EXPECT_EQ(json["samples"], 30);
  EXPECT_EQ(json["features"], 1);
  EXPECT_EQ(json["sequences"], Json({{"shortest", 1}, {"longest", 5}, {"steps", 90}}));
  EXPECT_EQ(json["groups"], Json({{"name", "patient"}, {"count", 3}}));
  EXPECT_EQ(json["columns"][0]["max"], 64.0);
  EXPECT_EQ(json["head"][1]["features"], Json({{60.0}, {61.0}}));
  const std::string text = with({"data", "v.csv"}).out;
  EXPECT_TRUE(contains(text, "30 samples, sequences of 1 to 5 steps, 90 in all, 1 feature"))
      << text;
  EXPECT_TRUE(contains(text, "groups: patient, 3 groups")) << text;
  EXPECT_TRUE(contains(with({"data", "head", "v.csv"}).out, "first step"));
  const Result fit = with({"fit", "v.csv", "--epochs", "1"});
  EXPECT_EQ(fit.code, 2);
  EXPECT_TRUE(contains(fit.err, "X holds sequences")) << fit.err;
}

TEST(CliData, SplitsByGroupAndByTime) {
  const Folder folder;
  folder.write("v.csv", visits_csv());
  ASSERT_EQ(run(folder, {"data", "split", "v.csv", "-o", "parts.csv", "--group", "patient",
                         "--ignore", "visit,t"})
                .code,
            0);
  std::map<std::string, std::set<std::string>> patients;
  for (const char* part : {"parts-train.csv", "parts-test.csv"}) {
    std::istringstream in(folder.read(part));
    std::string line;
    std::getline(in, line);
    EXPECT_EQ(line, "pulse,patient,ill");
    while (std::getline(in, line)) patients[line.substr(line.find(',') + 1, 2)].insert(part);
  }
  EXPECT_EQ(patients.size(), 3U);
  for (const auto& [patient, parts] : patients) EXPECT_EQ(parts.size(), 1U) << patient;
  ASSERT_EQ(run(folder, {"data", "split", "v.csv", "-o", "parts.csv", "--time-column", "t",
                         "--ignore", "visit,patient"})
                .code,
            0);
  const Json late = run(folder, {"data", "parts-test.csv", "--time-column", "t", "--json"}).json();
  const Json early =
      run(folder, {"data", "parts-train.csv", "--time-column", "t", "--json"}).json();
  EXPECT_GT(late["time"]["first"], early["time"]["last"]);
}

TEST(CliData, ReadsTextAsCharacters) {
  const Folder folder;
  folder.write("poem.txt", "to be\nor not\n");
  const Json json = run(folder, {"data", "poem.txt", "--file-format", "text", "--json"}).json();
  EXPECT_EQ(json["sequences"]["steps"], 11);
  EXPECT_EQ(json["step_target"], true);
  const Result text = run(folder, {"data", "poem.txt", "--file-format", "text"});
  EXPECT_TRUE(contains(text.out, "next, one for each step")) << text.out;
  EXPECT_TRUE(contains(text.out, "\\n")) << text.out;
}

TEST(CliData, ChecksForFaults) {
  const Folder folder;
  std::string rows;
  for (int i = 0; i < 40; ++i)
    rows += std::to_string(i * 0.37) + "," + std::to_string((i * 29 % 41) * 1.3) + ",5," +
            (i % 2 == 0 ? "x\n" : "y\n");
  const std::string first_row = rows.substr(0, rows.find('\n') + 1);
  const std::string half = rows.substr(0, rows.find('\n', rows.size() / 2) + 1);
  folder.write("train.csv", "a,b,c,y\n" + rows + first_row);
  folder.write("test.csv", "a,b,c,y\n77,1,5,y\n" + half);
  const std::vector<std::string> call = {"data", "check", "train.csv", "--test", "test.csv"};
  const Result result = run(folder, call);
  EXPECT_EQ(result.code, 0) << result.err;
  auto with_json = call;
  with_json.emplace_back("--json");
  const Json json = run(folder, with_json).json();
  std::set<std::string> kinds;
  for (const auto& one : json["findings"]) kinds.insert(one["kind"].get<std::string>());
  for (const char* kind : {"leak", "constant", "duplicates"})
    EXPECT_TRUE(kinds.contains(kind)) << kind << '\n' << result.out;
  EXPECT_TRUE(contains(run(folder, {"data", "check", "moons:n=200"}).out, "no problems found"));
}

TEST(CliData, DrawsWhatItHolds) {
  const Folder folder;
  const Result result = run(folder, {"data", "plot", "iris", "--columns",
                                     "petal length (cm),petal width (cm)", "-o", "i.svg"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(folder.read("i.svg").starts_with("<?xml"));
}

TEST(CliData, DrawsImagesBesideTheirChanges) {
  const Folder folder;
  const std::vector<std::string> call = {"data", "plot", "mnist10k", "--augment", "shift:1,elastic",
                                         "-o"};
  const auto drawn = [&](const std::string& file, const std::string& seed) {
    auto with = call;
    with.insert(with.end(), {file, "--seed", seed});
    const Result result = run(folder, with);
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_TRUE(contains(result.err, "10 images of mnist10k")) << result.err;
    EXPECT_TRUE(contains(result.err, "shift:1,elastic:1.4.")) << result.err;
    return folder.read(file);
  };
  EXPECT_FALSE(drawn("a.png", "1") == drawn("b.png", "2"));
  EXPECT_TRUE(contains(run(folder, {"help", "data", "--all"}).out, "rotate:10 (degrees)"));
}

TEST(CliData, GeneratorsListTheirParameters) {
  const Folder folder;
  for (const std::vector<std::string>& call :
       {std::vector<std::string>{"data", "blobs:n=20"}, {"help", "blobs"}}) {
    const Result result = run(folder, call);
    EXPECT_EQ(result.code, 0) << result.err;
    for (const char* part : {"parameters, as in blobs:", "problem_seed", "clouds, one a class",
                             "a whole number in [1, 1000]"})
      EXPECT_TRUE(contains(result.out, part)) << result.out;
  }
  const Json one = run(folder, {"data", "moons", "--json"}).json()["parameters"][1];
  EXPECT_EQ(one["name"], "noise");
  EXPECT_EQ(one["default"], "0.1");
  EXPECT_EQ(run(folder, {"help", "moons", "--json"}).json()["parameters"].size(), 3U);
  EXPECT_TRUE(contains(run(folder, {"help", "data", "--all"}).out, "moons:n=100,noise=0.1,seed=0"));
  EXPECT_FALSE(contains(run(folder, {"data", "iris"}).out, "parameters"));
}

TEST(CliData, SaysWhatIsWrong) {
  const Folder folder;
  const std::vector<std::pair<std::vector<std::string>, std::string>> bad = {
      {{"data", "make", "iris", "-o", "i.csv"}, "'iris' is no generator"},
      {{"data", "make", "blobs:n=5"}, "give -o FILE"},
      {{"data", "make", "blobs:m=5", "-o", "b.csv"}, "there is no parameter 'm'"},
      {{"data", "convert", "iris", "-o", "i.xls"}, "written as .csv, .libsvm or .npz"},
      {{"data", "head"}, "usage: hebb data head DATA"},
      {{"data", "head", "iris", "wine"}, "unexpected argument 'wine'"},
      {{"data", "plot", "digits", "--augment", "rotat:5"}, "did you mean rotate?"},
      {{"data", "plot", "iris", "--augment", "rotate"}, "augmentation is for images"},
      {{"data", "plot", "iris", "--augment", "rotate", "--columns", "x"}, "--columns for tables"},
      {{"data", "digits", "--augment", "rotate"}, "does not apply to hebb data describe"},
      {{"data", "iris", "--stratify"}, "does not apply to hebb data describe"},
      {{"data", "list", "-o", "x.csv"}, "does not apply to hebb data list"},
      {{"data", "iri"}, "did you mean iris?"}};
  for (const auto& [call, message] : bad) {
    const Result result = run(folder, call);
    EXPECT_EQ(result.code, 2) << message;
    EXPECT_TRUE(contains(result.err, message)) << result.err;
  }
}

}  // namespace
}  // namespace hebb::test
