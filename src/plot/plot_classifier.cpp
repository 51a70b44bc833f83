#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "core/integers.h"
#include "hebb/core/error.h"
#include "hebb/core/printable.h"
#include "hebb/metrics/curves.h"
#include "hebb/plot/plots.h"
#include "metrics/ranking.h"
#include "plot/common.h"

namespace hebb {
namespace {

using plot::Chart;
using plot::Mark;
using plot::Series;

constexpr std::size_t kMostCurves = 16;    // classes; more lines are unreadable
constexpr std::size_t kMostColours = 100;  // classes in a matrix; more cells are unreadable

ConfusionMatrix confusion_of(const Predictions& of) {
  return confusion_matrix(of.truth, of.predicted, of.classes.size(), of.weights);
}

void check_classes(const Predictions& of) {
  of.check();
  check(!of.classes.empty(), "plot", "these are predictions of numbers, not of classes");
  check(of.classes.size() >= 2, "plot",
        "the model knows one class only: there is nothing to tell apart");
}

// The curves of all classes, or of the second of two, with `measure` in the legend, whose value is in
// `figures` by class; std::nullopt if the class is absent. `draw` draws the curve of one.
template <class Draw>
Chart curves_of(const Predictions& of, const std::string& measure,
                const std::vector<std::optional<double>>& figures, Chart chart, const Draw& draw,
                std::string& words) {
  const std::size_t first = of.classes.size() == 2 ? 1 : 0;
  double sum = 0;
  std::vector<std::size_t> present;
  std::vector<std::string> absent;
  for (std::size_t c = first; c < of.classes.size(); ++c) {
    if (figures[c]) {
      sum += *figures[c];
      present.push_back(c);
    } else {
      absent.push_back(of.classes[c]);
    }
  }
  const std::size_t all = present.size();
  check(all > 0, "plot", "it takes samples of at least two classes");
  if (all > kMostCurves) {
    // Absent classes have fewer mistakes than others or as many, and come after them.
    const auto most = most_confused(confusion_of(of), kMostCurves);
    std::erase_if(present, [&](std::size_t c) { return !std::ranges::binary_search(most, c); });
  }
  for (const std::size_t c : present) {
    Series series{.name = plot::series_name(of.classes[c]),
                  .figure = fmt::format("{} {:.4f}", measure, *figures[c]),
                  .color = chart.series.size()};
    draw(c, series);
    chart.series.push_back(std::move(series));
  }
  words = of.classes.size() == 2
              ? fmt::format("{} {:.4f} for class {}", measure, sum, quoted_name(of.classes[1]))
              : fmt::format("{} {:.4f} on average over {} classes, each against the rest", measure,
                            sum / static_cast<double>(all), all);
  if (all > 1)
    chart.note = fmt::format("each class against the rest; mean {} {:.4f}", measure,
                             sum / static_cast<double>(all));
  if (all > present.size())
    chart.note += fmt::format("; the {} of {} classes with the most mistakes", present.size(), all);
  if (!absent.empty()) chart.note += "; not among these samples: " + plot::names_in_words(absent);
  return chart;
}

void add_chance(Chart& chart) {
  chart.series.push_back(
      {.name = "chance", .mark = Mark::dashes, .x = {0, 1}, .y = {0, 1}, .soft = true});
}

void check_scores(const Predictions& of) {
  check_classes(of);
  check(!of.scores.empty(), "plot", "these predictions have no scores to draw");
}

ClassAreas areas_of(const Predictions& of) {
  check_scores(of);
  return {of.truth, of.scores, of.classes.size(), of.weights};
}

}  // namespace

Figure plot_confusion(const ConfusionMatrix& matrix, const std::vector<std::string>& classes) {
  check(matrix.classes == classes.size() && !classes.empty(), "plot", "a matrix of ",
        matrix.classes, " classes, but ", classes.size(), " names");
  matrix.check();
  double right = 0;
  ConfusionMatrix::Cell worst;
  for (const auto& cell : matrix.cells) {
    if (cell.truth == cell.prediction)
      right += cell.count;
    else if (cell.count > worst.count)
      worst = cell;
  }
  const double total = matrix.total();
  std::string what = fmt::format(
      "Confusion matrix of {}: rows are the truth, columns the predictions. {:.2f}% "
      "lie on the diagonal",
      plot::counted(classes.size(), "class"), total > 0 ? 100 * right / total : 0.0);
  if (worst.count > 0)
    what += fmt::format("; the most frequent mistake is {} taken for {}, {} times",
                        quoted_name(classes[worst.truth]), quoted_name(classes[worst.prediction]),
                        plot::number_label(worst.count));
  const auto shown = most_frequent_mistakes(
      matrix, classes.size() <= kMostColours ? kMostColours : plot::kMostNamed);
  plot::Matrix body{.names = {}, .counts = {}, .totals = {}, .note = {}};
  for (const auto t : shown) {
    body.names.push_back(classes[t]);
    const auto row = matrix.row(t);
    for (const auto p : shown) body.counts.push_back(row[p]);
    if (shown.size() < classes.size())
      body.totals.push_back(std::accumulate(row.begin(), row.end(), 0.0));
  }
  if (shown.size() < classes.size())
    body.note = fmt::format(
        "the most frequent mistakes, among {} of {}; hebb evaluate --confusion writes all",
        shown.size(), plot::counted(classes.size(), "class"));
  return Figure(
      {.title = "Confusion matrix",
       .subtitle = fmt::format("{} of {} right",
                               plot::number_label(right, right == std::floor(right) ? 0 : 1),
                               plot::number_label(total, total == std::floor(total) ? 0 : 1)),
       .description = what + '.',
       .body = std::move(body)});
}

Figure plot_confusion(const Predictions& of) {
  of.check();
  return plot_confusion(confusion_of(of), of.classes);
}

Figure plot_roc(const Predictions& of, const std::string& name) {
  std::string words;
  Chart chart = curves_of(
      of, "AUC", areas_of(of).roc_auc,
      {.x_label = "false positive rate",
       .y_label = "true positive rate",
       .x = plot::Range{0, 1},
       .y = plot::Range{0, 1.02},
       .square = true},
      [&](std::size_t c, Series& series) {
        auto curve = roc_curve(of.is(c), of.scores_for(c), of.weights);
        series.x = std::move(curve->fpr);
        series.y = std::move(curve->tpr);
      },
      words);
  add_chance(chart);
  return Figure(
      {.title = "ROC curve",
       .subtitle = name,
       .description = "ROC curve, true positive rate over false positive rate: " + words + '.',
       .body = std::vector{std::move(chart)}});
}

Figure plot_precision_recall(const Predictions& of, const std::string& name) {
  std::string words;
  const Chart chart = curves_of(
      of, "AP", areas_of(of).average_precision,
      {.x_label = "recall",
       .y_label = "precision",
       .x = plot::Range{0, 1},
       .y = plot::Range{0, 1.02},
       .square = true},
      [&](std::size_t c, Series& series) {
        const auto curve = precision_recall_curve(of.is(c), of.scores_for(c), of.weights);
        // Steps, vertical where recall increases, as average precision counts them.
        for (std::size_t i = curve->recall.size(); i-- > 0;) {
          if (!series.x.empty()) {
            series.x.push_back(series.x.back());
            series.y.push_back(curve->precision[i]);
          }
          series.x.push_back(curve->recall[i]);
          series.y.push_back(curve->precision[i]);
        }
      },
      words);
  return Figure({.title = "Precision and recall",
                 .subtitle = name,
                 .description = "Precision over recall: average precision " + words + '.',
                 .body = std::vector{chart}});
}

Figure plot_gain(const Predictions& of, const std::string& name) {
  check_scores(of);
  constexpr double kShare = 0.1;
  auto lifts = class_gains(of.truth, of.scores, of.classes.size(), of.weights, kShare);
  for (auto& lift : lifts)
    if (lift) *lift /= kShare;
  std::string words;
  Chart chart = curves_of(
      of, "lift at 10%", lifts,
      {.x_label = "share of samples, highest scores first",
       .y_label = "share of positives found",
       .x = plot::Range{0, 1},
       .y = plot::Range{0, 1.02},
       .square = true},
      [&](std::size_t c, Series& series) {
        auto curve = gain_curve(of.is(c), of.scores_for(c), of.weights);
        series.x = std::move(curve->share);
        series.y = std::move(curve->gain);
      },
      words);
  add_chance(chart);
  return Figure(
      {.title = "Gain",
       .subtitle = name,
       .description = "Cumulative gain, positives found over samples taken: " + words + '.',
       .body = std::vector{std::move(chart)}});
}

namespace {

constexpr std::size_t kScoreBins = 40;

// A histogram, normalised to the group's size.
Series spread(std::string name, const std::vector<double>& values, const plot::Range& range,
              std::size_t color) {
  Series series{.name = std::move(name),
                .mark = Mark::histogram,
                .y = std::vector<double>(kScoreBins),
                .color = color};
  for (std::size_t b = 0; b <= kScoreBins; ++b)
    series.x.push_back(range.low + range.size() * static_cast<double>(b) / kScoreBins);
  for (const double value : values) {
    if (std::isnan(value)) continue;
    const double at = std::clamp((value - range.low) / range.size(), 0.0, 1.0) * kScoreBins;
    series.y[std::min(clamped_integer<std::size_t>(at), kScoreBins - 1)] +=
        1 / static_cast<double>(values.size());
  }
  return series;
}

Figure spread_of_two(const Predictions& of, const std::string& name) {
  const auto scores = of.scores_for(1);
  const plot::Range range = of.probabilities ? plot::Range{0, 1} : plot::range_of(scores);
  std::vector<double> by_class[2];
  for (std::size_t i = 0; i < of.truth.size(); ++i) by_class[of.truth[i]].push_back(scores[i]);
  Chart chart{
      .x_label = (of.probabilities ? "probability of " : "score for ") + quoted_name(of.classes[1]),
      .y_label = "share of the class"};
  for (std::size_t c = 0; c < 2; ++c)
    if (!by_class[c].empty())
      chart.series.push_back(
          spread("truth: " + plot::series_name(of.classes[c]), by_class[c], range, c));
  return Figure({.title = "Scores",
                 .subtitle = name,
                 .description = concat("Histogram of the ", chart.x_label,
                                       ", by true class: ", plot::names_in_words(of.classes), '.'),
                 .body = std::vector{chart}});
}

// Histograms of the confidence of correct and of wrong predictions.
Figure spread_of_surety(const Predictions& of, const std::string& name) {
  const std::size_t k = of.classes.size();
  std::vector<double> all, right, wrong;
  for (std::size_t i = 0; i < of.truth.size(); ++i) {
    const double* own = of.scores.data() + i * k;
    const auto best = static_cast<std::size_t>(std::max_element(own, own + k) - own);
    double surety = own[best];
    if (!of.probabilities) {
      double next = -INFINITY;
      for (std::size_t c = 0; c < k; ++c)
        if (c != best) next = std::max(next, own[c]);
      surety -= next;
    }
    all.push_back(surety);
    (best == static_cast<std::size_t>(of.truth[i]) ? right : wrong).push_back(surety);
  }
  const plot::Range range = of.probabilities ? plot::Range{0, 1} : plot::range_of(all);
  Chart chart{.x_label = of.probabilities ? "probability of the class predicted"
                                          : "lead of the class predicted",
              .y_label = "share of the group"};
  for (const auto& [group, values, color] :
       {std::tuple{"right", &right, std::size_t{0}}, std::tuple{"wrong", &wrong, std::size_t{1}}})
    if (!values->empty())
      chart.series.push_back(spread(
          fmt::format("{} ({})", group, plot::number_label(static_cast<double>(values->size()), 0)),
          *values, range, color));
  return Figure({.title = "Surety",
                 .subtitle = name,
                 .description = concat("Histogram of the ", chart.x_label, ": of ", right.size(),
                                       " right and ", wrong.size(), " wrong predictions."),
                 .body = std::vector{chart}});
}

}  // namespace

Figure plot_scores(const Predictions& of, const std::string& name) {
  check_scores(of);
  return of.classes.size() == 2 ? spread_of_two(of, name) : spread_of_surety(of, name);
}

Figure plot_classes(const Predictions& of, const std::string& name) {
  check_classes(of);
  const auto scores = std::get<ClassificationScores>(scores_of(of));
  plot::Bars bars{.value_label = "",
                  .names = {},
                  .groups = {{"precision", {}}, {"recall", {}}, {"F1", {}}},
                  .range = plot::Range{0, 1}};
  for (const auto c : most_confused(scores.confusion, plot::kMostNamed)) {
    const auto& one = scores.per_class[c];
    bars.names.push_back(of.classes[c]);
    bars.groups[0].values.push_back(one.precision);
    bars.groups[1].values.push_back(one.recall);
    bars.groups[2].values.push_back(one.f1);
  }
  if (bars.names.size() < of.classes.size())
    bars.note = fmt::format("the {} of {} with the most mistakes", bars.names.size(),
                            plot::counted(of.classes.size(), "class"));
  const auto worst = std::ranges::min_element(scores.per_class, {}, &PrecisionRecall::f1);
  const std::string what = fmt::format(
      "Bars of precision, recall and F1 of {}: F1 is lowest for {}, {:.4f}.",
      plot::counted(of.classes.size(), "class"),
      quoted_name(of.classes[static_cast<std::size_t>(worst - scores.per_class.begin())]),
      worst->f1);
  return Figure(
      {.title = "Scores by class", .subtitle = name, .description = what, .body = std::move(bars)});
}

}  // namespace hebb
