// The classifier predicts every point of a grid. The colour is the predicted class, stronger for
// higher confidence. The boundary is where the score of two classes changes sign or, for several
// classes, where the class with the largest score changes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hebb/core/error.h"
#include "hebb/plot/plots.h"
#include "plot/common.h"
#include "plot/contour.h"

namespace hebb {
namespace {

using plot::Chart;
using plot::Heights;
using plot::Mark;
using plot::Series;

constexpr std::size_t kGridSide = 201;  // points of the grid
constexpr double kWeakest = 0.12, kStrongest = 0.42;

std::vector<double> column_of(const Dataset& data, std::size_t column) {
  std::vector<double> out;
  for (std::size_t r = 0; r < data.samples(); ++r) out.push_back(data.table().at(r, column));
  return out;
}

Dataset plane(const Dataset& like, const Heights& grid) {
  Table table{.rows = grid.columns * grid.rows, .columns = like.table().columns, .values = {}};
  table.values.reserve(2 * table.rows);
  for (std::size_t r = 0; r < grid.rows; ++r)
    for (std::size_t c = 0; c < grid.columns; ++c) {
      table.values.push_back(grid.x_at(static_cast<double>(c)));
      table.values.push_back(grid.y_at(static_cast<double>(r)));
    }
  return Dataset(std::move(table));
}

// The scores at all points of the grid.
struct ScoreField {
  std::vector<double> scores;  // of decision_function()
  std::size_t classes = 2;

  std::size_t width() const { return classes == 2 ? 1 : classes; }
  std::size_t best(std::size_t i) const {
    if (classes == 2) return scores[i] > 0 ? 1 : 0;
    const double* own = scores.data() + i * classes;
    return static_cast<std::size_t>(std::max_element(own, own + classes) - own);
  }
  // The score of class `c` minus the best other score: 0 on the boundary of `c`.
  double lead(std::size_t i, std::size_t c) const {
    if (classes == 2) return c == 1 ? scores[i] : -scores[i];
    double others = -std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < classes; ++k)
      if (k != c) others = std::max(others, scores[i * classes + k]);
    return scores[i * classes + c] - others;
  }
};

plot::Backdrop backdrop_of(const ScoreField& field, const Heights& grid) {
  plot::Backdrop back{.columns = grid.columns, .rows = grid.rows, .color = {}, .strength = {}};
  const std::size_t n = grid.columns * grid.rows;
  std::vector<double> leads;
  for (std::size_t i = 0; i < n; ++i) leads.push_back(field.lead(i, field.best(i)));
  // The colour has full strength from the 90th percentile of the confidence on.
  std::vector<double> sorted = leads;
  const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(9 * n / 10);
  std::nth_element(sorted.begin(), at, sorted.end());
  const double full = *at > 0 ? *at : 1;
  for (std::size_t i = 0; i < n; ++i) {
    const double share = std::clamp(leads[i] / full, 0.0, 1.0);
    back.color.push_back(static_cast<std::uint16_t>(field.best(i)));
    back.strength.push_back(static_cast<float>(kWeakest + share * (kStrongest - kWeakest)));
  }
  return back;
}

void append(Series& to, const Series& more) {
  to.x.insert(to.x.end(), more.x.begin(), more.x.end());
  to.y.insert(to.y.end(), more.y.begin(), more.y.end());
}

Series boundary_of(const ScoreField& field, Heights grid) {
  Series lines{.name = "boundary", .soft = true};
  // Two classes share one boundary.
  for (std::size_t c = field.classes == 2 ? 1 : 0; c < field.classes; ++c) {
    for (std::size_t i = 0; i < grid.values.size(); ++i) grid.values[i] = field.lead(i, c);
    append(lines, plot::contour(grid, 0));
  }
  return lines;
}

// The score at which the margin's lines are drawn, and their name.
struct Margin {
  double level = 0;  // 0: there is none
  std::string name;
};

Margin margin_of(const Classifier& classifier, const Dataset& data) {
  if (classifier.classes().size() != 2) return {};
  if (classifier.has_probabilities()) {
    // A score may be the difference of probabilities, or a logit.
    const bool logit = classifier.model().units() != nullptr;
    return {logit ? std::log(3.0) : 0.5, "probability 25% and 75%"};
  }
  const auto truth = LabelEncoder(classifier.classes()).encode(data);
  const auto scores = classifier.decision_function(data);
  double nearest = std::numeric_limits<double>::infinity();
  bool separated = true;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    separated = separated && (scores[i] > 0) == (truth[i] == 1);
    nearest = std::min(nearest, std::abs(scores[i]));
  }
  if (separated) return {nearest, "margin: the nearest samples"};
  return {1, "score -1 and +1"};
}

