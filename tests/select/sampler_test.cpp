#include "hebb/select/sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>

#include "expect_error.h"
#include "hebb/core/random.h"

namespace hebb {
namespace {

Dimension numbers(std::string option, int count) {
  Dimension made{.option = std::move(option)};
  for (int i = 0; i < count; ++i) made.choices.emplace_back(std::int64_t{i});
  return made;
}

Dimension names(std::string option, int count) {
  Dimension made{.option = std::move(option)};
  for (int i = 0; i < count; ++i)
    made.choices.emplace_back(std::string(1, static_cast<char>('a' + i)));
  return made;
}

Space mixed() {
  return Space({{.option = "rate", .low = 1e-4, .high = 1, .log = true},
                {.option = "units", .low = 1, .high = 64, .integer = true, .log = true},
                {.option = "drop", .low = 0, .high = 0.5},
                names("kind", 3)});
}

// Trials of a sampler on a function, each proposed from those that ended `lag` before it.
std::vector<SampledTrial> search(const Sampler& sampler, std::size_t trials, const auto& score,
                                 std::size_t lag = 8) {
  std::vector<SampledTrial> done, seen;
  while (done.size() < trials) {
    seen = done;
    for (std::size_t i = done.size() + 1 - std::min(lag, done.size() + 1); i < seen.size(); ++i)
      seen[i].score.reset();
    const auto point = sampler.propose(done.size(), seen);
    if (!point) break;
    done.push_back({*point, score(*point)});
  }
  return done;
}

TEST(Sampler, ProposesPointsOfTheSpaceAndTheSameEachTime) {
  for (const std::string name : {"random", "tpe"}) {
    const auto score = [](const Point& p) { return -std::abs(std::log(p[0]) + 3) + p[3]; };
    const auto first = search(*make_sampler(name, mixed(), 5), 40, score);
    const auto again = search(*make_sampler(name, mixed(), 5), 40, score);
    const auto other = search(*make_sampler(name, mixed(), 6), 40, score);
    ASSERT_EQ(first.size(), 40U);
    std::size_t equal = 0;
    for (std::size_t i = 0; i < 40; ++i) {
      const Point& p = first[i].point;
      EXPECT_EQ(p, again[i].point);
      equal += p == other[i].point ? 1 : 0;
      EXPECT_TRUE(p[0] >= 1e-4 && p[0] <= 1) << p[0];
      EXPECT_TRUE(p[1] >= 1 && p[1] <= 64 && p[1] == std::floor(p[1])) << p[1];
      EXPECT_TRUE(p[2] >= 0 && p[2] <= 0.5) << p[2];
      EXPECT_TRUE(p[3] == 0 || p[3] == 1 || p[3] == 2) << p[3];
    }
    EXPECT_EQ(equal, 0U);
  }
}

TEST(Sampler, RandomIsUniformOnItsScale) {
  const auto trials =
      search(*make_sampler("random", mixed(), 1), 2000, [](const Point&) { return 0.0; });
  double logs = 0, drops = 0;
  std::vector<int> kinds(3);
  for (const SampledTrial& one : trials) {
    logs += std::log10(one.point[0]) / 2000;
    drops += one.point[2] / 2000;
    ++kinds[static_cast<std::size_t>(one.point[3])];
  }
  EXPECT_NEAR(logs, -2, 0.1);  // the mean of 2000 draws deviates by 0.026
  EXPECT_NEAR(drops, 0.25, 0.015);
  for (const int count : kinds) EXPECT_NEAR(count, 2000 / 3.0, 80);
}

TEST(Sampler, AFiniteSpaceIsTriedWithoutRepeatsToItsEnd) {
  const Space space(
      {numbers("a", 4), names("b", 3), {.option = "c", .low = 1, .high = 2, .integer = true}});
  for (const std::string name : {"grid", "random", "tpe"}) {
    const auto trials = search(*make_sampler(name, space, 2), 100,
                               [](const Point& p) { return p[0] - p[1] * p[2]; });
    std::set<Point> points;
    for (const SampledTrial& one : trials) points.insert(one.point);
    EXPECT_EQ(trials.size(), 24U) << name;
    EXPECT_EQ(points.size(), 24U) << name;
  }
}

// A surface with one hill on a grid of 5 x 5 x 4 x 4 x 3, as of a table of hyperparameters.
double hill(const Point& p, std::uint64_t seed) {
  const Random random(seed, Purpose::data);
  const double ends[] = {4, 4, 3, 3};
  double score = 0;
  for (std::uint32_t i = 0; i < 4; ++i) {
    const double away = (p[i] - ends[i] * random.uniform(i, 0)) / (ends[i] + 1);
    score -= (0.2 + random.uniform(i, 1)) * away * away;
  }
  score -= 0.1 * std::abs(p[4] - std::floor(3 * random.uniform(4, 0)));
  const auto at = static_cast<std::uint32_t>(p[0] + 5 * p[1] + 25 * p[2] + 100 * p[3] + 400 * p[4]);
  return score + 0.005 * random.normal(5, at);
}

TEST(Sampler, TpeFindsHillsSoonerThanRandom) {
  const Space space(
      {numbers("a", 5), numbers("b", 5), numbers("c", 4), numbers("d", 4), names("e", 3)});
  const auto median_regret = [&](const std::string& name) {
    std::vector<double> regrets;
    for (std::uint64_t seed = 0; seed < 31; ++seed) {
      const auto score = [&](const Point& p) { return hill(p, seed); };
      double best = -1e9, found = -1e9;
      for (std::size_t i = 0; i < space.grid_size(); ++i)
        best = std::max(best, score(space.grid_point(i)));
      for (const SampledTrial& one : search(*make_sampler(name, space, seed), 40, score))
        found = std::max(found, *one.score);
      regrets.push_back(best - found);
    }
    std::ranges::nth_element(regrets, regrets.begin() + 15);
    return regrets[15];
  };
  EXPECT_LT(median_regret("tpe"), 0.5 * median_regret("random"));
}

// Forty trials of which the six best are five near 0.2 and one at 0.8; the rest are all over the range.
std::vector<SampledTrial> two_places(double near, double alone, double rest) {
  std::vector<SampledTrial> trials;
  for (int i = 0; i < 34; ++i) trials.push_back({{(i + 0.5) / 34}, rest});
  for (int i = 0; i < 5; ++i) trials.push_back({{0.19 + 0.005 * i}, near});
  trials.push_back({{0.8}, alone});
  return trials;
}

// How many of the proposals of a hundred seeds are near a place.
std::ptrdiff_t proposed_near(double place, const std::vector<SampledTrial>& before) {
  const Space space({{.option = "rate", .low = 0, .high = 1}});
  std::ptrdiff_t near = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed)
    near += std::abs(make_sampler("tpe", space, seed)->propose(40, before)->at(0) - place) < 0.3;
  return near;
}

TEST(Sampler, TheBestCountAsMuchAsTheyAreBetterThanTheRest) {
  EXPECT_GT(proposed_near(0.2, two_places(1, 1, 0)), 65);
  EXPECT_GT(proposed_near(0.8, two_places(0.02, 1, 0)), 65);
  // If the rest have no score, or the best are not better, all of them count the same.
  constexpr double kFailed = -std::numeric_limits<double>::infinity();
  EXPECT_GT(proposed_near(0.2, two_places(0.02, 1, kFailed)), 65);
  EXPECT_GT(proposed_near(0.2, two_places(0, 0, 0)), 0);
}

TEST(Sampler, TheUnitAndTheZeroOfScoresDoNotMatter) {
  const Space space = mixed();
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto sampler = make_sampler("tpe", space, seed);
    auto trials = search(*sampler, 30, [](const Point& p) { return std::round(64 * p[2]) - p[3]; });
    const auto proposed = sampler->propose(30, trials);
    for (SampledTrial& one : trials) *one.score = 1024 + 8 * *one.score;
    EXPECT_EQ(sampler->propose(30, trials), proposed) << seed;
  }
}

TEST(Sampler, AvoidsWhereTrialsFailed) {
  const Space space({{.option = "rate", .low = 0, .high = 1}});
  const auto trials = search(*make_sampler("tpe", space, 3), 60, [](const Point& p) {
    return p[0] > 0.5 ? -std::numeric_limits<double>::infinity() : p[0];
  });
  const auto failed = std::count_if(trials.begin() + 30, trials.end(),
                                    [](const SampledTrial& one) { return one.point[0] > 0.5; });
  EXPECT_LT(failed, 12);
}

TEST(Sampler, IsFoundByName) {
  expect_error<std::invalid_argument>([] { make_sampler("tpee", mixed(), 1); },
                                      {"did you mean tpe"});
  expect_error<std::invalid_argument>([] { make_sampler("grid", mixed(), 1); }, {"rate"});
}

}  // namespace
}  // namespace hebb
