// Test-time averaging: predictions as means over copies of an image (NetOptions::tta).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "augment/augment.h"
#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/linear.h"
#include "hebb/estimators/mlp.h"
#include "scratch.h"

namespace hebb {
namespace {

void set_tta(Estimator& estimator, std::size_t copies) {
  estimator.set_option("tta", static_cast<std::int64_t>(copies));
}

constexpr std::size_t kImages = 300, kCopies = 5;
constexpr double kRounding = 1e-6;  // of sums of probabilities in float32
const PreprocessOptions kScaledImages{.scale = "minmax"};

Dataset some_digits(std::size_t begin, std::size_t end) {
  static const Dataset all = load_dataset("mnist10k");
  return all.slice(begin, end);
}

ConvNetOptions small(std::size_t tta, const std::string& augment = "shift:2,rotate:10,noise") {
  ConvNetOptions options;
  options.net = "conv(4,5,stride=2) relu flatten linear(10)";
  options.augment = augment;
  options.max_iter = 2;
  options.random_state = 3;
  options.tta = tta;
  return options;
}

ConvNetClassifier fitted(const ConvNetOptions& options) {
  ConvNetClassifier net(options, kScaledImages);
  net.fit(some_digits(0, 600));
  return net;
}

std::vector<float> floats(const Tensor& tensor) {
  return {tensor.span().begin(), tensor.span().end()};
}

// Each copy made and predicted by itself, from the image's bytes on.
std::vector<double> mean_of_copies(const ConvNetClassifier& net, const Dataset& data,
                                   const std::string& augment, std::size_t copies,
                                   std::uint64_t seed) {
  constexpr std::size_t kPixels = 784;
  const auto augmentation = Augmentation::parse(augment);
  std::vector<double> mean(data.samples() * 10);
  for (std::uint32_t copy = 0; copy < copies; ++copy) {
    Tensor x({data.samples(), 1, 28, 28});
    for (std::size_t r = 0; r < data.samples(); ++r) {
      const std::uint8_t* image = data.images().pixels.get() + r * kPixels;
      float* to = x.data() + r * kPixels;
      if (copy == 0)
        std::copy_n(image, kPixels, to);
      else
        augmentation.apply(seed, copy, ~0U, image, 1, 28, 28, to);
    }
    for (float& value : x.span()) value *= 1.0F / 255;
    const Tensor y = predict(*net.model().network(), OutputActivation::softmax, x.view());
    for (std::size_t i = 0; i < mean.size(); ++i)
      mean[i] += double{y[i]} / static_cast<double>(copies);
  }
  return mean;
}

TEST(TestTimeAveraging, IsTheMeanOverTheImageAndItsCopies) {
  const Dataset data = some_digits(600, 600 + kImages);
  auto net = fitted(small(kCopies));
  const auto expected = mean_of_copies(net, data, "shift:2,rotate:10", kCopies, 3);
  const Tensor found = net.predict_proba(data);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    ASSERT_NEAR(found[i], expected[i], kRounding) << i;
  set_tta(net, 1);
  const auto plain = mean_of_copies(net, data, "", 1, 3);
  const Tensor one = net.predict_proba(data);
  double difference = 0;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    ASSERT_NEAR(one[i], plain[i], kRounding) << i;
    difference = std::max(difference, std::abs(plain[i] - expected[i]));
  }
  EXPECT_GT(difference, 0.05) << "copies make a difference";
}

TEST(TestTimeAveraging, ShiftsWhereNothingElseIsKnown) {
  const Dataset data = some_digits(600, 700);
  for (const char* augment : {"", "noise,cutout:4"}) {
    const auto net = fitted(small(4, augment));
    const auto expected = mean_of_copies(net, data, "shift:1", 4, 3);
    const Tensor found = net.predict_proba(data);
    for (std::size_t i = 0; i < expected.size(); ++i)
      ASSERT_NEAR(found[i], expected[i], kRounding) << augment << i;
  }
}

TEST(TestTimeAveraging, SaysOfAnImageWhatItSaysOfItAmongOthers) {
  const auto net = fitted(small(kCopies));
  const Dataset data = some_digits(600, 620);
  const Tensor all = net.predict_proba(data);
  for (std::size_t row = 0; row < data.samples(); ++row) {
    const Tensor one = net.predict_proba(data.slice(row, row + 1));
    const std::uint8_t* image = data.images().pixels.get() + row * 784;
    const auto alone = net.predict_one(std::vector<double>(image, image + 784));
    for (std::size_t c = 0; c < 10; ++c) {
      EXPECT_NEAR(one[c], all[row * 10 + c], kRounding);
      EXPECT_NEAR(alone[c], all[row * 10 + c], kRounding);
    }
  }
  std::vector<double> between(784, 0.5);
  expect_error<DataError>([&] { net.predict_one(between); }, {"pixel 1: 0.5 is no byte"});
}

TEST(TestTimeAveraging, HasTheSameBitsForAnyNumberOfThreads) {
  const auto net = fitted(small(1));
  const Dataset data = some_digits(600, 600 + kImages);
  const Inputs inputs = net.model().preprocessor.transform(data);
  std::vector<std::uint32_t> rows(kImages);
  std::iota(rows.begin(), rows.end(), 0U);
  const auto on = [&](int threads) {
    return floats(predict(*net.model().network(), OutputActivation::softmax, inputs, rows, threads,
                          {.count = 8, .augment = "elastic,flip", .seed = 4}));
  };
  const auto one = on(1);
  for (const int threads : {2, 4}) EXPECT_EQ(on(threads), one) << threads;
}

TEST(TestTimeAveraging, IsKeptInTheModel) {
  const Dataset data = some_digits(600, 650);
  const test::Scratch scratch;
  const auto net = fitted(small(kCopies));
  net.save(scratch / "m.hebb");
  auto loaded = ConvNetClassifier::load(scratch / "m.hebb");
  EXPECT_EQ(loaded.options().as<NetOptions>().tta, kCopies);
  EXPECT_EQ(floats(loaded.predict_proba(data)), floats(net.predict_proba(data)));
  set_tta(loaded, 2);
  EXPECT_NE(floats(loaded.predict_proba(data)), floats(net.predict_proba(data)));
  loaded.save(scratch / "two.hebb");
  EXPECT_EQ(floats(ConvNetClassifier::load(scratch / "two.hebb").predict_proba(data)),
            floats(loaded.predict_proba(data)));
}

TEST(TestTimeAveraging, ChangesNothingThatIsLearnt) {
  EXPECT_EQ(fitted(small(kCopies)).loss_curve_, fitted(small(1)).loss_curve_);
}

TEST(TestTimeAveraging, OfNumbersIsTheirMean) {
  const Dataset images = some_digits(0, 200);
  const Dataset data(images.images(), Target{.names = {"value"}, .values = images.target().values});
  ConvNetOptions options = small(1);
  options.net = "conv(2,5,stride=4) relu flatten linear(1)";
  ConvNetRegressor net(options, kScaledImages);
  net.fit(data);
  const Inputs inputs = net.model().preprocessor.transform(data);
  std::vector<std::uint32_t> rows(data.samples());
  std::iota(rows.begin(), rows.end(), 0U);
  std::vector<double> expected = net.predict(data);
  for (double& value : expected) value /= 3;
  for (const std::uint32_t copy : {1U, 2U}) {
    Tensor x({data.samples(), 1, 28, 28});
    inputs.gather_copies(rows, Augmentation::parse("shift:2,rotate:10"), 3, copy, x.data());
    const Tensor y = predict(*net.model().network(), OutputActivation::identity, x.view());
    for (std::size_t i = 0; i < expected.size(); ++i) expected[i] += double{y[i]} / 3;
  }
  set_tta(net, 3);
  const auto found = net.predict(data);
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(found[i], expected[i], 1e-5 * std::max(1.0, std::abs(expected[i])));
}

TEST(TestTimeAveraging, IsForNetworksOnImages) {
  const Dataset iris = load_dataset("iris").with_classes();
  expect_error<std::invalid_argument>([&] { MLPClassifier({.tta = 4}).fit(iris); },
                                      {"[tta]", "copies of images", "table"});
  expect_error<std::invalid_argument>(
      [&] { MLPRegressor({.tta = 4}).fit(load_dataset("diabetes")); }, {"[tta]", "table"});
  MLPClassifier table({.max_iter = 1});
  table.fit(iris);
  expect_error<std::invalid_argument>([&] { set_tta(table, 2); }, {"[tta]", "table"});
  set_tta(table, 1);
  Perceptron unit;
  unit.fit(iris);
  expect_error<std::invalid_argument>([&] { set_tta(unit, 2); }, {"[tta]", "no option 'tta'"});
  // Nor does a file make it so.
  for (const auto& [name, bad] :
       {std::pair<std::string, Value>{"tta", std::int64_t{3}}, {"augment", std::string("rotat")}}) {
    Model model = table.model();
    model.options.set(name, bad);
    expect_error<ModelError>([&] { MLPClassifier(FromModel(model)); },
                             {"the model's options do not hold"});
  }
  auto net = fitted(small(1));
  for (const std::size_t count : {0U, 1001U})
    expect_error<std::invalid_argument>([&] { set_tta(net, count); }, {"tta", "[1, 1000]"});
  EXPECT_EQ(net.options().as<NetOptions>().tta, 1U);
  const Inputs none(Tensor({2, 4}));
  const Network network("linear(2)", {4});
  const std::vector<std::uint32_t> rows = {0, 1};
  const auto with = [&](std::size_t count) {
    predict(network, OutputActivation::identity, none, rows, 1,
            {.count = count, .augment = {}, .seed = 0});
  };
  expect_error<std::invalid_argument>([&] { with(2); }, {"[tta]", "tables"});
  expect_error<std::invalid_argument>([&] { with(0); }, {"[tta]", "got 0"});
}

}  // namespace
}  // namespace hebb
