// Pictures of choosing: validation curves and learning curves by folds, and figures of a search.
#include <algorithm>

#include <gtest/gtest.h>

#include "cli/run.h"

namespace hebb::test {
namespace {

TEST(CliPlot, DrawsAValidationCurve) {
  const Folder folder;
  const Result result =
      run(folder, {"plot", "validation-curve", "wine", "--space", "alpha=1e-4|1|1000", "--folds",
                   "3", "--epochs", "20", "-o", "v.csv"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "v.csv\n");
  EXPECT_TRUE(contains(result.err, "best at alpha")) << result.err;
  const std::string csv = folder.read("v.csv");
  EXPECT_TRUE(csv.starts_with("series,alpha,accuracy,std\nin sample,0.0001,")) << csv;
  EXPECT_EQ(std::ranges::count(csv, '\n'), 1 + 2 * 3 + 2);
  // The same numbers as of cross-validation with this value.
  const Json folds =
      run(folder, {"fit", "wine", "--folds", "3", "--epochs", "20", "--alpha", "1", "--json"})
          .json();
  const std::string mean =
      std::to_string(folds["scores"]["accuracy"]["test"]["mean"].get<double>());
  EXPECT_TRUE(contains(csv, "out of sample,1," + mean.substr(0, 6))) << csv << mean;

  const Result names =
      run(folder, {"plot", "validation-curve", "wine", "--space", "hidden=100|50,50", "--folds",
                   "2", "--epochs", "2", "--metric", "log_loss", "--theme", "dark", "-o", "h.png"});
  EXPECT_EQ(names.code, 0) << names.err;
  EXPECT_TRUE(contains(names.err,
                       "log_loss in sample and on the rows held out against 2 values of "
                       "hidden"))
      << names.err;
  EXPECT_TRUE(folder.read("h.png").starts_with("\x89PNG"));
}

TEST(CliPlot, DrawsALearningCurveByFolds) {
  const Folder folder;
  ASSERT_EQ(run(folder, {"fit", "iris", "--model", "logistic", "-o", "m.hebb"}).code, 0);
  const Result of_flags =
      run(folder, {"plot", "learning-curve", "iris", "--model", "logistic", "-o", "l.csv"});
  EXPECT_EQ(of_flags.code, 0) << of_flags.err;
  const std::string csv = folder.read("l.csv");
  EXPECT_TRUE(csv.starts_with("series,training samples,accuracy,std\nin sample,20,")) << csv;
  EXPECT_TRUE(contains(csv, "out of sample,120,")) << csv;
  const Result of_model =
      run(folder, {"plot", "learning-curve", "m.hebb", "iris", "--folds", "5", "-o", "k.csv"});
  EXPECT_EQ(of_model.code, 0) << of_model.err;
  EXPECT_EQ(folder.read("k.csv"), csv);

  // The network of a model is taken too, and flags change what else it was trained with.
  ASSERT_EQ(run(folder, {"fit", "iris", "--net", "linear(3) relu linear(3)", "--epochs", "5", "-o",
                         "n.hebb"})
                .code,
            0);
  const Result same = run(folder, {"plot", "learning-curve", "n.hebb", "iris", "--folds", "2",
                                   "--epochs", "2", "-o", "n.csv"});
  EXPECT_EQ(same.code, 0) << same.err;
  ASSERT_EQ(run(folder, {"plot", "learning-curve", "iris", "--net", "linear(3) relu linear(3)",
                         "--folds", "2", "--epochs", "2", "-o", "f.csv"})
                .code,
            0);
  EXPECT_EQ(folder.read("n.csv"), folder.read("f.csv"));
}

TEST(CliPlot, VariesOptionsOfTheKindThatHasThem) {
  const Folder folder;
  // Images would get a convnet, which has no hidden layers.
  const Result result = run(folder, {"plot", "validation-curve", "digits", "--space", "hidden=2|4",
                                     "--folds", "2", "--epochs", "1", "-o", "v.csv"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(folder.read("v.csv"), "in sample,2,")) << folder.read("v.csv");
}

TEST(CliPlot, SaysWhatCurvesDoNotTake) {
  const Folder folder;
  ASSERT_EQ(run(folder, {"fit", "iris", "--epochs", "2", "-o", "m.hebb"}).code, 0);
  const std::vector<std::pair<std::vector<std::string>, std::string>> bad = {
      {{"plot", "validation-curve", "iris"}, "names the option whose values"},
      {{"plot", "validation-curve", "iris", "--space", "alpha=1|2", "--space", "tol=1e-4|1e-3"},
       "give one"},
      {{"plot", "validation-curve"}, "usage: hebb plot validation-curve [MODEL] DATA --space"},
      {{"plot", "validation-curve", "iris", "--space", "alfa=1|2"}, "no option 'alfa'"},
      {{"plot", "learning-curve", "iris", "--space", "alpha=1|2"}, "validation-curve"},
      {{"plot", "learning-curve", "iris", "--train", "iris"}, "trained again by folds"},
      {{"plot", "confusion", "m.hebb", "iris", "--alpha", "1"},
       "--alpha: is for figures that train"},
      {{"plot", "confusion", "m.hebb", "iris", "--folds", "3"},
       "--folds: is for figures that train"},
      {{"fit", "iris", "--epochs", "2", "--plot", "validation-curve:v.png"},
       "validation-curve cannot be drawn here: it takes the values of an option"}};
  for (const auto& [call, message] : bad) {
    const Result result = run(folder, call);
    EXPECT_NE(result.code, 0) << message;
    EXPECT_TRUE(contains(result.err, message)) << message << '\n' << result.err;
  }
  // A file for other verbs may hold options of models.
  folder.write("hebb.toml", "hidden = [7]\nfolds = 3\n");
  EXPECT_EQ(run(folder, {"plot", "confusion", "m.hebb", "iris"}).code, 0);
}

TEST(CliTune, DrawsWhatWasTried) {
  const Folder folder;
  const Result result = run(folder, {"tune",
                                     "wine",
                                     "--space",
                                     "alpha=1e-4..10",
                                     "--space",
                                     "hidden=5|5,5",
                                     "--trials",
                                     "6",
                                     "--folds",
                                     "2",
                                     "--epochs",
                                     "3",
                                     "--halving",
                                     "--rungs",
                                     "2",
                                     "--workers",
                                     "local:1",
                                     "--plot",
                                     "o.svg",
                                     "--plot",
                                     "parallel:p.csv,history:h.png,halving:s.csv"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.err, "figure: o.svg (options, ")) << result.err;
  EXPECT_TRUE(folder.read("o.svg").starts_with("<?xml"));
  const std::string csv = folder.read("p.csv");
  EXPECT_TRUE(csv.starts_with("trial,alpha,hidden,accuracy\n")) << csv;
  EXPECT_TRUE(folder.read("h.png").starts_with("\x89PNG"));
  EXPECT_TRUE(contains(folder.read("s.csv"), ",40%,")) << folder.read("s.csv");
}

TEST(CliPlot, DrawsAStudyFromItsFile) {
  const Folder folder;
  ASSERT_EQ(run(folder, {"tune", "wine", "--space", "alpha=1e-4..10", "--trials", "4", "--folds",
                         "2", "--epochs", "3", "--workers", "local:1", "--study", "w.study",
                         "--plot", "t.csv,history:h.csv"})
                .code,
            0);
  for (const auto& [kind, same] : {std::pair{"options", "t.csv"}, {"history", "h.csv"}}) {
    const Result result = run(folder, {"plot", kind, "w.study", "-o", "o.csv"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(folder.read("o.csv"), folder.read(same));
  }
  EXPECT_TRUE(contains(run(folder, {"plot", "parallel", "w.study"}).err, "alpha"));
  EXPECT_TRUE(folder.read("parallel.png").starts_with("\x89PNG"));
  for (const auto& [call, message] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"plot", "halving", "w.study"}, "not by successive halving"},
           {{"plot", "parallel"}, "usage: hebb plot parallel STUDY"},
           {{"plot", "parallel", "t.csv"}, "t.csv"},
           {{"plot", "options", "w.study", "--folds", "3"},
            "--folds: is for figures that train"}}) {
    const Result result = run(folder, call);
    EXPECT_NE(result.code, 0) << message;
    EXPECT_TRUE(contains(result.err, message)) << result.err;
  }
  EXPECT_TRUE(contains(run(folder, {"plot"}).out, "parallel STUDY"));
}

TEST(CliTune, RefusesFiguresBeforeItTrains) {
  const Folder folder;
  for (const auto& [plot, message] : {std::pair{"x.jpg", "written as"},
                                      {"confusion:x.png", "no figure 'confusion'"},
                                      {"paralel:x.png", "did you mean parallel?"}}) {
    const Result result = run(folder, {"tune", "iris", "--plot", plot});
    EXPECT_EQ(result.code, 2);
    EXPECT_TRUE(contains(result.err, message)) << result.err;
    EXPECT_FALSE(contains(result.err, "trial")) << result.err;
  }
  // What only the search can tell costs the figure alone.
  const Result late = run(folder, {"tune", "iris", "--trials", "1", "--folds", "2", "--epochs", "1",
                                   "--plot", "halving:x.png"});
  EXPECT_EQ(late.code, 1);
  EXPECT_TRUE(contains(late.err, "not by successive halving")) << late.err;
  EXPECT_TRUE(contains(late.out, "accuracy"));
}

}  // namespace
}  // namespace hebb::test
