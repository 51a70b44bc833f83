// What the figures of data and models show. How they are drawn is in figure_test.cpp.
#include "hebb/plot/plots.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include "expect_error.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/datasets/generators.h"
#include "hebb/estimators/linear.h"
#include "hebb/estimators/mlp.h"
#include "plot/content.h"
#include "plot/text_boxes.h"

namespace hebb {
namespace {

using plot::Chart;
using plot::Mark;

std::vector<Chart> charts_of(const Figure& figure) {
  return std::get<std::vector<Chart>>(figure.content().body);
}
plot::Series series_of(const Figure& figure, const std::string& name) {
  const auto charts = charts_of(figure);
  for (const auto& one : charts[0].series)
    if (one.name.starts_with(name)) return one;
  throw std::runtime_error("there is no series " + name);
}

LogisticRegression logistic_on(const Dataset& data) {
  LogisticRegression unit;
  unit.fit(data);
  return unit;
}

Dataset small_images(std::size_t count = 40, std::size_t channels = 1) {
  Images images{.count = count, .channels = channels, .height = 4, .width = 3, .pixels = {}};
  const std::shared_ptr<std::uint8_t[]> pixels(new std::uint8_t[count * images.image_size()]);
  Target target{.names = {"label"}, .values = {}, .classes = {"left", "right"}};
  for (std::size_t i = 0; i < count; ++i) {
    std::uint8_t* image = pixels.get() + i * images.image_size();
    for (std::size_t p = 0; p < images.image_size(); ++p)
      image[p] = static_cast<std::uint8_t>((p % 3 == (i % 2) * 2 ? 200 : 10) + (i * 7 + p) % 40);
    target.values.push_back(i % 2 == 0 ? 0 : 1);
  }
  images.pixels = {pixels, pixels.get()};
  return Dataset(std::move(images), std::move(target));
}

TEST(PlotData, ShowsEveryPointByItsClass) {
  const auto data = make_blobs({.n = 90, .centers = 3, .features = 4});
  const Figure figure = plot_data(data, {"x2", "x4"});
  const Chart chart = charts_of(figure)[0];
  EXPECT_EQ(chart.x_label, "x2");
  ASSERT_EQ(chart.series.size(), 3U);
  for (const auto& series : chart.series) EXPECT_EQ(series.x.size(), 30U);
  const auto first = static_cast<std::size_t>(data.target().values[0]);
  EXPECT_EQ(chart.series[first].x[0], data.table().at(0, 1));
  EXPECT_EQ(chart.series[first].y[0], data.table().at(0, 3));
  expect_contains(chart.note, "2 of 4 features");
  expect_contains(figure.description(), "'0', '1', '2'");
}

TEST(PlotData, ShowsWhatSuitsTheData) {
  EXPECT_EQ(charts_of(plot_data(make_sine()))[0].y_label, "y");
  EXPECT_EQ(charts_of(plot_data(make_friedman1(), {"x4"}))[0].x_label, "x4");
  EXPECT_EQ(charts_of(plot_data(make_blobs({.features = 1})))[0].series[0].mark, Mark::histogram);
  const Figure images = plot_data(small_images());
  const auto& sheet = std::get<plot::Sheet>(images.content().body);
  ASSERT_EQ(sheet.tiles.size(), 8U);
  EXPECT_EQ(sheet.tiles[1].caption[0], "right");
  EXPECT_EQ(sheet.tiles[0].pixels.size(), 12U);
}

TEST(PlotData, SaysWhyItCannot) {
  const auto data = make_blobs({.features = 3});
  for (const auto& [columns, message] :
       std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"x1", "y2"}, "there is no feature 'y2'; did you mean x2?"},
           {{"x1", "x2", "x3"}, "takes 2 at most here, got 3"}})
    expect_contains(
        message_of<std::invalid_argument>([&, &names = columns] { (void)plot_data(data, names); }),
        message);
  EXPECT_THROW((void)plot_data(small_images(4, 2)), std::invalid_argument);
  EXPECT_THROW((void)plot_data(small_images(), {"x1"}), std::invalid_argument);
  EXPECT_THROW((void)plot_data(data.slice(0, 0)), std::invalid_argument);
}

