// How data is read is part of a model, and numbers are the same from the reader to the printer.
#include <charconv>

#include "cli/run.h"

namespace hebb::test {
namespace {

std::string repeated(const std::string& rows, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += rows;
  return out;
}

// Fits in `folder`, and returns the accuracy in training and that of evaluating on the same file.
std::pair<double, double> accuracies(const Folder& folder, const std::string& file,
                                     std::vector<std::string> options) {
  std::vector<std::string> fit = {"fit", file, "-q", "--json", "-o", "m.hebb"};
  fit.insert(fit.end(), options.begin(), options.end());
  const Result trained = run(folder, fit);
  EXPECT_EQ(trained.code, 0) << trained.err;
  const Result judged = run(folder, {"evaluate", "m.hebb", file, "-q", "--json"});
  EXPECT_EQ(judged.code, 0) << judged.err;
  return {trained.json()["train"]["accuracy"], judged.json()["test"]["accuracy"]};
}

using Pair = std::pair<double, double>;

TEST(CliReading, CategoriesAreReadAsInTraining) {
  const Folder folder;
  folder.write("post.csv", "post,y\n" + repeated("0815,a\n815,b\n0471,a\n471,b\n", 6));
  EXPECT_EQ(accuracies(folder, "post.csv", {"--categorical", "post"}), Pair(1, 1));
  folder.write("code.csv", "code,y\n" + repeated("2,a\n2.0,b\n02,c\n", 6));
  EXPECT_EQ(accuracies(folder, "code.csv", {"--categorical", "1"}), Pair(1, 1));
  // All values of the new file are numbers, and the training file has a text.
  folder.write("mixed.csv", "k,y\n" + repeated("01,a\n1,b\nx,b\nx1,a\n", 6));
  EXPECT_EQ(accuracies(folder, "mixed.csv", {}), Pair(1, 1));
  folder.write("new.csv", "k\n01\n1\n01\n");
  EXPECT_EQ(run(folder, {"predict", "m.hebb", "new.csv", "-q"}).out, "prediction\na\nb\na\n");
}

TEST(CliReading, CategoriesThatAreNumbersAreFoundByTheirValue) {
  const Folder folder;
  folder.write("k.csv", "k,y\n" + repeated("1,a\n2,b\n3,a\n", 8));
  EXPECT_EQ(accuracies(folder, "k.csv", {"--categorical", "k"}).first, 1);
  folder.write("new.csv", "k\n1.0\n02\n+3\n");
  EXPECT_EQ(run(folder, {"predict", "m.hebb", "new.csv", "-q"}).out, "prediction\na\nb\na\n");
}

TEST(CliReading, MissingValuesAreThoseOfTraining) {
  const Folder folder;
  folder.write("t.csv", "a,y\n" + repeated("1,p\n-9,p\n2,q\n1,p\n2,q\n", 8));
  EXPECT_EQ(run(folder, {"fit", "t.csv", "-q", "--na=-9", "-o", "m.hebb", "--impute", "mode"}).code,
            0);
  folder.write("new.csv", "a\n-9\n1\n");
  EXPECT_EQ(run(folder, {"predict", "m.hebb", "new.csv", "-q"}).out, "prediction\np\np\n");
  const Result strict =
      run(folder, {"fit", "t.csv", "-q", "--model", "mlp", "--na=-9", "-o", "d.hebb"});
  EXPECT_EQ(strict.code, 3) << strict.err;
  const Result info = run(folder, {"info", "m.hebb"});
  EXPECT_TRUE(contains(info.out, "read with")) << info.out;
  EXPECT_TRUE(contains(info.out, "--na=-9")) << info.out;
  EXPECT_EQ(run(folder, {"info", "m.hebb", "--json"}).json()["data"]["reading"]["na"],
            Json::array({"-9"}));
  folder.write("land.csv", "land,y\n" + repeated("NA,1\nSE,0\nFI,0\n", 8));
  EXPECT_EQ(accuracies(folder, "land.csv", {"--na", "", "--impute", "mode"}), Pair(1, 1));
}

TEST(CliReading, FlagsOverrideWhatTheModelKeeps) {
  const Folder folder;
  folder.write("t.csv", repeated("1;p\n2;q\n", 10));
  EXPECT_EQ(run(folder, {"fit", "t.csv", "-q", "--no-header", "--sep", ";", "-o", "m.hebb"}).code,
            0);
  folder.write("plain.csv", "1;\n2;\n");
  const Result plain = run(folder, {"predict", "m.hebb", "plain.csv", "-q"});
  EXPECT_EQ(plain.out, "prediction\np\nq\n") << plain.err;
  folder.write("named.csv", "c1,c2\n2,\n1,\n");
  const Result named =
      run(folder, {"predict", "m.hebb", "named.csv", "-q", "--header", "--sep", ","});
  EXPECT_EQ(named.out, "prediction\nq\np\n") << named.err;
}

TEST(CliReading, ColumnsAreKeptByNameAndMayBeMissing) {
  const Folder folder;
  folder.write("t.csv", "id,a,w,y\n" + repeated("7,1,1,p\n8,2,2,q\n", 10));
  EXPECT_EQ(
      run(folder, {"fit", "t.csv", "-q", "--ignore", "1", "--weight", "w", "-o", "m.hebb"}).code,
      0);
  folder.write("new.csv", "a\n1\n2\n");
  const Result predicted = run(folder, {"predict", "m.hebb", "new.csv", "-q"});
  EXPECT_EQ(predicted.out, "prediction\np\nq\n") << predicted.err;
  folder.write("gap.csv", "a,w\n1,\n2,\n");
  EXPECT_EQ(run(folder, {"predict", "m.hebb", "gap.csv", "-q"}).out, "prediction\np\nq\n");
  const Result same = run(folder, {"evaluate", "m.hebb", "t.csv"});
  EXPECT_TRUE(contains(same.err, "in sample")) << same.err;
  folder.write("test.csv", "a,y\n1,p\n2,q\n");
  const Result judged = run(folder, {"evaluate", "m.hebb", "test.csv"});
  EXPECT_EQ(judged.code, 0) << judged.err;
  EXPECT_TRUE(contains(judged.err, "no column 'w' of weights")) << judged.err;
  folder.write("t.svm", "1 1:1\n2 1:2\n");
  EXPECT_EQ(run(folder, {"data", "convert", "t.svm", "-q", "--weight", "w", "-o", "t.npz"}).code, 2)
      << "of the user it is an error";
}

TEST(CliReading, StartingFromAModelReadsAsItDid) {
  const Folder folder;
  folder.write("post.csv", "post,y\n" + repeated("0815,a\n815,b\n", 10));
  EXPECT_EQ(accuracies(folder, "post.csv", {"--categorical", "post"}), Pair(1, 1));
  const Result more =
      run(folder, {"fit", "post.csv", "--from", "m.hebb", "-q", "--json", "-o", "n.hebb"});
  EXPECT_EQ(more.code, 0) << more.err;
  EXPECT_EQ(more.json()["train"]["accuracy"], 1);
  EXPECT_TRUE(contains(run(folder, {"info", "n.hebb"}).out, "--categorical=post"));
}

TEST(CliReading, OrdinaryDataLeavesNoRecord) {
  const Folder folder;
  folder.write("t.csv", "a,y\n" + repeated("1,p\n2,q\n", 10));
  EXPECT_EQ(run(folder, {"fit", "t.csv", "-q", "-o", "m.hebb"}).code, 0);
  EXPECT_FALSE(contains(folder.read("m.hebb"), "reading"));
}

TEST(CliReading, ATextInAColumnOfNumbersHasItsPlace) {
  const Folder folder;
  folder.write("t.csv", "a,y\n" + repeated("1,p\n2,q\n", 10));
  EXPECT_EQ(run(folder, {"fit", "t.csv", "-q", "-o", "m.hebb"}).code, 0);
  folder.write("new.csv", "a\nlow\n1\n");
  const Result result = run(folder, {"predict", "m.hebb", "new.csv", "-q"});
  EXPECT_EQ(result.code, 3);
  EXPECT_TRUE(contains(result.err, "new.csv:2:1: 'low' in column 'a' is not a number"))
      << result.err;
}

TEST(CliNumbers, LabelsOfTwoFilesCompareByValue) {
  const Folder folder;
  const std::string spellings[][2] = {{"0", "1"}, {"0.0", "1.0"}, {"00", "01"}, {"-0", "+1"}};
  for (const auto& train : spellings) {
    folder.write("train.csv", "u,y\n" + repeated("1," + train[0] + "\n2," + train[1] + "\n", 6));
    for (const auto& test : spellings) {
      folder.write("test.csv", "u,y\n1," + test[0] + "\n2," + test[1] + "\n");
      const Result result = run(folder, {"fit", "train.csv", "--test", "test.csv", "-q", "--json"});
      ASSERT_EQ(result.code, 0) << train[1] << ' ' << test[1] << ": " << result.err;
      EXPECT_EQ(result.json()["classes"], Json::array({train[0], train[1]}));
    }
  }
}

TEST(CliNumbers, EqualLabelsOfOneFileAreTold) {
  const Folder folder;
  folder.write("t.csv", "u,y\n" + repeated("1,007\n2,7\n3,1\n", 6));
  const Result merged = run(folder, {"fit", "t.csv", "--epochs", "2"});
  EXPECT_TRUE(contains(merged.err, "'007' and '7' are one number")) << merged.err;
  EXPECT_TRUE(contains(merged.err, "--categorical y")) << merged.err;
  const Result apart = run(folder, {"fit", "t.csv", "--categorical", "y", "--json"});
  EXPECT_FALSE(contains(apart.err, "one number")) << apart.err;
  EXPECT_EQ(apart.json()["classes"], Json::array({"1", "007", "7"}));
}

TEST(CliNumbers, IntegersAreExactThroughEveryFormat) {
  const Folder folder;
  const std::string a = "9007199254740992", b = "9007199254740993", big = "18446744073709551615";
  folder.write("y.csv", "u,y\n1," + b + "\n2," + a + "\n3," + big + "\n4," + a + "\n");
  const Result fit = run(folder, {"fit", "y.csv", "--task", "classify", "-q", "--json"});
  EXPECT_EQ(fit.json()["classes"], Json::array({a, b, big})) << fit.err;
  std::string from = "y.csv";
  for (const std::string to : {"z.npz", "z.libsvm", "z.csv"}) {
    const Result converted = run(folder, {"data", "convert", from, "-o", to, "-q"});
    ASSERT_EQ(converted.code, 0) << converted.err;
    from = to;
  }
  const std::string text = folder.read("z.csv");
  EXPECT_TRUE(contains(text, "1," + b + "\n2," + a + "\n3," + big + "\n4," + a)) << text;
  ASSERT_EQ(run(folder, {"data", "split", "y.csv", "--test-size", "0.5", "-o", "p.csv", "-q"}).code,
            0);
  const std::string parts = folder.read("p-train.csv") + folder.read("p-test.csv");
  for (const std::string& row : {"1," + b, "2," + a, "3," + big, "4," + a})
    EXPECT_TRUE(contains(parts, row)) << parts;
}

TEST(CliNumbers, GroupsAndTimesAreExact) {
  const Folder folder;
  folder.write("t.csv",
               "g,t,a,y\n9007199254740993,1,1,p\n9007199254740992,2,2,q\n9007199254740993,3,1,p\n"
               "9007199254740992,4,2,q\n");
  ASSERT_EQ(run(folder, {"data", "split", "t.csv", "--group", "g", "--test-size", "0.5", "-o",
                         "g.csv", "-q"})
                .code,
            0);
  EXPECT_NE(contains(folder.read("g-test.csv"), "9007199254740993"),
            contains(folder.read("g-test.csv"), "9007199254740992"));
  folder.write("s.csv",
               "t,a,y\n1700000000000000003,1,p\n1700000000000000001,2,q\n"
               "1700000000000000002,3,p\n1700000000000000004,4,q\n");
  ASSERT_EQ(run(folder, {"data", "split", "s.csv", "--time-column", "t", "--test-size", "0.5", "-o",
                         "s2.csv", "-q"})
                .code,
            0);
  const std::string later = folder.read("s2-test.csv");
  EXPECT_TRUE(contains(later, "1700000000000000003") && contains(later, "1700000000000000004"))
      << later;
}

TEST(CliNumbers, RoundedFeaturesAreTold) {
  const Folder folder;
  folder.write("t.csv", "id,y\n9007199254740993,p\n1,q\n");
  const Result result = run(folder, {"data", "t.csv"});
  EXPECT_TRUE(contains(result.err,
                       "t.csv:2:1: 9007199254740993 in column 'id' is read as "
                       "9007199254740992"))
      << result.err;
  EXPECT_TRUE(contains(result.err, "--categorical id")) << result.err;
}

TEST(CliNumbers, PredictionsReadBackAsTheDoublesOfEvaluate) {
  const Folder folder;
  std::string text = "a,y\n";
  for (int i = 0; i < 30; ++i)
    text += std::to_string(i % 7) + ',' + std::to_string(1700000000 + 1000 * (i % 7)) + ".25\n";
  folder.write("t.csv", text);
  ASSERT_EQ(run(folder, {"fit", "t.csv", "-q", "--scale-target", "standard", "--epochs", "50", "-o",
                         "m.hebb"})
                .code,
            0);
  const Json judged = run(folder, {"evaluate", "m.hebb", "t.csv", "--json", "-q"}).json();
  const std::string out = run(folder, {"predict", "m.hebb", "t.csv", "-q"}).out;
  double sum = 0;
  std::istringstream lines(out);
  std::string line;
  std::getline(lines, line);
  for (int i = 0; std::getline(lines, line); ++i) {
    double value = 0;
    std::from_chars(line.data(), line.data() + line.size(), value);
    sum += std::abs(value - (1700000000.25 + 1000 * (i % 7)));
  }
  const double expected = judged["test"]["mae"];
  EXPECT_NEAR(sum / 30, expected, 1e-6 * std::max(1.0, expected));
}

TEST(CliNumbers, TargetsBeyondFloat32AreScaledOrRefused) {
  const Folder folder;
  std::string text = "a,y\n";
  for (int i = 0; i < 30; ++i)
    text += std::to_string(i % 7) + ',' + std::to_string(i % 7) + "e300\n";
  folder.write("t.csv", text);
  for (const std::vector<std::string>& unscaled :
       {std::vector<std::string>{"--model", "mlp"}, {"--scale-target", "none"}}) {
    std::vector<std::string> line = {"fit", "t.csv", "-q", "--task", "regress"};
    line.insert(line.end(), unscaled.begin(), unscaled.end());
    const Result refused = run(folder, line);
    EXPECT_EQ(refused.code, 3) << refused.err;
    EXPECT_TRUE(contains(refused.err, "float32") && contains(refused.err, "--scale-target"))
        << refused.err;
  }
  for (const std::vector<std::string>& scaling :
       {std::vector<std::string>{"--model", "mlp", "--scale-target", "standard"}, {}}) {
    std::vector<std::string> line = {"fit",      "t.csv", "-q", "--task", "regress",
                                     "--epochs", "50",    "-o", "m.hebb"};
    line.insert(line.end(), scaling.begin(), scaling.end());
    const Result scaled = run(folder, line);
    ASSERT_EQ(scaled.code, 0) << scaled.err;
    const std::string out = run(folder, {"predict", "m.hebb", "t.csv", "-q"}).out;
    EXPECT_FALSE(contains(out, "inf") || contains(out, "nan")) << out;
    EXPECT_TRUE(contains(out, "e+300")) << out;
  }
}

TEST(CliReading, AnotherSeparatorIsProposed) {
  const Folder folder;
  folder.write("d.csv", "a,b,y\n1,2,x\n2,3,z\n");
  const Result result = run(folder, {"fit", "d.csv", "--sep", ";"});
  EXPECT_EQ(result.code, 3);
  EXPECT_TRUE(contains(result.err, "with another separator: see --sep")) << result.err;
}

TEST(CliReading, AFileForAModelWithoutNamesMayHaveSome) {
  const Folder folder;
  std::string rows;
  for (int i = 0; i < 30; ++i)
    rows +=
        std::to_string(i % 7) + ".5," + std::to_string(i % 5) + (i % 7 > 3 ? ",high\n" : ",low\n");
  folder.write("train.csv", rows);
  ASSERT_EQ(run(folder, {"fit", "train.csv", "--epochs", "50", "-q", "-o", "m.hebb"}).code, 0);
  folder.write("plain.csv", "0.5,1\n6.5,2\n");
  folder.write("named.csv", "size,rank\n0.5,1\n6.5,2\n");
  folder.write("one.csv", "6.5,2\n");
  const Result plain = run(folder, {"predict", "m.hebb", "plain.csv"});
  EXPECT_EQ(plain.code, 0) << plain.err;
  const Result named = run(folder, {"predict", "m.hebb", "named.csv"});
  EXPECT_EQ(named.out, plain.out);
  EXPECT_TRUE(contains(named.err, "is taken as names")) << named.err;
  EXPECT_EQ(run(folder, {"predict", "m.hebb", "one.csv"}).code, 0);
  // The target has no name either, and is found by its place.
  folder.write("judged.csv", "size,rank,is\n0.5,1,low\n6.5,2,high\n");
  const Result judged = run(folder, {"evaluate", "m.hebb", "judged.csv", "--json"});
  ASSERT_EQ(judged.code, 0) << judged.err;
  EXPECT_EQ(judged.json()["test"]["samples"], 2);
  EXPECT_EQ(run(folder, {"predict", "m.hebb", "judged.csv"}).out, plain.out);
  EXPECT_EQ(run(folder, {"predict", "m.hebb", "named.csv", "--no-header"}).code, 3);
  const Result twice = run(folder, {"predict", "m.hebb", "named.csv", "--keep", "size,1"});
  EXPECT_EQ(twice.code, 2);
  EXPECT_TRUE(contains(twice.err, "--keep: names the column 'size' twice")) << twice.err;
}

}  // namespace
}  // namespace hebb::test
