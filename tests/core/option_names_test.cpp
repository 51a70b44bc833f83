#include "core/option_names.h"

#include <gtest/gtest.h>

#include "expect_error.h"
#include "hebb/estimators/ensembles.h"
#include "hebb/estimators/mlp.h"

namespace hebb {
namespace {

TEST(OptionNames, AreThoseOfTheCommandLine) {
  const OptionSet mlp = MLPOptions();
  EXPECT_EQ(option_named("hidden", mlp), "hidden_layer_sizes");
  EXPECT_EQ(option_named("hidden_layer_sizes", mlp), "hidden_layer_sizes");
  EXPECT_EQ(option_named("--learning-rate", mlp), "learning_rate_init");
  EXPECT_EQ(option_named("batch-size", mlp), "batch_size");
  expect_error<std::invalid_argument>([&] { (void)option_named("alhpa", mlp); },
                                      {"no option 'alhpa'", "did you mean alpha"});
}

TEST(OptionNames, ReachMembersOfAnEnsemble) {
  const OptionSet bagging = BaggingClassifier().options();
  EXPECT_EQ(option_named("hidden", bagging), "base.hidden_layer_sizes");
  EXPECT_EQ(option_named("base.hidden", bagging), "base.hidden_layer_sizes");
  EXPECT_EQ(option_named("alpha", bagging), "base.alpha");
  EXPECT_EQ(option_named("seed", bagging), "random_state");  // its own first
  EXPECT_EQ(option_named("base", bagging), "base");
}

}  // namespace
}  // namespace hebb
