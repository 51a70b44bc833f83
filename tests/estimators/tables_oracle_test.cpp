// The built-in tables, learnt with the options, scaler and splits of scikit-learn's runs
// (tests/oracles/tables.py): the mean test score over five seeds.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/mlp.h"
#include "options_from.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

// First weights differ, so scores do: what a mean over five seeds may be off by.
constexpr double kTolerance = 0.02;

class Tables : public testing::TestWithParam<std::string> {};

TEST_P(Tables, AreLearntAsWellAsByScikitLearn) {
  const auto oracle = test::oracle("tables")[GetParam()];
  const Dataset all = load_dataset(GetParam());
  double ours = 0, theirs = 0;
  for (std::size_t seed = 0; seed < oracle["scores"].size(); ++seed) {
    const auto test_rows = oracle["test_rows"][seed].get<std::vector<std::uint32_t>>();
    std::vector<std::uint32_t> train_rows;
    for (std::uint32_t row = 0; row < all.samples(); ++row)
      if (!std::ranges::binary_search(test_rows, row)) train_rows.push_back(row);
    auto options = test::options_from<MLPOptions>(oracle["options"]);
    options.random_state = seed;
    const Dataset train = all.select(train_rows), test = all.select(test_rows);
    const PreprocessOptions scaled{.scale = "standard"};
    if (all.target().is_classes()) {
      MLPClassifier net(options, scaled);
      net.fit(train);
      ours += net.score(test) / 5;
    } else {
      MLPRegressor net(options, scaled);
      net.fit(train);
      ours += net.score(test) / 5;
    }
    theirs += oracle["scores"][seed].get<double>() / 5;
  }
  RecordProperty("ours", std::to_string(ours));
  RecordProperty("theirs", std::to_string(theirs));
  EXPECT_NEAR(ours, theirs, kTolerance);
}

INSTANTIATE_TEST_SUITE_P(BuiltIn, Tables,
                         testing::Values("iris", "wine", "breast_cancer", "diabetes"),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace hebb
