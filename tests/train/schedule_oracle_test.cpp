// The rate of every update that training makes, against PyTorch and scikit-learn
// (tests/oracles/schedules.py): a bias whose gradient is always -1 moves by exactly the rate.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "hebb/train/trainer.h"
#include "options_from.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

// In shares of the first rate: the bias is a float32 that grows to some sixty times of it.
constexpr double kTolerance = 1e-5;

std::vector<double> steps_of_a_bias(const NetOptions& options, std::size_t samples) {
  const Inputs inputs{Tensor({samples, 1})};  // zeros
  const Targets targets{
      .outputs = 1, .classes = {}, .values = std::vector<float>(samples, 1e4F)};  // out of reach
  TrainingSet data{&inputs, &targets, std::vector<std::uint32_t>(samples), {}};
  std::iota(data.rows.begin(), data.rows.end(), 0U);
  Network network("linear(1)", {1});
  std::vector<double> steps;
  double before = 0;
  const auto look = [&] {
    const double bias = network.parameters()[1];
    steps.push_back(bias - before);
    before = bias;
  };
  RunControl control;
  control.stop_requested = [&] {  // asked after each update but the last
    look();
    return false;
  };
  train(network, *make_loss("absolute_error"), data, {}, {}, options, control);
  look();
  return steps;
}

TEST(Schedules, AreFollowedAtEveryUpdateOfATraining) {
  for (const auto& c : test::oracle("schedules")) {
    if (!c["fires"].empty()) continue;  // by the loss: MlpOracle has these
    auto options = test::options_from<NetOptions>(c["options"]);
    options.learning_rate = c["schedule"];
    options.learning_rate_init = c["learning_rate_init"];
    options.max_iter = c["epochs"];
    options.solver = "sgd", options.momentum = 0, options.nesterovs_momentum = false;
    options.alpha = 0, options.tol = 0, options.n_iter_no_change = 1000;
    const auto samples = c["samples"].get<std::size_t>();
    options.batch_size = 60;  // the fifth batch of 270 samples is smaller
    ASSERT_EQ((samples + 59) / 60, c["updates_per_epoch"].get<std::size_t>());
    const auto steps = steps_of_a_bias(options, samples);
    const auto rates = c["rates"].get<std::vector<double>>();
    ASSERT_EQ(steps.size(), rates.size());
    for (std::size_t u = 0; u < rates.size(); ++u)
      ASSERT_NEAR(steps[u], rates[u], kTolerance * options.learning_rate_init)
          << options.learning_rate << ' ' << c["options"] << " at update " << u;
  }
}

}  // namespace
}  // namespace hebb