void add_points(Chart& chart, const Classifier& classifier, const Dataset& data, bool held_out) {
  const auto truth = LabelEncoder(classifier.classes()).encode(data);
  const auto& classes = classifier.classes();
  std::vector<Series> series(classes.size());
  for (std::size_t c = 0; c < classes.size(); ++c)
    series[c] = {.name = held_out ? classes[c] + ", held out" : classes[c],
                 .mark = held_out ? Mark::rings : Mark::points,
                 .color = c};
  for (std::size_t r = 0; r < std::min(plot::kMostPoints, truth.size()); ++r) {
    Series& own = series[static_cast<std::size_t>(truth[r])];
    own.x.push_back(data.table().at(r, 0));
    own.y.push_back(data.table().at(r, 1));
  }
  for (auto& one : series)
    if (!one.x.empty()) chart.series.push_back(std::move(one));
}

}  // namespace

Figure plot_regions(const Classifier& classifier, const Dataset& data, const Dataset* test) {
  check(data.is_table() && data.features() == 2, "plot",
        "regions are drawn of models of two features, these data have ", data.features());
  for (const Column& column : data.table().columns)
    check(!column.is_categorical(), "plot", "regions are drawn over numbers, '", column.name,
          "' holds categories");
  auto xs = column_of(data, 0), ys = column_of(data, 1);
  if (test) {
    const auto more_x = column_of(*test, 0), more_y = column_of(*test, 1);
    xs.insert(xs.end(), more_x.begin(), more_x.end());
    ys.insert(ys.end(), more_y.begin(), more_y.end());
  }
  Heights grid{.columns = kGridSide,
               .rows = kGridSide,
               .x = plot::padded(plot::range_of(xs), 0.06),
               .y = plot::padded(plot::range_of(ys), 0.06),
               .values = std::vector<double>(kGridSide * kGridSide)};
  const ScoreField field{classifier.decision_function(plane(data, grid)),
                         classifier.classes().size()};

  Chart chart{.x_label = data.table().columns[0].name,
              .y_label = data.table().columns[1].name,
              .x = grid.x,
              .y = grid.y,
              .square = true,
              .backdrop = backdrop_of(field, grid)};
  add_points(chart, classifier, data, false);
  if (test) add_points(chart, classifier, *test, true);
  chart.series.push_back(boundary_of(field, grid));
  const Margin margin = margin_of(classifier, data);
  if (margin.level > 0) {
    grid.values = field.scores;
    Series lines = plot::contour(grid, margin.level);
    append(lines, plot::contour(grid, -margin.level));
    if (!lines.x.empty()) {
      lines.name = margin.name;
      lines.mark = Mark::dashes;
      lines.soft = true;
      chart.series.push_back(std::move(lines));
    }
  }
  if (std::max(data.samples(), test ? test->samples() : 0) > plot::kMostPoints)
    chart.note =
        concat("the first ", plot::counted(plot::kMostPoints, "sample"), " of each part are drawn");
  const std::string what =
      fmt::format("Decision regions of {} over {} and {}, with its boundary and {}: {}.",
                  classifier.model().kind, chart.x_label, chart.y_label,
                  plot::counted(data.samples() + (test ? test->samples() : 0), "sample"),
                  plot::names_in_words(classifier.classes()));
  return Figure(
      {.title = "Decision regions",
       .subtitle = classifier.model().kind + (data.name().empty() ? "" : " on " + data.name()),
       .description = what,
       .body = std::vector{std::move(chart)}});
}

}  // namespace hebb
