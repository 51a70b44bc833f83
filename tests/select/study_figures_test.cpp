#include "hebb/select/study_figures.h"

#include <gtest/gtest.h>

#include <cmath>

#include "expect_error.h"
#include "hebb/estimators/mlp.h"

namespace hebb {
namespace {

Study two_trials() {
  const OptionSet options = NetOptions();
  Study study{.space = Space::parse({"alpha=1e-3..1", "hidden=5|5,5"}, options),
              .metric = "log_loss",
              .higher_is_better = false,
              .ranking = {1, 0}};
  study.trials = {{.number = 0, .point = {0.01, 0}, .mean = 0.5, .rungs = {{0.5, 0.6}, {1, 0.5}}},
                  {.number = 1, .point = {0.1, 1}, .mean = 0.25, .rungs = {{0.5, 0.3}}},
                  {.number = 2, .point = {1, 1}, .state = TrialState::failed, .mean = 0}};
  return study;
}

TEST(TrialSet, HasTheTrialsOfAStudyUnderTheNamesOfFlags) {
  Study study = two_trials();
  study.trials[1].state = TrialState::pruned;
  const TrialSet set = trial_set(study, NetOptions());
  ASSERT_EQ(set.options.size(), 2U);
  EXPECT_EQ(set.options[0].name, "alpha");
  EXPECT_TRUE(set.options[0].log);
  EXPECT_EQ(set.options[1].name, "hidden");
  EXPECT_EQ(set.options[1].choices, (std::vector<std::string>{"5", "5,5"}));
  EXPECT_FALSE(set.higher_is_better);
  ASSERT_EQ(set.trials.size(), 3U);
  EXPECT_EQ(set.trials[1].score, 0.25);
  EXPECT_TRUE(set.trials[1].pruned && !set.trials[0].pruned);
  EXPECT_TRUE(std::isnan(set.trials[2].score));
  EXPECT_TRUE(set.trials[0].rungs.empty());  // the search was not by halving
  EXPECT_EQ(trial_set(study).options[1].name, "hidden_layer_sizes");
}

TEST(PlotStudy, DrawsAKindByName) {
  Study study = two_trials();
  EXPECT_TRUE(plot_study(study).csv().starts_with("panel,series,x,y\nalpha,trial,0.01,0.5\n"));
  expect_error<std::invalid_argument>([&] { plot_study(study, "halving"); },
                                      {"not by successive halving"});
  study.options.halving = true;
  EXPECT_TRUE(plot_study(study, "halving").csv().find("trial 0,50%,0.6") != std::string::npos);
}

}  // namespace
}  // namespace hebb
