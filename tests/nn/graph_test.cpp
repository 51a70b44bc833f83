// Networks whose stages are no chain: forward and backward against plain double arithmetic that
// reads the same text, and through the engine on several threads.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/core/random.h"
#include "hebb/nn/activations.h"
#include "hebb/nn/convolution.h"
#include "hebb/nn/join.h"
#include "hebb/nn/linear.h"
#include "hebb/nn/loss.h"
#include "hebb/nn/network.h"
#include "nn/graph_reference.h"
#include "nn/walk.h"
#include "oracles/oracle.h"
#include "train/engine.h"

namespace hebb {
namespace {

using std::make_shared;
using test::Doubles;
using test::Sample;

// ---- gradients ----

struct Case {
  const char* text;
  Shape input;
};

class GraphReference : public testing::TestWithParam<Case> {
 protected:
  static constexpr std::size_t kRows = 2;
  // float32: sums of up to 100 products of order one, in a few layers.
  static constexpr double kTolerance = 1e-5;
  // A central difference in double: curvature near h^2, rounding near 1e-16 / h.
  static constexpr double kStep = 1e-5;

  // The sum of the outputs of all rows times dy.
  double objective() const {
    double sum = 0;
    for (std::size_t row = 0; row < kRows; ++row) {
      std::size_t at = 0;
      const auto begin = x_.begin() + static_cast<std::ptrdiff_t>(row * GetParam().input.size());
      const Doubles own(begin, begin + static_cast<std::ptrdiff_t>(GetParam().input.size()));
      const Sample y = test::run(specs_, {GetParam().input, own}, parameters_, at);
      EXPECT_EQ(at, parameters_.size());
      for (std::size_t i = 0; i < y.values.size(); ++i)
        sum += y.values[i] * dy_[row * y.values.size() + i];
    }
    return sum;
  }

  double slope(double& v) const {
    const double kept = v;
    v = kept + kStep;
    const double above = objective();
    v = kept - kStep;
    const double below = objective();
    v = kept;
    return (above - below) / (2 * kStep);
  }

  static void expect_near(double ours, double expected, const std::string& what) {
    ASSERT_NEAR(ours, expected, kTolerance * std::max(1.0, std::abs(expected))) << what;
  }

  std::vector<LayerSpec> specs_ = parse_network_text(GetParam().text);
  Doubles x_, dy_, parameters_;
};

TEST_P(GraphReference, HoldsForwardAndBackward) {
  test::Walk walk(GetParam().text, GetParam().input, kRows, {.training = true});
  const auto x = test::uniform(1, kRows * GetParam().input.size());
  const auto dy = test::uniform(2, kRows * walk.network.output_shape().size());
  const auto parameters = test::uniform(3, walk.network.parameter_count());
  std::ranges::copy(parameters, walk.network.parameters().begin());
  x_.assign(x.begin(), x.end());
  dy_.assign(dy.begin(), dy.end());
  parameters_.assign(parameters.begin(), parameters.end());

  const auto y = walk.forward(x);
  double sum = 0;
  for (std::size_t i = 0; i < y.size(); ++i) sum += double{y[i]} * dy_[i];
  expect_near(sum, objective(), "outputs");
  const auto dx = walk.backward(dy);
  for (std::size_t i = 0; i < dx.size(); ++i)
    expect_near(dx[i], slope(x_[i]), concat("gradient of input ", i));
  for (std::size_t i = 0; i < parameters.size(); ++i)
    expect_near(walk.gradient[i], slope(parameters_[i]), concat("gradient of parameter ", i));
}

// Branches that begin with layers and joins, that are empty, that hold branches; images and rows.
INSTANTIATE_TEST_SUITE_P(
    Networks, GraphReference,
    testing::Values(
        Case{"concat(linear(4) tanh | linear(3)) linear(2)", {5}},
        Case{"linear(4) add(tanh | linear(4) | ) linear(2)", {3}},
        Case{"concat( | linear(2)) concat(tanh | logistic | linear(1)) linear(2)", {3}},
        Case{"linear(3) add(residual(linear(3) tanh) | concat(linear(1) | linear(2))) tanh", {4}},
        Case{"linear(3) add( | ) linear(2)", {4}},
        Case{"residual(residual(linear(3) tanh) linear(3)) linear(2)", {3}},
        Case{"conv(2,3) concat(conv(1,3) tanh | conv(2,1) | ) residual(conv(6,3,stride=2) tanh) "
             "linear(2)",
             {1, 5, 4}},
        Case{"concat(conv(2,1) | add(conv(3,3) | conv(3,1) tanh)) maxpool(2) flatten linear(2)",
             {1, 4, 5}}));

// ---- the engine ----

constexpr std::size_t kSamples = 90, kClasses = 3;  // a batch of several shards

struct Learnt {
  double loss;
  std::vector<float> gradient;
};

class GraphEngine : public testing::TestWithParam<const char*> {
 protected:
  GraphEngine() {
    const Random random(6, Purpose::data);
    Tensor x({kSamples, kImage.size()});
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = static_cast<float>(random.normal(0, static_cast<std::uint32_t>(i)));
    rows_.assign(x.span().begin(), x.span().end());
    inputs_ = Inputs(std::move(x));
    for (std::size_t i = 0; i < kSamples; ++i)
      targets_.classes.push_back(static_cast<std::int32_t>(i * i % kClasses));
    data_.rows.resize(kSamples);
    std::iota(data_.rows.begin(), data_.rows.end(), 0U);
  }

