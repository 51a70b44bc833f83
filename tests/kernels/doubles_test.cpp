#include "kernels/doubles.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "hebb/core/random.h"
#include "kernels/loop_tables.h"

namespace hebb::kernels {
namespace {

// Sums of at most 800 products of numbers of size 1, in another order.
constexpr double kTolerance = 1e-12;

std::vector<double> numbers(std::uint32_t seed, std::size_t count) {
  std::vector<double> x(count);
  const Random random(seed, Purpose::data);
  for (std::uint32_t i = 0; i < count; ++i) x[i] = random.normal(0, i);
  return x;
}

TEST(Dots, AreTheSumsOfProductsAndTheBitsOfEachAlone) {
  for (const std::size_t n : {1U, 3U, 8U, 15U, 16U, 17U, 100U, 784U})
    for (const std::size_t units : {1U, 2U, 5U, 7U, 11U}) {
      const auto x = numbers(1, n), w = numbers(2, units * n);
      std::vector<double> y(units);
      dots(x.data(), w.data(), units, n, y.data());
      for (std::size_t u = 0; u < units; ++u) {
        double sum = 0, alone = 0;
        for (std::size_t i = 0; i < n; ++i) sum += x[i] * w[u * n + i];
        EXPECT_NEAR(y[u], sum, kTolerance);
        dots(x.data(), w.data() + u * n, 1, n, &alone);
        EXPECT_EQ(y[u], alone);
      }
    }
}

TEST(Dots, OfEveryInstructionSetAgree) {
  constexpr std::size_t kUnits = 7, kLength = 101;
  const auto x = numbers(5, kLength), w = numbers(6, kUnits * kLength);
  std::vector<double> first(kUnits), y(kUnits);
  test::loop_tables().front()->dots(x.data(), w.data(), kUnits, kLength, first.data());
  for (const Loops* loops : test::loop_tables()) {
    loops->dots(x.data(), w.data(), kUnits, kLength, y.data());
    for (std::size_t u = 0; u < kUnits; ++u) EXPECT_NEAR(y[u], first[u], kTolerance);
    std::vector<double> sum = x;
    loops->axpy(2, x.data(), kLength, sum.data());
    for (std::size_t i = 0; i < kLength; ++i) EXPECT_NEAR(sum[i], 3 * x[i], kTolerance);
  }
}

TEST(Axpy, AddsAMultiple) {
  const auto x = numbers(3, 37);
  auto y = numbers(4, 37);
  const auto before = y;
  axpy(-1.5, x.data(), x.size(), y.data());
  for (std::size_t i = 0; i < y.size(); ++i) EXPECT_NEAR(y[i], before[i] - 1.5 * x[i], kTolerance);
}

TEST(BytesToDoubles, ScaleAndShift) {
  const std::vector<std::uint8_t> bytes = {0, 1, 128, 255};
  std::vector<double> y(4);
  bytes_to_doubles(bytes.data(), 4, 1.0 / 255, -0.5, y.data());
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(y[i], bytes[i] / 255.0 - 0.5, kTolerance);
}

}  // namespace
}  // namespace hebb::kernels
