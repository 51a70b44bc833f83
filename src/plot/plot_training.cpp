#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "hebb/core/error.h"
#include "hebb/metrics/catalogue.h"
#include "hebb/plot/plots.h"
#include "plot/common.h"

namespace hebb {
namespace {

using plot::Chart;
using plot::Mark;
using plot::Series;

constexpr double kWideRange = 50;  // of losses: from here on, the axis is logarithmic

Series over_epochs(std::string name, std::vector<double> values, std::size_t color) {
  Series series{.name = std::move(name), .y = std::move(values), .color = color};
  for (std::size_t i = 0; i < series.y.size(); ++i) series.x.push_back(static_cast<double>(i + 1));
  if (series.y.size() == 1) series.mark = Mark::points;
  return series;
}

}  // namespace

std::vector<double> plot::loss_history(const Model& model) {
  std::vector<double> losses = model.results.numbers("loss_curve_");
  const double last = model.results.number("loss_").value_or(std::nan(""));
  if (losses.empty() && std::isfinite(last)) losses.push_back(last);
  return losses;
}

Figure plot_history(const Model& model) {
  const auto loss = plot::loss_history(model);
  const bool has_epoch = !model.results.numbers("loss_curve_").empty();
  auto scores = model.results.numbers("validation_scores_");
  const std::string metric = model.results.text("validation_metric_").value_or("");
  const bool lower = !metric.empty() && !find_metric(metric).row->higher_is_better;
  check(!loss.empty(), "plot", "the model keeps no history of its training");
  const auto [low, high] = std::ranges::minmax_element(loss);
  std::vector<Chart> charts = {
      {.title = scores.empty() ? "" : "training loss",
       .x_label = "epoch",
       .y_label = model.loss.empty() ? "loss" : "loss (" + model.loss + ")",
       .series = {over_epochs("training loss", loss, 0)},
       .y_log = *low > 0 && *high > kWideRange * *low,
       .whole_x = true}};
  charts[0].series[0].listed = false;
  std::string what =
      has_epoch ? fmt::format("Line chart of the training loss over {}: from {:.4g} to {:.4g}",
                              plot::counted(loss.size(), "epoch"), loss.front(), loss.back())
                : fmt::format("The training loss in the first epoch, which did not end: {:.4g}",
                              loss.front());
  if (!has_epoch) charts[0].note = "the first epoch did not end";
  if (std::ranges::any_of(scores, [](double score) { return !std::isnan(score); })) {
    const auto best = std::ranges::max_element(scores, {}, [](double score) {
      return std::isnan(score) ? -std::numeric_limits<double>::infinity() : score;
    });
    const double most = lower ? -*best : *best;
    const auto epoch = best - scores.begin() + 1;
    if (lower)
      for (double& score : scores) score = -score;
    charts.push_back({.title = "validation score",
                      .x_label = "epoch",
                      .y_label = !metric.empty()      ? metric
                                 : model.classifies() ? "accuracy"
                                                      : "R2",
                      .series = {over_epochs("validation", scores, 1)},
                      .whole_x = true,
                      .note = fmt::format("best: {:.4f} in epoch {}", most, epoch)});
    charts[1].series[0].listed = false;
    what += fmt::format("; beside it the validation score, {:.4f} at best", most);
  }
  return Figure({.title = "Training",
                 .subtitle = model.kind + (model.data_name.empty() ? "" : " on " + model.data_name),
                 .description = what + '.',
                 .body = std::move(charts)});
}

Figure plot_learning_rates(const LearningRateSearch& search, const std::string& of) {
  check(!search.rates.empty() && search.losses.size() == search.rates.size() &&
            search.smoothed.size() == search.rates.size(),
        "plot", "a search for a learning rate has as many losses as rates, and some");
  // Past its minimum the loss may become very large, which is not of interest here.
  const auto lowest = std::ranges::min_element(search.smoothed);
  std::vector<double> seen(search.smoothed.begin(), lowest + 1);
  seen.insert(seen.end(), search.losses.begin(),
              search.losses.begin() + (lowest - search.smoothed.begin()) + 1);
  const plot::Range range = plot::padded(plot::range_of(seen), 0.08);
  const std::string rate = fmt::format("{:.2g}", search.suggested);
  Chart chart{
      .x_label = "learning rate",
      .y_label = "loss",
      .series = {{.name = "of each batch", .x = search.rates, .y = search.losses, .soft = true},
                 {.name = "smoothed", .x = search.rates, .y = search.smoothed, .color = 0},
                 {.name = "suggested",
                  .figure = rate,
                  .mark = Mark::dashes,
                  .x = {search.suggested, search.suggested},
                  .y = {range.low, range.high},
                  .color = 1}},
      .y = range,
      .x_log = true};
  std::string what = fmt::format(
      "Line chart of the loss while the learning rate rises from {:.2g} to {:.2g}: lowest at "
      "{:.2g}; {} is suggested",
      search.rates.front(), search.rates.back(), search.lowest, rate);
  if (search.stopped_at)
    what += fmt::format("; at {:.2g} the loss had run away", *search.stopped_at);
  return Figure({.title = "Learning rates",
                 .subtitle = of,
                 .description = what + '.',
                 .body = std::vector{std::move(chart)}});
}

namespace {

// The rows shuffled, since a file may be sorted by class, but with one of each class first, so that
// every part contains all classes.
std::vector<std::uint32_t> classes_first(const Dataset& data) {
  std::vector<std::uint32_t> first, rest;
  std::set<double> seen;
  for (const std::uint32_t row : plot::shuffled_rows(data.samples())) {
    const bool is_new = data.target().is_classes() && seen.insert(data.target().values[row]).second;
    (is_new ? first : rest).push_back(row);
  }
  first.insert(first.end(), rest.begin(), rest.end());
  return first;
}

}  // namespace

Figure plot_learning_curve(const std::function<std::unique_ptr<Supervised>()>& make,
                           const Dataset& train, const Dataset& test, std::size_t points,
                           const std::function<void(std::size_t done, std::size_t of)>& on_step) {
  check(points >= 2 && points <= 100, "plot", "a learning curve takes 2 to 100 points, got ",
        points);
  const auto order = classes_first(train);
  const std::size_t least = std::max<std::size_t>(2, train.target().classes.size());
  check(train.samples() >= least * 2, "plot", train.samples(),
        " samples are too few for a learning curve");
  LearningCurve curve{.of = plot::name_of(train)};
  for (std::size_t k = 1; k <= points; ++k) {
    if (on_step) on_step(k - 1, points);
    const std::size_t size = std::max(least, train.samples() * k / points);
    const Dataset part = train.select(std::span(order).first(size));
    const auto estimator = make();
    estimator->fit(part);
    curve.score = default_metric(estimator->task());
    curve.points.push_back({.samples = size,
                            .train = fold_statistics({estimator->score(part)}),
                            .test = fold_statistics({estimator->score(test)})});
  }
  return plot_learning_curve(curve);
}

}  // namespace hebb
