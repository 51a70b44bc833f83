#include "hebb/core/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace hebb {
namespace {

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::uint64_t key) {
  return Random(key, static_cast<Purpose>(counter[3]), counter[2]).bits(counter[1], counter[0]);
}

// Known answers of the generator's authors (Random123, kat_vectors, philox4x32 with 10 rounds).
TEST(Random, GivesPhiloxKnownAnswers) {
  using Words = std::array<std::uint32_t, 4>;
  EXPECT_EQ(philox({0, 0, 0, 0}, 0), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({~0U, ~0U, ~0U, ~0U}, ~0ULL),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0x299f31d0a4093822ULL),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, UniformNumbersHaveTheRightMoments) {
  const Random random(7, Purpose::data);
  constexpr int kCount = 100000;
  double sum = 0, squares = 0;
  for (std::uint32_t i = 0; i < kCount; ++i) {
    const double u = random.uniform(3, i);
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    sum += u, squares += u * u;
  }
  // Five standard errors of the mean and of the mean square.
  EXPECT_NEAR(sum / kCount, 0.5, 5 * std::sqrt(1.0 / 12 / kCount));
  EXPECT_NEAR(squares / kCount, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / kCount));
}

TEST(Random, NormalNumbersHaveTheRightMoments) {
  const Random random(7, Purpose::data);
  constexpr int kCount = 100000;
  double sum = 0, squares = 0;
  for (std::uint32_t i = 0; i < kCount; ++i) {
    const double z = random.normal(0, i);
    sum += z, squares += z * z;
  }
  EXPECT_NEAR(sum / kCount, 0, 5 * std::sqrt(1.0 / kCount));
  EXPECT_NEAR(squares / kCount, 1, 5 * std::sqrt(2.0 / kCount));
}

TEST(Random, PermutationHoldsEveryNumberOnce) {
  auto items = permutation(1000, Random(1, Purpose::shuffle));
  EXPECT_FALSE(std::ranges::is_sorted(items));
  std::ranges::sort(items);
  for (std::uint32_t i = 0; i < items.size(); ++i) ASSERT_EQ(items[i], i);
}

TEST(Random, PermutationsDifferBySeedAndStep) {
  const auto first = permutation(100, Random(1, Purpose::shuffle, 0));
  EXPECT_EQ(first, permutation(100, Random(1, Purpose::shuffle, 0)));
  EXPECT_NE(first, permutation(100, Random(1, Purpose::shuffle, 1)));
  EXPECT_NE(first, permutation(100, Random(2, Purpose::shuffle, 0)));
  EXPECT_NE(first, permutation(100, Random(1, Purpose::split, 0)));
}

TEST(Random, EveryPlaceIsEquallyLikely) {
  constexpr std::uint32_t kRounds = 6000;
  std::array<int, 6> counts{};
  for (std::uint32_t round = 0; round < kRounds; ++round) {
    const auto items = permutation(6, Random(11, Purpose::shuffle, round));
    ++counts[static_cast<std::size_t>(std::ranges::find(items, 0U) - items.begin())];
  }
  for (const int count : counts)
    EXPECT_NEAR(count, kRounds / 6.0, 5 * std::sqrt(kRounds * 5.0 / 36));
}

}  // namespace
}  // namespace hebb
