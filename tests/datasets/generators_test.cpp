#include "hebb/datasets/generators.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <set>
#include <stdexcept>

#include "datasets/portable_math.h"
#include "expect_error.h"
#include "hebb/datasets/catalogue.h"

namespace hebb {
namespace {

constexpr double kLastBits = 4e-16;  // the series' rounding: a few units in the last place

TEST(PortableMath, AgreesWithTheLibrary) {
  const Random random(3, Purpose::data);
  for (std::uint32_t i = 0; i < 10000; ++i) {
    const double t = 4 * random.uniform(i, 0) - 2;
    const auto [sin, cos] = portable::sincos(t);
    EXPECT_NEAR(sin, std::sin(2 * std::numbers::pi * t), 5 * kLastBits) << t;
    EXPECT_NEAR(cos, std::cos(2 * std::numbers::pi * t), 5 * kLastBits) << t;
    const double x = std::ldexp(1 - random.uniform(i, 1), static_cast<int>(i % 60) - 50);
    EXPECT_NEAR(portable::log(x), std::log(x), kLastBits * std::max(1.0, std::abs(std::log(x))))
        << x;
  }
  EXPECT_EQ(portable::log(1), 0);
  EXPECT_EQ(portable::sincos(0.25).sin, 1);
  EXPECT_EQ(portable::sincos(0.5).cos, -1);
}

// Of every generator of the catalogue.
class Generator : public testing::TestWithParam<DatasetRow> {};

TEST_P(Generator, MakesWhatItsNameSays) {
  const auto data = GetParam().load("");
  EXPECT_EQ(data.name(), GetParam().name);
  EXPECT_GE(data.samples(), 100U);
  ASSERT_TRUE(data.has_target());
  for (const double value : data.table().values()) EXPECT_TRUE(std::isfinite(value));
  EXPECT_EQ(data.table().columns[0].name, "x1");
  std::map<double, std::size_t> counts;
  if (data.target().is_classes()) {
    for (const double value : data.target().values) ++counts[value];
    EXPECT_EQ(counts.size(), data.target().classes.size());
  }
}

TEST_P(Generator, GivesTheSameBitsForTheSameSeed) {
  const auto& row = GetParam();
  EXPECT_EQ(row.load("n=9001,seed=5").hash(), row.load("n=9001,seed=5").hash());
  EXPECT_NE(row.load("n=9001,seed=5").hash(), row.load("n=9001,seed=6").hash());
}

TEST_P(Generator, MakesOneRowAndRefusesNone) {
  EXPECT_EQ(GetParam().load("n=1").samples(), 1U);
  expect_contains(message_of<std::invalid_argument>([] { (void)GetParam().load("n=0"); }),
                  GetParam().name + ": n must be");
}

std::vector<DatasetRow> generators() {
  std::vector<DatasetRow> rows;
  for (const auto& row : dataset_catalogue())
    if (row.parameters != nullptr) rows.push_back(row);
  return rows;
}

INSTANTIATE_TEST_SUITE_P(All, Generator, testing::ValuesIn(generators()),
                         [](const auto& tested) { return tested.param.name; });

// These bits are the promise: they hold on every machine. A change of any is a change of data that
// people refer to by name.
TEST(Generators, KeepTheirBits) {
  // blobs, classification and regression had one seed for the problem and its samples.
  const std::map<std::string, std::string> known = {
      {"blobs", "7615d35664ac4da4c446e778a97fc9dd8b04f5194cecf3192c7348ea81f5df3c"},
      {"moons", "8ab4c26d6ef712af16ab1b7fb62de63eaa25938743d04a30979377e4e72baa6e"},
      {"circles", "463aef9fdd635a7479db88d2f279d8b89a680613bba8a8727f834dda8de05ec3"},
      {"xor", "2d027ad4c19a82b6f5d4b8c7baaa37b1c6c3e4c12fde4c1bae86417f3cef51f8"},
      {"spirals", "c0f7053d9b89bead4b2f0f7348b1e2592e3f8eaccecca1c1fcaff97aa3db06ef"},
      {"checkerboard", "cdcce0d3b4542caeed54d2095ae3c331dd16aa2f3ff5d59f70edbfa80bb76993"},
      {"classification", "c8e08f790b52ec5c7c1030f8e2a9b8a648bdd5a651bea1621042d9895dea9aa2"},
      {"regression", "10c04217abdb0ca02a4de5430dcd519f1ca102b4cbf2fd0c137aabcfd1ed6d12"},
      {"friedman1", "fe8b3f40769875c50adbd69f1a3f671b4610a294c4933778648a096ec3e92604"},
      {"sine", "037ed5978fbf6eb19846db014f771585449ab35e3b0dfb11067ec3c79529541a"},
  };
  const std::set<std::string> one_problem = {"moons",        "circles",   "xor", "spirals",
                                             "checkerboard", "friedman1", "sine"};
  ASSERT_EQ(known.size(), generators().size());
  for (const auto& [name, hash] : known)
    EXPECT_EQ(
        load_dataset(name + (one_problem.contains(name) ? ":seed=1" : ":seed=1,problem_seed=1"))
            .hash(),
        hash)
        << name;
}

// The distance of a point to the nearest of another class.
double smallest_gap(const Dataset& data) {
  double gap = INFINITY;
  const auto values = data.table().values();
  const std::size_t d = data.features();
  for (std::size_t a = 0; a < data.samples(); ++a)
    for (std::size_t b = 0; b < a; ++b) {
      if (data.target().values[a] == data.target().values[b]) continue;
      double sum = 0;
      for (std::size_t i = 0; i < d; ++i)
        sum += (values[a * d + i] - values[b * d + i]) * (values[a * d + i] - values[b * d + i]);
      gap = std::min(gap, std::sqrt(sum));
    }
  return gap;
}

// How far a plane across the direction of its mean keeps class `c` from all others.
double gap_of_plane(const Dataset& data, double c) {
  const std::size_t d = data.features();
  std::vector<double> mean(d), all(d);
  double count = 0;
  for (std::size_t r = 0; r < data.samples(); ++r) {
    const bool own = data.target().values[r] == c;
    count += own ? 1 : 0;
    for (std::size_t i = 0; i < d; ++i) {
      if (own) mean[i] += data.table().at(r, i);
      all[i] += data.table().at(r, i);
    }
  }
  double norm = 0;
  for (std::size_t i = 0; i < d; ++i) {
    mean[i] = mean[i] / count - all[i] / static_cast<double>(data.samples());
    norm += mean[i] * mean[i];
  }
  double inside = INFINITY, outside = -INFINITY;
  for (std::size_t r = 0; r < data.samples(); ++r) {
    double along = 0;
    for (std::size_t i = 0; i < d; ++i) along += mean[i] * data.table().at(r, i) / std::sqrt(norm);
    if (data.target().values[r] == c)
      inside = std::min(inside, along);
    else
      outside = std::max(outside, along);
  }
  return inside - outside;
}

// The mean of each column, by class, or the mean of x * y for numbers: what defines the problem.
std::vector<double> signature(const Dataset& data) {
  const std::size_t d = data.features(),
                    classes = std::max<std::size_t>(1, data.target().classes.size());
  std::vector<double> sums(classes * d), counts(classes);
  for (std::size_t r = 0; r < data.samples(); ++r) {
    const double y = data.target().values[r];
    const bool labels = data.target().is_classes();
    const auto c = labels ? static_cast<std::size_t>(y) : 0;
    ++counts[c];
    for (std::size_t i = 0; i < d; ++i) sums[c * d + i] += (labels ? 1 : y) * data.table().at(r, i);
  }
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] /= counts[i / d];
  return sums;
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

TEST(Generators, DrawNewSamplesOfTheSameProblem) {
  // The bounds are four standard errors of these means and more.
  const std::map<std::string, double> generators = {{"blobs:n=10000", 0.15},
                                                    {"blobs:n=10000,separable=true", 0.15},
                                                    {"classification:n=10000,clusters=1", 0.15},
                                                    {"regression:n=10000", 8}};
  for (const auto& [name, bound] : generators) {
    const auto first = signature(load_dataset(name));
    const Dataset again = load_dataset(name + ",seed=2");
    EXPECT_NE(again.hash(), load_dataset(name).hash());
    EXPECT_LT(largest_difference(first, signature(again)), bound) << name;
    EXPECT_GT(largest_difference(first, signature(load_dataset(name + ",problem_seed=2"))),
              3 * bound)
        << name;
  }
}

TEST(Blobs, SeparableOnesKeepAGapOfOneDeviation) {
  for (const std::size_t features : {2U, 3U, 10U})
    for (const std::size_t centers : {2U, 3U, 7U})
      for (const double std : {0.1, 1.0, 30.0})
        for (const std::uint64_t seed : {0U, 1U, 2U}) {
          const auto data = make_blobs({.n = 2000,
                                        .centers = centers,
                                        .features = features,
                                        .std = std,
                                        .separable = true,
                                        .seed = seed,
                                        .problem_seed = seed});
          expect_contains(data.remark(), "gap of at least one standard deviation");
          for (std::size_t c = 0; c < centers; ++c)
            // The plane goes by the mean of the points, not by the centre: hence the slack.
            EXPECT_GE(gap_of_plane(data, static_cast<double>(c)), 0.8 * std)
                << features << " features, " << centers << " centres, seed " << seed;
        }
  EXPECT_GE(smallest_gap(make_blobs({.n = 3000, .features = 1, .separable = true})), 1.0);
  EXPECT_THROW((void)make_blobs({.centers = 3, .features = 1, .separable = true}),
               std::invalid_argument);
}

TEST(Blobs, HaveTheDeviationAndTheSizesAskedFor) {
  const auto data = make_blobs({.n = 30000, .centers = 3, .features = 4, .std = 2.5, .seed = 4});
  std::vector<double> count(3), mean(12), square(12);
  for (std::size_t r = 0; r < data.samples(); ++r) {
    const auto c = static_cast<std::size_t>(data.target().values[r]);
    ++count[c];
    for (std::size_t i = 0; i < 4; ++i) mean[c * 4 + i] += data.table().at(r, i) / 10000;
  }
  for (std::size_t r = 0; r < data.samples(); ++r) {
    const auto c = static_cast<std::size_t>(data.target().values[r]);
    for (std::size_t i = 0; i < 4; ++i)
      square[c * 4 + i] += std::pow(data.table().at(r, i) - mean[c * 4 + i], 2) / 10000;
  }
  EXPECT_EQ(count, std::vector<double>(3, 10000.0));
  constexpr double kFourErrors = 4 * 2.5 / 141.4;  // of a deviation estimated from 10,000 numbers
  for (std::size_t i = 0; i < 12; ++i) {
    EXPECT_NEAR(std::sqrt(square[i]), 2.5, kFourErrors);
    EXPECT_LE(std::abs(mean[i]), 10 + kFourErrors);
  }
}

TEST(Blobs, WithoutDeviationAreTheirCentres) {
  const auto data = make_blobs({.n = 50, .std = 0, .separable = true});
  const auto values = data.table().values();
  std::set<double> places(values.begin(), values.end());
  EXPECT_LE(places.size(), 2U);  // both centres are at the origin then
  EXPECT_EQ(make_blobs({.n = 1, .std = 0}).samples(), 1U);
}

TEST(Moons, LieOnTheirHalfCirclesWithoutNoise) {
  const auto data = make_moons({.n = 501, .noise = 0});
  for (std::size_t r = 0; r < data.samples(); ++r) {
    const bool upper = data.target().values[r] == 0;
    const double x = data.table().at(r, 0) - (upper ? 0 : 1);
    const double y = data.table().at(r, 1) - (upper ? 0 : 0.5);
    EXPECT_NEAR(std::hypot(x, y), 1, kLastBits);
    EXPECT_GE(upper ? y : -y, -kLastBits);
  }
}

TEST(Circles, HaveTheirRadiiWithoutNoise) {
  const auto data = make_circles({.n = 300, .noise = 0, .factor = 0.3});
  for (std::size_t r = 0; r < data.samples(); ++r)
    EXPECT_NEAR(std::hypot(data.table().at(r, 0), data.table().at(r, 1)),
                data.target().values[r] == 0 ? 1 : 0.3, kLastBits);
}

TEST(Xor, IsOneWhereExactlyOneCoordinateIsPositive) {
  const auto data = make_xor({.n = 400});
  for (std::size_t r = 0; r < data.samples(); ++r)
    EXPECT_EQ(data.target().values[r],
              (data.table().at(r, 0) > 0) != (data.table().at(r, 1) > 0) ? 1 : 0);
}

TEST(Checkerboard, ChangesClassFromFieldToField) {
  const auto data = make_checkerboard({.n = 1000, .cells = 6});
  for (std::size_t r = 0; r < data.samples(); ++r) {
    const auto field = static_cast<int>(std::floor(data.table().at(r, 0))) +
                       static_cast<int>(std::floor(data.table().at(r, 1)));
    EXPECT_EQ(data.target().values[r], field % 2);
    EXPECT_LT(data.table().at(r, 0), 6);
  }
}

TEST(Spirals, WindOutToRadiusOne) {
  const auto data = make_spirals({.n = 900, .classes = 3, .turns = 2, .noise = 0});
  for (std::size_t r = 0; r < data.samples(); ++r) {
    const double x = data.table().at(r, 0), y = data.table().at(r, 1), radius = std::hypot(x, y);
    EXPECT_LE(radius, 1.0);
    const double turns =
        std::atan2(y, x) / (2 * std::numbers::pi) - 2 * radius - data.target().values[r] / 3;
    EXPECT_NEAR(turns - std::round(turns), 0, 1e-12) << r;
  }
}

TEST(Classification, RedundantColumnsAreMixturesOfTheInformativeOnes) {
  const auto data =
      make_classification({.n = 50, .features = 6, .informative = 2, .redundant = 2, .seed = 3});
  // The mixture by the first two rows must hold for all others.
  const auto x = [&](std::size_t r, std::size_t c) { return data.table().at(r, c); };
  const double det = x(0, 0) * x(1, 1) - x(0, 1) * x(1, 0);
  for (const std::size_t c : {2U, 3U}) {
    const double a = (x(0, c) * x(1, 1) - x(1, c) * x(0, 1)) / det;
    const double b = (x(0, 0) * x(1, c) - x(1, 0) * x(0, c)) / det;
    for (std::size_t r = 2; r < 50; ++r) EXPECT_NEAR(a * x(r, 0) + b * x(r, 1), x(r, c), 1e-10);
  }
  expect_contains(message_of<std::invalid_argument>(
                      [] { (void)make_classification({.classes = 4, .clusters = 2}); }),
                  "4 corners, too few for 8 clouds");
  EXPECT_THROW((void)make_classification({.features = 9000, .informative = 8000, .classes = 50}),
               std::invalid_argument);
  EXPECT_THROW((void)make_classification({.features = 3, .informative = 2, .redundant = 2}),
               std::invalid_argument);
}

TEST(Regression, IsLinearWithoutNoiseAndCentredOnItsBias) {
  const auto data =
      make_regression({.n = 40, .features = 3, .informative = 1, .bias = 7, .noise = 0});
  const double weight = (data.target().values[0] - 7) / data.table().at(0, 0);
  EXPECT_GE(weight, 0);
  EXPECT_LT(weight, 100);
  for (std::size_t r = 0; r < 40; ++r)
    EXPECT_NEAR(data.target().values[r], 7 + weight * data.table().at(r, 0), 1e-12);
}

TEST(Friedman1, IsHisFormula) {
  const auto data = make_friedman1({.n = 40, .features = 7, .noise = 0});
  for (std::size_t r = 0; r < 40; ++r) {
    const auto x = [&](std::size_t c) { return data.table().at(r, c); };
    EXPECT_NEAR(data.target().values[r],
                10 * std::sin(std::numbers::pi * x(0) * x(1)) + 20 * std::pow(x(2) - 0.5, 2) +
                    10 * x(3) + 5 * x(4),
                1e-13);
  }
}

TEST(Sine, IsASine) {
  const auto data = make_sine({.n = 40, .periods = 3, .noise = 0});
  for (std::size_t r = 0; r < 40; ++r)
    EXPECT_NEAR(data.target().values[r], std::sin(6 * std::numbers::pi * data.table().at(r, 0)),
                1e-14);
}

TEST(Generators, SayWhatIsWrongWithTheirParameters) {
  const std::map<std::string, std::string> bad = {
      {"blobs:centre=3",
       "blobs: there is no parameter 'centre'; did you mean centers? The parameters of blobs are: "
       "n, centers, features, std, separable, seed, problem_seed"},
      {"moons:zzz=3", "there is no parameter 'zzz'. The parameters of moons are: n, noise, seed"},
      {"blobs:n=many", "blobs: n must be"},
      {"blobs:n", "blobs: n must be"},
      {"blobs:n=5,n=6", "blobs: n is given twice"},
      {"moons:noise=-1", "moons: noise must be a number >= 0, got -1"},
      {"blobs:n=4000000000,features=4", "blobs: n 4000000000 rows of 4 features are more than"},
      {"iris:n=3", "the set iris takes no parameters, got 'n=3'"}};
  for (const auto& [data, message] : bad)
    expect_contains(message_of<std::invalid_argument>([&name = data] { (void)load_dataset(name); }),
                    message);
  for (const DataOptions& options :
       {DataOptions{.ignore = {"x1"}}, DataOptions{.features = {"x1"}},
        DataOptions{.target = {"x1"}}, DataOptions{.categorical = {"x1"}},
        DataOptions{.weight = "x1"}})
    EXPECT_THROW((void)load_dataset("moons", options), std::invalid_argument);
  EXPECT_EQ(load_dataset("moons:n=7", {.target = {"class"}}).name(), "moons:n=7");
  EXPECT_EQ(load_dataset("blobs:separable").hash(), make_blobs({.separable = true}).hash());
}

}  // namespace
}  // namespace hebb
