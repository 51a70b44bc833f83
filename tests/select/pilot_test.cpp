#include "select/pilot.h"

#include <gtest/gtest.h>

#include <numeric>

#include "expect_error.h"
#include "hebb/io/process.h"
#include "hebb/run/seconds.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

constexpr double kSolved = 1e-7;  // relative: by normal equations here, by QR there

PreparedRun prepared(const std::string& data, const std::string& model, OptionValues options = {}) {
  return prepare_run({.data = data, .model = model, .options = std::move(options)});
}

Fold fold_of(const PreparedRun& run, std::size_t held_out) {
  Fold fold;
  fold.train.resize(run.train.samples() - held_out);
  std::iota(fold.train.begin(), fold.train.end(), 0U);
  fold.test.resize(held_out);
  std::iota(fold.test.begin(), fold.test.end(), static_cast<std::uint32_t>(fold.train.size()));
  return fold;
}

TEST(Pilot, ExtrapolatesAsScipy) {
  for (const auto& one : test::oracle("pilot")) {
    std::vector<Pilot> pilots;
    for (std::size_t i = 0; i < one["rows"].size(); ++i)
      pilots.push_back(
          {.rows = one["rows"][i], .seconds = one["seconds"][i], .epochs = one["epochs"][i]});
    const double seconds = one["seconds_of_whole"], epochs = one["epochs_of_whole"];
    EXPECT_NEAR(extrapolated_seconds(pilots, one["whole"]), seconds, kSolved * seconds) << one;
    EXPECT_NEAR(extrapolated_epochs(pilots, one["whole"]), epochs, kSolved * epochs) << one;
  }
}

TEST(Pilot, OnePilotIsTakenForLinear) {
  EXPECT_DOUBLE_EQ(extrapolated_seconds(std::vector<Pilot>{{.rows = 10, .seconds = 2}}, 70), 14);
}

TEST(Pilot, FindsASquareExactly) {
  const std::vector<Pilot> pilots = {
      {.rows = 100, .seconds = 1}, {.rows = 200, .seconds = 4}, {.rows = 400, .seconds = 16}};
  EXPECT_NEAR(extrapolated_seconds(pilots, 1600), 256, 1e-6);
}

TEST(Pilot, RefusesWhatIsNotAboveZero) {
  for (const std::vector<Pilot>& pilots : {std::vector<Pilot>{},
                                           {{.rows = 0, .seconds = 1}},
                                           {{.rows = 1, .seconds = 0}},
                                           {{.rows = 1, .seconds = 1, .epochs = 0}}}) {
    expect_error<std::invalid_argument>([&] { extrapolated_seconds(pilots, 10); }, {"pilots"});
    expect_error<std::invalid_argument>([&] { extrapolated_epochs(pilots, 10); }, {"pilots"});
  }
}

TEST(Pilot, PredictsEveryKindOnSmallData) {
  for (const char* model :
       {"majority", "knn", "perceptron", "logistic", "adaline", "mlp", "svm", "linear_svm"}) {
    const PreparedRun run = prepared("iris", model);
    const auto seconds = predicted_seconds(run, fold_of(run, 30), {.trainings = 5});
    ASSERT_TRUE(seconds) << model;
    EXPECT_GT(*seconds, 0) << model;
  }
}

// Were it trained to the end, or taken for one that ends as its pilots do, it would be told in seconds.
TEST(Pilot, ALongTrainingIsPredictedFromItsFirstEpochs) {
  const PreparedRun run = prepared(
      "iris", "mlp",
      {{"max_iter", std::int64_t{100'000'000}}, {"n_iter_no_change", std::int64_t{100'000'000}}});
  const auto seconds = predicted_seconds(run, fold_of(run, 30), {});
  ASSERT_TRUE(seconds);
  EXPECT_GT(*seconds, 100);  // 1e8 epochs, each a microsecond at least
  EXPECT_LE(*predicted_seconds(run, fold_of(run, 30), {.max_seconds = 0.5}), 0.5);
}

TEST(Pilot, ATrainingThatFailsIsNotPredicted) {
  const PreparedRun run = prepared("iris", "knn", {{"n_neighbors", std::int64_t{10'000}}});
  EXPECT_FALSE(predicted_seconds(run, fold_of(run, 30), {}));
}

TEST(Pilot, ThrowsWhenItIsStopped) {
  const PreparedRun run = prepared("iris", "mlp");
  expect_error<ProcessError>(
      [&] { predicted_seconds(run, fold_of(run, 30), {.stop_requested = [] { return true; }}); },
      {"stopped"});
}

}  // namespace
}  // namespace hebb
