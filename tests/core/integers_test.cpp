#include "core/integers.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace hebb {
namespace {

TEST(Integers, ExactOnesAreThoseThatFit) {
  EXPECT_EQ(exact_integer<int>(-3.0), -3);
  EXPECT_EQ(exact_integer<std::uint8_t>(255), 255);
  EXPECT_EQ(exact_integer<std::int64_t>(-0x1p63), INT64_MIN);
  EXPECT_EQ(exact_integer<std::uint64_t>(0x1p63), std::uint64_t{1} << 63U);
  for (const double value : {0.5, std::nan(""), HUGE_VAL, -HUGE_VAL, 0x1p31, -0x1p31 - 1})
    EXPECT_FALSE(exact_integer<int>(value)) << value;
  EXPECT_FALSE(exact_integer<std::uint8_t>(256));
  EXPECT_FALSE(exact_integer<std::uint8_t>(-1));
  EXPECT_FALSE(exact_integer<std::int64_t>(0x1p63));
  EXPECT_FALSE(exact_integer<std::uint64_t>(0x1p64));
}

TEST(Integers, ClampedOnesEndAtTheRange) {
  EXPECT_EQ(clamped_integer<int>(-3.7), -3);
  EXPECT_EQ(clamped_integer<int>(std::nan("")), 0);
  EXPECT_EQ(clamped_integer<int>(1e300), INT32_MAX);
  EXPECT_EQ(clamped_integer<int>(-HUGE_VAL), INT32_MIN);
  EXPECT_EQ(clamped_integer<std::size_t>(-0.5), 0U);
  EXPECT_EQ(clamped_integer<std::uint64_t>(0x1p64), UINT64_MAX);
  EXPECT_EQ(clamped_integer<std::int64_t>(0x1p63), INT64_MAX);
}

}  // namespace
}  // namespace hebb
