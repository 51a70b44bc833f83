#include "hebb/metrics/ensemble_selection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "expect_error.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

// Sums of doubles in another order.
constexpr double kScoreTolerance = 1e-10;

using Json = nlohmann::json;

// As greedy() of tests/oracles/ensembles.py.
std::vector<Predictions> greedy_candidates(std::uint64_t seed, std::size_t rows,
                                           std::size_t classes, std::size_t candidates) {
  const std::size_t width = std::max<std::size_t>(classes, 1);
  const auto noise = test::uniform(seed, candidates * rows * width);
  const auto numbers = test::uniform(seed + 1, rows);
  std::vector<Predictions> all;
  for (std::size_t c = 0; c < candidates; ++c) {
    Predictions one;
    for (std::size_t r = 0; r < rows; ++r) {
      const float* const own = &noise[(c * rows + r) * width];
      if (classes == 0) {
        one.true_values.push_back(numbers[r]);
        one.predicted_values.push_back(double{numbers[r]} + double{own[0]} *
                                                                static_cast<double>(c + 1) /
                                                                static_cast<double>(candidates));
        continue;
      }
      std::vector<double> p;
      double sum = 0;
      for (std::size_t k = 0; k < classes; ++k)
        sum += p.emplace_back(std::exp(3 * double{own[k]} + (k == r % classes ? 1.5 : 0)));
      for (double& value : p) value /= sum;
      one.truth.push_back(static_cast<std::int32_t>(r % classes));
      one.predicted.push_back(static_cast<std::int32_t>(std::ranges::max_element(p) - p.begin()));
      one.scores.insert(one.scores.end(), p.begin(), p.end());
    }
    for (std::size_t k = 0; k < classes; ++k) one.classes.push_back(std::to_string(k));
    one.probabilities = classes > 0;
    all.push_back(std::move(one));
  }
  return all;
}

Predictions three_rows(std::vector<std::int32_t> predicted) {
  Predictions made{.classes = {"a", "b"}, .truth = {0, 1, 1}, .predicted = std::move(predicted)};
  for (const std::int32_t one : made.predicted) made.scores.push_back(one == 1 ? 0.5 : -0.5);
  return made;
}

TEST(EnsembleSelection, ChoosesWhatAnIndependentSearchChooses) {
  const auto cases = test::oracle("ensembles")["greedy"];
  for (const Json& one : cases) {
    const auto candidates =
        greedy_candidates(one["seed"], one["rows"], one["classes"], one["candidates"]);
    const EnsembleSelection chosen =
        select_ensemble(candidates, find_metric(one["metric"]), one["rounds"]);
    EXPECT_EQ(chosen.counts, one["counts"].get<std::vector<std::size_t>>()) << one;
    EXPECT_NEAR(chosen.score, one["score"].get<double>(), kScoreTolerance);
    EXPECT_EQ(chosen.best, one["best"].get<std::size_t>());
    EXPECT_NEAR(chosen.best_score, one["best_score"].get<double>(), kScoreTolerance);
    double sum = 0;
    for (const double weight : chosen.weights) sum += weight;
    EXPECT_NEAR(sum, 1, kScoreTolerance);
    const Predictions mean = mean_of(candidates, chosen.weights);
    EXPECT_NEAR(*find_metric(one["metric"])(mean, scores_of(mean)), chosen.score, kScoreTolerance);
  }
}

TEST(EnsembleSelection, VotesWhereThereAreNoProbabilities) {
  const std::vector<Predictions> three = {three_rows({0, 0, 1}), three_rows({0, 1, 0}),
                                          three_rows({1, 1, 1})};
  const Predictions all = mean_of(three, std::vector<double>{1, 1, 1});
  EXPECT_EQ(all.predicted, (std::vector<std::int32_t>{0, 1, 1}));
  EXPECT_FALSE(all.probabilities);
  EXPECT_EQ(all.scores.size(), 3U);
  // Of equally many votes the first class.
  EXPECT_EQ(mean_of(std::span(three).first(2), std::vector<double>{1, 1}).predicted,
            (std::vector<std::int32_t>{0, 0, 0}));
  EXPECT_EQ(mean_of(std::span(three).first(2), std::vector<double>{1, 2}).predicted,
            (std::vector<std::int32_t>{0, 1, 0}));
  const EnsembleSelection chosen = select_ensemble(three, find_metric("accuracy"), 4);
  EXPECT_EQ(chosen.score, 1);
  EXPECT_LT(chosen.best_score, 1);
}

TEST(EnsembleSelection, TakesOneAloneIfNoMeanIsBetter) {
  const std::vector<Predictions> two = {three_rows({1, 0, 0}), three_rows({0, 1, 1})};
  const EnsembleSelection chosen = select_ensemble(two, find_metric("accuracy"));
  EXPECT_EQ(chosen.counts, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(chosen.best, 1U);
  EXPECT_EQ(chosen.score, chosen.best_score);
}

TEST(EnsembleSelection, RefusesWhatDoesNotBelongTogether) {
  std::vector<Predictions> two = {three_rows({1, 0, 0}), three_rows({0, 1, 1})};
  const Metric accuracy = find_metric("accuracy");
  expect_error<std::invalid_argument>([&] { select_ensemble({}, accuracy); }, {"no predictions"});
  expect_error<std::invalid_argument>([&] { select_ensemble(two, find_metric("r2")); },
                                      {"[metric] r2 is for"});
  expect_error<std::invalid_argument>([&] { mean_of(two, std::vector<double>{1}); },
                                      {"a weight for each of the 2 members"});
  expect_error<std::invalid_argument>(
      [&] {
        mean_of(two, std::vector<double>{1, -2});
      },
      {"none negative"});
  expect_error<std::invalid_argument>(
      [&] {
        mean_of(two, std::vector<double>{0, 0});
      },
      {"not all 0"});
  two[1].truth = {1, 1, 1};
  expect_error<std::invalid_argument>([&] { select_ensemble(two, accuracy); },
                                      {"not for the same"});
}

}  // namespace
}  // namespace hebb
