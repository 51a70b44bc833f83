// Solvers and schedules by scikit-learn and PyTorch (tests/oracles/optimizers.py, schedules.py).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "hebb/optim/optimizer.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

// float32 against double over eight steps of weights of order one.
constexpr double kWeightTolerance = 2e-6;
// Both in double; PyTorch makes a cosine by a recursion. In shares of the first rate.
constexpr double kRateTolerance = 1e-11;

OptimizerOptions options_of(const nlohmann::json& json) {
  OptimizerOptions o;
  o.momentum = json.value("momentum", o.momentum);
  o.nesterovs_momentum = json.value("nesterovs_momentum", o.nesterovs_momentum);
  o.beta_1 = json.value("beta_1", o.beta_1);
  o.beta_2 = json.value("beta_2", o.beta_2);
  o.epsilon = json.value("epsilon", o.epsilon);
  o.weight_decay = json.value("weight_decay", o.weight_decay);
  o.rho = json.value("rho", o.rho);
  return o;
}

TEST(Optimizers, MakeTheStepsOfScikitLearnAndPyTorch) {
  std::set<std::string> held;
  for (const auto& c : test::oracle("optimizers")) {
    const auto name = c["solver"].get<std::string>();
    held.insert(name);
    const auto optimizer = make_optimizer(name, options_of(c["options"]));
    const auto theirs = c["weights"].get<std::vector<std::vector<double>>>();
    const std::size_t count = theirs[0].size();
    auto weights = test::uniform(1, count);
    std::vector<std::vector<float>> state(optimizer->state_arrays(), std::vector<float>(count));
    std::vector<float*> arrays;
    for (auto& array : state) arrays.push_back(array.data());
    for (std::size_t step = 0; step < theirs.size(); ++step) {
      optimizer->update({.number = step + 1,
                         .learning_rate = c["learning_rate"].get<double>(),
                         .l2 = c["l2"].get<double>()},
                        test::uniform(10 + step, count), weights, arrays);
      for (std::size_t i = 0; i < count; ++i)
        ASSERT_NEAR(weights[i], theirs[step][i], kWeightTolerance)
            << name << ' ' << c["options"] << " in step " << step + 1;
    }
  }
  for (const auto& row : optimizer_catalogue()) {
    EXPECT_TRUE(!row.make || held.contains(row.name))
        << "the solver " << row.name << " has no oracle: add a run to tests/oracles/optimizers.py";
  }
}

TEST(Schedules, HaveTheRatesOfPyTorchAndScikitLearn) {
  std::set<std::string> held;
  for (const auto& c : test::oracle("schedules")) {
    const auto name = c["schedule"].get<std::string>();
    held.insert(name);
    const auto updates = c["updates_per_epoch"].get<std::size_t>();
    const auto samples = c["samples"].get<std::size_t>();
    const auto fires = c["fires"].get<std::vector<std::size_t>>();
    const auto& options = c["options"];
    ScheduleState state;
    state.learning_rate_init = state.adapted = c["learning_rate_init"];
    state.power_t = options.value("power_t", state.power_t);
    state.step_factor = options.value("step_factor", state.step_factor);
    state.step_epochs = options.value("step_epochs", state.step_epochs);
    state.warmup = options.value("warmup", state.warmup);
    const auto rates = c["rates"].get<std::vector<double>>();
    state.updates_total = rates.size();
    for (std::size_t u = 0; u < rates.size(); ++u) {
      state.update = u;
      state.epoch = u / updates;
      state.samples_seen = state.epoch * samples;
      if (u % updates == 0 && std::ranges::find(fires, state.epoch) != fires.end())
        state.adapted /= 5;
      ASSERT_NEAR(find_schedule(name).rate(state), rates[u],
                  kRateTolerance * state.learning_rate_init)
          << name << ' ' << options << " at update " << u;
    }
  }
  for (const auto& row : schedule_catalogue()) {
    EXPECT_TRUE(held.contains(row.name))
        << "the schedule " << row.name << " has no oracle: add a run to tests/oracles/schedules.py";
  }
}

}  // namespace
}  // namespace hebb
