// hebb compare.
#include <algorithm>
#include <csignal>

#include "cli/on_terminal.h"
#include "cli/run.h"

namespace hebb {
namespace {

using test::Folder;
using test::Result;
using test::run;

bool has_part(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(CompareVerb, PrintsTheTableAndWhatItShows) {
  const Folder folder;
  const Result done = run(folder, {"compare", "wine", "--models", "logistic,perceptron"});
  ASSERT_EQ(done.code, 0) << done.err;
  for (const char* part : {"logistic", "perceptron", "accuracy", "95% interval", "memory",
                           "Between", "no difference was shown", "with 5 folds"})
    EXPECT_TRUE(has_part(done.out, part)) << part << "\n" << done.out;
  EXPECT_TRUE(has_part(done.err, "10/10 trainings")) << done.err;
  EXPECT_TRUE(has_part(done.err, " for 2 models and 5 folds")) << done.err;
  EXPECT_TRUE(has_part(done.err, " predicted")) << done.err;
}

TEST(CompareVerb, TheJsonHasEveryFold) {
  const Folder folder;
  const Result done = run(folder, {"compare", "wine", "--models", "adaline,mlp:hidden=5,5,epochs=9",
                                   "--folds", "3", "--repeats", "2", "--json", "-q"});
  ASSERT_EQ(done.code, 0) << done.err;
  const auto json = done.json();
  EXPECT_EQ(json["schema"], "hebb.compare/1");
  EXPECT_EQ(json["folds"]["repeats"], 2);
  ASSERT_EQ(json["models"].size(), 2U);
  const auto& mlp = json["models"][1];
  EXPECT_EQ(mlp["name"], "mlp:hidden=5,5,epochs=9");
  EXPECT_EQ(mlp["options"]["hidden_layer_sizes"], (std::vector<int>{5, 5}));
  EXPECT_EQ(mlp["scores"]["accuracy"]["test"]["values"].size(), 6U);
  EXPECT_EQ(json["models"][0]["rank"], 1);
  EXPECT_GT(mlp["bytes"]["peak"].get<double>(), 1e6);
  ASSERT_EQ(json["pairs"].size(), 1U);
  EXPECT_EQ(json["pairs"][0]["better"], "adaline");
  EXPECT_TRUE(has_part(json["command"], "--models"));
  EXPECT_GT(json["seconds"]["predicted"].get<double>(), 0);
  EXPECT_GT(json["seconds"]["taken"].get<double>(), 0);
}

TEST(CompareVerb, TheSameSeedGivesTheSameScoresForAnyNumberOfThreads) {
  const Folder folder;
  const auto scores = [&](const char* threads) {
    const auto json = run(folder, {"compare", "iris", "--models", "mlp:epochs=5", "--seed", "4",
                                   "--threads", threads, "--json", "-q"})
                          .json();
    return json["models"][0]["scores"]["accuracy"];
  };
  EXPECT_EQ(scores("1"), scores("3"));
}

TEST(CompareVerb, WritesTables) {
  const Folder folder;
  for (const char* file : {"t.csv", "t.md", "t.tex"})
    ASSERT_EQ(
        run(folder, {"compare", "iris", "--models", "adaline,mlp:epochs=2", "-o", file, "-q"}).code,
        0);
  EXPECT_EQ(folder.read("t.csv").find("model,kind,rank,p,adjusted_p"), 0U);
  EXPECT_EQ(std::ranges::count(folder.read("t.csv"), '\n'), 3);
  EXPECT_EQ(folder.read("t.md").find("| model | accuracy |"), 0U);
  const std::string latex = folder.read("t.tex");
  EXPECT_TRUE(has_part(latex, "\\begin{tabular}{lrrrrrrrr}"));
  EXPECT_TRUE(has_part(latex, "95\\% interval"));
  EXPECT_TRUE(has_part(latex, "\\textbf{adaline}"));
}

TEST(CompareVerb, WritesAPageAndAFigure) {
  const Folder folder;
  const Result done = run(folder, {"compare", "iris", "--layouts", "3|5,5", "--report", "r.html",
                                   "--plot", "s.csv", "-q"});
  ASSERT_EQ(done.code, 0) << done.err;
  const std::string page = folder.read("r.html");
  for (const char* part : {"Comparison on iris", "mlp:hidden=5,5", "All pairs",
                           "data:image/svg+xml", "hebb compare iris"})
    EXPECT_TRUE(has_part(page, part)) << part;
  EXPECT_EQ(folder.read("s.csv").find("name,mean,low,high,point 1"), 0U);
}

TEST(CompareVerb, AModelThatFailsIsNamedAndTheOthersGoOn) {
  const Folder folder;
  const Result done = run(folder, {"compare", "diabetes", "--models", "perceptron,adaline"});
  EXPECT_EQ(done.code, 0);
  EXPECT_TRUE(has_part(done.err, "perceptron: ")) << done.err;
  EXPECT_TRUE(has_part(done.out, "Only adaline could be scored")) << done.out;
  EXPECT_EQ(run(folder, {"compare", "diabetes", "--models", "perceptron", "-q"}).code, 1);
}

TEST(CompareVerb, SaysWhatIsWrong) {
  const Folder folder;
  const auto expect = [&](std::vector<std::string> flags, const std::string& part) {
    flags.insert(flags.begin(), {"compare", "iris"});
    const Result done = run(folder, flags);
    EXPECT_EQ(done.code, 2);
    EXPECT_TRUE(has_part(done.err, part)) << done.err;
  };
  expect({"--models", "mpl"}, "--models: there is no model 'mpl'; did you mean mlp?");
  expect({"--models", "mlp,alpha=1"}, "write mlp:alpha=1");
  expect({"--models", "mlp,mlp"}, "'mlp' is named twice");
  expect({"--metric", "r2"}, "--metric: r2 is for models of numbers");
  expect({"-o", "t.txt"}, ".csv, .md or .tex");
  expect({"--layouts", "3,x"}, "mlp:hidden=3,x: hidden must be a list of whole numbers");
  expect({"--models", "mlp:alpa=1"},
         "--models: mlp:alpa=1: there is no option 'alpa'; did you mean alpha?");
  expect({"--metric", "f9"}, "--metric: ");
}

TEST(CompareVerb, AnInterruptedComparisonEndsWithWhatIsThere) {
  const Folder folder;
  const Result done =
      run(folder, {"compare", "iris", "--models", "perceptron,mlp:epochs=1000000,tol=0"},
          {.signal = SIGINT, .once = "1/10 trainings"});
  EXPECT_EQ(done.code, 130);
  EXPECT_TRUE(has_part(done.err, "stopped after 1 of 10 trainings")) << done.err;
  EXPECT_TRUE(has_part(done.err, "stopping: the training that runs is given up")) << done.err;
  EXPECT_TRUE(has_part(done.out, "Only perceptron could be scored")) << done.out;
}

TEST(CompareVerb, TheLiveTableFitsTheTerminal) {
  const Folder folder;
  const std::string text = test::on_terminal(
      folder, {"compare", "wine", "--models", "mlp,logistic", "--folds", "8"}, 50, "C.UTF-8");
  EXPECT_TRUE(has_part(text, "\x1b[2A")) << text;  // three lines: the head, and two models
  EXPECT_TRUE(has_part(text, "fold 8  ")) << text;
  EXPECT_TRUE(has_part(text, " left")) << text;
  EXPECT_TRUE(has_part(text, "estimating the time  mlp")) << text;
}

}  // namespace
}  // namespace hebb
