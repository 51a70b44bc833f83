#include <algorithm>

#include <gtest/gtest.h>

#include "cli/run.h"

namespace hebb::test {
namespace {

bool is_png(const std::string& bytes) { return bytes.starts_with("\x89PNG"); }

TEST(CliPlot, ListsItsFigures) {
  const Folder folder;
  const Result list = run(folder, {"plot"});
  EXPECT_EQ(list.code, 0);
  for (const char* kind : {"data DATA", "regions MODEL DATA", "history MODEL", "confusion", "roc"})
    EXPECT_TRUE(contains(list.out, kind)) << kind;
  EXPECT_GE(run(folder, {"plot", "--json"}).json()["figures"].size(), 15U);
}

TEST(CliPlot, DrawsDataAndSaysWhatIsToBeSeen) {
  const Folder folder;
  const Result result = run(folder, {"plot", "data", "moons:n=50", "-o", "m.png"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "m.png\n");
  EXPECT_TRUE(contains(result.err, "Scatter plot of moons:n=50, 50 samples"));
  EXPECT_TRUE(is_png(folder.read("m.png")));
  EXPECT_EQ(
      run(folder, {"plot", "data", "iris", "--columns", "petal length (cm),petal width (cm)"}).code,
      0);
  EXPECT_TRUE(is_png(folder.read("data.png")));
}

TEST(CliPlot, DrawsModelsInEveryFormatWithTheirNumbers) {
  const Folder folder;
  ASSERT_EQ(run(folder, {"fit", "iris", "--epochs", "20", "-o", "m.hebb"}).code, 0);
  for (const char* file : {"c.png", "c.svg", "c.pdf", "c.csv"})
    EXPECT_EQ(run(folder, {"plot", "confusion", "m.hebb", "iris", "-o", file}).code, 0) << file;
  EXPECT_TRUE(contains(folder.read("c.csv"), "truth,predicted,count,share\nsetosa,setosa,50,1\n"));
  EXPECT_TRUE(folder.read("c.svg").starts_with("<?xml"));
  EXPECT_TRUE(folder.read("c.pdf").starts_with("%PDF"));
  ASSERT_EQ(run(folder, {"plot", "history", "m.hebb", "-o", "h.csv"}).code, 0);
  // The names, and the loss and the validation score of 20 epochs.
  EXPECT_EQ(std::ranges::count(folder.read("h.csv"), '\n'), 41);
  ASSERT_EQ(run(folder, {"fit", "iris", "--model", "mlp", "--epochs", "20", "-o", "p.hebb"}).code,
            0);
  ASSERT_EQ(run(folder, {"plot", "history", "p.hebb", "-o", "h.csv"}).code, 0);
  EXPECT_EQ(std::ranges::count(folder.read("h.csv"), '\n'), 21);
  ASSERT_EQ(
      run(folder, {"plot", "roc", "m.hebb", "iris", "--theme", "dark", "-o", "dark.png"}).code, 0);
  ASSERT_EQ(run(folder, {"plot", "roc", "m.hebb", "iris", "-o", "light.png"}).code, 0);
  EXPECT_FALSE(folder.read("dark.png") == folder.read("light.png"));
  const Json json = run(folder, {"plot", "roc", "m.hebb", "iris", "--json"}).json();
  EXPECT_EQ(json["file"], "roc.png");
  EXPECT_TRUE(contains(json["description"].get<std::string>(), "AUC"));
}

TEST(CliPlot, TakesOneImageThroughAConvnet) {
  const Folder folder;
  ASSERT_EQ(
      run(folder, {"fit", "mnist10k", "--net", "conv(3,5,stride=2) relu maxpool(2) linear(10)",
                   "--epochs", "1", "-o", "m.hebb"})
          .code,
      0);
  const Result by_row =
      run(folder, {"plot", "features", "m.hebb", "mnist10k", "--row", "7", "-o", "row.svg"});
  EXPECT_EQ(by_row.code, 0) << by_row.err;
  EXPECT_TRUE(contains(by_row.err, "One image, mnist10k:7, on its way")) << by_row.err;
  ASSERT_EQ(run(folder, {"plot", "features", "m.hebb", "mnist10k:7", "-o", "name.svg"}).code, 0);
  EXPECT_TRUE(folder.read("row.svg") == folder.read("name.svg"));
  // Left out, it is the first of those that the model did not learn from.
  const Result first = run(folder, {"plot", "features", "m.hebb", "mnist10k", "-o", "f.csv"});
  EXPECT_TRUE(contains(first.err, "mnist10k:8000")) << first.err;
  const std::string csv = folder.read("f.csv");
  EXPECT_TRUE(csv.starts_with("row,panel,part,place,value\nConvolution 1,image,image,1,0\n"));
  EXPECT_TRUE(contains(csv, "\nLinear layer 1,softmax,9,10,0"));
  // A picture in dark ink on a light ground, of another size, without a label.
  std::string ink = "P2 4 6 255\n";
  for (int i = 0; i < 24; ++i) ink += i % 4 == 1 ? "0 " : "255 ";
  folder.write("ink.pgm", ink);
  const Result turned = run(folder, {"plot", "features", "m.hebb", "ink.pgm"});
  EXPECT_EQ(turned.code, 0) << turned.err;
  EXPECT_TRUE(contains(turned.err, "light for dark")) << turned.err;
  EXPECT_TRUE(contains(turned.err, "ink.pgm")) << turned.err;
  EXPECT_TRUE(is_png(folder.read("features.png")));
  EXPECT_EQ(run(folder, {"plot", "network", "m.hebb", "-o", "n.csv"}).code, 0);
  EXPECT_TRUE(contains(folder.read("n.csv"), "\"conv 3, 5 × 5, stride 2\",3 × 14 × 14,78\n"));

  const std::vector<std::pair<std::vector<std::string>, std::string>> bad = {
      {{"plot", "features", "m.hebb", "mnist10k", "--row", "10000"},
       "--row: mnist10k has rows 0 to 9999, got 10000"},
      {{"plot", "features", "m.hebb", "mnist10k", "--row", "-1"},
       "--row must be a whole number >= 0 or none, got -1"},
      {{"plot", "features", "m.hebb", "mnist10k:7", "--row", "7"}, "names the row 7 already"},
      {{"plot", "confusion", "m.hebb", "mnist10k", "--row", "7"}, "is for hebb plot features"},
      {{"plot", "features", "m.hebb"}, "usage: hebb plot features MODEL DATA"},
      {{"plot", "weights", "m.hebb"},
       "hebb plot features MODEL DATA shows the filters. Figures that can be without data: history, "
       "network\n"}};
  for (const auto& [call, message] : bad) {
    const Result result = run(folder, call);
    EXPECT_EQ(result.code, 2) << message;
    EXPECT_TRUE(contains(result.err, message)) << result.err;
  }
  const Result table = run(folder, {"plot", "features", "m.hebb", "iris"});
  EXPECT_EQ(table.code, 3);
  EXPECT_TRUE(contains(table.err, "a table of (5), where training had images")) << table.err;
}

TEST(CliPlot, TrainsAgainForALearningCurve) {
  const Folder folder;
  ASSERT_EQ(run(folder, {"fit", "blobs:n=200,std=4", "--model", "logistic", "-o", "m.hebb"}).code,
            0);
  const std::vector<std::string> call = {"plot", "learning-curve", "m.hebb", "blobs:n=100,std=4"};
  EXPECT_EQ(run(folder, call).code, 2);
  auto with_train = call;
  with_train.insert(with_train.end(), {"--train", "blobs:n=200,std=4", "-o", "l.csv"});
  const Result result = run(folder, with_train);
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(folder.read("l.csv"), "in sample,200,"));
}

TEST(CliPlot, SaysWhatIsWrong) {
  const Folder folder;
  ASSERT_EQ(run(folder, {"fit", "iris", "--epochs", "2", "-o", "m.hebb"}).code, 0);
  const std::vector<std::pair<std::vector<std::string>, std::string>> bad = {
      {{"plot", "confusio", "m.hebb", "iris"}, "did you mean confusion?"},
      {{"plot", "confusion", "m.hebb"}, "usage: hebb plot confusion MODEL DATA, got 1"},
      {{"plot", "confusion", "m.hebb", "iris", "-o", "c.jpg"}, "written as .png, .svg, .pdf, .csv"},
      {{"plot", "regions", "m.hebb", "iris"},
       "regions cannot be drawn here: it takes data of two numeric features. Figures that can be: "},
      {{"plot", "predictions", "m.hebb", "iris"}, "predicts classes, not numbers"},
      {{"plot", "features", "m.hebb", "iris"},
       "no convolutions to show the features of; train a network that has, with hebb fit DATA "
       "--model convnet"},
      {{"plot", "data", "iris", "--columns", "petal"}, "there is no feature 'petal'"},
      {{"plot", "data", "iris", "-o", "no/such/folder/c.png"}, "no/such/folder"}};
  for (const auto& [call, message] : bad) {
    const Result result = run(folder, call);
    EXPECT_NE(result.code, 0) << message;
    EXPECT_TRUE(contains(result.err, message)) << result.err;
  }
}

TEST(CliFit, DrawsTheFigureThatTellsMostOrThoseAskedFor) {
  const Folder folder;
  const Result result = run(folder, {"fit", "moons:n=80", "--epochs", "5", "--test-size", "0.25",
                                     "--plot", "best.png", "--plot", "roc:r.svg,history:h.csv"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.err, "figure: best.png (regions, "));
  EXPECT_TRUE(is_png(folder.read("best.png")));
  EXPECT_TRUE(folder.read("r.svg").starts_with("<?xml"));
  EXPECT_TRUE(contains(folder.read("h.csv"), "training loss,5,"));
}

TEST(CliFit, RefusesFiguresBeforeItTrains) {
  const Folder folder;
  for (const auto& [plot, message] :
       {std::pair{"x.jpg", "written as"}, {"rok:x.png", "did you mean roc?"}}) {
    const Result result = run(folder, {"fit", "iris", "--plot", plot});
    EXPECT_EQ(result.code, 2);
    EXPECT_TRUE(contains(result.err, message)) << result.err;
    EXPECT_FALSE(contains(result.err, "epoch")) << result.err;
  }
  // What only the outcome tells costs nothing but the figure.
  const Result late = run(folder, {"fit", "iris", "--epochs", "2", "--plot", "regions:x.png"});
  EXPECT_EQ(late.code, 1);
  EXPECT_TRUE(contains(late.out, "accuracy"));
  EXPECT_TRUE(contains(late.err, "regions cannot be drawn here"));
}

TEST(CliMetrics, PrintsTheMetricsAskedFor) {
  const Folder folder;
  ASSERT_EQ(run(folder, {"fit", "iris", "--epochs", "50", "-o", "m.hebb"}).code, 0);
  const Result some = run(folder, {"evaluate", "m.hebb", "iris", "--metrics", "matthews,top_k:2"});
  EXPECT_EQ(some.code, 0) << some.err;
  EXPECT_EQ(std::ranges::count(some.out, '\n'), 2);
  EXPECT_TRUE(contains(some.out, "matthews") && contains(some.out, "top_k:2"));
  const Result all = run(folder, {"evaluate", "m.hebb", "iris", "--metrics", "all"});
  EXPECT_TRUE(contains(all.out, "f_beta_macro:2"));
  const Json json =
      run(folder, {"evaluate", "m.hebb", "iris", "--metrics", "lift:0.2", "--json"}).json();
  EXPECT_GT(json["metrics"]["lift:0.2"].get<double>(), 1);
  EXPECT_TRUE(json["test"]["matthews"].is_number());
  EXPECT_EQ(run(folder, {"evaluate", "m.hebb", "iris", "--assert", "f_beta_macro:0.5>=0.1"}).code,
            0);
  for (const auto& [metric, message] : std::vector<std::pair<std::string, std::string>>{
           {"acuracy", "did you mean accuracy?"}, {"r2", "is for models of numbers"}}) {
    const Result bad = run(folder, {"evaluate", "m.hebb", "iris", "--metrics", metric});
    EXPECT_EQ(bad.code, 2);
    EXPECT_TRUE(contains(bad.err, message)) << bad.err;
  }
}

TEST(CliMetrics, WritesRocCurves) {
  const Folder folder;
  ASSERT_EQ(run(folder, {"fit", "iris", "--epochs", "5", "-o", "m.hebb"}).code, 0);
  ASSERT_EQ(run(folder, {"evaluate", "m.hebb", "iris", "--roc", "r.csv"}).code, 0);
  const std::string csv = folder.read("r.csv");
  EXPECT_TRUE(csv.starts_with("class,threshold,fpr,tpr\nsetosa,inf,0,0\n")) << csv.substr(0, 100);
  EXPECT_TRUE(contains(csv, "virginica,"));
}

}  // namespace
}  // namespace hebb::test
