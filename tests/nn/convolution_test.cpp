#include "hebb/nn/convolution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "expect_error.h"
#include "hebb/nn/dropout.h"
#include "hebb/nn/network.h"
#include "hebb/nn/normalization.h"

namespace hebb {
namespace {

void expect_refused(const std::string& text, const Shape& in,
                    const std::vector<std::string>& words) {
  const std::string message = message_of<std::invalid_argument>([&] { Network(text, in); });
  for (const auto& part : words) expect_contains(message, part);
}

TEST(Conv2d, RefusesWhatDoesNotFit) {
  expect_refused("conv(4,5,pad=valid)", {1, 4, 9}, {"conv: ", "5 pixels", "(1, 4, 9)"});
  expect_refused("conv(4,9,pad=1)", {1, 6, 9}, {"9 pixels", "2 zeros"});
  expect_refused("conv(4,3,dilation=4,pad=valid)", {1, 8, 9}, {"9 pixels", "(1, 8, 9)"});
  expect_refused("conv(4,3,groups=2)", {3, 5, 5}, {"2 groups do not divide 3 channels"});
  expect_refused("conv(4,3)", {6}, {"conv: ", "expected images (C, H, W), got (6)"});
  expect_refused("conv(65535,65535)", {9, 2, 2}, {"weights are more than"});
  expect_error<std::invalid_argument>([] { Conv2d({.out_channels = 0}); }, {"1 output or more"});
  expect_error<std::invalid_argument>([] { Conv2d({.kernel = {0, 3}}); }, {"in 1 to 65535", "0x3"});
  expect_error<std::invalid_argument>([] { Conv2d({.out_channels = 4, .groups = 3}); },
                                      {"3 groups do not divide 4 outputs"});
  expect_error<std::invalid_argument>([] { Conv2d({.pad = {70000, 0}}); }, {"at most 65535"});
}

TEST(Pool2d, RefusesWhatDoesNotFit) {
  expect_refused("maxpool(3)", {1, 2, 5}, {"maxpool: ", "window 3", "(1, 2, 5)"});
  expect_refused("avgpool(2)", {5}, {"avgpool: ", "expected images"});
  expect_refused("globalavgpool", {5}, {"expected images"});
  expect_error<std::invalid_argument>([] { SumPool2d({.window = {2, 0}}); }, {"in 1 to 65535"});
}

TEST(Residual, RefusesShapesThatDoNotFit) {
  expect_refused("residual(conv(4,3))", {8, 6, 6}, {"residual: ", "(8, 6, 6)", "(4, 6, 6)"});
  expect_refused("residual(conv(8,3,pad=valid))", {8, 6, 6}, {"(8, 6, 6)", "(8, 4, 4)"});
  expect_refused("residual(linear(3))", {4}, {"(4)", "(3)"});
}

TEST(BatchNorm, RefusesOptionsOutOfRange) {
  expect_error<std::invalid_argument>([] { BatchNorm({.momentum = 1.5}); }, {"[0, 1]", "1.5"});
  expect_error<std::invalid_argument>([] { BatchNorm({.epsilon = 0}); }, {"above 0"});
  expect_error<std::invalid_argument>([] { LayerNorm({.epsilon = -1}); }, {"above 0"});
}

TEST(Dropout2d, DropsWholeChannelsAndIsForImages) {
  expect_refused("dropout2d", {6}, {"dropout2d: ", "expected images (C, H, W), got (6)"});
  constexpr std::size_t kRows = 40, kChannels = 20, kPixels = 6;
  Tensor x({kRows, kChannels, 2, 3}), y(x.shape());
  std::ranges::fill(x.span(), 1.0F);
  Dropout2d({.rate = 0.25})
      .forward({.training = true, .seed = 1, .step = 2}, {}, x.view(), y.view());
  std::size_t dropped = 0;
  for (std::size_t r = 0; r < kRows; ++r)
    for (std::size_t c = 0; c < kChannels; ++c) {
      const float* image = y.view().row(r);
      for (std::size_t p = 0; p < kPixels; ++p) EXPECT_EQ(image[p * kChannels + c], image[c]);
      dropped += image[c] == 0;
    }
  EXPECT_NEAR(static_cast<double>(dropped) / (kRows * kChannels), 0.25, 0.06);  // four deviations
  Dropout2d({.rate = 0.25}).forward({}, {}, x.view(), y.view());
  EXPECT_TRUE(std::ranges::equal(x.span(), y.span()));
}

}  // namespace
}  // namespace hebb
