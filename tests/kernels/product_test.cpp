#include "kernels/product.h"

#include <gtest/gtest.h>
#include <sys/time.h>

#include <algorithm>
#include <bit>
#include <csignal>
#include <cstdint>
#include <tuple>
#include <vector>

#include "kernels/halves.h"
#include "kernels/loop_tables.h"

namespace hebb {
namespace {

using kernels::Halves;
using test::random_floats;
using Floats = std::vector<float>;

Floats transposed(const Floats& a, std::size_t rows, std::size_t columns) {
  Floats out(a.size());
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) out[j * rows + i] = a[i * columns + j];
  return out;
}

// k roundings of partial sums that grow as sqrt(k), added as a random walk: 6e-8 k, and five of it.
double tolerance(std::size_t k) { return 3e-7 * static_cast<double>(k + 10); }

class Products : public testing::TestWithParam<std::tuple<std::size_t, std::size_t, std::size_t>> {
};

TEST_P(Products, AgreeWithDouble) {
  const auto [m, n, k] = GetParam();
  const Floats a = random_floats(m * k, 1), b = random_floats(k * n, 2);
  const Floats bt = transposed(b, k, n), at = transposed(a, m, k);
  Floats c(m * n), c_bt(m * n), c_at(m * n, 1.0F), c_first(m * n, 7.0F);
  kernels::product(m, n, k, a.data(), b.data(), c.data());
  kernels::product_bt(m, n, k, a.data(), bt.data(), c_bt.data());
  kernels::product_at(m, n, k, at.data(), m, b.data(), true, c_at.data());
  kernels::product_at(m, n, k, at.data(), m, b.data(), false, c_first.data());
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      double expected = 0;
      for (std::size_t p = 0; p < k; ++p) expected += double{a[i * k + p]} * double{b[p * n + j]};
      ASSERT_NEAR(c[i * n + j], expected, tolerance(k));
      ASSERT_NEAR(c_bt[i * n + j], expected, tolerance(k));
      ASSERT_NEAR(c_at[i * n + j], expected + 1, tolerance(k));
      ASSERT_NEAR(c_first[i * n + j], expected, tolerance(k));
    }
}

// Columns of wider arrays, of which the others stay as they are: the same bits.
TEST_P(Products, OfSomeColumnsAreThoseOfThemAlone) {
  const auto [m, n, k] = GetParam();
  constexpr std::size_t kBefore = 3, kBehind = 2, kMore = kBefore + kBehind;
  const auto widened = [](const Floats& a, std::size_t rows) {
    const std::size_t width = a.size() / rows;
    Floats out(rows * (width + kMore), 9.0F);
    for (std::size_t r = 0; r < rows; ++r)
      std::copy_n(&a[r * width], width, &out[r * (width + kMore) + kBefore]);
    return out;
  };
  const Floats a = random_floats(m * k, 1), b = random_floats(k * n, 2);
  const Floats bt = transposed(b, k, n), at = transposed(a, m, k);
  const Floats wide_a = widened(a, m), wide_b = widened(b, k), wide_at = widened(at, k);
  Floats c(m * n), part(m * (n + kMore), 9.0F), added(m * n, 1.0F), also(added);
  kernels::product(m, n, k, a.data(), b.data(), c.data());
  kernels::product(m, n, k, &wide_a[kBefore], k + kMore, b.data(), &part[kBefore], n + kMore);
  EXPECT_EQ(part, widened(c, m));
  kernels::product_bt(m, n, k, a.data(), bt.data(), c.data());
  kernels::product_bt(m, n, k, &wide_a[kBefore], k + kMore, bt.data(), &part[kBefore], n + kMore);
  EXPECT_EQ(part, widened(c, m));
  kernels::product_at(m, n, k, at.data(), m, b.data(), true, added.data());
  kernels::product_at(m, n, k, &wide_at[kBefore], m + kMore, &wide_b[kBefore], n + kMore, true,
                      also.data());
  EXPECT_EQ(also, added);
}

double rounded(float x) { return std::bit_cast<float>(std::uint32_t{kernels::to_half(x)} << 16); }

// The factors are rounded to bfloat16, and nothing else is lost. Packed in two parts, as updates of
// pieces do it.
TEST_P(Products, OfHalvesAgreeWithDoubleOfRoundedFactors) {
  const auto [m, n, k] = GetParam();
  const Floats a = random_floats(m * k, 1), b = random_floats(k * n, 2), bias = random_floats(n, 3);
  const Floats bt = transposed(b, k, n), at = transposed(a, m, k);
  for (const Halves how : {Halves::rounded, Halves::paired}) {
    Floats packed(kernels::packed_size(how, k, n), 9.0F), packed_bt(packed);
    const std::size_t middle = k / 4 * 2, column = n / 2;
    kernels::pack(how, k, n, middle, k, &b[middle * n], packed.data());
    kernels::pack(how, k, n, 0, middle, b.data(), packed.data());
    kernels::pack_bt(how, k, n, 0, column, bt.data(), packed_bt.data());
    kernels::pack_bt(how, k, n, column, n, &bt[column * k], packed_bt.data());
    EXPECT_EQ(packed, packed_bt);
    Floats c(m * n), plain(m * n), c_at(m * n, 1.0F), c_first(m * n, 7.0F);
    kernels::product_halves(how, m, n, k, a.data(), packed.data(), bias.data(), c.data());
    kernels::product_halves(how, m, n, k, a.data(), packed_bt.data(), nullptr, plain.data());
    kernels::product_at_halves(how, m, n, k, at.data(), m, b.data(), true, c_at.data());
    kernels::product_at_halves(how, m, n, k, at.data(), m, b.data(), false, c_first.data());
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        double expected = 0;
        for (std::size_t p = 0; p < k; ++p)
          expected += rounded(a[i * k + p]) * rounded(b[p * n + j]);
        ASSERT_NEAR(c[i * n + j], expected + double{bias[j]}, tolerance(k));
        ASSERT_NEAR(plain[i * n + j], expected, tolerance(k));
        ASSERT_NEAR(c_at[i * n + j], expected + 1, tolerance(k));
        ASSERT_NEAR(c_first[i * n + j], expected, tolerance(k));
      }
  }
}

