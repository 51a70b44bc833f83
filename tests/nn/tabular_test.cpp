// Layers of networks for tables: by PyTorch (tests/oracles/tabular.py), their texts, what they
// refuse, their initial weights. Networks of them on several threads: tests/train/members_test.cpp.
#include "hebb/nn/tabular.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/nn/network.h"
#include "nn/walk.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

// float32: sums of up to 40 products of order ten, in networks some layers of them.
constexpr double kTabularTolerance = 1e-5;

Shape tabular_shape(const nlohmann::json& extents) {
  Shape shape;
  for (std::size_t axis = extents.size(); axis-- > 0;) shape = shape.with_front(extents[axis]);
  return shape;
}

void expect_tabular(std::span<const float> ours, const nlohmann::json& expected,
                    const std::string& what) {
  ASSERT_EQ(ours.size(), expected.size()) << what;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const auto value = expected[i].get<double>();
    ASSERT_NEAR(ours[i], value, kTabularTolerance * std::max(1.0, std::abs(value)))
        << what << ", element " << i;
  }
}

// In evaluation and in training, in which layers save what backward() needs.
TEST(Tabular, LayersAgreeWithPyTorch) {
  for (const auto& c : test::oracle("tabular"))
    for (const bool training : {false, true}) {
      const std::size_t rows = c["rows"];
      SCOPED_TRACE(concat(c["text"].get<std::string>(), " on ", c["sample"].dump(), ", ", rows,
                          " rows", training ? ", training" : ""));
      const Shape sample = tabular_shape(c["sample"]);
      test::Walk walk(c["text"], sample, rows, {.training = training});
      EXPECT_EQ(walk.network.output_shape(), tabular_shape(c["output"]));
      std::ranges::copy(test::uniform(3, walk.network.parameter_count()),
                        walk.network.parameters().begin());
      auto x = test::uniform(1, rows * sample.size());
      for (float& v : x) v *= c["scale"].get<float>();
      if (c.contains("x")) x = c["x"].get<std::vector<float>>();
      expect_tabular(walk.forward(x), c["y"], "outputs");
      const auto dy = test::uniform(2, c["y"].size());
      expect_tabular(walk.backward(dy), c["dx"], "gradient of the inputs");
      expect_tabular(walk.gradient, c["gradient"], "gradient of the parameters");
    }
}

TEST(Tabular, EveryLayerIsComparedWithPyTorch) {
  const auto cases = test::oracle("tabular");
  for (const LayerRow& row : tabular_rows())
    EXPECT_TRUE(std::ranges::any_of(cases, [&](const auto& c) {
      return c["text"].template get<std::string>().starts_with(row.name);
    })) << row.name;
}

// ---- texts ----

const char* const kTabularText =
    "concat(columns(0,10) scale | columns(0,10) scale grouped(16,weight=0.1,bias_init=3.14159265,"
    "rate=6.28318531) cos grouped(3) flatten | columns(10,22) | columns(22,23) embed(77,8)) "
    "ntk(32) parametric(selu) ntk(32,bias_init=1) parametric(selu,rate=0.2) ntk(3,weight=0)";

TEST(Tabular, TextsOfWholeNetworksGoThereAndBack) {
  const Network network(kTabularText, {23});
  EXPECT_EQ(network.text(), kTabularText);
  EXPECT_EQ(Network(network.text(), {23}).text(), network.text());
  EXPECT_EQ(network.output_shape(), Shape{3});
  const std::size_t joined = 10 + 10 * 3 + 12 + 8;
  const std::size_t embeddings = 10 + 10 + 10 * (16 + 16) + 10 * (16 * 3 + 3) + 78 * 8;
  EXPECT_EQ(network.parameter_count(),
            embeddings + (joined + 1) * 32 + 32 + (32 + 1) * 32 + 32 + (32 + 1) * 3);
}

TEST(Tabular, ArgumentsWithTheirDefaultsAreLeftOut) {
  const std::pair<const char*, const char*> texts[] = {
      {"scale(6)", "scale"},
      {"ntk(4,0.1,1,0)", "ntk(4)"},
      {"ntk(4,weight=0)", "ntk(4,weight=0)"},
      {"parametric(swish)", "parametric(silu)"},
      {"grouped(2,auto,0,1)", "grouped(2)"},
      {"grouped(2,weight=0)", "grouped(2,weight=0)"}};
  for (const auto& [text, shown] : texts) EXPECT_EQ(Network(text, {5}).text(), shown);
}

struct TabularMistake {
  const char* text;
  Shape sample;
  const char *words, *more = "", *rest = "";
};

