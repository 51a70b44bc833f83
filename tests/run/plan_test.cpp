#include "hebb/run/plan.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "expect_error.h"
#include "hebb/io/memory.h"
#include "hebb/run/memory.h"
#include "scratch.h"

namespace hebb {
namespace {

TEST(PlanRun, IsTheNetworkThatTrainingMakes) {
  const RunSpec spec{.data = "iris",
                     .options = {{"hidden_layer_sizes", 8}, {"dropout", 0.2}, {"max_iter", 1}}};
  const RunPlan plan = plan_run(prepare_run(spec));
  const RunResult trained = run(spec);
  const Network& network = *trained.estimator->model().network();
  ASSERT_TRUE(plan.is_network());
  EXPECT_EQ(plan.network.text(), network.text());
  EXPECT_EQ(plan.parameters(), network.parameter_count());
  NetOptions options;
  options.hidden_layer_sizes = {8};
  EXPECT_EQ(plan.memory, training_memory(network, trained.train, options));
  EXPECT_EQ(plan.memory_limit, memory_limit());
}

TEST(PlanRun, SeesColumnsAsThePreprocessingMakesThem) {
  const test::Scratch folder;
  test::write_text(folder / "t.csv", "city,age,y\nRome,1,a\nOslo,2,b\nBonn,3,a\n");
  const PreparedRun run = prepare_run({.data = folder / "t.csv", .model = "logistic"});
  const RunPlan plan = plan_run(run);
  EXPECT_FALSE(plan.is_network());
  EXPECT_EQ(plan.units.inputs, 4U);
  EXPECT_EQ(plan.units.units, 1U);
  EXPECT_EQ(plan.parameters(), 5U);
  EXPECT_EQ(plan.memory, 8.0 * (5 + 3 * 4));
}

TEST(PlanRun, RefusesWhatTrainingRefuses) {
  const PreparedRun run = prepare_run({.data = "iris", .options = {{"net", "linear(7)"}}});
  expect_error<std::invalid_argument>([&] { plan_run(run); }, {"7 outputs", "3 classes"});
}

}  // namespace
}  // namespace hebb
