// The losses by PyTorch and scikit-learn (tests/oracles/losses.py).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hebb/nn/loss.h"
#include "hebb/train/trainer.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

// Values are summed in double, of rows whose logarithms are float32 (one rounding is 6e-8);
// gradients are float32 and of order one.
constexpr double kValueTolerance = 1e-7;
constexpr double kGradientTolerance = 1e-6;

TEST(Losses, AgreeWithPyTorchAndScikitLearn) {
  for (const auto& c : test::oracle("losses")) {
    const auto name = c["loss"].get<std::string>();
    const auto rows = c["rows"].get<std::size_t>(), width = c["width"].get<std::size_t>();
    const auto scale = c["scale"].get<float>();
    const bool classes = c["classes"];
    Tensor outputs({rows, width}), targets({rows, width}), gradient({rows, width});
    const auto z = test::uniform(1, outputs.size()), t = test::uniform(2, targets.size());
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      outputs[i] = scale * z[i];
      const bool of_class = i % width == i / width * 3 % width;
      targets[i] = !classes ? scale * t[i] : of_class ? 1.0F : 0.0F;
    }
    if (c.contains("targets"))
      std::ranges::copy(c["targets"].get<std::vector<float>>(), targets.data());
    if (c.contains("label_smoothing")) {
      Targets all{.outputs = width, .classes = {}, .one_hot = width > 1, .values = {}};
      std::vector<std::uint32_t> each;
      for (std::size_t r = 0; r < rows; ++r) {
        all.classes.push_back(static_cast<std::int32_t>(3 * r % std::max<std::size_t>(width, 2)));
        each.push_back(static_cast<std::uint32_t>(r));
      }
      all.gather(each, targets.data(), c["label_smoothing"]);
    }
    std::vector<float> weights;
    if (c["weighted"])
      for (const float u : test::uniform(3, rows)) weights.push_back(1 + u);

    const double value = make_loss(name)->value_and_gradient(outputs.view(), targets.view(),
                                                             weights, 1, gradient.view());
    const std::string what = name + " on " + std::to_string(rows) + " x " + std::to_string(width);
    const auto expected = c["value"].get<double>();
    EXPECT_NEAR(value, expected, kValueTolerance * std::max(1.0, std::abs(expected))) << what;
    if (!c.contains("gradient")) continue;
    const auto slopes = c["gradient"].get<std::vector<double>>();
    ASSERT_EQ(slopes.size(), gradient.size()) << what;
    for (std::size_t i = 0; i < slopes.size(); ++i)
      EXPECT_NEAR(gradient[i], slopes[i], kGradientTolerance * std::max(1.0, std::abs(slopes[i])))
          << what << ", element " << i;
  }
}

}  // namespace
}  // namespace hebb
