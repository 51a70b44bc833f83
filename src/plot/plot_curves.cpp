#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hebb/core/error.h"
#include "hebb/plot/plots.h"
#include "plot/common.h"

namespace hebb {
namespace {

using plot::Chart;
using plot::Mark;
using plot::Series;

std::string axis_name(const std::string& score) { return score == "r2" ? "R2" : score; }

// The two curves with their spreads, and points where they were measured.
template <class Points, class Place>
std::vector<Series> curves_of(const Points& points, const Place& x, bool joined) {
  Series in{.name = "in sample", .color = 0}, out{.name = "out of sample", .color = 1};
  const bool spread =
      std::ranges::any_of(points, [](const auto& at) { return !std::isnan(at.test.deviation); });
  for (std::size_t i = 0; i < points.size(); ++i)
    for (const auto& [series, of] :
         {std::pair{&in, &points[i].train}, std::pair{&out, &points[i].test}}) {
      series->x.push_back(x(i));
      series->y.push_back(of->mean);
      if (spread) series->spread.push_back(of->deviation);
    }
  if (!joined) {
    in.mark = out.mark = Mark::points;
    // Side by side, so that no bar covers another.
    constexpr double kBeside = 0.08;
    in.shift.assign(in.x.size(), -kBeside);
    out.shift.assign(out.x.size(), kBeside);
    return {in, out};
  }
  std::vector<Series> all = {in, out};
  for (Series marks : {in, out}) {
    marks.name.clear();
    marks.spread.clear();
    marks.mark = Mark::points;
    marks.listed = false;
    all.push_back(std::move(marks));
  }
  return all;
}

plot::Range scores_range(const std::vector<Series>& series) {
  std::vector<double> ends;
  for (const Series& one : series)
    for (std::size_t i = 0; i < one.y.size(); ++i) {
      const double spread = one.spread.empty() || std::isnan(one.spread[i]) ? 0 : one.spread[i];
      ends.insert(ends.end(), {one.y[i] - spread, one.y[i] + spread});
    }
  return plot::padded(plot::range_of(ends), 0.06);
}

plot::Range places(const std::vector<double>& x, bool log) {
  return log ? plot::log_range_of(x, 0.03) : plot::padded(plot::range_of(x), 0.03);
}

}  // namespace

Figure plot_validation_curve(const ValidationCurve& curve) {
  check(!curve.points.empty(), "plot", "a validation curve has a value at least");
  const bool numeric = curve.is_numeric();
  const bool log = numeric && curve.log &&
                   std::ranges::all_of(curve.points, [](const auto& at) { return at.value > 0; });
  const auto x = [&](std::size_t i) {
    return numeric ? curve.points[i].value : static_cast<double>(i);
  };
  Chart chart{.x_label = curve.option,
              .y_label = axis_name(curve.score),
              .series = curves_of(curve.points, x, numeric),
              .x_log = log};
  chart.y = scores_range(chart.series);
  if (numeric) chart.x = places(chart.series.front().x, log);
  if (!numeric)
    for (const auto& at : curve.points) chart.x_names.push_back(at.text);
  const std::string says = verdict(curve);
  if (const auto best = best_value(curve))
    chart.series.push_back({.name = "best",
                            .figure = curve.points[*best].text,
                            .mark = Mark::dashes,
                            .x = {x(*best), x(*best)},
                            .y = {chart.y->low, chart.y->high},
                            .soft = true});
  chart.note = says;
  return Figure({.title = "Validation curve",
                 .subtitle = curve.of,
                 .description = fmt::format(
                     "The {} in sample and on the rows held out against {} values of {}: {}.",
                     axis_name(curve.score), curve.points.size(), curve.option, says),
                 .body = std::vector{std::move(chart)}});
}

Figure plot_learning_curve(const LearningCurve& curve) {
  check(!curve.points.empty(), "plot", "a learning curve has a size at least");
  Chart chart{
      .x_label = "training samples",
      .y_label = axis_name(curve.score),
      .series = curves_of(
          curve.points, [&](std::size_t i) { return static_cast<double>(curve.points[i].samples); },
          true),
      .whole_x = true};
  chart.y = scores_range(chart.series);
  chart.x = places(chart.series.front().x, false);
  const std::string says = verdict(curve);
  chart.note = says;
  return Figure(
      {.title = "Learning curve",
       .subtitle = curve.of,
       .description = fmt::format(
           "The {} in sample and on the rows held out over the number of training samples: {}.",
           axis_name(curve.score), says),
       .body = std::vector{std::move(chart)}});
}

}  // namespace hebb