TEST(PlotAugmented, ShowsImagesBesideTheirChanges) {
  const auto data = small_images();
  const Figure figure = plot_augmented(data, "flip:1");
  const auto& sheet = std::get<plot::Sheet>(figure.content().body);
  EXPECT_EQ(sheet.columns, 10U);
  ASSERT_EQ(sheet.tiles.size(), 20U);  // two classes
  EXPECT_EQ(sheet.tiles[10].caption[0], "right");
  for (std::size_t i = 0; i < 20; ++i)
    for (std::size_t p = 0; p < 12; ++p)
      EXPECT_EQ(sheet.tiles[i].pixels[p],
                sheet.tiles[i - i % 10].pixels[i % 10 == 0 ? p : p - p % 3 + 2 - p % 3]);
  expect_contains(figure.description(), "2 images");
  expect_contains(figure.description(), "by flip:1");
  const auto pixels_by = [&](std::uint64_t seed) {
    const Figure by_seed = plot_augmented(small_images(4, 3), "shift", seed);
    return std::get<plot::Sheet>(by_seed.content().body).tiles[1].pixels;
  };
  EXPECT_EQ(pixels_by(1), pixels_by(1));
  EXPECT_NE(pixels_by(1), pixels_by(2));
}

TEST(PlotAugmented, SaysWhyItCannot) {
  expect_contains(
      message_of<std::invalid_argument>([] { (void)plot_augmented(make_blobs(), "shift"); }),
      "augmentation is for images");
  for (const auto& [text, message] : std::vector<std::pair<std::string, std::string>>{
           {"shfit", "did you mean shift?"}, {"", "there is shift:2 (pixels), rotate:10"}})
    expect_contains(message_of<std::invalid_argument>(
                        [&, &given = text] { (void)plot_augmented(small_images(), given); }),
                    message);
  EXPECT_THROW((void)plot_augmented(small_images(4, 2), "shift"), std::invalid_argument);
  EXPECT_THROW((void)plot_augmented(small_images().slice(0, 0), "shift"), std::invalid_argument);
}

TEST(PlotRegions, BoundaryIsWhereTheScoreIsZero) {
  const auto data = make_blobs({.n = 200, .std = 2, .seed = 3, .problem_seed = 3});
  const auto unit = logistic_on(data);
  const Figure figure = plot_regions(unit, data);
  const auto boundary = series_of(figure, "boundary");
  ASSERT_GT(boundary.x.size(), 10U);
  const auto& w = unit.coef_();
  constexpr double kGrid = 1e-9;  // a linear score is met exactly between the points of a grid
  for (std::size_t i = 0; i < boundary.x.size(); ++i) {
    if (std::isnan(boundary.x[i])) continue;
    EXPECT_NEAR(w[0] * boundary.x[i] + w[1] * boundary.y[i] + unit.intercept_()[0], 0, kGrid);
  }
  const auto margin = series_of(figure, "probability 25% and 75%");
  for (std::size_t i = 0; i < margin.x.size(); ++i)
    if (!std::isnan(margin.x[i])) {
      EXPECT_NEAR(std::abs(w[0] * margin.x[i] + w[1] * margin.y[i] + unit.intercept_()[0]),
                  std::log(3.0), kGrid);
    }
  const auto back = charts_of(figure)[0].backdrop;
  EXPECT_EQ(back.color.size(), back.columns * back.rows);
  EXPECT_EQ(std::set(back.color.begin(), back.color.end()), (std::set<std::uint16_t>{0, 1}));
}

TEST(PlotRegions, MarginOfASeparatingPerceptronTouchesTheNearestSample) {
  const auto data = make_blobs({.n = 200, .separable = true, .seed = 1, .problem_seed = 1});
  Perceptron unit;
  unit.fit(data);
  const auto scores = unit.decision_function(data);
  double nearest = INFINITY;
  for (const double score : scores) nearest = std::min(nearest, std::abs(score));
  const auto margin = series_of(plot_regions(unit, data), "margin");
  for (std::size_t i = 0; i < margin.x.size(); ++i)
    if (!std::isnan(margin.x[i])) {
      EXPECT_NEAR(std::abs(unit.coef_()[0] * margin.x[i] + unit.coef_()[1] * margin.y[i] +
                           unit.intercept_()[0]),
                  nearest, 1e-9);
    }
}

