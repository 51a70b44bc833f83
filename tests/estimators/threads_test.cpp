// A user's own threads: each may train and predict on its own objects, and all may predict on a
// shared const one. Run under ThreadSanitizer too (scripts/check.sh).
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <numeric>
#include <thread>
#include <vector>

#include "expect_error.h"
#include "hebb/core/log.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/estimators/mlp.h"
#include "hebb/formats/csv.h"
#include "scratch.h"

namespace hebb {
namespace {

constexpr std::size_t kThreads = 8;

// Calls work(0), work(1), ... at the same time, each on a thread of its own.
void at_once(std::size_t threads, const std::function<void(std::size_t)>& work) {
  std::vector<std::thread> team;
  for (std::size_t t = 0; t < threads; ++t) team.emplace_back(work, t);
  for (auto& thread : team) thread.join();
}

std::string tea_csv() {
  std::string text = "age,city,income,likes\n";
  for (int i = 0; i < 90; ++i)
    text += std::to_string(20 + i % 37) + (i % 3 == 0 ? ",Rome," : ",Oslo,") +
            (i % 10 == 7 ? "" : std::to_string(10 + i % 5 + 30 * (i % 2))) +
            (i % 2 ? ",tea\n" : ",coffee\n");
  return text;
}

// One kind of model with data to train it on and to predict.
struct Case {
  std::string name;
  Dataset data;
  MLPOptions net;
  PreprocessOptions preprocess = {};
  bool classifies = true;