  Learnt learn(Network& network, int threads) const {
    NetOptions options;
    options.alpha = 0;
    options.threads = threads;
    Engine engine(network, *loss_, data_, kSamples, options);
    Learnt out{0, std::vector<float>(network.parameter_count())};
    out.loss = engine.objective(data_.rows, out.gradient).loss;
    return out;
  }

  const Shape kImage = {1, 12, 14};
  std::vector<float> rows_;
  Inputs inputs_;
  Targets targets_{.outputs = kClasses, .classes = {}, .values = {}};
  TrainingSet data_{&inputs_, &targets_, {}, {}};
  std::unique_ptr<Loss> loss_ = make_loss("cross_entropy");
};

TEST_P(GraphEngine, GradientIsThatOfTheLayersOneByOneOnAnyNumberOfThreads) {
  test::Walk walk(GetParam(), kImage, kSamples, {.training = true});
  walk.network.initialize("he_uniform", 3);
  std::ranges::for_each(walk.network.parameters(), [](float& v) { v += 0.01F; });  // biases too
  Tensor outputs({kSamples, kClasses}), deltas({kSamples, kClasses}), one_hot(deltas.shape());
  for (std::size_t i = 0; i < kSamples; ++i) one_hot[i * kClasses + i * i % kClasses] = 1;
  std::ranges::copy(walk.forward(rows_), outputs.data());
  const double expected = loss_->value_and_gradient(outputs.view(), one_hot.view(), {},
                                                    1.0F / kSamples, deltas.view()) /
                          kSamples;
  walk.backward(deltas.span());
  const Learnt one = learn(walk.network, 1);
  EXPECT_NEAR(one.loss, expected, 1e-6);
  for (std::size_t i = 0; i < one.gradient.size(); ++i)
    ASSERT_NEAR(one.gradient[i], walk.gradient[i], 1e-6 + 1e-5 * std::abs(walk.gradient[i])) << i;
  for (const int threads : {2, 4}) {
    const Learnt other = learn(walk.network, threads);
    EXPECT_EQ(other.loss, one.loss);
    EXPECT_EQ(other.gradient, one.gradient);
  }
}

// Branches in place and not, a ReLU that a pool overtakes in a branch, and one that two stages take.
INSTANTIATE_TEST_SUITE_P(
    Networks, GraphEngine,
    testing::Values("conv(4,3) relu concat(conv(4,3) relu maxpool(2) | conv(3,5,stride=2) relu) "
                    "relu linear(3)",
                    "conv(4,3) relu concat(maxpool(2) | avgpool(2)) conv(5,3) linear(3)",
                    "concat(maxpool(2) | conv(2,3,stride=2)) conv(5,3) relu linear(3)",
                    "flatten add(linear(40) relu | linear(40) tanh | linear(40)) linear(3)",
                    "flatten linear(30) relu concat( | linear(30) relu | linear(20)) linear(3)"));

// ---- texts and objects ----

TEST(GraphText, ComesBack) {
  for (const char* text :
       {"concat(linear(16) relu | linear(8) tanh) linear(2)", "concat( | linear(3))",
        "add(linear(4) |) relu", "add( | | linear(4))",
        "residual(add(linear(4) relu | concat(linear(3) | linear(1)))) linear(2)"}) {
    const Network network(text, {4});
    EXPECT_EQ(network.text(), text);
    EXPECT_EQ(Network(network.text(), {4}).parameter_count(), network.parameter_count());
  }
  EXPECT_EQ(Network("concat(linear(2)|linear(3) )", {4}).text(), "concat(linear(2) | linear(3))");
  EXPECT_EQ(Network("concat(conv(2,3) | conv(3,1)) relu", {1, 4, 5}).output_shape(),
            (Shape{5, 4, 5}));
}

TEST(GraphText, ErrorsPointAtTheCharacter) {
  const auto expect_caret = [](const std::string& text, std::size_t at, const std::string& words) {
    expect_error<std::invalid_argument>(
        [&] { Network(text, {4}); }, {words, "\n  " + text + "\n  " + std::string(at, ' ') + "^"});
  };
  expect_caret("concat", 6, "concat needs two branches or more, with | between them, in brackets");
  expect_caret("concat()", 7, "concat needs two branches or more");
  expect_caret("add(linear(4))", 13, "add needs two branches or more");
  expect_caret("add(linear(4) | linear(4)", 3, "never closed");
  expect_caret("residual(relu | relu)", 14, "residual has one branch");
  expect_caret("linear(3) | relu", 10, "expected the name of a layer");
  expect_caret("linear(3)|relu", 9, "expected a blank between layers");
  expect_caret("concat(linear(x) | relu)", 14, "'out' of linear must be a whole number, got 'x'");
  expect_caret("concat(relu | rleu)", 14, "did you mean relu?");
  expect_caret("conact(relu | relu)", 0, "did you mean concat?");
  expect_caret("relu(tanh | relu)", 10,
               "expected ',' or ')': only residual(...), add(...) and concat(...) hold layers");
  expect_caret("relu add(linear(3) | linear(4))", 5,
               "add: the branches end in (3) and (4): they must have the same shape");
  std::string deep = "relu";
  for (int i = 0; i < 17; ++i) deep = "residual(" + deep + ")";
  expect_error<std::invalid_argument>([&] { Network(deep, {4}); }, {"too deep"});
}

TEST(GraphText, ImagesOfOtherSizesAreNotConcatenated) {
  expect_error<std::invalid_argument>(
      [] {
        Network("concat(conv(2,3) | conv(2,3,stride=2) | relu)", {1, 4, 4});
      },
      {"concat: the branches end in (2, 4, 4), (2, 2, 2) and (1, 4, 4)", "channels alone"});
  expect_error<std::invalid_argument>(
      [] {
        Network("concat(flatten | relu)", {1, 4, 4});
      },
      {"(16) and (1, 4, 4)"});
}

TEST(Network, OfLayersIsThatOfItsText) {
  Network built(
      {4}, {make_shared<Linear>(LinearOptions{8}), make_shared<Elementwise>("relu"),
            Part::concat({{make_shared<Linear>(LinearOptions{3}), make_shared<Elementwise>("tanh")},
                          {},
                          {Part::residual({make_shared<Linear>(LinearOptions{8})})}}),
            Part::add({{make_shared<Linear>(LinearOptions{2})},
                       {make_shared<Linear>(LinearOptions{2})}})});
  const std::string text =
      "linear(8) relu concat(linear(3) tanh | | residual(linear(8))) add(linear(2) | linear(2))";
  EXPECT_EQ(built.text(), text);
  Network read(text, {4});
  ASSERT_EQ(built.parameter_count(), read.parameter_count());
  for (Network* network : {&built, &read}) network->initialize("glorot", 5);
  Tensor x({3, 4});
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i) / 7;
  EXPECT_TRUE(std::ranges::equal(built.predict(x.view()).span(), read.predict(x.view()).span()));
}

TEST(Network, OfLayersTellsWhatDoesNotFit) {
  const auto layer = make_shared<Linear>(LinearOptions{3});
  expect_error<std::invalid_argument>(
      [&] {
        Network({4}, {layer, layer});
      },
      {"[network]", "'linear' is used at two places"});
  expect_error<std::invalid_argument>([] { Network({4}, std::vector<Part>{}); }, {"no layers"});
  expect_error<std::invalid_argument>(
      [] { Network({4}, {make_shared<Conv2d>(Conv2dOptions{.out_channels = 2})}); },
      {"[conv] expected images (C, H, W), got (4)"});
  expect_error<std::invalid_argument>([] { Part::residual({}); }, {"[residual]", "layers"});
  expect_error<std::invalid_argument>([&] { Part::add({{layer}}); }, {"[add]", "got 1"});
  expect_error<std::invalid_argument>([] { Part::concat({}); }, {"[concat]", "got 0"});
}

TEST(Network, PredictsBranchesOfManyRowsAsOfFew) {
  Network network(
      "conv(3,3) relu concat(conv(2,3) relu maxpool(2) | maxpool(2) residual(relu)) "
      "add(conv(5,3) | ) linear(2)",
      {1, 6, 6});
  network.initialize("he", 1);
  Tensor x({300, 36});
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i % 17) / 17;
  const Tensor all = network.predict(x.view());
  const auto stages = network.outputs_of_stages(x.view());
  for (std::size_t i = 0; i < all.size(); ++i) ASSERT_NEAR(all[i], stages.back()[i], 1e-5) << i;
}