TEST(PlotRegions, ShowsHeldOutDataAsRingsAndManyClasses) {
  const auto [train, test] =
      make_blobs({.n = 120, .centers = 4, .seed = 2, .problem_seed = 2}).split();
  const Figure figure = plot_regions(logistic_on(train), train, &test);
  EXPECT_EQ(series_of(figure, "2").mark, Mark::points);
  EXPECT_EQ(series_of(figure, "2, held out").mark, Mark::rings);
  EXPECT_THROW(
      (void)plot_regions(logistic_on(make_blobs({.features = 3})), make_blobs({.features = 3})),
      std::invalid_argument);
}

TEST(PlotConfusion, HoldsTheCountsOfTheScores) {
  const auto data = make_blobs({.n = 300, .centers = 3, .std = 6, .seed = 1, .problem_seed = 1});
  const auto unit = logistic_on(data);
  const Figure figure = plot_confusion(unit.predictions(data));
  const auto scores = std::get<ClassificationScores>(unit.scores(data));
  const auto& body = std::get<plot::Matrix>(figure.content().body);
  for (std::size_t k = 0; k < 9; ++k)
    EXPECT_EQ(body.counts[k], scores.confusion.at(k / 3, k % 3)) << k;
  expect_contains(figure.description(), "the most frequent mistake is");
  EXPECT_THROW((void)plot_confusion(scores.confusion, {"a", "b"}), std::invalid_argument);
}

// Predictions of many classes, of which the last two are taken for each other.
Predictions many_classes(std::size_t classes, std::size_t rows_of_each = 2) {
  Predictions out{.probabilities = true};
  for (std::size_t c = 0; c < classes; ++c) out.classes.push_back("class " + std::to_string(c));
  for (std::size_t i = 0; i < classes * rows_of_each; ++i) {
    const std::size_t truth = i % classes;
    const std::size_t taken = truth + 2 < classes ? truth : 2 * classes - 3 - truth;
    out.truth.push_back(static_cast<std::int32_t>(truth));
    out.predicted.push_back(static_cast<std::int32_t>(taken));
    for (std::size_t c = 0; c < classes; ++c)
      out.scores.push_back(c == taken ? 0.9 : 0.1 / static_cast<double>(classes - 1));
  }
  return out;
}

TEST(PlotsOfManyClasses, ShowThoseWithTheMostMistakes) {
  const auto of = many_classes(300);
  const Figure confusion = plot_confusion(of);
  const auto& matrix = std::get<plot::Matrix>(confusion.content().body);
  ASSERT_EQ(matrix.names.size(), 40U);
  EXPECT_EQ(matrix.names.back(), "class 299");
  EXPECT_EQ(matrix.counts[39 * 40 + 38], 2);
  EXPECT_EQ(matrix.total(39), 2);
  expect_contains(matrix.note, "the most frequent mistakes, among 40 of 300 classes");
  expect_contains(confusion.description(), "of 300 classes");
  const Figure classes = plot_classes(of, "");
  const auto& bars = std::get<plot::Bars>(classes.content().body);
  EXPECT_EQ(bars.names.size(), 40U);
  EXPECT_EQ(bars.groups[0].values.size(), 40U);
  expect_contains(bars.note, "the 40 of 300 classes with the most mistakes");
  for (const Figure& figure :
       {plot_roc(of, ""), plot_precision_recall(of, ""), plot_gain(of, "")}) {
    const auto& chart = std::get<std::vector<plot::Chart>>(figure.content().body).at(0);
    EXPECT_LE(chart.series.size(), 17U);
    expect_contains(chart.note, "the 16 of 300 classes with the most mistakes");
    EXPECT_EQ(series_of(figure, "class 299").name, "class 299");
  }
}

