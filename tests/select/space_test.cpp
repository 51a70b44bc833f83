#include "hebb/select/space.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <stdexcept>

#include "expect_error.h"
#include "hebb/estimators/mlp.h"

namespace hebb {
namespace {

Space parsed(const std::vector<std::string>& texts) { return Space::parse(texts, NetOptions()); }

TEST(Space, ReadsListsAndRangesAsTheCommandLineNamesOptions) {
  const Space space = parsed({"hidden=100|50,50|3,3", "alpha=1e-6..1e-1", "batch-size=16..512",
                              "dropout=0..0.5", "activation=relu|tanh"});
  ASSERT_EQ(space.dimensions().size(), 5U);
  EXPECT_EQ(space.dimensions()[0].option, "hidden_layer_sizes");
  EXPECT_EQ(space.dimensions()[0].choices[1], Value(std::vector<std::int64_t>{50, 50}));
  EXPECT_TRUE(space.dimensions()[1].log);
  EXPECT_TRUE(space.dimensions()[2].integer);
  EXPECT_FALSE(space.dimensions()[3].log);  // from 0
  EXPECT_EQ(space.values({2, 1e-3, 64, 0.25, 1}),
            (OptionValues{{"hidden_layer_sizes", std::vector<std::int64_t>{3, 3}},
                          {"alpha", 1e-3},
                          {"batch_size", std::int64_t{64}},
                          {"dropout", 0.25},
                          {"activation", "tanh"}}));
  EXPECT_EQ(parsed(space.texts()), space);
}

TEST(Space, ItsGridHasEveryCombinationOnce) {
  const Space space = parsed({"alpha=1e-5..1e-1:5", "hidden=10|20|30"});
  ASSERT_EQ(space.grid_size(), 15U);
  std::set<Point> points;
  for (std::size_t i = 0; i < 15; ++i) points.insert(space.grid_point(i));
  EXPECT_EQ(points.size(), 15U);
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_NEAR(std::log10(space.grid_point(3 * i)[0]), static_cast<double>(i) - 5, 1e-12);
  EXPECT_EQ(space.grid_point(14), (Point{0.1, 2}));
  EXPECT_FALSE(space.is_finite());
  EXPECT_TRUE(parsed({"batch_size=1..3", "hidden=1|2"}).is_finite());
  EXPECT_EQ(parsed({"batch_size=1..3", "hidden=1|2"}).grid_size(), 6U);
}

TEST(Space, IsRefusedByName) {
  const auto refused = [](const std::string& text, const std::string& part) {
    expect_error<std::invalid_argument>([&] { parsed({text}); }, {part});
  };
  refused("alph=1..2", "did you mean alpha");
  refused("alpha", "'alpha' is not NAME=LOW..HIGH");
  refused("alpha=", "is not NAME=LOW..HIGH");
  refused("alpha=1..x", "'x' is no number");
  refused("alpha=2..1", "empty");
  refused("alpha=-1..1", "alpha");
  refused("alpha=log:0..1", "above 0");
  refused("hidden=1..3", "list its values");
  refused("activation=relu|tanhh", "tanhh");
  refused("dropout=0..2", "dropout");
  refused("batch_size=1.5..3", "batch_size takes whole numbers");
  refused("alpha=0..1:1", "2 values");
  refused("activation=log:relu", "log: is for a range");
  expect_error<std::invalid_argument>([] { parsed({"alpha=0..1", "alpha=0..2"}); }, {"twice"});
  expect_error<std::invalid_argument>([] { (void)parsed({"alpha=0..1"}).grid_size(); },
                                      {"alpha=0..1:5"});
  expect_error<std::invalid_argument>([] { Space(std::vector<Dimension>{}); },
                                      {"varies no option"});
}

}  // namespace
}  // namespace hebb