TEST(Network, KnowsItsConvolutions) {
  EXPECT_TRUE(is_convolutional("conv(3,3) linear(2)"));
  EXPECT_TRUE(is_convolutional("concat(linear(2) | residual(conv(3,3)))"));
  EXPECT_FALSE(is_convolutional("maxpool(2) linear(2)"));
  EXPECT_FALSE(is_convolutional("nonsense"));
}

// ---- what layers tell ----

TEST(LayerSpec, HoldsTypedArgumentsOfWhichTheTextLeavesOutTheUsual) {
  const Network network("conv(8,3x5,stride=2)", {1, 9, 9});
  const LayerSpec spec = network.stages()[0].layer->spec();
  std::vector<std::string> keys;
  for (const auto& argument : spec.arguments) keys.push_back(argument.key);
  EXPECT_EQ(keys,
            (std::vector<std::string>{"out", "kernel", "stride", "pad", "dilation", "groups"}));
  EXPECT_EQ(spec.arguments[0].value, size_value(8));
  EXPECT_EQ(spec.arguments[1].value, Value(std::vector<std::int64_t>{3, 5}));
  EXPECT_EQ(spec.arguments[3].value, Value("same"));
  EXPECT_TRUE(spec.arguments[3].usual);
  EXPECT_FALSE(spec.arguments[2].usual);
  EXPECT_EQ(make_layer(spec)->text(), "conv(8,3x5,stride=2)");
  expect_error<std::invalid_argument>([] { make_layer(LayerSpec("linear")); },
                                      {"[linear] linear needs 'out'"});
}

