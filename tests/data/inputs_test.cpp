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
  // A pixel's channels lie side by side.
  EXPECT_EQ(out, (std::vector<float>{10, 69, 12, 79, 2, 29, 4, 39}));
  expect_contains(message_of<std::invalid_argument>([&] { Inputs(images, {1.0F}, {0.0F}); }),
                  "images of 2 channels with 1 scales");
}

TEST(Inputs, LayImagesChannelsLast) {
  constexpr std::size_t kPlane = 5 * 7;
  for (const std::size_t channels : {1U, 2U, 3U, 4U}) {
    const std::size_t size = channels * kPlane;
    const auto pixels = std::make_shared<std::vector<std::uint8_t>>(2 * size);
    for (std::size_t i = 0; i < 2 * size; ++i)
      (*pixels)[i] = static_cast<std::uint8_t>(i * 37 % 251);
    const Images images{.count = 2,
                        .channels = channels,
                        .height = 5,
                        .width = 7,
                        .pixels = {pixels, pixels->data()}};
    std::vector<float> scale, shift, out(2 * size);
    for (std::size_t c = 0; c < channels; ++c) {
      scale.push_back(static_cast<float>(c + 1));
      shift.push_back(static_cast<float>(10 * c));
    }
    const std::vector<std::uint32_t> rows = {1, 0};
    Inputs(images, scale, shift).gather(rows, out.data());
    for (std::size_t r = 0; r < 2; ++r)
      for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t p = 0; p < kPlane; ++p)
          EXPECT_EQ(
              out[r * size + p * channels + c],
              static_cast<float>((*pixels)[rows[r] * size + c * kPlane + p]) * scale[c] + shift[c]);
  }
}

TEST(Inputs, AreEmptyByDefault) {
  const Inputs none;
  EXPECT_EQ(none.samples(), 0U);
  EXPECT_EQ(none.features(), 0U);
  EXPECT_THROW(Inputs{Tensor()}, std::invalid_argument);
}

}  // namespace
}  // namespace hebb
