#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/integers.h"
#include "hebb/core/error.h"
#include "hebb/metrics/curves.h"
#include "hebb/plot/plots.h"
#include "plot/common.h"

namespace hebb {
namespace {

using plot::Chart;
using plot::Mark;
using plot::Series;

constexpr std::size_t kMostCurves = 16;  // classes; more lines are unreadable

void check_classes(const Predictions& of) {
  check(!of.classes.empty(), "plot", "these are predictions of numbers, not of classes");
  check(of.classes.size() >= 2, "plot",
        "the model knows one class only: there is nothing to tell apart");
}

// The curves of all classes, or of the second of two, with `measure` in the legend. `add` draws one
// and returns its figure, or std::nullopt if the class is absent.
template <class Add>
Chart curves_of(const Predictions& of, const std::string& measure, Chart chart, const Add& add,
                std::string& words) {
  check_classes(of);
  const std::size_t first = of.classes.size() == 2 ? 1 : 0;
  double sum = 0;
  std::size_t drawn = 0;
  std::vector<std::string> absent;
  for (std::size_t c = first; c < of.classes.size(); ++c) {
    Series series{.name = of.classes[c], .color = drawn};
    const std::optional<double> figure = add(c, series);
    if (!figure) {
      absent.push_back(of.classes[c]);
      continue;
    }
    sum += *figure;
    series.figure = fmt::format("{} {:.4f}", measure, *figure);
    if (++drawn <= kMostCurves) chart.series.push_back(std::move(series));
  }
  check(drawn > 0, "plot", "it takes samples of at least two classes");
  words = of.classes.size() == 2
              ? fmt::format("{} {:.4f} for class '{}'", measure, sum, of.classes[1])
              : fmt::format("{} {:.4f} on average over {} classes, each against the rest", measure,
                            sum / static_cast<double>(drawn), drawn);
  if (drawn > 1)
    chart.note = fmt::format("each class against the rest; mean {} {:.4f}", measure,
                             sum / static_cast<double>(drawn));
  if (drawn > kMostCurves)
    chart.note += fmt::format("; the first {} of {} classes", kMostCurves, drawn);
  if (!absent.empty()) chart.note += "; not among these samples: " + plot::names_in_words(absent);
  return chart;
}

}  // namespace

Figure plot_confusion(const ConfusionMatrix& matrix, const std::vector<std::string>& classes) {
  check(matrix.classes == classes.size() && !classes.empty(), "plot", "a matrix of ",
        matrix.classes, " classes, but ", classes.size(), " names");
  double right = 0;
  std::size_t worst_t = 0, worst_p = 0;
  double worst = 0;
  for (std::size_t t = 0; t < classes.size(); ++t)
    for (std::size_t p = 0; p < classes.size(); ++p) {
      const double count = matrix.at(t, p);
      if (t == p) right += count;
      if (t != p && count > worst) worst = count, worst_t = t, worst_p = p;
    }
  const double total = matrix.total();
  std::string what = fmt::format(
      "Confusion matrix of {}: rows are the truth, columns the predictions. {:.2f}% "
      "lie on the diagonal",
      plot::counted(classes.size(), "class"), total > 0 ? 100 * right / total : 0.0);
  if (worst > 0)
    what += fmt::format("; the most frequent mistake is '{}' taken for '{}', {} times",
                        classes[worst_t], classes[worst_p], plot::number_label(worst));
  return Figure(
      {.title = "Confusion matrix",
       .subtitle = fmt::format("{} of {} right",
                               plot::number_label(right, right == std::floor(right) ? 0 : 1),
                               plot::number_label(total, total == std::floor(total) ? 0 : 1)),
       .description = what + '.',
       .body = plot::Matrix{classes, matrix.counts}});
}

Figure plot_confusion(const Predictions& of) {
  return plot_confusion(confusion_matrix(of.truth, of.predicted, of.classes.size(), of.weights),
                        of.classes);
}

Figure plot_roc(const Predictions& of, const std::string& name) {
  std::string words;
  Chart chart = curves_of(
      of, "AUC",
      {.x_label = "false positive rate",
       .y_label = "true positive rate",
       .series = {{.name = "chance", .mark = Mark::dashes, .x = {0, 1}, .y = {0, 1}, .soft = true}},
       .x = plot::Range{0, 1},
       .y = plot::Range{0, 1.02},
       .square = true},
      [&](std::size_t c, Series& series) -> std::optional<double> {
        auto curve = roc_curve(of.is(c), of.scores_for(c), of.weights);
        if (!curve) return {};
        series.x = std::move(curve->fpr);
        series.y = std::move(curve->tpr);
        return curve->auc;
      },
      words);
  std::ranges::rotate(chart.series, chart.series.begin() + 1);  // chance comes last
  return Figure(
      {.title = "ROC curve",
       .subtitle = name,
       .description = "ROC curve, true positive rate over false positive rate: " + words + '.',
       .body = std::vector{std::move(chart)}});
}

Figure plot_precision_recall(const Predictions& of, const std::string& name) {
  std::string words;
  const Chart chart = curves_of(
      of, "AP",
      {.x_label = "recall",
       .y_label = "precision",
       .x = plot::Range{0, 1},
       .y = plot::Range{0, 1.02},
       .square = true},
      [&](std::size_t c, Series& series) -> std::optional<double> {
        const auto curve = precision_recall_curve(of.is(c), of.scores_for(c), of.weights);
        if (!curve) return {};
        // Steps, vertical where recall increases, as average precision counts them.
        for (std::size_t i = curve->recall.size(); i-- > 0;) {
          if (!series.x.empty()) {
            series.x.push_back(series.x.back());
            series.y.push_back(curve->precision[i]);
          }
          series.x.push_back(curve->recall[i]);
          series.y.push_back(curve->precision[i]);
        }
        return curve->average_precision;
      },
      words);
  return Figure({.title = "Precision and recall",
                 .subtitle = name,
                 .description = "Precision over recall: average precision " + words + '.',
                 .body = std::vector{chart}});
}

Figure plot_gain(const Predictions& of, const std::string& name) {
  std::string words;
  Chart chart = curves_of(
      of, "lift at 10%",
      {.x_label = "share of samples, highest scores first",
       .y_label = "share of positives found",
       .series = {{.name = "chance", .mark = Mark::dashes, .x = {0, 1}, .y = {0, 1}, .soft = true}},
       .x = plot::Range{0, 1},
       .y = plot::Range{0, 1.02},
       .square = true},
      [&](std::size_t c, Series& series) -> std::optional<double> {
        auto curve = gain_curve(of.is(c), of.scores_for(c), of.weights);
        if (!curve) return {};
        const double lift = curve->lift_at(0.1);
        series.x = std::move(curve->share);
        series.y = std::move(curve->gain);
        return lift;
      },
      words);
  std::ranges::rotate(chart.series, chart.series.begin() + 1);
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
      .x_label = (of.probabilities ? "probability of '" : "score for '") + of.classes[1] + "'",
      .y_label = "share of the class"};
  for (std::size_t c = 0; c < 2; ++c)
    if (!by_class[c].empty())
      chart.series.push_back(spread("truth: " + of.classes[c], by_class[c], range, c));
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
  check_classes(of);
  return of.classes.size() == 2 ? spread_of_two(of, name) : spread_of_surety(of, name);
}

Figure plot_classes(const Predictions& of, const std::string& name) {
  check_classes(of);
  const auto scores = std::get<ClassificationScores>(scores_of(of));
  plot::Bars bars{.value_label = "",
                  .names = of.classes,
                  .groups = {{"precision", {}}, {"recall", {}}, {"F1", {}}},
                  .range = plot::Range{0, 1}};
  for (const auto& one : scores.per_class) {
    bars.groups[0].values.push_back(one.precision);
    bars.groups[1].values.push_back(one.recall);
    bars.groups[2].values.push_back(one.f1);
  }
  const auto worst = std::ranges::min_element(bars.groups[2].values);
  const std::string what = fmt::format(
      "Bars of precision, recall and F1 of {}: F1 is lowest for '{}', {:.4f}.",
      plot::counted(bars.names.size(), "class"),
      bars.names[static_cast<std::size_t>(worst - bars.groups[2].values.begin())], *worst);
  return Figure(
      {.title = "Scores by class", .subtitle = name, .description = what, .body = std::move(bars)});
}

}  // namespace hebb