TEST(Tabular, MistakesArePointedAt) {
  const TabularMistake mistakes[] = {
      {"columns(3,3)", {5}, "columns", "first < last", "3 and 3"},
      {"columns(1)", {5}, "columns needs 'last'"},
      {"columns(3,6)", {5}, "columns", "3 to 5 of 5"},
      {"columns(0,2)", {2, 2, 2}, "columns", "rows of numbers", "(2, 2, 2)"},
      {"scale(-1)", {5}, "scale", "'rate' must be a number >= 0", "-1"},
      {"scale(rate=nan)", {5}, "'rate' of scale must be a number", "nan"},
      {"ntk(0)", {5}, "ntk", "1 output or more"},
      {"ntk(3,bias=-1)", {5}, "ntk", "'bias' must be a number >= 0"},
      {"ntk(3,bias=0,bias_init=1)", {5}, "ntk", "bias_init"},
      {"ntk(3)", {2, 4, 4}, "ntk", "flatten"},
      {"parametric", {5}, "parametric needs 'f'"},
      {"parametric(sellu)", {5}, "'sellu'", "did you mean selu?"},
      {"parametric(relu,rate=-0.1)", {5}, "parametric", "'rate'"},
      {"grouped(0)", {5}, "grouped", "1 output or more"},
      {"grouped(2,weight=x)", {5}, "'weight' of grouped must be a number", "'x'"},
      {"grouped(2,bias_init=-1)", {5}, "grouped", "'bias_init'"},
      {"grouped(2)", {1, 4, 4}, "grouped", "(g, d)", "(1, 4, 4)"},
      {"shared(2)", {5}, "shared", "(g, d)", "(5)"},
      {"members(2) shared(0)", {5}, "shared", "1 output or more"},
      {"embed(0,2)", {1}, "embed", "2^24"},
      {"embed(16777217,2)", {1}, "embed", "2^24"},
      {"embed(3,0)", {1}, "embed", "width of 1 or more"},
      {"embed(3,2)", {2}, "embed", "one input", "columns"},
      {"members(0)", {3}, "members", "1 member or more"},
      {"members(2) members(2)", {3}, "members", "(2, 3)"}};
  for (const TabularMistake& m : mistakes)
    expect_error<std::invalid_argument>([&] { Network(m.text, m.sample); },
                                        {"[net]", m.text, "^", m.words, m.more, m.rest});
}

TEST(Tabular, ConstructorsRefuseWhatTextsRefuse) {
  expect_error<std::invalid_argument>([] { Columns(2, 1); }, {"[columns]", "2 and 1"});
  expect_error<std::invalid_argument>([] { Scale({.rate = NAN}); }, {"[scale]", "'rate'"});
  expect_error<std::invalid_argument>([] { Ntk({.out = 0}); }, {"[ntk]", "1 output"});
  expect_error<std::invalid_argument>([] { Ntk({.out = 1, .weight = INFINITY}); },
                                      {"[ntk]", "'weight'"});
  expect_error<std::invalid_argument>([] { Parametric({.function = "x"}); },
                                      {"[parametric]", "'x'"});
  expect_error<std::invalid_argument>([] { Grouped({.out = 1, .rate = -1}); },
                                      {"[grouped]", "'rate'"});
  expect_error<std::invalid_argument>([] { Shared({.out = 0}); }, {"[shared]", "1 output"});
  expect_error<std::invalid_argument>([] { Embed({.categories = 0, .width = 1}); },
                                      {"[embed]", "categories"});
  expect_error<std::invalid_argument>([] { Members({.count = 0}); }, {"[members]", "1 member"});
}

// ---- initial weights ----

std::vector<float> initial(const std::string& text, const Shape& sample, std::uint64_t seed = 1) {
  Network network(text, sample);
  network.initialize("glorot", seed);
  return {network.parameters().begin(), network.parameters().end()};
}

struct TabularMoments {
  double mean = 0, deviation = 0;
  explicit TabularMoments(std::span<const float> values) {
    for (const float v : values) mean += double{v};
    mean /= static_cast<double>(values.size());
    for (const float v : values) deviation += (double{v} - mean) * (double{v} - mean);
    deviation = std::sqrt(deviation / static_cast<double>(values.size()));
  }
};

TEST(Tabular, ScaleAndParametricStartAsTheIdentityAndAsTheirFunction) {
  for (const char* text : {"scale", "parametric(selu)"})
    EXPECT_EQ(initial(text, {3}), std::vector<float>(3)) << text;
  const std::vector<float> x = {-1, 0.5F, 2};
  const auto y_of = [&](const char* text) {
    const Tensor y = Network(text, {3}).predict({x.data(), {1, 3}});
    return std::vector<float>(y.span().begin(), y.span().end());
  };
  EXPECT_EQ(y_of("scale"), x);
  EXPECT_EQ(y_of("parametric(selu)"), y_of("selu"));
}

TEST(Tabular, NtkStartsWithNormalWeightsAndBiases) {
  const auto plain = initial("ntk(50)", {40});
  const TabularMoments weights{std::span(plain).first(2000)};
  EXPECT_NEAR(weights.mean, 0, 5 / std::sqrt(2000.0));
  EXPECT_NEAR(weights.deviation, 1, 5 / std::sqrt(4000.0));
  for (std::size_t i = 2000; i < plain.size(); ++i) EXPECT_EQ(plain[i], 0.0F);

  const auto drawn = initial("ntk(1000,bias=0.1,weight=0,bias_init=2)", {1});
  for (std::size_t i = 0; i < 1000; ++i) EXPECT_EQ(drawn[i], 0.0F);
  const TabularMoments shifts{std::span(drawn).last(1000)};  // biases are 0.1 times these
  EXPECT_NEAR(0.1 * shifts.deviation, 2, 2 * 5 / std::sqrt(2000.0));
}

