#include "classical/neighbours.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "expect_error.h"
#include "hebb/classical/knn.h"
#include "hebb/core/random.h"
#include "kernels/denormals.h"

namespace hebb::test {
namespace {

using classical::Neighbour;

// Every distance, as it is defined.
std::vector<Neighbour> plain(const std::vector<float>& rows, std::size_t features,
                             const float* query, std::size_t k) {
  std::vector<Neighbour> all;
  for (std::size_t r = 0; r < rows.size() / features; ++r) {
    double sum = 0;
    for (std::size_t j = 0; j < features; ++j) {
      const double d = double{query[j]} - double{rows[r * features + j]};
      sum += d * d;
    }
    all.push_back({sum, static_cast<std::uint32_t>(r)});
  }
  std::ranges::sort(all, std::less{});
  all.resize(k);
  return all;
}

std::vector<float> cloud(std::size_t rows, std::size_t features, double centre, double spread,
                         std::uint64_t seed) {
  std::vector<float> values;
  const Random random(seed, Purpose::data);
  for (std::uint32_t r = 0; r < rows; ++r)
    for (std::uint32_t c = 0; c < features; ++c)
      values.push_back(static_cast<float>(centre + spread * random.normal(r, c)));
  return values;
}

void expect_plain(const std::vector<float>& rows, std::size_t features,
                  const std::vector<float>& queries, std::size_t k) {
  const kernels::DenormalsFlushed flushed;  // as in prediction
  std::vector<double> norms;
  for (std::size_t r = 0; r < rows.size(); r += features) {
    double sum = 0;
    for (std::size_t j = 0; j < features; ++j) sum += double{rows[r + j]} * double{rows[r + j]};
    norms.push_back(sum);
  }
  const auto found = classical::nearest(rows, norms, features, queries, k);
  ASSERT_EQ(found.size(), queries.size() / features * k);
  for (std::size_t q = 0; q < queries.size() / features; ++q) {
    const auto expected = plain(rows, features, queries.data() + q * features, k);
    for (std::size_t i = 0; i < k; ++i) EXPECT_EQ(found[q * k + i].row, expected[i].row) << q;
  }
}

TEST(Neighbours, AreTheNearestByTheDistancesThemselves) {
  for (const std::size_t features : {1U, 3U, 64U, 200U})
    expect_plain(cloud(1500, features, 0, 1, 1), features, cloud(20, features, 0, 1, 2), 7);
}

// Products of float32 tell nothing of distances that are a millionth of the norms.
TEST(Neighbours, FarFromTheOriginAreFoundAllTheSame) {
  expect_plain(cloud(700, 5, 1e5, 1, 3), 5, cloud(10, 5, 1e5, 1, 4), 5);
  expect_plain(cloud(700, 5, 3e9, 1e4, 3), 5, cloud(10, 5, 3e9, 1e4, 4), 5);
}

TEST(Neighbours, OfNumbersAtTheEndsOfFloat32AreFound) {
  expect_plain(cloud(600, 4, 0, 1e30, 5), 4, cloud(5, 4, 0, 1e30, 6), 3);
  expect_plain(cloud(600, 4, 0, 1e-25, 5), 4, cloud(5, 4, 0, 1e-25, 6), 3);
}

TEST(Neighbours, EquallyDistantOnesAreTakenInTheirOrder) {
  std::vector<float> rows;
  for (int r = 0; r < 1200; ++r) rows.push_back(static_cast<float>(r % 3));
  expect_plain(rows, 1, {0, 1, 0.5F, 2}, 9);
}

TEST(Knn, NeedsAsManySamplesAsNeighbours) {
  Target target{.names = {"y"}, .values = {1, 2, 3}};
  const Dataset three = Dataset::from_values(std::vector<double>{1, 2, 3}, {3, 1}, target);
  KnnRegressor knn({.n_neighbors = 4});
  expect_error<std::invalid_argument>([&] { knn.fit(three); },
                                      {"n_neighbors", "at most", "3", "4"});
  knn.set_option("n_neighbors", std::int64_t{3});
  knn.fit(three);
  EXPECT_EQ(knn.predict(three), (std::vector<double>{2, 2, 2}));
  expect_error<std::invalid_argument>([&] { knn.set_option("n_neighbors", std::int64_t{5}); },
                                      {"n_neighbors", "5"});
  knn.set_option("n_neighbors", std::int64_t{1});  // of a fitted one too
  EXPECT_EQ(knn.predict(three), (std::vector<double>{1, 2, 3}));
}

TEST(Knn, OnlySamplesAtDistanceZeroCountWhereThereAreSome) {
  Target target{.names = {"y"}, .values = {1, 3, 100}};
  const Dataset rows = Dataset::from_values(std::vector<double>{0, 0, 1}, {3, 1}, target);
  KnnRegressor knn({.n_neighbors = 3, .weights = "distance"});
  knn.fit(rows);
  EXPECT_EQ(knn.predict_one(std::vector<double>{0}), (std::vector<double>{2}));
}

}  // namespace
}  // namespace hebb::test