TEST(PlotsOfManyClasses, ConfusionShowsBothClassesOfAMistake) {
  auto of = many_classes(300);
  // Fifty classes, each taken for two others: more mistakes than of 298 and 299, but never twice
  // the same.
  for (std::size_t c = 0; c < 50; ++c) {
    of.predicted[c] = static_cast<std::int32_t>(100 + c);
    of.predicted[300 + c] = static_cast<std::int32_t>(150 + c);
    of.truth.push_back(static_cast<std::int32_t>(200 + c % 50));
    of.predicted.push_back(static_cast<std::int32_t>(c));
    of.truth.push_back(static_cast<std::int32_t>(250 + c % 48));
    of.predicted.push_back(static_cast<std::int32_t>(c));
  }
  of.scores.clear();
  const Figure figure = plot_confusion(of);
  const auto& matrix = std::get<plot::Matrix>(figure.content().body);
  ASSERT_EQ(matrix.names.size(), 40U);
  double mistakes = 0;
  for (std::size_t k = 0; k < matrix.counts.size(); ++k)
    if (k / 40 != k % 40) mistakes += matrix.counts[k];
  EXPECT_GE(mistakes, 4 + 19);
  EXPECT_EQ(matrix.names.back(), "class 299");
}

TEST(PlotsOfManyClasses, NameTheMostFrequentOnes) {
  Table table{.rows = 500, .columns = {{.name = "a"}, {.name = "b"}}, .values = {}};
  Target target{.names = {"y"}, .values = {}, .classes = {}};
  for (int c = 0; c < 100; ++c) target.classes.push_back("class " + std::to_string(c));
  for (std::size_t r = 0; r < 500; ++r) {
    table.values.insert(table.values.end(), {static_cast<double>(r), static_cast<double>(r % 7)});
    target.values.push_back(r < 400 ? static_cast<double>(60 + r % 40)
                                    : static_cast<double>(r % 60));
  }
  const Dataset data(table, target);
  const Figure scatter = plot_data(data);
  const auto& chart = std::get<std::vector<plot::Chart>>(scatter.content().body).at(0);
  EXPECT_EQ(chart.series.size(), 41U);
  EXPECT_EQ(series_of(scatter, "class 60").x.size(), 10U);
  EXPECT_EQ(series_of(scatter, "other classes").x.size(), 100U);
  expect_contains(chart.note, "the 40 most frequent of 100 classes");
  std::vector<std::string> texts;
  for (const auto& box : plot::text_boxes(scatter.content(), nullptr)) texts.push_back(box.text);
  EXPECT_EQ(std::ranges::count(texts, "and 1 more"), 0);
  EXPECT_EQ(std::ranges::count(texts, "class 99"), 1);
  const auto histogram = plot_data(data, {"b"});
  const auto& one = std::get<std::vector<plot::Chart>>(histogram.content().body).at(0);
  EXPECT_EQ(one.series.size(), 40U);
}

TEST(PlotsOfEmptyLabels, SayThatTheyAreEmpty) {
  auto of = many_classes(3, 4);
  of.classes[0] = "";
  EXPECT_EQ(series_of(plot_roc(of, ""), "(empty)").name, "(empty)");
  std::vector<std::string> texts;
  for (const auto& box : plot::text_boxes(plot_confusion(of).content(), nullptr))
    texts.push_back(box.text);
  EXPECT_EQ(std::ranges::count(texts, "(empty)"), 2);
}

TEST(PlotRoc, AreaInTheLegendIsThatOfTheScores) {
  const auto data = make_blobs({.n = 300, .std = 6, .seed = 5, .problem_seed = 5});
  const auto unit = logistic_on(data);
  const auto scores = std::get<ClassificationScores>(unit.scores(data));
  ASSERT_TRUE(scores.roc_auc.has_value());
  char label[40];
  std::snprintf(label, sizeof label, "AUC %.4f", *scores.roc_auc);
  const auto curve = series_of(plot_roc(unit.predictions(data)), "1");
  EXPECT_EQ(curve.figure, label);
  EXPECT_EQ(curve.x.front(), 0);
  EXPECT_EQ(curve.y.back(), 1);
  double area = 0;
  for (std::size_t i = 1; i < curve.x.size(); ++i)
    area += (curve.x[i] - curve.x[i - 1]) * (curve.y[i] + curve.y[i - 1]) / 2;
  EXPECT_NEAR(area, *scores.roc_auc, 1e-12);
}

