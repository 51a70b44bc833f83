// Figures take rows in a random order, whatever the order of the file, and check what they are given.
#include <gtest/gtest.h>

#include <limits>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "expect_error.h"
#include "hebb/datasets/generators.h"
#include "hebb/estimators/linear.h"
#include "hebb/estimators/mlp.h"
#include "hebb/plot/plots.h"
#include "plot/content.h"

namespace hebb {
namespace {

std::vector<plot::Series> series_in(const Figure& figure) {
  return std::get<std::vector<plot::Chart>>(figure.content().body)[0].series;
}

Dataset sorted_by_class(const Dataset& data) {
  std::vector<std::uint32_t> rows(data.samples());
  std::iota(rows.begin(), rows.end(), 0U);
  std::ranges::stable_sort(rows, {}, [&](auto row) { return data.target().values[row]; });
  return data.select(rows);
}

TEST(FiguresOfSortedRows, ALearningCurveIsAsOfShuffledRows) {
  const auto data = make_blobs({.n = 120, .centers = 3, .features = 4});
  const auto [train, test] = data.split();
  const auto out_of_sample = [&](const Dataset& part) {
    const Figure figure =
        plot_learning_curve([] { return std::make_unique<LogisticRegression>(); }, part, test, 5);
    return series_in(figure)[1].y;
  };
  // Of rows sorted by class, the first fifth would be of one class, and a third right.
  const auto scores = out_of_sample(sorted_by_class(train));
  ASSERT_EQ(scores.size(), 5U);
  for (const double score : scores) EXPECT_GT(score, 0.9);
  EXPECT_EQ(scores, out_of_sample(sorted_by_class(train)));
}

TEST(FiguresOfSortedRows, PointsAreOfEveryPartOfTheRows) {
  const auto data = sorted_by_class(make_blobs({.n = 41000, .centers = 2, .features = 2}));
  const Figure figure = plot_data(data);
  const auto series = series_in(figure);
  ASSERT_EQ(series.size(), 2U);
  EXPECT_EQ(series[0].x.size() + series[1].x.size(), 20000U);
  EXPECT_NEAR(static_cast<double>(series[0].x.size()), 10000, 300);  // six deviations
  EXPECT_EQ(series[0].x, series_in(plot_data(data))[0].x);
  Predictions numbers{.true_values = std::vector<double>(30000),
                      .predicted_values = std::vector<double>(30000)};
  std::iota(numbers.true_values.begin(), numbers.true_values.end(), 0.0);
  EXPECT_GT(std::ranges::max(series_in(plot_residuals(numbers))[0].y) -
                std::ranges::min(series_in(plot_residuals(numbers))[0].y),
            29900);
}

TEST(FiguresOfSortedRows, ImagesWithoutClassesAreOfEveryPart) {
  auto bytes = std::make_shared<std::vector<std::uint8_t>>(100);
  std::iota(bytes->begin(), bytes->end(), std::uint8_t{0});
  const Dataset data(Images{
      .count = 100, .channels = 1, .height = 1, .width = 1, .pixels = {bytes, bytes->data()}});
  const auto sheet = std::get<plot::Sheet>(plot_data(data).content().body);
  ASSERT_EQ(sheet.tiles.size(), 32U);
  std::set<std::uint8_t> shown;
  for (const auto& tile : sheet.tiles) shown.insert(tile.pixels[0]);
  EXPECT_EQ(shown.size(), 32U);
  EXPECT_GT(*shown.rbegin(), 80);
}

TEST(FiguresOfMissingLabels, AreDrawnWithoutThem) {
  auto bytes = std::make_shared<std::vector<std::uint8_t>>(12);
  const Images images{
      .count = 3, .channels = 1, .height = 2, .width = 2, .pixels = {bytes, bytes->data()}};
  const Target target{.names = {"y"}, .values = {0, std::nan(""), 1}, .classes = {"a", "b"}};
  const Dataset data(images, target);
  EXPECT_EQ(std::get<plot::Sheet>(plot_data(data).content().body).tiles.size(), 2U);
  EXPECT_EQ(std::get<plot::Sheet>(plot_augmented(data, "noise:0.1").content().body).tiles.size(),
            20U);
}

TEST(FigureArguments, AreChecked) {
  const Predictions beyond{.classes = {"a", "b"},
                           .truth = {0, 7},
                           .predicted = {1, 0},
                           .scores = {0.1, 0.9, 0.8, 0.2},
                           .probabilities = true};
  Predictions unscored = beyond;
  unscored.truth = {0, 1};
  unscored.scores.clear();
  const Predictions uneven{.outputs = 2, .true_values = {1, 2, 3}, .predicted_values = {1, 2, 3}};
  const ConfusionMatrix matrix{.classes = 2, .cells = {{0, 2, 1}}};
  const auto data = make_blobs({.n = 20});
  LogisticRegression unit;
  unit.fit(data);
  AdalineRegressor line;
  line.fit(Dataset::from_values(std::vector<double>{0, 1, 2}, {3, 1},
                                {.names = {"y"}, .values = {0, 1, 2}}));
  const auto points = Dataset::from_values(std::vector<double>{0, 1}, {2, 1});
  struct Row {
    const char* what;
    std::function<void()> call;
    std::vector<std::string> parts;
  };
  const Row rows[] = {
      {"confusion", [&] { plot_confusion(beyond); }, {"true label 2 is 7"}},
      {"a matrix",
       [&] {
         plot_confusion(matrix, {"a", "b"});
       },
       {"truth 0 and prediction 2"}},
      {"names", [&] { plot_confusion(matrix, {"a"}); }, {"2 classes, but 1 names"}},
      {"ROC", [&] { plot_roc(beyond); }, {"true label 2 is 7"}},
      {"scores", [&] { plot_scores(beyond); }, {"true label 2 is 7"}},
      {"no scores", [&] { plot_scores(unscored); }, {"no scores"}},
      {"mistakes", [&] { worst_mistakes(beyond, 3); }, {"true label 2 is 7"}},
      {"mistakes without scores", [&] { worst_mistakes(unscored, 3); }, {"no scores"}},
      {"numbers", [&] { plot_residuals(uneven); }, {"rows of 2"}},
      {"a test part", [&] { plot_regions(unit, data, &points); }, {"test data have 1 features"}},
      {"a curve without a target", [&] { plot_curve(line, points); }, {"have 0"}},
      {"lines",
       [] {
         plot_lines("", "", "", {{"c", {1, 2}, {1}}});
       },
       {"2 x and 1 y"}},
      {"bars", [] { plot_bars("", "", {"a"}, {}); }, {"1 names, but 0 values"}},
      {"comparison", [] { plot_comparison({}, "accuracy"); }, {"no model"}},
      {"cost",
       [] {
         plot_cost({{.name = "a", .mean = std::numeric_limits<double>::quiet_NaN()}}, "accuracy");
       },
       {"'a' is not finite"}},
      {"a grid that wraps around",
       [] {
         plot_grids("", "", {{"g", {std::size_t{1} << 63U, 2, {}}}});
       },
       {"grid 'g'"}},
      {"a row", [&] { layer_outputs(unit, data, 20); }, {}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    const std::string message = message_of<std::invalid_argument>(row.call);
    for (const std::string& part : row.parts) expect_contains(message, part);
  }
}

}  // namespace
}  // namespace hebb
