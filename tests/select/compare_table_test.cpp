#include "hebb/select/compare_table.h"

#include <gtest/gtest.h>

#include "expect_error.h"

namespace hebb {
namespace {

// A model that is ranked and one that has failed.
Comparison made_up() {
  Comparison all{.metric = "accuracy", .metric_label = "accuracy", .folds = FoldOptions()};
  ComparedModel good{.candidate = {.name = "mlp:class_weight=a=1", .kind = "mlp"},
                     .values = {0.75, 0.25},
                     .fit_seconds = 2,
                     .predict_seconds = 5e-7,
                     .peak_bytes = 3e6,
                     .model_bytes = 1500,
                     .parameters = 1234};
  good.scores = {{.score = {.key = "accuracy",
                            .label = "accuracy",
                            .train = fold_statistics({1, 1}),
                            .test = fold_statistics(good.values)},
                  .interval = Interval{.low = 0.125, .high = 0.875}}};
  all.models = {{.candidate = {.name = "b", .kind = "logistic"}, .error = "x, \"y\""}, good};
  all.ranking = {1};
  all.conclusions = {"50% of it."};
  return all;
}

TEST(ComparisonTable, RankedModelsComeFirst) {
  const ComparisonTable table = comparison_table(made_up());
  EXPECT_EQ(table.rows, (std::vector<std::vector<std::string>>{
                            {"mlp:class_weight=a=1", "0.5000 ± 0.3536", "0.1250–0.8750", "-", "2",
                             "0.5", "3.0 MB", "1.5 kB", "1,234"},
                            {"b", "-", "-", "-", "-", "-", "-", "-", "-"}}));
  EXPECT_EQ(comparison_table(made_up(), false).rows[0][1], "0.5000 +- 0.3536");
}

TEST(ComparisonTable, AsCsv) {
  EXPECT_EQ(comparison_text(made_up(), "t.csv"),
            "model,kind,rank,p,adjusted_p,low,high,fit_seconds,predict_seconds,peak_bytes,"
            "model_bytes,parameters,error,accuracy,accuracy_std,accuracy_train\n"
            "mlp:class_weight=a=1,mlp,1,,,0.125,0.875,2,5e-07,3000000,1500,1234,,0.5,"
            "0.3535533905932738,1\n"
            "b,logistic,,,,,,,,,,,\"x, \"\"y\"\"\",,,\n");
}

TEST(ComparisonTable, LatexIsEscaped) {
  const std::string text = comparison_text(made_up(), "t.tex");
  for (const char* part : {"\\textbf{mlp:class\\_weight=a=1} & \\textbf{0.5000 $\\pm$ 0.3536}",
                           "0.1250--0.8750", "% 50% of it.", "95\\% interval"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

TEST(ComparisonTable, MarkdownIsEscaped) {
  const std::string text = comparison_text(made_up(), "t.md");
  EXPECT_NE(text.find("| mlp:class\\_weight=a=1 | 0.5000 ± 0.3536 |"), std::string::npos) << text;
}

TEST(ComparisonTable, OtherEndingsAreRefused) {
  expect_error<std::invalid_argument>([] { comparison_text(made_up(), "t.xlsx"); },
                                      {".csv, .md or .tex", "t.xlsx"});
}

}  // namespace
}  // namespace hebb