TEST(PlotRoc, HasACurveForEachClassAndSaysWhichAreAbsent) {
  const auto data = make_blobs({.n = 300, .centers = 3, .std = 6, .seed = 5, .problem_seed = 5});
  const auto unit = logistic_on(data);
  EXPECT_EQ(charts_of(plot_roc(unit.predictions(data)))[0].series.size(), 4U);  // and chance
  std::vector<std::uint32_t> rows;
  for (std::uint32_t r = 0; r < data.samples(); ++r)
    if (data.target().values[r] != 2) rows.push_back(r);
  const auto two = data.select(rows);
  for (const auto& figure :
       {plot_roc(unit.predictions(two)), plot_precision_recall(unit.predictions(two)),
        plot_gain(unit.predictions(two))})
    expect_contains(charts_of(figure)[0].note, "not among these samples: '2'");
  std::erase_if(rows, [&](std::uint32_t r) { return data.target().values[r] == 1; });
  EXPECT_THROW((void)plot_roc(unit.predictions(data.select(rows))), std::invalid_argument);
}

TEST(PlotScores, HistogramsAddUpToOne) {
  const auto data = make_blobs({.n = 300, .std = 6, .seed = 5, .problem_seed = 5});
  const auto histograms = charts_of(plot_scores(logistic_on(data).predictions(data)))[0].series;
  for (const auto& series : histograms) {
    double sum = 0;
    for (const double share : series.y) sum += share;
    EXPECT_NEAR(sum, 1, 1e-12);
    EXPECT_EQ(series.x.size(), series.y.size() + 1);
  }
  // Each sample stands in the bin of its probability of the second class.
  std::vector<double> shares(histograms[1].y.size());
  const auto unit_of_two = logistic_on(data);
  const auto probabilities = unit_of_two.predict_proba(data);
  for (std::size_t i = 0; i < data.samples(); ++i)
    if (data.target().values[i] == 1)
      shares[std::min(static_cast<std::size_t>(probabilities[2 * i + 1] * 40),
                      shares.size() - 1)] += 1.0 / 150;
  for (std::size_t b = 0; b < shares.size(); ++b)
    EXPECT_NEAR(histograms[1].y[b], shares[b], 1e-12) << b;
  const auto three = make_blobs({.n = 300, .centers = 3, .std = 6, .seed = 5, .problem_seed = 5});
  Perceptron unit;
  unit.fit(three);
  const auto groups = charts_of(plot_scores(unit.predictions(three)))[0].series;
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_TRUE(groups[0].name.starts_with("right (") && groups[1].name.starts_with("wrong ("));
}

TEST(PlotHistory, ShowsTheLossCurveOfTheModel) {
  const auto data = make_moons({.n = 200});
  MLPClassifier net({.hidden_layer_sizes = {8}, .max_iter = 12, .validate = true});
  net.fit(data);
  const auto charts = charts_of(plot_history(net.model()));
  ASSERT_EQ(charts.size(), 2U);
  EXPECT_EQ(charts[0].series[0].y, net.loss_curve_);
  EXPECT_EQ(charts[1].series[0].y, net.validation_scores_);
  EXPECT_EQ(charts[0].series[0].x.back(), 12);
}

TEST(PlotLearningRates, ShowsTheSearchUpToItsLowestAndMarksTheSuggestion) {
  LearningRateSearch search{.rates = {1e-4, 1e-3, 1e-2, 1e-1},
                            .losses = {2.1, 1.9, 0.5, 1e20},
                            .smoothed = {2.1, 2, 1, 1e19},
                            .suggested = 1e-3,
                            .lowest = 1e-2,
                            .fall = 0.5,
                            .stopped_at = 1e-1};
  const Figure figure = plot_learning_rates(search, "digits");
  EXPECT_EQ(series_of(figure, "of each batch").y, search.losses);
  EXPECT_EQ(series_of(figure, "smoothed").y, search.smoothed);
  EXPECT_EQ(series_of(figure, "suggested").x, (std::vector<double>{1e-3, 1e-3}));
  EXPECT_EQ(series_of(figure, "suggested").figure, "0.001");
  const Chart chart = charts_of(figure)[0];
  EXPECT_TRUE(chart.x_log);
  ASSERT_TRUE(chart.y);
  EXPECT_LT(chart.y->high, 3) << "what runs away does not press the rest flat";
  EXPECT_EQ(figure.description(),
            "Line chart of the loss while the learning rate rises from 0.0001 to 0.1: lowest at "
            "0.01; 0.001 is suggested; at 0.1 the loss had run away.");
  EXPECT_FALSE(figure.png().empty());
  search.smoothed.pop_back();
  EXPECT_THROW((void)plot_learning_rates(search), std::invalid_argument);
  EXPECT_THROW((void)plot_learning_rates({}), std::invalid_argument);
}

