// The classifier predicts every point of a grid. The colour is the predicted class, stronger for
// higher confidence. The boundary is where the score of two classes changes sign or, for several
// classes, where the class with the largest score changes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hebb/core/error.h"
#include "hebb/core/printable.h"
#include "hebb/plot/plots.h"
#include "plot/common.h"
#include "plot/contour.h"
#include "plot/palette.h"
#include "plot/regions.h"

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

// The points of some rows of the grid.
Dataset plane(const Dataset& like, const Heights& grid, std::size_t begin, std::size_t end) {
  Table table{.rows = grid.columns * (end - begin), .columns = like.table().columns, .values = {}};
  table.values.reserve(2 * table.rows);
  for (std::size_t r = begin; r < end; ++r)
    for (std::size_t c = 0; c < grid.columns; ++c) {
      table.values.push_back(grid.x_at(static_cast<double>(c)));
      table.values.push_back(grid.y_at(static_cast<double>(r)));
    }
  return Dataset(std::move(table));
}

// The predictions at all points of the grid.
struct ScoreField {
  std::size_t classes = 2;
  std::vector<double> scores = {};     // of decision_function(); not kept for many classes
  std::vector<std::size_t> best = {};  // the class predicted
  std::vector<double> top = {};        // its score, and how far it is from the next
  std::vector<double> leads = {};

  bool has_boundary() const { return classes <= plot::kMostNamed; }

  ScoreField(const Classifier& classifier, const Dataset& like, const Heights& grid)
      : classes(classifier.classes().size()) {
    // Of thousands of classes, the scores of all points would take gigabytes.
    const std::size_t rows = has_boundary() ? grid.rows : 1;
    for (std::size_t begin = 0; begin < grid.rows; begin += rows) {
      auto part = classifier.decision_function(plane(like, grid, begin, begin + rows));
      if (classes == 2) {
        for (const double score : part) add(score > 0 ? 1 : 0, std::abs(score), std::abs(score));
      } else {
        for (auto own = part.begin(); own != part.end();
             own += static_cast<std::ptrdiff_t>(classes))
          add_best(own, own + static_cast<std::ptrdiff_t>(classes));
      }
      if (has_boundary()) scores = std::move(part);
    }
  }

  // The score of class `c` minus the best other score: 0 on the boundary of `c`.
  double lead(std::size_t i, std::size_t c) const {
    if (classes == 2) return c == 1 ? scores[i] : -scores[i];
    return c == best[i] ? leads[i] : scores[i * classes + c] - top[i];
  }

 private:
  using Score = std::vector<double>::const_iterator;

  void add(std::size_t c, double score, double lead) {
    best.push_back(c);
    top.push_back(score);
    leads.push_back(lead);
  }
  void add_best(Score begin, Score end) {
    const auto first = std::max_element(begin, end);
    double others = -std::numeric_limits<double>::infinity();
    for (auto at = begin; at != end; ++at)
      if (at != first) others = std::max(others, *at);
    add(static_cast<std::size_t>(first - begin), *first, *first - others);
  }
};

plot::Backdrop backdrop_of(const ScoreField& field, const Heights& grid) {
  plot::Backdrop back{.columns = grid.columns, .rows = grid.rows, .color = {}, .strength = {}};
  const std::size_t n = grid.columns * grid.rows;
  // The colour has full strength from the 90th percentile of the confidence on.
  std::vector<double> sorted = field.leads;
  const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(9 * n / 10);
  std::nth_element(sorted.begin(), at, sorted.end());
  const double full = *at > 0 ? *at : 1;
  for (std::size_t i = 0; i < n; ++i) {
    const double share = std::clamp(field.leads[i] / full, 0.0, 1.0);
    back.color.push_back(static_cast<std::uint16_t>(field.best[i] % plot::kSeriesColors));
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
  std::vector<Series> series;
  const plot::NamedClasses named({truth.begin(), truth.end()}, classes.size());
  const auto add = [&](const std::string& name) {
    series.push_back({.name = held_out ? name + ", held out" : name,
                      .mark = held_out ? Mark::rings : Mark::points,
                      .color = series.size()});
  };
  for (const std::size_t c : named.classes) add(plot::series_name(classes[c]));
  if (named.others > 0) {
    add("other classes");
    series.back().soft = true;
  }
  for (const std::uint32_t r : plot::drawn_rows(truth.size())) {
    Series& own = series[named.place_of[static_cast<std::size_t>(truth[r])]];
    own.x.push_back(data.table().at(r, 0));
    own.y.push_back(data.table().at(r, 1));
  }
  for (auto& one : series)
    if (!one.x.empty()) chart.series.push_back(std::move(one));
}

}  // namespace

plot::Chart plot::regions_chart(const Classifier& classifier, const Dataset& data,
                                const Dataset* test, std::size_t side) {
  check(data.is_table() && data.features() == 2, "plot",
        "regions are drawn of models of two features, these data have ", data.features());
  check(!test || (test->is_table() && test->features() == 2), "plot", "the test data have ",
        test ? test->features() : 0, " features, the others 2");
  for (const Column& column : data.table().columns)
    check(!column.is_categorical(), "plot", "regions are drawn over numbers, '", column.name,
          "' holds categories");
  auto xs = column_of(data, 0), ys = column_of(data, 1);
  if (test) {
    const auto more_x = column_of(*test, 0), more_y = column_of(*test, 1);
    xs.insert(xs.end(), more_x.begin(), more_x.end());
    ys.insert(ys.end(), more_y.begin(), more_y.end());
  }
  Heights grid{.columns = side,
               .rows = side,
               .x = plot::padded(plot::range_of(xs), 0.06),
               .y = plot::padded(plot::range_of(ys), 0.06),
               .values = std::vector<double>(side * side)};
  const ScoreField field(classifier, data, grid);

  Chart chart{.x_label = data.table().columns[0].name,
              .y_label = data.table().columns[1].name,
              .x = grid.x,
              .y = grid.y,
              .square = true,
              .backdrop = backdrop_of(field, grid)};
  add_points(chart, classifier, data, false);
  if (test) add_points(chart, classifier, *test, true);
  if (field.has_boundary()) chart.series.push_back(boundary_of(field, grid));
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
        concat(plot::counted(plot::kMostPoints, "sample"), " of each part, drawn at random");
  if (!field.has_boundary())
    chart.note =
        plot::joined(chart.note, concat(plot::counted(field.classes, "class"),
                                        " share the colours, and their boundaries are not drawn"));
  return chart;
}

Figure plot_regions(const Classifier& classifier, const Dataset& data, const Dataset* test) {
  Chart chart = plot::regions_chart(classifier, data, test, kGridSide);
  const std::string what =
      fmt::format("Decision regions of {} over {} and {}, with {}{}: {}.", classifier.model().kind,
                  shown_name(chart.x_label), shown_name(chart.y_label),
                  (classifier.classes().size() <= plot::kMostNamed) ? "its boundary and " : "",
                  plot::counted(data.samples() + (test ? test->samples() : 0), "sample"),
                  plot::names_in_words(classifier.classes()));
  return Figure(
      {.title = "Decision regions",
       .subtitle = classifier.model().kind + (data.name().empty() ? "" : " on " + data.name()),
       .description = what,
       .body = std::vector{std::move(chart)}});
}

}  // namespace hebb
