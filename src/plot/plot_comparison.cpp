#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hebb/core/error.h"
#include "hebb/plot/plots.h"
#include "plot/common.h"

namespace hebb {
namespace {

void check_compared(const std::vector<ComparedScores>& models) {
  check(!models.empty(), "plot", "there is no model to draw");
  for (const ComparedScores& one : models)
    check(std::isfinite(one.mean), "plot", "the mean of '", one.name, "' is not finite");
}

std::string digits(double value) {
  return std::abs(value) < 1000 ? fmt::format("{:.4f}", value) : fmt::format("{:.4g}", value);
}

std::string each_mean(const std::vector<ComparedScores>& models) {
  std::string text;
  for (const ComparedScores& one : models)
    text += concat(text.empty() ? "" : ", ", one.name, ' ', digits(one.mean));
  return text;
}

}  // namespace

Figure plot_comparison(const std::vector<ComparedScores>& models, const std::string& score,
                       const std::string& of, const std::string& note) {
  check_compared(models);
  plot::Intervals body{.value_label = score, .note = note};
  for (const ComparedScores& one : models) {
    plot::Intervals::Row row{
        .name = one.name, .points = one.values, .mean = one.mean, .note = digits(one.mean)};
    if (one.interval) row.interval = plot::Range{one.interval->low, one.interval->high};
    body.rows.push_back(std::move(row));
  }
  return Figure({.title = "Comparison of models",
                 .subtitle = of,
                 .description = concat(
                     "The ", score, " of each model with its interval: ", each_mean(models), '.'),
                 .body = std::move(body)});
}

Figure plot_cost(const std::vector<ComparedScores>& models, const std::string& score,
                 const std::string& of) {
  check_compared(models);
  plot::Chart chart{.x_label = "seconds of training", .y_label = score};
  double least = HUGE_VAL, most = 0;
  for (const ComparedScores& one : models) {
    least = std::min(least, one.fit_seconds);
    most = std::max(most, one.fit_seconds);
    chart.series.push_back({.name = one.name,
                            .mark = plot::Mark::points,
                            .x = {one.fit_seconds},
                            .y = {one.mean},
                            .color = chart.series.size()});
  }
  chart.x_log = least > 0 && most > 10 * least;
  const auto slowest = std::ranges::max_element(models, {}, &ComparedScores::fit_seconds);
  return Figure(
      {.title = "Score and time of training",
       .subtitle = of,
       .description = fmt::format(
           "The {} of each model over the seconds of its training; {} takes longest, {:.3g} s.",
           score, slowest->name, slowest->fit_seconds),
       .body = std::vector{std::move(chart)}});
}

}  // namespace hebb