  std::unique_ptr<Supervised> fitted(int threads, const RunControl& control = {}) const {
    MLPOptions options = net;
    options.threads = threads;
    std::unique_ptr<Supervised> estimator;
    if (classifies)
      estimator = std::make_unique<MLPClassifier>(options, preprocess);
    else
      estimator = std::make_unique<MLPRegressor>(options, preprocess);
    estimator->fit(data, control);
    return estimator;
  }
};

// What an estimator gives for `data`, to the last bit.
std::vector<double> outputs(const Supervised& estimator, const Dataset& data) {
  if (const auto* regressor = dynamic_cast<const Regressor*>(&estimator))
    return regressor->predict(data);
  const Tensor p = dynamic_cast<const Classifier&>(estimator).predict_proba(data);
  return {p.span().begin(), p.span().end()};
}

std::vector<float> parameters(const Supervised& estimator) {
  const auto all = estimator.model().network()->parameters();
  return {all.begin(), all.end()};
}

// A table with categories and gaps, images, and numbers; every way to train.
std::vector<Case> cases() {
  std::vector<Case> all;
  all.push_back({.name = "table",
                 .data = parse_csv(tea_csv(), "tea"),
                 .net = {.hidden_layer_sizes = {16}, .max_iter = 6, .dropout = 0.1},
                 .preprocess = {.impute = "mean"}});
  all.push_back({.name = "images",
                 .data = load_dataset("mnist10k").slice(0, 2000),
                 .net = {.hidden_layer_sizes = {32},
                         .solver = "sgd",
                         .batch_size = 500,
                         .max_iter = 3,
                         .early_stopping = true},
                 .preprocess = {.scale = "minmax"}});
  all.push_back({.name = "numbers",
                 .data = load_dataset("diabetes"),
                 .net = {.hidden_layer_sizes = {64}, .solver = "lbfgs", .max_iter = 5},
                 .preprocess = {.scale = "standard", .scale_target = "standard"},
                 .classifies = false});
  all.push_back({.name = "wide",
                 .data = load_dataset("breast_cancer"),
                 .net = {.hidden_layer_sizes = {200, 100},
                         .solver = "adamw",
                         .batch_size = 256,
                         .max_iter = 3,
                         .dropout = 0.2},
                 .preprocess = {.scale = "standard"}});
  return all;
}

TEST(UserThreads, EachTrainsItsOwnAsIfAlone) {
  const auto all = cases();
  std::vector<std::vector<float>> alone;
  for (const Case& one : all) alone.push_back(parameters(*one.fitted(1)));
  const test::Scratch scratch;
  std::vector<std::vector<float>> together(kThreads);
  std::vector<std::size_t> epochs(kThreads, 0);
  at_once(kThreads, [&](std::size_t t) {
    RunControl control;
    control.checkpoint_dir = scratch / std::to_string(t);
    control.checkpoint_seconds = 0;
    control.on_event = [&](const Event& event) {
      epochs[t] += std::holds_alternative<EpochEnded>(event) ? 1 : 0;
    };
    together[t] = parameters(*all[t % all.size()].fitted(t < 4 ? 2 : 3, control));
  });
  for (std::size_t t = 0; t < kThreads; ++t) {
    EXPECT_EQ(together[t], alone[t % all.size()]) << all[t % all.size()].name;
    EXPECT_GT(epochs[t], 0U);
  }
}

TEST(UserThreads, PredictOnASharedConstModelWithTheBitsOfOne) {
  for (const Case& one : cases()) {
    const std::unique_ptr<const Supervised> shared = one.fitted(2);
    // Whole, a part and one row; on images and wide networks the whole is worth several threads.
    const std::vector<Dataset> parts = {one.data, one.data.slice(3, 60), one.data.slice(5, 6)};
    std::vector<std::vector<double>> expected;
    for (const Dataset& part : parts) expected.push_back(outputs(*shared, part));
    const double score = shared->score(one.data);
    const auto wrong = Dataset::from_values(std::vector<double>{1, 2}, {2, 1});

    const test::Scratch scratch;
    shared->save(scratch / "m.hebb");
    const std::string file = test::read_text(scratch / "m.hebb");
    at_once(kThreads, [&](std::size_t t) {
      for (std::size_t p = 0; p < parts.size(); ++p) {
        const std::size_t mine = (p + t) % parts.size();
        EXPECT_EQ(outputs(*shared, parts[mine]), expected[mine]) << one.name;
      }
      EXPECT_EQ(shared->score(one.data), score) << one.name;
      // What one thread gets wrong is its own.
      expect_error<std::invalid_argument>([&] { outputs(*shared, wrong); }, {"1 feature"});
      const std::string path = scratch / std::to_string(t);
      shared->save(path);
      EXPECT_EQ(test::read_text(path), file) << one.name;
    });
  }
}

TEST(UserThreads, PredictionHasTheSameBitsForAnyNumberOfThreads) {
  const Case images = cases()[1];
  const auto fitted = images.fitted(1);
  const Model& model = fitted->model();
  const Inputs inputs = model.preprocessor.transform(images.data);
  std::vector<std::uint32_t> rows(inputs.samples());
  std::iota(rows.begin(), rows.end(), 0U);
  const Tensor one = predict(*model.network(), model.output_activation(), inputs, rows, 1);
  for (const int threads : {2, 3, 4, 8}) {
    const Tensor many = predict(*model.network(), model.output_activation(), inputs, rows, threads);
    EXPECT_TRUE(std::ranges::equal(many.span(), one.span())) << threads;
  }
}

// In one folder, where each clears up what killed writers have left, and over one file.
TEST(UserThreads, SaveAndLoadFilesWhileOthersDo) {
  const auto all = cases();
  const auto first = all[0].fitted(1), second = all[3].fitted(1);
  const auto expected = parameters(*first), other = parameters(*second);
  const test::Scratch scratch;
  first->save(scratch / "shared");
  at_once(kThreads, [&](std::size_t t) {
    const std::string own = scratch / std::to_string(t);
    for (int round = 0; round < 10; ++round) {
      first->save(own);
      EXPECT_EQ(parameters(*load_model(own)), expected);
      (t % 2 ? first : second)->save(scratch / "shared");
      const auto met = parameters(*load_model(scratch / "shared"));
      EXPECT_TRUE(met == expected || met == other) << "one of the two, whole";
    }
  });
  EXPECT_EQ(scratch.entries(), kThreads + 1);
}

TEST(UserThreads, LoadDataSetsAtTheSameTime) {
  const test::Scratch scratch;
  test::write_text(scratch / "tea.csv", tea_csv());
  const std::vector<std::string> names = {"mnist10k", "iris", scratch / "tea.csv", "digits"};
  std::vector<std::string> hashes;
  for (const auto& name : names) hashes.push_back(load_dataset(name).hash());
  at_once(kThreads, [&](std::size_t t) {
    const std::size_t mine = t % names.size();
    EXPECT_EQ(load_dataset(names[mine]).hash(), hashes[mine]) << names[mine];
  });
}

TEST(UserThreads, LogWhileTheSinkIsReplaced) {
  std::size_t heard = 0;  // calls are serialised: no lock is needed here
  const LogSink count = [&heard](LogLevel, std::string_view) { ++heard; };
  const LogSink before = set_log_sink(count);
  constexpr std::size_t kMessages = 200;
  at_once(kThreads, [&](std::size_t) {
    for (std::size_t i = 0; i < kMessages; ++i) {
      warn("look here");
      set_log_sink(count);
    }
  });
  set_log_sink(before);
  EXPECT_EQ(heard, kThreads * kMessages);
}

}  // namespace
}  // namespace hebb