TEST(Tabular, GroupedStartsWithWhatItsArgumentsSay) {
  const auto own = initial("grouped(16,weight=0.1,bias_init=3)", {200});
  const TabularMoments weights{std::span(own).first(3200)};
  EXPECT_NEAR(weights.deviation, 0.1, 0.1 * 5 / std::sqrt(6400.0));
  const auto biases = std::span(own).last(3200);
  EXPECT_NEAR(TabularMoments(biases).deviation, 3 / std::sqrt(3.0), 0.15);
  EXPECT_LE(*std::ranges::max_element(biases), 3.0F);
  EXPECT_GE(*std::ranges::min_element(biases), -3.0F);
}

// Each entry's weights are those of a linear layer of its size, and no two are the same.
TEST(Tabular, GroupedDrawsEachEntryFromTheInitialiser) {
  Network network("grouped(4)", {3, 4});
  network.initialize("orthogonal", 1);
  const auto weights = std::as_const(network).parameters();
  double gain = 0;
  for (std::size_t o = 0; o < 4; ++o) gain += double{weights[o]} * double{weights[o]};
  for (std::size_t g = 0; g < 3; ++g)
    for (std::size_t i = 0; i < 4; ++i)
      for (std::size_t k = 0; k < 4; ++k) {
        double dot = 0;
        for (std::size_t o = 0; o < 4; ++o)
          dot += double{weights[g * 16 + i * 4 + o]} * double{weights[g * 16 + k * 4 + o]};
        EXPECT_NEAR(dot, i == k ? gain : 0, 1e-6) << g;
      }
  EXPECT_NE(weights[0], weights[16]);
  EXPECT_NE(weights[16], weights[32]);
}

TEST(Tabular, MembersStartWithSignsOfTheirOwn) {
  const auto signs = initial("members(16)", {100});
  EXPECT_TRUE(std::ranges::all_of(signs, [](float v) { return std::abs(v) == 1; }));
  EXPECT_NEAR(TabularMoments(signs).mean, 0, 5 / std::sqrt(1600.0));
  EXPECT_NE(signs, initial("members(16)", {100}, 2));
}

// ---- categories ----

TEST(Embed, StrangeNumbersHaveTheLastRow) {
  Network network("embed(3,2)", {1});
  const auto table = network.parameters();
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<float>(i);
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const std::vector<std::pair<float, std::size_t>> rows = {
      {0.0F, 0},      {-0.0F, 0}, {1.0F, 1},       {2.0F, 2},    {3.0F, 3},     {4.0F, 3},
      {-1.0F, 3},     {0.5F, 3},  {1e-30F, 3},     {1.9999F, 3}, {NAN, 3},      {-NAN, 3},
      {kInfinity, 3}, {1e30F, 3}, {-kInfinity, 3}, {-1e-30F, 3}, {16777216, 3}, {4294967296.0F, 3}};
  for (const auto& [x, row] : rows) {
    const Tensor y = network.predict({&x, {1, 1}});
    EXPECT_EQ(y[0], static_cast<float>(2 * row)) << x;
    EXPECT_EQ(y[1], static_cast<float>(2 * row + 1)) << x;
  }
}

TEST(Embed, OtherCategoriesStartAtZero) {
  const auto table = initial("embed(500,4)", {1});
  EXPECT_NEAR(TabularMoments(std::span(table).first(2000)).deviation, 1, 5 / std::sqrt(4000.0));
  for (std::size_t i = 2000; i < 2004; ++i) EXPECT_EQ(table[i], 0.0F);
}

// A table of several pieces: each takes the samples of its own rows.
TEST(Embed, GradientOfALargeTableIsCutIntoPieces) {
  constexpr std::size_t kCategories = 20000, kEmbedWidth = 5;
  const Network network(concat("embed(", kCategories, ",", kEmbedWidth, ")"), {1});
  const Layer& layer = *network.stages()[0].layer;
  const auto pieces = layer.pieces({1});
  EXPECT_GT(pieces.size(), 3U);
  const std::vector<float> x = {0, 19999, 6552, 6553, 6554, 19999, -1, 12345};
  const auto dy = test::uniform(2, x.size() * kEmbedWidth);
  std::vector<float> gradient(network.parameter_count());
  for (const auto& piece : pieces)
    layer.gradient({}, piece, {x.data(), {x.size(), 1}}, {dy.data(), {x.size(), kEmbedWidth}},
                   std::span(gradient).subspan(piece.begin, piece.end - piece.begin), false);
  std::vector<float> expected(gradient.size());
  for (std::size_t r = 0; r < x.size(); ++r)
    for (std::size_t i = 0; i < kEmbedWidth; ++i)
      expected[(x[r] < 0 ? kCategories : static_cast<std::size_t>(x[r])) * kEmbedWidth + i] +=
          dy[r * kEmbedWidth + i];
  EXPECT_EQ(gradient, expected);
}

}  // namespace
}  // namespace hebb