TEST(PlotLearningCurve, EndsAtTheScoreOfTheWhole) {
  const auto [train, test] = make_blobs({.n = 400, .std = 5, .seed = 1, .problem_seed = 1}).split();
  const auto unit = logistic_on(train);
  const Figure figure =
      plot_learning_curve([] { return std::make_unique<LogisticRegression>(); }, train, test, 4);
  EXPECT_EQ(series_of(figure, "in sample").x, (std::vector<double>{75, 150, 225, 300}));
  EXPECT_NEAR(series_of(figure, "in sample").y.back(), unit.score(train), 1e-2);
  EXPECT_NEAR(series_of(figure, "out of sample").y.back(), unit.score(test), 1e-2);
  const std::string csv = figure.csv();
  EXPECT_EQ(std::ranges::count(csv, '\n'), 1 + 2 * 4) << csv;  // each point once
  EXPECT_THROW((void)plot_learning_curve([] { return std::make_unique<LogisticRegression>(); },
                                         train.slice(0, 3), test),
               std::invalid_argument);
}

TEST(PlotRegressor, ShowsPredictionsResidualsAndCurve) {
  const auto data = make_sine({.n = 150});
  MLPRegressor net({.hidden_layer_sizes = {16}, .max_iter = 50});
  net.fit(data);
  const auto predicted = net.predict(data);
  const Figure predictions = plot_predictions(net.predictions(data));
  EXPECT_EQ(charts_of(predictions)[0].series[0].x, data.target().values);
  EXPECT_EQ(charts_of(predictions)[0].series[0].y, predicted);
  const Figure residuals = plot_residuals(net.predictions(data));
  EXPECT_EQ(charts_of(residuals)[0].series[0].y[3], predicted[3] - data.target().values[3]);
  const Figure curve = plot_curve(net, data);
  const auto line = series_of(curve, "model");
  Table one{.rows = 1, .columns = data.table().columns, .values = {line.x[100]}};
  EXPECT_NEAR(line.y[100], net.predict(Dataset(std::move(one)))[0], 1e-6);
  EXPECT_THROW((void)plot_curve(net, make_friedman1()), std::invalid_argument);
}

TEST(PlotWeights, ShowsUnitsAsBarsOrImages) {
  const auto table = make_blobs({.n = 200, .features = 5});
  const auto unit = logistic_on(table);
  const Figure figure = plot_weights(unit.model());
  const auto& bars = std::get<plot::Bars>(figure.content().body);
  ASSERT_EQ(bars.names.size(), 5U);
  EXPECT_TRUE(bars.is_signed);
  for (std::size_t i = 1; i < 5; ++i)
    EXPECT_GE(std::abs(bars.groups[0].values[i - 1]), std::abs(bars.groups[0].values[i]));

  const auto images = small_images();
  const auto seen = logistic_on(images);
  const Figure sheet_figure = plot_weights(seen.model());
  const auto& sheet = std::get<plot::Sheet>(sheet_figure.content().body);
  ASSERT_EQ(sheet.tiles.size(), 1U);
  EXPECT_EQ(sheet.tiles[0].values, seen.coef_());

  MLPClassifier net({.hidden_layer_sizes = {7}, .max_iter = 2});
  net.fit(images);
  const Figure layer_figure = plot_weights(net.model());
  const auto& layer = std::get<plot::Sheet>(layer_figure.content().body);
  ASSERT_EQ(layer.tiles.size(), 7U);
  EXPECT_EQ(layer.tiles[3].values[5], double{net.coefs_()[0][5 * 7 + 3]});
}