TEST(Layers, TellWhatIsRandom) {
  for (const auto& [text, random] :
       std::vector<std::pair<std::string, bool>>{{"dropout(0.5)", true},
                                                 {"dropout(0)", false},
                                                 {"dropout2d(0.5)", true},
                                                 {"batchnorm", false}})
    EXPECT_EQ(Network(text, {2, 3, 3}).stages()[0].layer->is_random(), random) << text;
}

// The members of the branches one behind the other, forward and backward.
TEST(Members, AreConcatenated) {
  const Concat join;
  const std::vector<Shape> in = {{2, 3}, {1, 3}};
  ASSERT_EQ(join.joined_shape(in), (Shape{3, 3}));
  const std::vector<float> first = {1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16},
                           second = {7, 8, 9, 17, 18, 19};
  std::vector<float> y(18), back(6);
  join.join(0, in, {first.data(), {2, 2, 3}}, {y.data(), {2, 3, 3}});
  join.join(1, in, {second.data(), {2, 1, 3}}, {y.data(), {2, 3, 3}});
  for (std::size_t i = 0; i < 18; ++i)
    EXPECT_EQ(y[i], static_cast<float>(i < 9 ? i + 1 : i + 2)) << i;
  join.join_backward(1, in, {y.data(), {2, 3, 3}}, {back.data(), {2, 1, 3}}, false);
  EXPECT_EQ(back, second);
  const std::vector<Shape> wider = {{2, 3}, {1, 4}};
  expect_error<std::invalid_argument>([&] { (void)join.joined_shape(wider); }, {"members alone"});
  const Network both("concat(members(2) grouped(3) | members(4) grouped(3))", {5});
  EXPECT_EQ(both.members(), 6U);
  EXPECT_EQ(both.outputs(), 3U);
}

}  // namespace
}  // namespace hebb
