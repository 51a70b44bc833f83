// Validation by folds: each member of a network holds one out.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "expect_error.h"
#include "hebb/core/random.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/mlp.h"
#include "hebb/nn/loss.h"
#include "hebb/nn/network.h"
#include "hebb/train/trainer.h"
#include "train/engine.h"

namespace hebb {
namespace {

constexpr std::size_t kFoldedRows = 60, kFoldedFeatures = 5, kFoldedMembers = 4, kFolds = 2;
constexpr const char* kFoldedNet = "members(4) grouped(7) relu grouped(3)";

struct FoldedProblem {
  Inputs inputs;
  Targets targets{.outputs = 3, .classes = {}, .values = {}};
  std::vector<std::uint32_t> folds;
  TrainingSet data;

  explicit FoldedProblem(std::int32_t change_of_fold_1 = 0) {
    const Random random(2, Purpose::data);
    Tensor x({kFoldedRows, kFoldedFeatures});
    for (std::uint32_t r = 0; r < kFoldedRows; ++r) {
      for (std::uint32_t i = 0; i < kFoldedFeatures; ++i)
        x[r * kFoldedFeatures + i] = static_cast<float>(random.normal(r, i));
      folds.push_back(r % kFolds);
      const std::int32_t change = folds.back() == 1 ? change_of_fold_1 : 0;
      targets.classes.push_back((static_cast<std::int32_t>(x[r * kFoldedFeatures] > 0) + change) %
                                3);
    }
    inputs = Inputs(std::move(x));
    data = {.inputs = &inputs,
            .targets = &targets,
            .rows = std::vector<std::uint32_t>(kFoldedRows),
            .folds = {folds, kFolds}};
    std::iota(data.rows.begin(), data.rows.end(), 0U);
  }
  FoldedProblem(const FoldedProblem&) = delete;
  FoldedProblem& operator=(const FoldedProblem&) = delete;
};

NetOptions folded_options() {
  return {.alpha = 0, .batch_size = 16, .learning_rate_init = 0.01, .max_iter = 5};
}

Network folded_network() {
  Network network(kFoldedNet, {kFoldedFeatures});
  network.initialize("he_uniform", 3);
  return network;
}

// The parameters of one member: every block has an equal part for each, in their order.
std::vector<float> parameters_of_member(const Network& network, std::size_t member) {
  std::vector<float> own;
  for (const Network::Block& block : network.blocks()) {
    const std::size_t size = block.shape.size() / kFoldedMembers;
    const auto part = network.parameters().subspan(block.begin + member * size, size);
    own.insert(own.end(), part.begin(), part.end());
  }
  return own;
}

TEST(ValidationFolds, AMemberLearnsNothingOfTheFoldThatItHoldsOut) {
  const auto loss = make_loss("cross_entropy");
  const auto trained = [&](std::int32_t change, int threads) {
    const FoldedProblem problem(change);
    Network network = folded_network();
    NetOptions options = folded_options();
    options.threads = threads;
    train(network, *loss, problem.data, {}, {}, options);
    return network;
  };
  const Network first = trained(0, 1), second = trained(1, 1), again = trained(0, 2);
  for (std::size_t m = 0; m < kFoldedMembers; ++m) {
    const bool holds_out = m % kFolds == 1;
    EXPECT_EQ(parameters_of_member(first, m) == parameters_of_member(second, m), holds_out) << m;
    EXPECT_EQ(parameters_of_member(first, m), parameters_of_member(again, m)) << m;
    EXPECT_NE(parameters_of_member(first, m), parameters_of_member(folded_network(), m)) << m;
  }
}

TEST(ValidationFolds, ScoreARowByTheMembersThatDidNotLearnFromIt) {
  const FoldedProblem problem;
  const auto loss = make_loss("cross_entropy");
  Network network = folded_network();
  std::vector<float> scored;
  train(
      network, *loss, problem.data, problem.data,
      [&](ConstView outputs, std::span<const std::uint32_t> rows) {
        EXPECT_EQ(rows.size(), kFoldedRows);
        scored.assign(outputs.data, outputs.data + outputs.size());
        return 0.5;
      },
      folded_options());
  Tensor x({kFoldedRows, kFoldedFeatures});
  problem.inputs.gather(problem.data.rows, x.data());
  Tensor all = network.predict(x.view());
  apply_output_activation(OutputActivation::softmax,
                          {all.data(), {kFoldedRows * kFoldedMembers, 3}});
  ASSERT_EQ(scored.size(), kFoldedRows * 3);
  for (std::size_t r = 0; r < kFoldedRows; ++r)
    for (std::size_t i = 0; i < 3; ++i) {
      const std::size_t m = problem.folds[r];
      const auto by = [&](std::size_t member) {
        return double{all[(r * kFoldedMembers + member) * 3 + i]};
      };
      EXPECT_NEAR(scored[r * 3 + i], (by(m) + by(m + kFolds)) / 2, 1e-6);
    }
}

TEST(ValidationFolds, TheLossIsTheMeanOverWhatIsLearnt) {
  const FoldedProblem problem;
  const auto loss = make_loss("cross_entropy");
  Network network = folded_network();
  NetOptions options = folded_options();
  options.solver = "sgd", options.learning_rate_init = 1e-30, options.max_iter = 1;
  Tensor x({kFoldedRows, kFoldedFeatures});
  problem.inputs.gather(problem.data.rows, x.data());
  Tensor all = network.predict(x.view());
  apply_output_activation(OutputActivation::softmax,
                          {all.data(), {kFoldedRows * kFoldedMembers, 3}});
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t r = 0; r < kFoldedRows; ++r)
    for (std::size_t m = 0; m < kFoldedMembers; ++m) {
      if (m % kFolds == problem.folds[r]) continue;
      const auto truth = static_cast<std::size_t>(problem.targets.classes[r]);
      sum -= std::log(double{all[(r * kFoldedMembers + m) * 3 + truth]});
      ++count;
    }
  EXPECT_NEAR(train(network, *loss, problem.data, {}, {}, options).loss,
              sum / static_cast<double>(count), 1e-5);
}

TEST(ValidationFolds, ThatDoNotFitAreRefused) {
  const auto loss = make_loss("cross_entropy");
  const auto refused = [&](auto change, const NetOptions& options,
                           std::initializer_list<std::string> parts, const char* net = kFoldedNet) {
    FoldedProblem problem;
    change(problem);
    Network network(net, {kFoldedFeatures});
    expect_error<std::invalid_argument>(
        [&] { train(network, *loss, problem.data, {}, {}, options); }, parts);
  };
  const NetOptions usual = folded_options();
  const auto same = [](FoldedProblem&) {};
  refused(same, usual, {"1 members cannot hold out 2 folds"}, "linear(3)");
  refused([](FoldedProblem& p) { p.data.folds.count = 5; }, usual, {"4 members", "5 folds"});
  refused([](FoldedProblem& p) { p.data.folds.count = 1; }, usual, {"4 members", "1 folds"});
  refused([](FoldedProblem& p) { p.folds[7] = 2; }, usual, {"row 7 is in fold 2 of 2"});
  refused([](FoldedProblem& p) { p.data.folds.of_rows = std::span(p.folds).first(9); }, usual,
          {"60 samples in 9 folds"});
  NetOptions mixed = usual;
  mixed.mixup = 0.2;
  refused(same, mixed, {"[mixup]", "folds"});
}

TEST(ValidationFolds, AnEstimatorTakesTheBestEpochByThem) {
  const Dataset wine = load_dataset("wine");
  MLPOptions options{.learning_rate_init = 0.02,
                     .max_iter = 30,
                     .early_stopping = true,
                     .n_iter_no_change = 30,
                     .net = "members(6) grouped(10) relu grouped(3)"};
  options.validation_folds = 3;
  MLPClassifier net(options, {.scale = "standard"});
  net.fit(wine);
  ASSERT_EQ(net.validation_scores_.size(), 30U);
  EXPECT_GT(std::ranges::max(net.validation_scores_), 0.95);
  EXPECT_GT(net.score(wine), 0.97);

  options.validation_metric = "log_loss";
  MLPClassifier by_loss(options, {.scale = "standard"});
  by_loss.fit(wine);
  const auto& scores = by_loss.validation_scores_;
  EXPECT_LT(scores.front(), -0.3);  // the lower the loss, the better the score
  EXPECT_GT(std::ranges::max(scores), -0.2);
  EXPECT_LT(std::ranges::max(scores), 0);
}

TEST(ValidationFolds, OfAnEstimatorNeedMembersAndNoTimes) {
  const Dataset wine = load_dataset("wine");
  const auto refused = [&](MLPOptions options, std::initializer_list<std::string> parts,
                           const Dataset& data) {
    options.validate = true, options.max_iter = 1;
    MLPClassifier net(options);
    expect_error<std::invalid_argument>([&] { net.fit(data); }, parts);
  };
  MLPOptions options{.net = "members(4) grouped(3)"};
  options.validation_folds = 5;
  refused(options, {"[validation_folds] 5 folds", "there are 4"}, wine);
  options.validation_folds = 4;
  Dataset in_time = wine;
  std::vector<double> times(wine.samples());
  std::iota(times.begin(), times.end(), 0.0);
  in_time.set_times({.values = times});
  refused(options, {"[validation_folds]", "future"}, in_time);
  options.validation_metric = "r2";
  refused(options, {"[validation_metric] r2 is for models of numbers"}, wine);
}

}  // namespace
}  // namespace hebb