// Parameters of two axes that are no weights of all inputs.
TEST(PlotWeights, AreNotThoseOfMembersOrColumns) {
  const auto table = make_blobs({.n = 60, .centers = 3, .features = 4});
  for (const char* text : {"members(4) shared(5) relu grouped(3)",
                           "concat(columns(0,2) linear(3) | columns(2,4)) relu linear(3)"}) {
    MLPOptions options;
    options.net = text;
    options.max_iter = 1;
    MLPClassifier net(options);
    net.fit(table);
    expect_error<std::invalid_argument>([&] { (void)plot_weights(net.model()); },
                                        {"no weights of its inputs"});
  }
}

TEST(PlotNetwork, EndsInTheMeanOfMembers) {
  MLPOptions options;
  options.net = "members(4) shared(5) relu grouped(3)";
  options.max_iter = 1;
  MLPClassifier net(options);
  net.fit(make_blobs({.n = 60, .centers = 3, .features = 4}));
  expect_contains(plot_network(net.model()).description(),
                  "grouped 3 (4 × 3); softmax (4 × 3); 4 members, their mean (3).");
}

TEST(PlotMistakes, BeginsWithTheWorst) {
  const auto images = small_images(200);
  Dataset odd(images.images(),
              {.names = {"label"}, .values = images.target().values, .classes = {"left", "right"}});
  Target wrong = images.target();
  for (std::size_t i = 0; i < wrong.values.size(); i += 9) wrong.values[i] = 1 - wrong.values[i];
  const Dataset noisy(images.images(), wrong);
  const auto unit = logistic_on(images);
  std::size_t found = 0;
  const auto mistakes = worst_mistakes(unit.predictions(noisy), 10, &found);
  EXPECT_EQ(found, 23U);
  ASSERT_EQ(mistakes.size(), 10U);
  for (std::size_t i = 1; i < mistakes.size(); ++i)
    EXPECT_GE(mistakes[i - 1].badness, mistakes[i].badness);
  EXPECT_NE(mistakes[0].truth, mistakes[0].predicted);
  const Figure figure = plot_mistakes(unit.predictions(noisy), noisy, 10);
  const auto& sheet = std::get<plot::Sheet>(figure.content().body);
  EXPECT_EQ(sheet.tiles.size(), 10U);
  EXPECT_TRUE(sheet.tiles[0].wrong);
  EXPECT_TRUE(std::get<plot::Sheet>(plot_mistakes(unit.predictions(odd), odd).content().body)
                  .tiles.empty());
  // Without probabilities the score tells.
  Perceptron step;
  step.fit(images);
  EXPECT_EQ(worst_mistakes(step.predictions(noisy), 100, &found).size(), found);
  EXPECT_GE(found, 23U - 5U);
}

// A mistake is as bad as the model was sure of it, however little it gave the truth.
TEST(PlotMistakes, AreSortedByHowSureTheModelWas) {
  const Predictions predictions = {.classes = {"a", "b", "c"},
                                   .truth = {0, 0, 2},
                                   .predicted = {1, 1, 2},
                                   .scores = {0.05, 0.60, 0.35, 0.30, 0.70, 0, 0, 0, 1},
                                   .probabilities = true};
  const auto mistakes = worst_mistakes(predictions, 10);
  ASSERT_EQ(mistakes.size(), 2U);
  EXPECT_EQ(mistakes[0].row, 1U);
  EXPECT_EQ(mistakes[0].degree, "70.0%");
}

// Every row draws what it says it can, and says why where it cannot.
TEST(PlotGrids, ShowTitlesSizesAndNumbersOfFewCells) {
  const Figure figure =
      plot_grids("title", "below", {{"input", {1, 2, {0, 255}}}, {"signed", {2, 1, {-1.5, 3}}}});
  std::vector<std::string> texts;
  for (const auto& text : plot::text_boxes(figure.content())) texts.push_back(text.text);
  EXPECT_EQ(texts,
            (std::vector<std::string>{"title", "below", "input", "1 × 2", "0", "255", "0 to 255",
                                      "signed", "2 × 1", "−1.5", "3", "−1.5 to 3"}));
  EXPECT_EQ(figure.csv(),
            "grid,row,column,value\ninput,0,0,0\ninput,0,1,255\nsigned,0,0,-1.5\nsigned,1,0,3\n");
  EXPECT_NE(figure.description().find("signed, 2 x 1, −1.5 to 3"), std::string::npos);
}