// A gradient is cut into columns of a.
TEST(ProductOfHalves, TakesTheFirstColumnsOfTheLeftFactor) {
  const std::size_t m = 5, lda = 12, n = 40, k = 7;
  const Floats a = random_floats(k * lda, 1), b = random_floats(k * n, 2);
  for (const Halves how : {Halves::rounded, Halves::paired}) {
    Floats c(m * n);
    kernels::product_at_halves(how, m, n, k, a.data(), lda, b.data(), false, c.data());
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        double expected = 0;
        for (std::size_t p = 0; p < k; ++p)
          expected += rounded(a[p * lda + i]) * rounded(b[p * n + j]);
        ASSERT_NEAR(c[i * n + j], expected, tolerance(k)) << i << ' ' << j;
      }
  }
}

INSTANTIATE_TEST_SUITE_P(SmallAndLarge, Products,
                         testing::Values(std::tuple{1, 1, 1}, std::tuple{3, 5, 7},
                                         std::tuple{32, 8, 2}, std::tuple{1, 100, 784},
                                         std::tuple{33, 17, 65}, std::tuple{128, 100, 300},
                                         std::tuple{96, 300, 400}));  // oneDNN

// Our own loops, on every instruction set that this machine has: sizes around those of a tile, with
// k beyond one stretch, b copied to a panel and not.
TEST(Gemm, AgreesWithDoubleOnEveryInstructionSet) {
  for (const kernels::Loops* loops : test::loop_tables())
    for (const std::size_t m : {1U, 2U, 3U, 4U, 7U, 8U, 9U, 24U, 25U})
      for (const std::size_t n : {1U, 3U, 8U, 15U, 16U, 17U, 48U, 49U, 100U, 129U, 201U})
        for (const std::size_t k : {1U, 2U, 127U, 128U, 129U, 300U}) {
          const Floats a = random_floats(m * k, 1), b = random_floats(k * n, 2);
          const Floats at = transposed(a, m, k), bt = transposed(b, k, n);
          Floats c(m * n), c_bt(m * n), c_at(m * n, 1.0F);
          loops->product(m, n, k, a.data(), k, b.data(), c.data(), n);
          loops->product_bt(m, n, k, a.data(), k, bt.data(), c_bt.data(), n);
          loops->product_at(m, n, k, at.data(), m, b.data(), n, true, c_at.data());
          for (std::size_t i = 0; i < m; ++i)
            for (std::size_t j = 0; j < n; ++j) {
              double expected = 0;
              for (std::size_t p = 0; p < k; ++p)
                expected += double{a[i * k + p]} * double{b[p * n + j]};
              ASSERT_NEAR(c[i * n + j], expected, tolerance(k)) << m << ' ' << n << ' ' << k;
              ASSERT_EQ(c_bt[i * n + j], c[i * n + j]) << m << ' ' << n << ' ' << k;
              ASSERT_NEAR(c_at[i * n + j], expected + 1, tolerance(k)) << m << ' ' << n << ' ' << k;
            }
        }
}

// Batches are cut by rows for threads, so a row may not depend on the others beside it.
TEST(Gemm, BitsOfARowDoNotDependOnTheRowsBesideIt) {
  constexpr std::size_t m = 37, n = 213, k = 260;
  const Floats a = random_floats(m * k, 1), b = random_floats(k * n, 2);
  for (const kernels::Loops* loops : test::loop_tables()) {
    Floats whole(m * n), row(n);
    loops->product(m, n, k, a.data(), k, b.data(), whole.data(), n);
    for (std::size_t i = 0; i < m; ++i) {
      loops->product(1, n, k, a.data() + i * k, k, b.data(), row.data(), n);
      ASSERT_TRUE(std::equal(row.begin(), row.end(), &whole[i * n])) << i;
    }
  }
}

TEST(ProductAt, TakesTheFirstColumnsOfAWiderMatrix) {
  const Floats a = {1, 2, 9, 3, 4, 9};  // (2, 3), of which two columns count
  const Floats b = {1, 10};             // (2, 1)
  Floats c(2);
  kernels::product_at(2, 1, 2, a.data(), 3, b.data(), false, c.data());
  EXPECT_EQ(c, (Floats{31, 42}));
}

int alarms = 0;

// A handler that runs in the middle of oneDNN's product would write over its buffers.
TEST(Product, SurvivesSignals) {
  struct sigaction action {
  }, before{};
  action.sa_handler = [](int) { ++alarms; };
  sigaction(SIGALRM, &action, &before);
  const itimerval often{{0, 50}, {0, 50}}, never{};
  // Large enough for oneDNN.
  constexpr std::size_t m = 256, n = 256, k = 300;
  const Floats a(m * k, 0.5F), b(k * n, 0.25F);
  setitimer(ITIMER_REAL, &often, nullptr);
  for (int round = 0; round < 300 || alarms < 20; ++round) {
    Floats c(m * n);
    kernels::product(m, n, k, a.data(), b.data(), c.data());
    ASSERT_EQ(c, Floats(m * n, 37.5F));
  }
  setitimer(ITIMER_REAL, &never, nullptr);
  sigaction(SIGALRM, &before, nullptr);
}

}  // namespace
}  // namespace hebb
