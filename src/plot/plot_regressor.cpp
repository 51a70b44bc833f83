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
using plot::Range;
using plot::Series;

constexpr std::size_t kLinePoints = 400;

// One panel a target; `at` maps a sample's (truth, prediction) to a point.
template <class At>
std::vector<Chart> panels(const Predictions& of, const std::vector<std::string>& targets,
                          const Chart& like, const At& at) {
  constexpr std::size_t kMostTargets = 4;
  of.check();
  check(of.classes.empty(), "plot", "these are predictions of classes, not of numbers");
  const std::size_t outputs = of.outputs;
  const auto drawn = plot::drawn_rows(of.true_values.size() / outputs);
  std::vector<Chart> charts;
  for (std::size_t o = 0; o < std::min(outputs, kMostTargets); ++o) {
    Chart chart = like;
    if (outputs > 1 && o < targets.size()) chart.title = targets[o];
    Series points{.name = "", .mark = Mark::points};
    for (const std::uint32_t r : drawn) {
      const auto [x, y] = at(of.true_values[r * outputs + o], of.predicted_values[r * outputs + o]);
      points.x.push_back(x);
      points.y.push_back(y);
    }
    chart.series.insert(chart.series.begin(), std::move(points));
    charts.push_back(std::move(chart));
  }
  if (outputs > kMostTargets)
    charts[0].note = fmt::format("the first {} of {} targets", kMostTargets, outputs);
  return charts;
}

std::string r2_in_words(const Predictions& of) {
  const auto scores = std::get<RegressionScores>(scores_of(of));
  const std::string rmse = "RMSE " + plot::number_label(scores.rmse);
  return scores.r2 ? fmt::format("R2 {:.4f}, {}", *scores.r2, rmse) : rmse;
}

}  // namespace

Figure plot_predictions(const Predictions& of, const std::string& name,
                        const std::vector<std::string>& targets) {
  auto charts =
      panels(of, targets, {.x_label = "true value", .y_label = "predicted value", .square = true},
             [](double truth, double predicted) {
               return std::pair{truth, predicted};
             });
  for (Chart& chart : charts) {
    std::vector<double> all = chart.series[0].x;
    all.insert(all.end(), chart.series[0].y.begin(), chart.series[0].y.end());
    const Range range = plot::padded(plot::range_of(all), 0.05);
    chart.x = chart.y = range;
    chart.series.push_back({.name = "exact",
                            .mark = Mark::dashes,
                            .x = {range.low, range.high},
                            .y = {range.low, range.high},
                            .soft = true,
                            .listed = &chart == &charts.back()});
  }
  const std::string score = r2_in_words(of);
  return Figure({.title = "Predicted against true values",
                 .subtitle = name.empty() ? score : name + ": " + score,
                 .description = "Scatter plot of predicted over true values, " + score +
                                "; exact ones would lie on the diagonal.",
                 .body = std::move(charts)});
}

Figure plot_residuals(const Predictions& of, const std::string& name,
                      const std::vector<std::string>& targets) {
  auto charts = panels(of, targets, {.x_label = "predicted value", .y_label = "predicted - true"},
                       [](double truth, double predicted) {
                         return std::pair{predicted, predicted - truth};
                       });
  for (Chart& chart : charts) {
    const Range range = plot::padded(plot::range_of(chart.series[0].x), 0.05);
    chart.x = range;
    chart.series.push_back({.name = "exact",
                            .mark = Mark::dashes,
                            .x = {range.low, range.high},
                            .y = {0, 0},
                            .soft = true,
                            .listed = &chart == &charts.back()});
  }
  return Figure(
      {.title = "Residuals",
       .subtitle = name,
       .description = "Scatter plot of the residuals, predicted - true, over the predicted "
                      "value: " +
                      r2_in_words(of) + '.',
       .body = std::move(charts)});
}

Figure plot_curve(const Regressor& regressor, const Dataset& data) {
  check(data.is_table() && data.features() == 1 && !data.table().columns[0].is_categorical(),
        "plot", "a curve is drawn of models of one numeric feature, these data have ",
        data.features());
  check(regressor.targets().size() == 1, "plot", "a curve is drawn of one target, the model has ",
        regressor.targets().size());
  check(data.target().outputs() == 1 && !data.target().has_labels() && !data.target().per_step(),
        "plot", "a curve is drawn with data of one numeric target, these have ",
        data.target().outputs(), data.target().has_labels() ? " of labels" : "");
  Series points{.name = "data", .mark = Mark::points};
  for (const std::uint32_t r : plot::drawn_rows(data.samples())) {
    points.x.push_back(data.table().at(r, 0));
    points.y.push_back(data.target().values[r]);
  }
  const Range range = plot::range_of(points.x);
  Series line{.name = "model", .color = 1};
  Table table{.rows = kLinePoints, .columns = data.table().columns, .values = {}};
  for (std::size_t i = 0; i < kLinePoints; ++i)
    table.values.push_back(range.low + range.size() * static_cast<double>(i) / (kLinePoints - 1));
  line.x = table.values;
  line.y = regressor.predict(Dataset(std::move(table)));
  const std::string score = r2_in_words(regressor.predictions(data));
  Chart chart{.x_label = data.table().columns[0].name,
              .y_label = regressor.targets()[0],
              .series = {std::move(points), std::move(line)}};
  return Figure({.title = "Model and data",
                 .subtitle = plot::name_of(data) + ": " + score,
                 .description = concat("The model's curve through the data: ", chart.y_label,
                                       " over ", chart.x_label, ", ", score, '.'),
                 .body = std::vector{std::move(chart)}});
}

}  // namespace hebb
