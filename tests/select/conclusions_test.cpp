// What is said of made-up scores.
#include "select/conclusions.h"

#include <gtest/gtest.h>

namespace hebb {
namespace {

// The accuracies of each model in 5 folds.
Comparison concluded(const std::vector<std::pair<std::string, std::vector<double>>>& scores) {
  Comparison all{.metric = "accuracy", .metric_label = "accuracy", .folds = FoldOptions()};
  for (const auto& [name, values] : scores) {
    ComparedModel model{.candidate = {.name = name, .kind = {}}, .values = values};
    model.scores = {{.score = {.key = "accuracy",
                               .label = "accuracy",
                               .train = {},
                               .test = fold_statistics(values)}}};
    all.models.push_back(model);
  }
  conclude(all, std::vector<std::vector<JudgedRun>>(all.models.size()), 0.25, {});
  return all;
}

TEST(Conclusions, ADifferenceThatIsShown) {
  const Comparison all = concluded(
      {{"mlp", {0.90, 0.91, 0.90, 0.91, 0.90}}, {"svm", {0.95, 0.96, 0.951, 0.96, 0.95}}});
  EXPECT_EQ(all.ranking, (std::vector<std::size_t>{1, 0}));
  EXPECT_EQ(all.conclusions,
            (std::vector<std::string>{
                "svm is better than mlp (accuracy 0.9542 against 0.9040, p < 0.001)."}));
}

TEST(Conclusions, ADifferenceThatIsNotShown) {
  const Comparison all =
      concluded({{"mlp", {0.90, 0.94, 0.92, 0.91, 0.95}}, {"svm", {0.93, 0.93, 0.95, 0.90, 0.96}}});
  ASSERT_EQ(all.conclusions.size(), 1U);
  EXPECT_EQ(
      all.conclusions.front(),
      "Between svm and mlp no difference was shown (p = 0.5): with 5 folds only differences above "
      "about 0.037 would be. That is no proof that they are equal.");
}

TEST(Conclusions, BothWithHolmsAdjustment) {
  const Comparison all = concluded({{"a", {0.93, 0.93, 0.95, 0.90, 0.96}},
                                    {"b", {0.90, 0.94, 0.92, 0.91, 0.95}},
                                    {"c", {0.50, 0.51, 0.53, 0.48, 0.54}}});
  ASSERT_EQ(all.conclusions.size(), 2U);
  EXPECT_EQ(
      all.conclusions[0],
      "a is better than c (accuracy 0.9340 against 0.5120, p < 0.001); p-values are adjusted for 3 "
      "pairs (Holm).");
  EXPECT_EQ(all.conclusions[1].substr(0, 42), "Between a and b no difference was shown (p");
  // The p-value of the only hypothesis that is left, and the difference that it would take.
  EXPECT_DOUBLE_EQ(all.pairs[0].adjusted_p, all.pairs[0].p);
  EXPECT_NEAR(
      *all.pairs[0].least,
      *resampled_t_test(all.models[0].values, all.models[1].values, 0.25).least_difference(),
      1e-12);
}

TEST(Conclusions, EqualScoresAreNoDifference) {
  const Comparison all =
      concluded({{"a", {0.9, 0.8, 0.9, 0.7, 0.8}}, {"b", {0.9, 0.8, 0.9, 0.7, 0.8}}});
  EXPECT_EQ(
      all.conclusions.front(),
      "Between a and b no difference was shown (p = 1). That is no proof that they are equal.");
}

TEST(Conclusions, OneFoldShowsNothing) {
  const Comparison all = concluded({{"a", {0.9}}, {"b", {0.5}}});
  EXPECT_EQ(
      all.conclusions.front(),
      "a has the best accuracy (0.9000), but one fold does not tell how much the scores vary: no "
      "difference can be shown.");
  EXPECT_FALSE(all.pairs.front().shown);
}

}  // namespace
}  // namespace hebb
