#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "cli/run.h"

namespace hebb::test {
namespace {

constexpr const char* kAbove = "0 1 0; 0 0 0; 0 0 0";

// A folder with the course's example: image.csv.
class CliFilter : public testing::Test {
 protected:
  CliFilter() {
    folder.write("image.csv",
                 "100,100,100,100,100\n100,100,50,50,100\n100,100,100,100,100\n"
                 "100,100,100,100,100\n100,100,100,100,100\n");
  }
  Result filter(std::vector<std::string> rest, const std::string& image = "image.csv") const {
    rest.insert(rest.begin(), {"filter", image});
    return run(folder, rest);
  }
  const Folder folder;
};

TEST_F(CliFilter, MovesTheCoursesExampleDownByARow) {
  const Result result = filter({"--kernel", kAbove});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out,
            "    0    0    0    0    0\n  100  100  100  100  100\n  100  100   50   50  100\n"
            "  100  100  100  100  100\n  100  100  100  100  100\n");
  EXPECT_TRUE(contains(result.err,
                       "next: hebb filter image.csv --kernel '0 1 0; 0 0 0; 0 0 0' "
                       "--at 2,2\n"))
      << result.err;
}

TEST_F(CliFilter, ShowsTheStepOfItsCentreWithNineProducts) {
  const Result result = filter({"--kernel", kAbove, "--at", "2,2"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, R"(row 2, column 2 of the result, counted from 0: 50

  window            kernel      products
  100   50   50     0  1  0     0  50  0
  100  100  100  *  0  0  0  =  0   0  0
  100  100  100     0  0  0     0   0  0

  sum: 0 + 50 + 0 + 0 + 0 + 0 + 0 + 0 + 0 = 50
  window: rows 1 to 3, columns 1 to 3 of the image
)");
}

TEST_F(CliFilter, ShowsWhatLiesOutsideAndWhatIsRectified) {
  const Result corner = filter({"--kernel", "-1 0 0; 0 -2 0; 0 0 1", "--relu", "--at", "0,0"});
  EXPECT_EQ(corner.code, 0) << corner.err;
  EXPECT_TRUE(contains(corner.out, "counted from 0: 0\n")) << corner.out;
  EXPECT_TRUE(contains(corner.out, "  (0)  (0)  (0)     -1   0  0     0     0    0\n"))
      << corner.out;
  EXPECT_TRUE(contains(corner.out, "sum: 0 + 0 + 0 + 0 - 200 + 0 + 0 + 0 + 100 = -100\n"));
  EXPECT_TRUE(contains(corner.out, "relu: max(0, -100) = 0\n"));
  EXPECT_TRUE(contains(corner.out, "rows -1 to 1, columns -1 to 1"));
  const Result flipped = filter({"--kernel", kAbove, "--flip", "--at", "0,2", "--border", "edge"});
  EXPECT_TRUE(contains(flipped.out, "kernel, flipped")) << flipped.out;
  EXPECT_TRUE(contains(flipped.out, "counted from 0: 50\n"));
  EXPECT_TRUE(contains(flipped.out, "(100)")) << flipped.out;
  EXPECT_TRUE(contains(flipped.out, "(in brackets): outside, by border edge\n")) << flipped.out;
}

TEST_F(CliFilter, PoolsAloneAndShowsThatStep) {
  EXPECT_EQ(filter({"--pool", "sum:2"}).out, "  400  300\n  400  400\n");
  EXPECT_EQ(filter({"--pool", "max:3,2"}).out, "  100  100\n  100  100\n");
  const Result average = filter({"--pool", "avg:2", "--at", "0,1"});
  EXPECT_EQ(average.code, 0) << average.err;
  EXPECT_TRUE(contains(average.out, "  window\n  100  100\n   50   50\n\n")) << average.out;
  EXPECT_TRUE(contains(average.out, "avg: (100 + 100 + 50 + 50) / 4 = 75\n")) << average.out;
  EXPECT_TRUE(contains(average.out, "rows 0 to 1, columns 2 to 3 of the input\n")) << average.out;
  EXPECT_TRUE(
      contains(filter({"--pool", "sum:2", "--at", "0,1"}).out, "sum: 100 + 100 + 50 + 50 = 300\n"));
  EXPECT_TRUE(contains(filter({"--pool", "max:2", "--at", "0,1"}).out, "max: 100\n"));
  EXPECT_TRUE(contains(filter({"--kernel", "edge", "--relu", "--pool", "max:2", "--at", "0,0"}).out,
                       "of the rectified numbers\n"));
}

TEST_F(CliFilter, PrintsOneDocument) {
  const Json json = filter({"--kernel", "edge", "--relu", "--pool", "max:2", "--json"}).json();
  EXPECT_EQ(json.begin().key(), "schema");
  EXPECT_EQ(json["schema"], "hebb.filter/1");
  std::vector<std::string> stages;
  for (const Json& stage : json["stages"]) stages.push_back(stage["name"]);
  EXPECT_EQ(stages, (std::vector<std::string>{"input", "filtered", "rectified", "max pooled"}));
  EXPECT_EQ(json["stages"][1]["min"], -350);
  EXPECT_EQ(json["stages"][2]["min"], 0);
  EXPECT_EQ(json["pool"]["window"], 2);
  EXPECT_EQ(json["result"], Json::parse("[[500.0, 400.0], [300.0, 100.0]]"));

  const Json step = filter({"--kernel", kAbove, "--at", "2,2", "--json"}).json()["step"];
  EXPECT_EQ(step["window"][0], Json::parse("[100.0, 50.0, 50.0]"));
  EXPECT_EQ(step["products"], Json::parse("[[0.0,50.0,0.0],[0.0,0.0,0.0],[0.0,0.0,0.0]]"));
  EXPECT_EQ(step["sum"], 50);
  EXPECT_EQ(step["result"], 50);
  const Json pooled = filter({"--pool", "avg:2", "--at", "0,1", "--json"}).json()["step"];
  EXPECT_EQ(pooled["window"], Json::parse("[[100.0, 100.0], [50.0, 50.0]]"));
  EXPECT_EQ(pooled["result"], 75);
}

TEST_F(CliFilter, WritesNumbersThatItReadsAgain) {
  const Result written = filter({"--kernel", "1 2 3", "-o", "out.csv"});
  EXPECT_EQ(written.code, 0) << written.err;
  EXPECT_EQ(written.out, "out.csv\n");
  EXPECT_TRUE(folder.read("out.csv").starts_with("500,600,600,600,300\n500,450,"));
  EXPECT_EQ(filter({}, "out.csv").out, filter({"--kernel", "1 2 3"}).out);
  const Json json = filter({"--kernel", "blur", "-o", "OUT.CSV", "--json"}).json();
  EXPECT_EQ(json["file"], "OUT.CSV");
  EXPECT_FALSE(contains(folder.read("OUT.CSV"), "row"));
}

TEST_F(CliFilter, DrawsEveryStageSideBySide) {
  for (const char* file : {"f.png", "f.svg", "f.pdf"}) {
    const Result result = filter({"--kernel", "edge", "--relu", "--pool", "max:2", "-o", file});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.out, file + std::string("\n"));
    std::string words = result.err;
    std::ranges::replace(words, '\n', ' ');
    for (const char* stage :
         {"input, 5 x 5", "filtered, 5 x 5", "rectified, 5 x 5", "max pooled, 2 x 2"})
      EXPECT_TRUE(contains(words, stage)) << words;
  }
  EXPECT_TRUE(folder.read("f.png").starts_with("\x89PNG"));
  EXPECT_TRUE(folder.read("f.svg").starts_with("<?xml"));
  EXPECT_TRUE(folder.read("f.pdf").starts_with("%PDF"));
}

TEST_F(CliFilter, SumsUpWhatIsTooLargeToPrint) {
  const Result result = filter({"--kernel", "edge"}, "mnist10k:7");
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(result.out.starts_with("filtered: 28 x 28, min -")) << result.out;
  EXPECT_EQ(std::ranges::count(result.out, '\n'), 1);
  EXPECT_TRUE(contains(result.err, "next: hebb filter mnist10k:7 --kernel edge -o filtered.png\n"));
  EXPECT_EQ(std::ranges::count(filter({}, "digits:0").out, '\n'), 8);
}

TEST_F(CliFilter, DoesNotRepeatALargeKernel) {
  std::string row = "1", kernel;
  for (int i = 1; i < 15; ++i) row += " 1";
  for (int i = 0; i < 15; ++i) kernel += (i ? "; " : "") + row;
  const Result shown = filter({"--kernel", kernel});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_FALSE(contains(shown.err, "next:")) << shown.err;
}

TEST_F(CliFilter, ReadsStandardInput) {
  const Result result = run(folder, {"filter", "-", "--kernel", "1 -1 0"}, {.in = "1,3\n6,10\n"});
  EXPECT_EQ(result.out, "  -1  -2\n  -6  -4\n") << result.err;
}

TEST_F(CliFilter, SaysWhatIsWrong) {
  folder.write("ragged.csv", "1,2\n3\n");
  folder.write("header.csv", "a,b\n1,2\n");
  folder.write("nan.csv", "1,2\n3,nan\n");
  struct Bad {
    std::string image;
    std::vector<std::string> rest;
    int code;
    std::string message;
  };
  const std::vector<Bad> bad = {
      {"image.csv", {"--kernel", "0 1 0; 0 0; 0 0 0"}, 2, "--kernel: row 2 has 2 numbers"},
      {"image.csv", {"--kernel", ""}, 2, "--kernel: is empty"},
      {"image.csv", {"--kernel", "0 x 0"}, 2, "'x' is no finite number"},
      {"image.csv", {"--kernel", "blurr"}, 2, "did you mean blur?"},
      {"image.csv", {"--kernel", "1,,2"}, 2, "--kernel: row 1: a number is missing at a comma"},
      {"image.csv", {"--kernel", "1 1 1 1 1 1 1", "--border", "valid"}, 2, "does not fit"},
      {"image.csv", {"--border", "wrap"}, 2, "--border must be one of: zero, edge"},
      {"image.csv", {"--stride", "0"}, 2, "--stride must be a whole number >= 1"},
      {"image.csv", {"--at", "5,0"}, 2, "--at must lie inside the result, rows 0 to 4"},
      {"image.csv", {"--at", "-1,0"}, 2, "--at must be a list of whole numbers >= 0, got -1,0"},
      {"image.csv", {"--at", "2"}, 2, "--at: takes a row and a column"},
      {"image.csv", {"--at", "2,2", "-o", "f.png"}, 2, "leave out -o"},
      {"image.csv", {"--pool", "max:6"}, 2, "--pool: a window of 6 x 6 does not fit into 5 x 5"},
      {"image.csv", {"--pool", "max:0"}, 2, "no whole number >= 1"},
      {"image.csv", {"--pool", "min:2"}, 2, "--pool must be max:N, avg:N or sum:N"},
      {"image.csv", {"-o", "f.jpg"}, 2, ".png, .svg, .pdf, .csv"},
      {"image.csv", {"-o", "image.csv"}, 2, "image.csv"},
      {"ragged.csv", {}, 3, "ragged.csv:2:1: row 2 has 1 numbers, row 1 has 2"},
      {"header.csv", {}, 3, "header.csv:1:1: 'a' is no number: a grid of numbers has no header"},
      {"nan.csv", {}, 3, "nan.csv:2:3: nan"},
      {"mnist10k", {}, 2, "mnist10k:0"},
      {"digits:1797", {}, 2, "rows 0 to 1796"},
      {"iris:0", {}, 2, "iris is no picture"},
      {"absent.csv", {}, 1, "absent.csv"}};
  for (const auto& [image, rest, code, message] : bad) {
    const Result result = filter(rest, image);
    EXPECT_EQ(result.code, code) << message << '\n' << result.err;
    EXPECT_TRUE(contains(result.err, message)) << message << '\n' << result.err;
    EXPECT_EQ(result.out, "") << message;
  }
  EXPECT_EQ(run(folder, {"filter"}).code, 2);
}

TEST_F(CliFilter, HelpListsTheKernelsAndSaysThatNothingIsFlipped) {
  std::string text;  // without its line breaks
  std::istringstream words(run(folder, {"filter", "--help"}).out);
  for (std::string word; words >> word;) text += word + ' ';
  EXPECT_TRUE(contains(
      text,
      "the cross-correlation of a grey image with a kernel, as convolutional layers do: the kernel is not flipped"));
  EXPECT_TRUE(contains(text, "blur: the mean of 3 x 3 pixels")) << text;
}

}  // namespace
}  // namespace hebb::test
