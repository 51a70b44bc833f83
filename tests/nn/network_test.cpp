#include "hebb/nn/network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "expect_error.h"
#include "hebb/nn/dropout.h"
#include "hebb/nn/linear.h"

namespace hebb {
namespace {

// What the user sees: the text, and under it a caret at column `at`.
void expect_caret(const std::string& text, std::size_t at, const std::string& words) {
  expect_error<std::invalid_argument>([&] { Network(text, {4}); },
                                      {words, "\n  " + text + "\n  " + std::string(at, ' ') + "^"});
}

TEST(NetworkText, ErrorsPointAtTheCharacter) {
  expect_caret("linear(3) rleu", 10, "did you mean relu?");
  expect_caret("linear(x)", 7, "'out' of linear must be a whole number, got 'x'");
  expect_caret("linear(3", 6, "never closed");
  expect_caret("linear(3))", 9, "expected a blank between layers");
  expect_caret("linear(3,)", 9, "expected a value");
  expect_caret("linear(3 4)", 9, "expected ',' or ')'");
  expect_caret("linear(3, 4)", 10, "takes 1 argument");
  expect_caret("linear(out=3, out=4)", 18, "given twice");
  expect_caret("linear()", 0, "needs 'out'");
  expect_caret("linear(0)", 0, "1 output or more");
  expect_caret("relu(1)", 5, "takes no arguments");
  expect_caret("dropout(rate=1)", 0, "[0, 1)");
  expect_caret("linear(3)relu", 9, "expected a blank");
  expect_caret("(3)", 0, "name of a layer");
  expect_caret("dropout(nan)", 8, "must be a number");
  expect_caret("conv(8,strid=2)", 7, "conv has no argument 'strid'; did you mean stride?");
}

TEST(NetworkText, ResidualPartsHoldLayersAndComeBack) {
  const std::string text =
      "conv(4,3) residual(conv(4,3) residual(relu conv(4,1)) batchnorm) relu "
      "residual(conv(8,3,stride=2)) "
      "globalavgpool";
  const Network network(text, {1, 6, 5});
  EXPECT_EQ(network.text(), text);
  EXPECT_EQ(network.output_shape(), (Shape{8, 1, 1}));
  expect_caret("residual", 8, "residual needs the layers");
  expect_caret("residual()", 9, "residual needs the layers");
  expect_caret("residual(relu", 8, "never closed");
  expect_caret("residual(relu) )", 15, "expected the name of a layer");
  for (const char* other : {"resdual(relu)", "resdual(relu linear(3))", "resdual(linear(3))"})
    expect_caret(other, 0, "there is no layer 'resdual'; did you mean residual?");
  expect_caret("relu(linear(3))", 11,
               "expected ',' or ')': only residual(...), add(...) and concat(...) hold layers");
  expect_caret("residual(linear(x))", 16, "'out' of linear must be a whole number, got 'x'");
}

TEST(NetworkText, SizesAreOneNumberOrTwo) {
  EXPECT_EQ(Network("conv(2,3x1,stride=2x1,pad=1x0)", {1, 5, 5}).output_shape(), (Shape{2, 3, 5}));
  expect_caret("conv(2,3y)", 7, "'kernel' of conv must be a whole number or two (3x5), got '3y'");
  expect_caret("conv(2,3x)", 7, "must be a whole number or two");
  expect_caret("conv(2,0)", 0, "'kernel' of conv must be in 1 to 65535");
  expect_caret("conv(2,65536)", 0, "'kernel' of conv must be in 1 to 65535");
  for (const char* text : {"conv(2,pad=full)", "conv(2,pad=-1)"})
    expect_caret(text, 11,
                 "'pad' of conv must be same, valid, or a whole number >= 0 or two (3x5)");
  expect_caret("conv(4,groups=3)", 0, "3 groups do not divide 4 outputs");
  expect_caret("maxpool(2,stride=0)", 0, "'stride' of maxpool must be in 1 to 65535");
  expect_caret("batchnorm(2)", 0, "momentum must be in [0, 1]");
  expect_caret("layernorm(0)", 0, "epsilon must be above 0");
  expect_caret("dropout2d(1)", 0, "rate must be in [0, 1)");
}

TEST(NetworkText, ShapesThatDoNotFitPointAtTheLayer) {
  const auto expect_place = [](const std::string& text, std::size_t place,
                               const std::string& words) {
    const auto message = message_of<std::invalid_argument>([&] { Network(text, {1, 4, 4}); });
    expect_contains(message, "[net] " + words);
    expect_contains(message, '\n' + std::string(place + 2, ' ') + '^');
  };
  expect_place("maxpool maxpool maxpool(2) linear(10)", 16,
               "maxpool: the window 2 is larger than the image (1, 1, 1)");
  expect_place("flatten conv(8)", 8, "conv: expected images (C, H, W), got (16)");
  expect_place("relu residual(relu residual(linear(3)))", 19, "residual: cannot add");
}

TEST(NetworkText, AnEmptyOneIsRefused) {
  expect_error<std::invalid_argument>([] { Network("  ", {4}); }, {"no layers"});
}

TEST(NetworkText, IsHeldOnceForAllItsLayers) {
  const auto specs = parse_network_text("relu residual(tanh add(relu | tanh)) linear(2)");
  ASSERT_NE(specs[0].source, nullptr);
  for (const LayerSpec* spec : {&specs[1], &specs[1].branches[0][1],
                                &specs[1].branches[0][1].branches[1].front(), &specs[2]})
    EXPECT_EQ(spec->source, specs[0].source);
}

TEST(NetworkText, HasALargestLength) {
  std::string text;
  while (text.size() < kLongestNetworkText) text += "tanh    ";
  const Network network(text, {2});
  EXPECT_EQ(network.stages().size(), kLongestNetworkText / 8);
  expect_error<std::invalid_argument>([&] { Network(text + ' ', {2}); },
                                      {"[net] a text of 65537 bytes", "at most 65536"});
  // The last of many layers is shown with a few in front of it.
  text.replace(text.size() - 8, 8, "conv(2) ");
  const std::string message = message_of<std::invalid_argument>([&] { Network other(text, {2}); });
  expect_contains(message, "... tanh");
  const std::size_t line = message.find("\n  ... tanh") + 1, caret = message.find('^');
  const std::size_t next = message.find('\n', line) + 1;
  ASSERT_NE(caret, message.npos) << message;
  EXPECT_EQ(message.substr(line + caret - next, 7), "conv(2)") << message;
}

TEST(NetworkText, ArgumentsGoByPositionOrByKey) {
  EXPECT_EQ(Network("linear(out=3)  dropout( rate = 0.25 )", {4}).text(),
            "linear(3) dropout(0.25)");
}

TEST(Network, CountsAndNamesItsParameters) {
  const Network network("linear(3) relu linear(2)", {4});
  EXPECT_EQ(network.parameter_count(), 4U * 3 + 3 + 3 * 2 + 2);
  const auto blocks = network.blocks();
  ASSERT_EQ(blocks.size(), 4U);
  EXPECT_EQ(blocks[2].name, "2.weight");
  EXPECT_EQ(blocks[2].shape, (Shape{3, 2}));
  EXPECT_EQ(blocks[2].begin, 15U);
  EXPECT_TRUE(blocks[2].decays);
  EXPECT_FALSE(blocks[3].decays);
}

TEST(Network, ComputesWhatItsLayersSay) {
  Network network("linear(2) relu linear(1)", {2});
  // x W + b: W = [[1, -1], [2, -2]], b = (0.5, 0.25); then 3 h0 + 4 h1 - 1.
  const float weights[] = {1, -1, 2, -2, 0.5F, 0.25F, 3, 4, -1};
  std::ranges::copy(weights, network.parameters().begin());
  Tensor x({2, 2});
  x[0] = 1, x[1] = 1, x[2] = -1, x[3] = -1;
  const Tensor y = network.predict(x.view());
  EXPECT_EQ(y[0], 3 * 3.5F - 1);
  EXPECT_EQ(y[1], 4 * 3.25F - 1);
}

TEST(Network, FlattensImagesForALinearLayer) {
  const Network network("linear(3)", {1, 28, 28});
  EXPECT_EQ(network.parameter_count(), 784U * 3 + 3);
}

TEST(Network, PredictsManyRowsAsFew) {
  Network network("linear(5) tanh linear(2)", {3});
  network.initialize("he", 1);
  Tensor x({300, 3});
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i % 17) / 17;
  const Tensor all = network.predict(x.view());
  const Tensor last = network.predict({x.view().row(299), {1, 3}});
  EXPECT_NEAR(all[598], last[0], 1e-6);
  EXPECT_EQ(network.predict(Tensor({0, 3}).view()).view().rows(), 0U);
}

TEST(Network, OutputsOfStagesEndInWhatItPredicts) {
  Network network("conv(3,3) relu residual(conv(3,3) relu) maxpool(2) flatten linear(4)",
                  {2, 6, 4});
  network.initialize("he", 1);
  Tensor x({5, 2, 6, 4});
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i % 13) / 13;
  const auto stages = network.outputs_of_stages(x.view());
  ASSERT_EQ(stages.size(), network.stages().size());
  for (std::size_t i = 0; i < stages.size(); ++i)
    EXPECT_EQ(stages[i].shape(), network.stages()[i].output.with_front(5));
  const Tensor y = network.predict(x.view());
  EXPECT_TRUE(std::ranges::equal(stages.back().span(), y.span()));
  expect_error<std::invalid_argument>(
      [&] {
        (void)network.outputs_of_stages(Tensor({1, 7}).view());
      },
      {"7 features, expected 48"});
}