TEST(PlotGrids, OfManyCellsShowNoNumbers) {
  const Figure figure = plot_grids("title", "", {{"input", {13, 1, std::vector<double>(13, 7)}}});
  for (const auto& text : plot::text_boxes(figure.content())) EXPECT_NE(text.text, "7");
}

TEST(PlotGrids, RefuseWhatIsNone) {
  expect_error<std::invalid_argument>([] { plot_grids("t", "", {}); }, {"no grid"});
  expect_error<std::invalid_argument>([] { plot_grids("t", "", {{"a", {}}}); }, {"grid 'a'"});
  expect_error<std::invalid_argument>(
      [] {
        plot_grids("t", "", {{"a", {2, 2, {1}}}});
      },
      {"2 x 2", "1 numbers"});
  expect_error<std::invalid_argument>(
      [] {
        plot_grids("t", "", {{"a", {1, 1, {std::nan("")}}}});
      },
      {"not finite"});
}

TEST(PlotCatalogue, RowsDrawOrSayWhyNot) {
  const auto [moons, more_moons] = make_moons({.n = 200}).split();
  const auto [sine, more_sine] = make_sine({.n = 120}).split();
  const auto pictures = small_images();
  MLPClassifier net({.hidden_layer_sizes = {6}, .max_iter = 5});
  net.fit(moons);
  AdalineRegressor line;
  line.fit(sine);
  Perceptron unit;
  unit.fit(pictures);
  ConvNetOptions options;
  options.net = "conv(2,3) relu flatten linear(1)";
  options.max_iter = 1;
  ConvNetClassifier convnet(options);
  convnet.fit(pictures);
  const ValidationCurve curve{
      .option = "alpha",
      .score = "accuracy",
      .points = {
          {.text = "1", .value = 1, .train = fold_statistics({1}), .test = fold_statistics({1})}}};
  const std::vector<PlotSubject> subjects = {
      {.estimator = &net, .data = &more_moons, .train = &moons, .validation_curve = &curve},
      {.estimator = &line, .data = &more_sine, .train = &sine},
      {.estimator = &unit, .data = &pictures},
      {.estimator = &convnet, .data = &pictures}};
  std::set<std::string> drawn, names;
  for (const PlotRow& row : plot_catalogue()) {
    EXPECT_TRUE(names.insert(row.name).second);
    EXPECT_FALSE(row.help.empty());
    for (const PlotSubject& subject : subjects) {
      if (!row.unfit(subject).empty()) continue;
      const Figure figure = row.make(subject);
      EXPECT_FALSE(figure.title().empty()) << row.name;
      EXPECT_TRUE(figure.description().ends_with('.')) << row.name << ": " << figure.description();
      EXPECT_FALSE(plot::text_boxes(figure.content()).empty()) << row.name;
      EXPECT_GT(figure.csv().size(), 20U) << row.name;
      drawn.insert(row.name);
    }
  }
  EXPECT_EQ(drawn, names);
  EXPECT_EQ(best_plot(subjects[0]).name, "regions");
  EXPECT_EQ(best_plot(subjects[1]).name, "curve");
  EXPECT_EQ(best_plot(subjects[2]).name, "confusion");
}

TEST(PlotAlpha, ShowsTheScoresOfANetworkForEachAlpha) {
  Dataset moons = make_moons({.n = 60, .noise = 0.3, .seed = 1});
  moons.set_name("moons:n=60");
  NetOptions options;
  options.hidden_layer_sizes = {4};
  options.max_iter = 20;
  const Figure figure = plot_alpha({moons, moons}, {0.1, 1e-6}, options);
  const auto [train, test] = moons.split({.test_size = 0.4, .stratify = true});
  std::string lines;
  for (const double alpha : {0.1, 1e-6}) {
    options.alpha = alpha;
    MLPClassifier net(options, {.scale = "standard"});
    net.fit(train);
    lines += fmt::format("moons,alpha {:g},{},{}\n", alpha, net.score(train), net.score(test));
  }
  EXPECT_EQ(figure.csv(), "data,alpha,in sample,out of sample\n" + lines + lines);
  EXPECT_THROW(plot_alpha({}, {0.1}, options), std::invalid_argument);
  EXPECT_THROW(plot_alpha({moons}, {}, options), std::invalid_argument);
}

}  // namespace
}  // namespace hebb
