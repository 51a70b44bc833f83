// Figures of searches and of curves by folds: the numbers that they show.
#include "hebb/plot/trials.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "expect_error.h"
#include "hebb/plot/plots.h"
#include "plot/content.h"
#include "plot/text_boxes.h"
#include "scratch.h"

namespace hebb {
namespace {

using plot::Chart;
using plot::Mark;
using plot::Parallel;
using test::contains;

TrialSet three_trials() {
  return {.options = {{.name = "alpha", .log = true, .importance = 0.25},
                      {.name = "activation", .choices = {"relu", "tanh"}}},
          .trials = {{.number = 0, .at = {1e-3, 0}, .score = 0.7},
                     {.number = 1, .at = {1e-2, 1}, .score = 0.6},
                     {.number = 2, .at = {1e-1, 1}, .score = 0.9}},
          .score = "accuracy"};
}

const std::vector<Chart>& charts_in(const Figure& figure) {
  return std::get<std::vector<Chart>>(figure.content().body);
}
const plot::Series& one_series(const Chart& chart, const std::string& name) {
  for (const auto& series : chart.series)
    if (series.name == name) return series;
  throw std::runtime_error("there is no series " + name);
}

// No text of a figure covers another or leaves the page.
void expect_texts_apart(const Figure& figure) {
  plot::Size size;
  const auto texts = plot::text_boxes(figure.content(), &size);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto& a = texts[i].box;
    EXPECT_TRUE(a.x >= 0 && a.y >= 0 && a.right() <= size.width && a.bottom() <= size.height)
        << texts[i].text;
    for (std::size_t k = 0; k < i; ++k) {
      const auto& b = texts[k].box;
      constexpr double kTouching = 0.2;  // points: rounding of measured widths
      EXPECT_FALSE(a.x + kTouching < b.right() && b.x + kTouching < a.right() &&
                   a.y + kTouching < b.bottom() && b.y + kTouching < a.bottom())
          << figure.title() << ": '" << texts[i].text << "' covers '" << texts[k].text << "'";
    }
  }
}

TEST(PlotTrials, OptionsAreAPanelEachWithTheBestSoFar) {
  const Figure figure = plot_trials(three_trials());
  ASSERT_EQ(charts_in(figure).size(), 2U);
  const Chart& alpha = charts_in(figure)[0];
  EXPECT_TRUE(alpha.x_log);
  EXPECT_EQ(alpha.note, "explains 25% of the scores' variance");
  EXPECT_EQ(one_series(alpha, "trial").x, (std::vector{1e-3, 1e-2, 1e-1}));
  EXPECT_EQ(one_series(alpha, "best so far").x, (std::vector{1e-3, 1e-1}));
  const Chart& activation = charts_in(figure)[1];
  EXPECT_EQ(activation.x_names, (std::vector<std::string>{"relu", "tanh"}));
  // Trials of one choice stand beside each other, and marks on them where they do.
  const plot::Series& trials = one_series(activation, "trial");
  ASSERT_EQ(trials.shift.size(), 3U);
  EXPECT_GT(std::abs(trials.shift[1] - trials.shift[2]), 0.05);
  EXPECT_EQ(one_series(activation, "best so far").shift[1], trials.shift[2]);
  EXPECT_EQ(
      figure.csv(),
      "panel,series,x,y\nalpha,trial,0.001,0.7\nalpha,trial,0.01,0.6\nalpha,trial,0.1,0.9\n"
      "alpha,best so far,0.001,0.7\nalpha,best so far,0.1,0.9\nactivation,trial,relu,0.7\n"
      "activation,trial,tanh,0.6\nactivation,trial,tanh,0.9\nactivation,best so far,relu,0.7\n"
      "activation,best so far,tanh,0.9\n");
  EXPECT_TRUE(contains(figure.description(),
                       "The best is trial 2 with 0.9: alpha 0.1, activation "
                       "tanh."));
}

TEST(PlotTrials, ParallelCoordinatesHaveALineForEachTrialTheBestInFront) {
  TrialSet set = three_trials();
  set.trials.clear();
  for (std::size_t i = 0; i < 14; ++i)
    set.trials.push_back({.number = i, .at = {0.1, 0}, .score = static_cast<double>(i) / 20});
  const Figure figure = plot_trials(set, "parallel");
  const auto& body = std::get<Parallel>(figure.content().body);
  EXPECT_EQ(body.axes.back().name, "accuracy");
  ASSERT_EQ(body.lines.size(), 14U);
  EXPECT_EQ(body.lines.back().name, "13");
  EXPECT_EQ(std::ranges::count(body.lines, true, &Parallel::Line::strong), 10);
  EXPECT_FALSE(body.lines[3].strong);
  EXPECT_TRUE(figure.csv().starts_with("trial,alpha,activation,accuracy\n0,0.1,relu,0\n"));
  set.higher_is_better = false;
  const Figure lower = plot_trials(set, "parallel");
  EXPECT_EQ(std::get<Parallel>(lower.content().body).lines.back().name, "0");
}

TEST(PlotTrials, HistoryKeepsTheBestOfTrialsThatRanToTheirEnd) {
  TrialSet set = three_trials();
  set.trials[2].pruned = true;
  set.trials.push_back({.number = 3, .at = {1, 0}});
  const Figure figure = plot_trials(set, "history");
  const Chart& chart = charts_in(figure)[0];
  EXPECT_EQ(one_series(chart, "best so far").y, std::vector{0.7});
  EXPECT_EQ(one_series(chart, "ended early").x, std::vector{2.0});
  EXPECT_EQ(chart.series[0].mark, Mark::steps);
  EXPECT_EQ(chart.series[0].x, (std::vector{0.0, 3.0}));
  EXPECT_EQ(chart.note, "1 trial failed");
}

TEST(PlotTrials, HalvingDrawsTheScoresOfEachRung) {
  TrialSet set = three_trials();
  expect_error<std::invalid_argument>([&] { plot_trials(set, "halving"); },
                                      {"not by successive halving"});
  set.trials[0].rungs = {{0.25, 0.5}, {1, 0.7}};
  set.trials[1].rungs = {{0.25, 0.6}};
  set.trials[2].rungs = {{0.25, 0.55}, {1, 0.9}};
  const Figure figure = plot_trials(set, "halving");
  const Chart& chart = charts_in(figure)[0];
  EXPECT_EQ(chart.x_names, (std::vector<std::string>{"25%", "100%"}));
  EXPECT_EQ(one_series(chart, "trial 2").y, (std::vector{0.55, 0.9}));
  EXPECT_EQ(one_series(chart, "trial 2").color, 0U);
  EXPECT_TRUE(one_series(chart, "trial 1").soft);
  EXPECT_EQ(one_series(chart, "trial 1").mark, Mark::rings);
  EXPECT_EQ(chart.note, "trials: 3 with 25%, 2 with 100% of the budget");
  EXPECT_EQ(figure.csv(),
            "series,share of the budget,accuracy\ntrial 1,25%,0.6\ntrial 2,25%,0.55\n"
            "trial 2,100%,0.9\ntrial 0,25%,0.5\ntrial 0,100%,0.7\n");
}

TEST(PlotTrials, OneTrialFarBehindDoesNotSqueezeTheOthers) {
  TrialSet set = three_trials();
  for (std::size_t i = 3; i < 9; ++i)
    set.trials.push_back({.number = i, .at = {0.1, 0}, .score = 0.8});
  set.trials.push_back({.number = 9, .at = {0.1, 0}, .score = -500});
  const Chart chart = charts_in(plot_trials(set, "history"))[0];
  EXPECT_GT(chart.y->low, 0);
  EXPECT_GT(chart.y->high, 0.9);
  EXPECT_TRUE(contains(chart.note, "1 far worse score is beyond the axis")) << chart.note;
  EXPECT_TRUE(contains(plot_trials(set, "history").csv(), "-500"));
}

TEST(PlotTrials, EveryKindIsDrawnWithItsTextsApart) {
  const std::string name = "an option whose name has forty characters!";
  std::vector<std::string> many;
  for (std::size_t i = 0; i < 60; ++i) many.push_back(std::to_string(i * 100) + ",100,100");
  for (const bool higher : {true, false})
    for (const double scale : {1.0, 1e-9, 1e12}) {
      TrialSet set{.options = {{.name = name, .choices = {"a", name}},
                               {.name = "many", .choices = many},
                               {.name = "wide", .log = true},
                               {.name = "whole", .whole = true},
                               {.name = name}},
                   .score = name,
                   .higher_is_better = higher,
                   .of = name};
      for (std::size_t i = 0; i < 40; ++i) {
        const auto x = static_cast<double>(i);
        set.trials.push_back({.number = i,
                              .at = {x < 20 ? 0.0 : 1.0, x, 1e-7 * (x + 1), x * 1000, scale * x},
                              .score = scale * (1 + x * x / 7),
                              .pruned = i % 5 == 4});
        for (double share = 0.01; share <= 1 && i % 3 == 0; share *= 10)
          set.trials.back().rungs.emplace_back(share, scale * share);
      }
      std::set<std::string> names;
      for (const TrialPlotRow& row : trial_plot_catalogue()) {
        EXPECT_TRUE(names.insert(row.name).second);
        EXPECT_FALSE(row.help.empty());
        const Figure figure = plot_trials(set, row.name);
        EXPECT_TRUE(figure.description().ends_with('.')) << figure.description();
        expect_texts_apart(figure);
        EXPECT_TRUE(figure.svg({.theme = Theme::dark}).starts_with("<?xml"));
        EXPECT_EQ(figure.png({.scale = 1}), plot_trials(set, row.name).png({.scale = 1}));
      }
    }
}

TEST(PlotTrials, SayWhatTheyCannot) {
  TrialSet set = three_trials();
  expect_error<std::invalid_argument>([&] { plot_trials(set, "paralel"); }, {"parallel?"});
  set.trials[1].at = {1e-2, 2};
  expect_error<std::invalid_argument>([&] { plot_trials(set); },
                                      {"trial 1", "2 is the index of no choice of activation"});
  set.trials[1].at = {0, 1};
  expect_error<std::invalid_argument>([&] { plot_trials(set); }, {"no place on the axis of alpha"});
  set.trials[1].at = {1e-2};
  expect_error<std::invalid_argument>([&] { plot_trials(set); }, {"has 1 values, and 2 options"});
  set.trials.clear();
  expect_error<std::invalid_argument>([&] { plot_trials(set); }, {"no trial has a score"});
  expect_error<std::invalid_argument>([] { plot_trials({}); }, {"varied no option"});
}

ValidationCurve curve_of_alphas() {
  ValidationCurve curve{
      .option = "alpha", .score = "accuracy", .log = true, .of = "mlp on wine, 2 folds"};
  for (const double alpha : {1e-3, 1e-2, 0.1})
    curve.points.push_back({.text = std::to_string(alpha),
                            .value = alpha,
                            .train = fold_statistics({1, 1 - alpha}),
                            .test = fold_statistics({0.5, 0.5 + alpha})});
  return curve;
}

TEST(PlotValidationCurve, ShowsMeansSpreadsAndTheBest) {
  const ValidationCurve curve = curve_of_alphas();
  const Figure figure = plot_validation_curve(curve);
  const Chart& chart = charts_in(figure)[0];
  EXPECT_TRUE(chart.x_log);
  EXPECT_EQ(one_series(chart, "in sample").y[2], curve.points[2].train.mean);
  EXPECT_EQ(one_series(chart, "out of sample").spread[2], curve.points[2].test.deviation);
  EXPECT_EQ(one_series(chart, "best").x, (std::vector{0.1, 0.1}));
  EXPECT_EQ(chart.note, verdict(curve));
  EXPECT_TRUE(figure.csv().starts_with("series,alpha,accuracy,std\nin sample,0.001,0.9995,0.000"))
      << figure.csv();
  expect_texts_apart(figure);
}

TEST(PlotValidationCurve, PutsNamesSideBySide) {
  ValidationCurve curve = curve_of_alphas();
  for (auto& at : curve.points) at.value = std::numeric_limits<double>::quiet_NaN();
  curve.points[1].text = "100,100,100,100,100,100,100,100,100,100,100,100,100,100,100,100";
  curve.points[2].test = curve.points[2].train = fold_statistics({});
  const Figure figure = plot_validation_curve(curve);
  const Chart& chart = charts_in(figure)[0];
  EXPECT_FALSE(chart.x_log);
  ASSERT_EQ(chart.x_names.size(), 3U);
  EXPECT_EQ(one_series(chart, "in sample").mark, Mark::points);
  EXPECT_TRUE(contains(figure.csv(), "out of sample,0.001000,0.5005,")) << figure.csv();
  expect_texts_apart(figure);
  expect_error<std::invalid_argument>([] { plot_validation_curve({}); }, {"a value at least"});
}

TEST(PlotLearningCurve, ShowsSpreadsWhereThereAreSome) {
  LearningCurve curve{.score = "r2",
                      .points = {{10, fold_statistics({1, 1}), fold_statistics({0.25, 0.75})},
                                 {20, fold_statistics({1, 1}), fold_statistics({0.5, 0.5})}}};
  const Figure figure = plot_learning_curve(curve);
  const Chart& chart = charts_in(figure)[0];
  EXPECT_EQ(chart.y_label, "R2");
  EXPECT_EQ(one_series(chart, "out of sample").y, (std::vector{0.5, 0.5}));
  EXPECT_NEAR(one_series(chart, "out of sample").spread[0], 0.353553, 1e-6);
  for (auto& at : curve.points) {
    at.train = fold_statistics({1});
    at.test = fold_statistics({0.5});
  }
  const Figure single = plot_learning_curve(curve);
  EXPECT_TRUE(one_series(charts_in(single)[0], "out of sample").spread.empty());
  EXPECT_TRUE(single.csv().starts_with("series,training samples,R2\n"));
  expect_error<std::invalid_argument>([] { plot_learning_curve(LearningCurve()); },
                                      {"a size at least"});
}

}  // namespace
}  // namespace hebb
