// Convolutional networks from data to predictions: real digits, and small images in colour.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/core/random.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/mlp.h"
#include "scratch.h"

namespace hebb {
namespace {

const PreprocessOptions kScaled{.scale = "minmax"};

Dataset digits(std::size_t begin, std::size_t end) {
  static const Dataset all = load_dataset("mnist10k");
  return all.slice(begin, end);
}

ConvNetOptions small(const std::string& net) {
  ConvNetOptions options;
  options.net = net;
  options.max_iter = 2;
  options.batch_size = 64;
  options.random_state = 3;
  return options;
}

// All that depends on order and place: convolutions of odd channels, batch normalisation, dropout
// of both kinds, a residual part with a stride.
const char* const kMixed =
    "conv(5,3) batchnorm relu maxpool(2) residual(conv(9,3,stride=2) batchnorm relu conv(9,3) "
    "batchnorm) relu dropout2d(0.1) avgpool(2) flatten dropout(0.2) linear(10)";

std::string model_bytes(const ConvNetOptions& options, const Dataset& data,
                        const RunControl& control = {}) {
  const test::Scratch scratch;
  ConvNetClassifier net(options, kScaled);
  net.fit(data, control);
  net.save(scratch / "m.hebb");
  return test::read_text(scratch / "m.hebb");
}

TEST(ConvNet, LearnsDigits) {
  ConvNetOptions options = small(
      "conv(8,5) relu maxpool(2) conv(16,5) relu maxpool(2) flatten "
      "linear(10)");
  options.max_iter = 3;
  ConvNetClassifier net(options, kScaled);
  net.fit(digits(0, 4000));
  EXPECT_GT(net.score(digits(8000, 9000)), 0.93);  // chance is 0.1, an mlp of as many epochs 0.88
}

TEST(ConvNet, ThreadsDoNotChangeABit) {
  for (const char* precision : {"float32", "bf16"}) {
    ConvNetOptions options = small(kMixed);
    options.precision = precision;
    options.augment = "shift:2,rotate:10,elastic,cutout:4";
    options.threads = 1;
    const std::string one = model_bytes(options, digits(0, 700));
    for (const int threads : {2, 4}) {
      options.threads = threads;
      EXPECT_EQ(model_bytes(options, digits(0, 700)), one) << precision << ", " << threads;
    }
  }
}

TEST(ConvNet, GoesOnFromTheMiddleOfAnEpochWithTheSameBits) {
  const Dataset data = digits(0, 700);
  ConvNetOptions options = small(kMixed);
  options.augment = "shift,rotate,noise";
  options.precision = "bf16";  // of which weights are prepared anew
  const std::string whole = model_bytes(options, data);
  const test::Scratch scratch;
  RunControl control;
  control.checkpoint_dir = scratch / "run";
  int updates = 0;
  control.stop_requested = [&updates] { return ++updates == 14; };  // of 2 epochs of 11
  model_bytes(options, data, control);
  EXPECT_EQ(updates, 14);
  control.stop_requested = {};
  control.resume = true;
  EXPECT_EQ(model_bytes(options, data, control), whole);
}

// Beside augmentation and batch normalisation: what averages, softens and mixes.
ConvNetOptions everything() {
  ConvNetOptions options = small(kMixed);
  options.augment = "shift,rotate,noise";
  options.ema = 0.9;
  options.label_smoothing = 0.1;
  options.mixup = 0.3;
  options.class_weight = {"3=2", "7=0.5"};
  return options;
}

TEST(ConvNet, WithEveryOptionOfTrainingThreadsDoNotChangeABit) {
  ConvNetOptions options = everything();
  options.threads = 1;
  const std::string one = model_bytes(options, digits(0, 700));
  for (const int threads : {2, 4}) {
    options.threads = threads;
    EXPECT_EQ(model_bytes(options, digits(0, 700)), one) << threads;
  }
}

TEST(ConvNet, WithEveryOptionOfTrainingItGoesOnWithTheSameBits) {
  const Dataset data = digits(0, 700);
  for (const bool early : {false, true}) {
    ConvNetOptions options = everything();
    options.early_stopping = early;
    const std::string whole = model_bytes(options, data);
    for (const int place : {4, 14}) {  // of 2 epochs of 10 or 11: in the middle of each
      const test::Scratch scratch;
      RunControl control;
      control.checkpoint_dir = scratch / "run";
      int updates = 0;
      control.stop_requested = [&] { return ++updates == place; };
      model_bytes(options, data, control);
      ASSERT_EQ(updates, place);
      control.stop_requested = {};
      control.resume = true;
      EXPECT_EQ(model_bytes(options, data, control), whole) << place;
    }
  }
}

TEST(ConvNet, HalvesComeNearFloatsAndAreNotThem) {
  ConvNetOptions options = small(
      "conv(8,5) relu maxpool(2) conv(16,5) relu maxpool(2) flatten "
      "linear(10)");
  ConvNetClassifier floats(options, kScaled);
  floats.fit(digits(0, 3000));
  options.precision = "bf16";
  ConvNetClassifier halves(options, kScaled);
  halves.fit(digits(0, 3000));
  const double difference = floats.score(digits(8000, 9000)) - halves.score(digits(8000, 9000));
  EXPECT_NEAR(difference, 0, 0.03);  // of 1000 digits: two deviations of chance
  EXPECT_NE(floats.loss_curve_, halves.loss_curve_);
  EXPECT_NEAR(floats.loss_curve_[0], halves.loss_curve_[0], 0.05 * floats.loss_curve_[0]);
}

TEST(ConvNet, EveryNamedNetworkTrainsAndComesBack) {
  for (const NamedNetwork& named : network_catalogue()) {
    ConvNetOptions options = small(named.name);
    options.max_iter = 1;
    ConvNetClassifier net(options, kScaled);
    net.fit(digits(0, 256));
    EXPECT_EQ(net.model().kind, "convnet") << named.name;
    const test::Scratch scratch;
    net.save(scratch / "m.hebb");
    const auto loaded = ConvNetClassifier::load(scratch / "m.hebb");
    EXPECT_EQ(loaded.predict(digits(256, 300)), net.predict(digits(256, 300))) << named.name;
    EXPECT_EQ(Network(net.model().network()->text(), {1, 28, 28}).text(),
              net.model().network()->text());
  }
}

TEST(ConvNet, NamedNetworksAreForImages) {
  ConvNetClassifier net;
  expect_error<std::invalid_argument>([&] { net.fit(load_dataset("iris")); },
                                      {"[net]", "'simple'", "images (C, H, W)", "(4)"});
}

TEST(ConvNet, AMisspeltNameHasItsNearest) {
  ConvNetClassifier net(small("resnet"), kScaled);
  expect_error<std::invalid_argument>([&] { net.fit(digits(0, 20)); },
                                      {"[net] there is no network or layer 'resnet'", "resnet8?"});
}

TEST(ConvNet, AnotherKindOfModelIsRefused) {
  const test::Scratch scratch;
  MLPClassifier mlp({.hidden_layer_sizes = {4}, .max_iter = 1}, kScaled);
  mlp.fit(digits(0, 100));
  mlp.save(scratch / "m.hebb");
  expect_error<ModelError>([&] { ConvNetClassifier::load(scratch / "m.hebb"); },
                           {"holds no ConvNetClassifier"});
}

// 6 x 5 pixels in three colours; the class is the channel that is brightest at one pixel.
Dataset colours(std::size_t count) {
  const Random random(7, Purpose::data);
  auto values = std::make_shared<std::vector<std::uint8_t>>(count * 90);
  Target target{.names = {"colour"}, .values = {}, .classes = {"0", "1", "2"}};
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::span<std::uint8_t> image(&(*values)[std::size_t{i} * 90], 90);
    for (std::uint32_t p = 0; p < 90; ++p)
      image[p] = static_cast<std::uint8_t>(100 * random.uniform(i, p));
    image[(i % 3) * 30 + 7] = 255;  // row 1, column 2
    target.values.push_back(i % 3);
  }
  const std::shared_ptr<const std::uint8_t> pixels(values, values->data());
  return Dataset(Images{.count = count, .channels = 3, .height = 6, .width = 5, .pixels = pixels},
                 target);
}

TEST(ConvNet, ColoursStayApart) {
  ConvNetOptions options = small("conv(6,3) relu maxpool(2) flatten linear(3)");
  options.max_iter = 40;
  ConvNetClassifier net(options, kScaled);
  net.fit(colours(300));
  EXPECT_GT(net.score(colours(300)), 0.98);
  const Dataset data = colours(300);
  const Tensor all = net.predict_proba(data);
  for (std::size_t row = 0; row < 9; ++row) {
    const std::uint8_t* image = data.images().pixels.get() + row * 90;
    const auto one = net.predict_one(std::vector<double>(image, image + 90));
    for (std::size_t c = 0; c < 3; ++c)
      EXPECT_NEAR(one[c], all[row * 3 + c], 1e-6);  // sums in another order
  }
  // A layer of rows takes images in the order (C, H, W): weights know where they are.
  ConvNetOptions rows = small("linear(3)");
  rows.learning_rate_init = 0.05;
  rows.max_iter = 40;
  ConvNetClassifier linear(rows, kScaled);
  linear.fit(colours(300));
  EXPECT_EQ(linear.model().network()->text(), "flatten linear(3)");
  const auto w = linear.model().network()->parameters();
  for (std::size_t c = 0; c < 3; ++c)
    for (std::size_t other = 0; other < 3; ++other)
      if (other != c) {
        EXPECT_GT(w[(c * 30 + 7) * 3 + c], w[(c * 30 + 7) * 3 + other]);
      }
}

TEST(ConvNet, RegressorPredictsNumbers) {
  Dataset data = digits(0, 600);
  Target target{.names = {"value"}, .values = data.target().values};
  const Dataset numbers(data.images(), target);
  ConvNetOptions options =
      small("conv(8,5,stride=2) relu conv(8,3,stride=2) relu flatten linear(1)");
  options.max_iter = 12;
  ConvNetRegressor net(options, {.scale = "minmax", .scale_target = "standard"});
  net.fit(numbers);
  EXPECT_GT(net.score(numbers), 0.7);
}

TEST(ConvNet, AugmentationIsForImagesAndNamesWhatItDoesNotKnow) {
  ConvNetOptions options = small("flatten linear(10)");
  options.augment = "rotat:10";
  expect_error<std::invalid_argument>(
      [&] { ConvNetClassifier(options, kScaled).fit(digits(0, 100)); }, {"rotat", "rotate"});
  options.net = "linear(3)";
  options.augment = "shift:1";
  expect_error<std::invalid_argument>([&] { ConvNetClassifier(options).fit(load_dataset("iris")); },
                                      {"images"});
}

TEST(ConvNet, BatchNormIsNotForLbfgs) {
  ConvNetOptions options = small("conv(4,3) batchnorm flatten linear(10)");
  options.solver = "lbfgs";
  expect_error<std::invalid_argument>(
      [&] { ConvNetClassifier(options, kScaled).fit(digits(0, 100)); }, {"[solver]", "batchnorm"});
}

}  // namespace
}  // namespace hebb