TEST(Network, RefusesWhatMemoryCannotHold) {
  expect_error<std::invalid_argument>([] { Network("linear(1000000000000)", {784}); },
                                      {"linear", "GB of memory"});
  expect_error<std::invalid_argument>([] { Network("linear(3)", {0}); }, {"at least one input"});
}

TEST(Network, RefusesSizesThatOverflow) {
  const std::size_t huge = std::size_t{1} << 33U;
  for (const Shape& input :
       {Shape{huge, huge}, Shape{huge, 1U << 30U, 2}, Shape{std::size_t{1} << 63U}})
    expect_error<std::invalid_argument>(
        [&] { Network::count_parameters("flatten linear(1)", input); },
        {"an input of", "of memory"});
  expect_error<std::invalid_argument>(
      [] { Network("concat(linear(9223372036854775807) | linear(9223372036854775807))", {1}); },
      {"linear", "of memory"});
}

// A kernel of few weights may reach far, or be planned in many parts.
TEST(Network, RefusesConvolutionsThatTakeTooMuchToPlan) {
  const Shape image{1, 2000, 2000};
  for (const char* text :
       {"conv(1,5000)", "conv(1,1,stride=2000)", "conv(1,65535x1,stride=2000x1)"})
    expect_error<std::invalid_argument>([&] { Network(text, image); }, {"too long to plan", text});
  for (const char* text : {"conv(1,2,dilation=65535)", "conv(99,2,pad=65535)"})
    expect_error<std::invalid_argument>([&] { Network(text, {64, 28, 28}); }, {"of memory", text});
}

// Planning this kernel takes seconds, its sizes nothing.
TEST(Network, CountsParametersWithoutPlanning) {
  EXPECT_EQ(Network::count_parameters("conv(1,1900)", {1, 8, 8}), 1900U * 1900U + 1);
}

TEST(Network, UnknownInitialiserNamesTheNearest) {
  Network network("linear(3)", {2});
  expect_error<std::invalid_argument>([&] { network.initialize("golrot", 1); },
                                      {"golrot", "glorot"});
}

TEST(Layers, RefuseOptionsOutOfRange) {
  expect_error<std::invalid_argument>([] { Linear({.out = 0}); }, {"[linear]"});
  expect_error<std::invalid_argument>([] { Dropout({.rate = 1}); }, {"[dropout]", "[0, 1)"});
}

TEST(Dropout, IsIdentityInEvaluation) {
  const Network network("dropout(0.9)", {50});
  Tensor x({1, 50});
  std::ranges::fill(x.span(), 1.0F);
  EXPECT_TRUE(std::ranges::equal(network.predict(x.view()).span(), x.span()));
}

}  // namespace
}  // namespace hebb
