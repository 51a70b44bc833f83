// Searches within outer folds, held against scikit-learn's (oracles/nested.py).
#include <gtest/gtest.h>

#include "hebb/select/study.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

TEST(NestedOracle, ScoresAndChoicesAreThoseOfScikitLearn) {
  const auto cases = test::oracle("nested");
  ASSERT_FALSE(cases.empty());
  for (const auto& one : cases) {
    SCOPED_TRACE(one["data"].get<std::string>() + ' ' + one["model"].get<std::string>());
    const PreparedRun run = prepare_run({.data = one["data"], .model = one["model"]});
    const Space space = Space::parse(one["space"].get<std::vector<std::string>>(), run.options);
    const Study study = tune(run, space,
                             {.sampler = "grid",
                              .metric = one["metric"],
                              .folds = one["folds"],
                              .nested = one["nested"],
                              .random_state = one["seed"]});
    ASSERT_EQ(study.outer.size(), one["searches"].size());
    for (std::size_t i = 0; i < study.outer.size(); ++i) {
      const auto& expected = one["searches"][i];
      EXPECT_NEAR(study.outer[i].inner, expected["inner"].get<double>(), 1e-6) << i;
      EXPECT_NEAR(study.outer[i].outer, expected["outer"].get<double>(), 1e-6) << i;
      std::vector<std::string> choice;
      for (std::size_t k = 0; k < space.dimensions().size(); ++k)
        choice.push_back(space.dimensions()[k].option + '=' +
                         expected["choice"][k].get<std::string>());
      EXPECT_EQ(study.outer[i].values,
                Space::parse(choice, run.options).values(Point(choice.size())))
          << i;
    }
  }
}

}  // namespace
}  // namespace hebb
