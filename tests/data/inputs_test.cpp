#include "hebb/data/inputs.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "expect_error.h"

namespace hebb {
namespace {

TEST(Inputs, GathersRowsOfNumbers) {
  Tensor rows(Shape{3, 2});
  for (std::size_t i = 0; i < 6; ++i) rows[i] = static_cast<float>(i);
  const Inputs inputs(std::move(rows));
  EXPECT_EQ(inputs.samples(), 3U);
  EXPECT_EQ(inputs.features(), 2U);
  EXPECT_EQ(inputs.sample_shape(), Shape({2}));
  std::vector<float> out(4);
  inputs.gather(std::vector<std::uint32_t>{2, 0}, out.data());
  EXPECT_EQ(out, (std::vector<float>{4, 5, 0, 1}));
}

TEST(Inputs, ScalesImagesByChannel) {
  const std::shared_ptr<std::uint8_t[]> pixels(new std::uint8_t[8]{1, 2, 3, 4, 5, 6, 7, 8});
  const Images images{
      .count = 2, .channels = 2, .height = 1, .width = 2, .pixels = {pixels, pixels.get()}};
  const Inputs inputs(images, {2.0F, 10.0F}, {0.0F, -1.0F});
  EXPECT_EQ(inputs.samples(), 2U);
  EXPECT_EQ(inputs.sample_shape(), Shape({2, 1, 2}));
  std::vector<float> out(8);
  inputs.gather(std::vector<std::uint32_t>{1, 0}, out.data());
  EXPECT_EQ(out, (std::vector<float>{10, 12, 69, 79, 2, 4, 29, 39}));
  expect_contains(message_of<std::invalid_argument>([&] { Inputs(images, {1.0F}, {0.0F}); }),
                  "images of 2 channels with 1 scales");
}

TEST(Inputs, AreEmptyByDefault) {
  const Inputs none;
  EXPECT_EQ(none.samples(), 0U);
  EXPECT_EQ(none.features(), 0U);
  EXPECT_THROW(Inputs{Tensor()}, std::invalid_argument);
}

}  // namespace
}  // namespace hebb
