#include "hebb/metrics/catalogue.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>
#include <stdexcept>

#include "hebb/core/error.h"
#include "hebb/metrics/curves.h"
#include "metrics/ranking.h"

namespace hebb {
namespace {

using C = ClassificationScores;
using R = RegressionScores;
using Maybe = std::optional<double>;

const C* classified(const Scores& scores) { return std::get_if<C>(&scores); }

// A value that the scores already contain.
template <auto Member>
Maybe of_classes(const Predictions&, const Scores& scores, double) {
  const C* all = classified(scores);
  return all ? Maybe(all->*Member) : std::nullopt;
}
template <auto Member>
Maybe of_numbers(const Predictions&, const Scores& scores, double) {
  const R* all = std::get_if<R>(&scores);
  return all ? Maybe(all->*Member) : std::nullopt;
}
template <auto Average, auto Member>
Maybe of_average(const Predictions&, const Scores& scores, double) {
  const C* all = classified(scores);
  return all ? Maybe((all->*Average).*Member) : std::nullopt;
}
// The value of the second of two classes.
template <auto Member>
Maybe of_second(const Predictions&, const Scores& scores, double) {
  const C* all = classified(scores);
  if (!all || all->per_class.size() != 2) return {};
  return all->per_class[1].*Member;
}

Maybe f_beta_of_second(const Predictions&, const Scores& scores, double beta) {
  const C* all = classified(scores);
  if (!all || all->per_class.size() != 2) return {};
  return f_beta(all->per_class[1].precision, all->per_class[1].recall, beta);
}

Maybe f_beta_micro(const Predictions&, const Scores& scores, double beta) {
  const C* all = classified(scores);
  return all ? Maybe(f_beta(all->micro.precision, all->micro.recall, beta)) : std::nullopt;
}

// Averages as those of F1: over the classes that occur in truth or predictions.
template <bool Weighted>
Maybe f_beta_average(const Predictions&, const Scores& scores, double beta) {
  const C* all = classified(scores);
  if (!all) return {};
  double sum = 0, shares = 0;
  const auto margins = all->confusion.margins();
  for (std::size_t c = 0; c < all->per_class.size(); ++c) {
    const PrecisionRecall& one = all->per_class[c];
    if (!margins.occurs(c)) continue;
    const double share = Weighted ? one.support : 1;
    sum += share * f_beta(one.precision, one.recall, beta);
    shares += share;
  }
  return shares > 0 ? sum / shares : 0;
}

Maybe top_k(const Predictions& predictions, const Scores& scores, double k) {
  if (!classified(scores) || predictions.scores.empty()) return {};
  const std::size_t classes = predictions.classes.size();
  std::span<const double> by_class = predictions.scores;
  std::vector<double> wide;
  if (by_class.size() != predictions.truth.size() * classes) {  // one score for two classes
    for (const double score : predictions.scores) wide.insert(wide.end(), {-score, score});
    by_class = wide;
  }
  return top_k_accuracy(predictions.truth, by_class, classes, static_cast<std::size_t>(k),
                        predictions.weights);
}

// For two classes, that of the second; for more, the mean over one-vs-rest.
template <bool Lift>
Maybe gain(const Predictions& predictions, const Scores& scores, double share) {
  const std::size_t classes = predictions.classes.size();
  if (!classified(scores) || predictions.scores.empty() || classes < 2) return {};
  const auto gains =
      class_gains(predictions.truth, predictions.scores, classes, predictions.weights, share);
  double sum = 0;
  const std::size_t first = classes == 2 ? 1 : 0;
  for (std::size_t c = first; c < classes; ++c) {
    if (!gains[c]) return {};
    sum += Lift ? *gains[c] / share : *gains[c];
  }
  return sum / static_cast<double>(classes - first);
}

Maybe pinball_of(const Predictions& predictions, const Scores& scores, double alpha) {
  if (classified(scores)) return {};
  return pinball(predictions.true_values, predictions.predicted_values, alpha, predictions.outputs,
                 predictions.weights);
}

MetricRow with_parameter(std::string name, std::string help, std::string parameter, double standard,
                         double low, double high, decltype(MetricRow::get) get) {
  return {.name = std::move(name),
          .label = {},
          .help = std::move(help),
          .parameter = std::move(parameter),
          .standard = standard,
          .low = low,
          .high = high,
          .get = std::move(get),
          .needs_predictions = true};
}

std::vector<MetricRow> for_numbers(std::vector<MetricRow> rows) {
  for (MetricRow& row : rows) row.task = Task::regress;
  return rows;
}

// Errors are 0 or more, and other scores 1 or less; those of classes are 0 or more too, except those that
// compare with chance.
void bound(MetricRow& row) {
  if (!row.higher_is_better || row.name == "lift") {
    row.least = 0;
  } else {
    row.most = 1;
    if (row.task == Task::classify)
      row.least = row.name == "matthews" || row.name == "kappa" ? -1 : 0;
  }
}

std::vector<MetricRow> make_catalogue() {
  using P = PrecisionRecall;
  constexpr double kMostBeta = 100, kMostClasses = 1e6;
  std::vector<MetricRow> rows = {
      {.name = "accuracy",
       .label = "accuracy",
       .help = "fraction of correct predictions",
       .get = of_classes<&C::accuracy>},
      {.name = "balanced_accuracy",
       .label = {},
       .help = "mean recall of the classes",
       .get = of_classes<&C::balanced_accuracy>},
      {.name = "precision",
       .label = {},
       .help = "of the second of two classes",
       .get = of_second<&P::precision>},
      {.name = "recall",
       .label = {},
       .help = "of the second of two classes: sensitivity",
       .get = of_second<&P::recall>},
      {.name = "f1", .label = {}, .help = "of the second of two classes", .get = of_second<&P::f1>},
      {.name = "specificity",
       .label = {},
       .help = "recall of the first of two classes",
       .get = of_second<&P::specificity>},
      {.name = "precision_macro",
       .label = "precision (macro)",
       .help = "mean over the classes",
       .get = of_average<&C::macro, &P::precision>},
      {.name = "recall_macro",
       .label = "recall (macro)",
       .help = "mean over the classes",
       .get = of_average<&C::macro, &P::recall>},
      {.name = "f1_macro",
       .label = "F1 (macro)",
       .help = "mean over the classes",
       .get = of_average<&C::macro, &P::f1>},
      {.name = "specificity_macro",
       .label = {},
       .help = "mean over the classes",
       .get = of_average<&C::macro, &P::specificity>},
      {.name = "precision_weighted",
       .label = "precision (weighted)",
       .help = "mean over the classes, weighted by their size",
       .get = of_average<&C::weighted, &P::precision>},
      {.name = "recall_weighted",
       .label = "recall (weighted)",
       .help = "mean over the classes, weighted by their size",
       .get = of_average<&C::weighted, &P::recall>},
      {.name = "f1_weighted",
       .label = "F1 (weighted)",
       .help = "mean over the classes, weighted by their size",
       .get = of_average<&C::weighted, &P::f1>},
      {.name = "specificity_weighted",
       .label = {},
       .help = "mean over the classes, weighted by their size",
       .get = of_average<&C::weighted, &P::specificity>},
      {.name = "precision_micro",
       .label = {},
       .help = "from the total counts of all classes",
       .get = of_average<&C::micro, &P::precision>},
      {.name = "recall_micro",
       .label = {},
       .help = "from the total counts of all classes",
       .get = of_average<&C::micro, &P::recall>},
      {.name = "f1_micro",
       .label = {},
       .help = "from the total counts of all classes",
       .get = of_average<&C::micro, &P::f1>},
      {.name = "specificity_micro",
       .label = {},
       .help = "from the total counts of all classes",
       .get = of_average<&C::micro, &P::specificity>},
      with_parameter(
          "f_beta",
          "of the second of two classes; recall is weighted beta times as much as precision",
          "beta", 2, 0, kMostBeta, f_beta_of_second),
      with_parameter("f_beta_macro", "mean over the classes", "beta", 2, 0, kMostBeta,
                     f_beta_average<false>),
      with_parameter("f_beta_weighted", "mean over the classes, weighted by their size", "beta", 2,
                     0, kMostBeta, f_beta_average<true>),
      with_parameter("f_beta_micro", "from the total counts of all classes", "beta", 2, 0,
                     kMostBeta, f_beta_micro),
      {.name = "matthews",
       .label = {},
       .help = "correlation of true and predicted class, -1 to 1",
       .get = of_classes<&C::matthews>},
      {.name = "kappa",
       .label = {},
       .help = "agreement beyond chance (Cohen)",
       .get = of_classes<&C::kappa>},
      {.name = "roc_auc",
       .label = "ROC AUC",
       .help = "probability that a positive has a higher score than a negative; mean over classes, "
               "one-vs-rest",
       .get = of_classes<&C::roc_auc>},
      {.name = "roc_auc_weighted",
       .label = {},
       .help = "the same, weighted by the size of the classes",
       .get = of_classes<&C::roc_auc_weighted>},
      {.name = "average_precision",
       .label = {},
       .help = "mean precision over all recalls; mean over classes, one-vs-rest",
       .get = of_classes<&C::average_precision>},
      {.name = "log_loss",
       .label = "log-loss",
       .help = "mean of -log of the predicted probability of the true class",
       .higher_is_better = false,
       .get = of_classes<&C::log_loss>},
      {.name = "brier",
       .label = {},
       .help = "mean squared error of the probabilities",
       .higher_is_better = false,
       .get = of_classes<&C::brier>},
      with_parameter("top_k", "share of samples whose class is among the k highest scores", "k", 3,
                     1, kMostClasses, top_k),
      with_parameter(
          "gain",
          "fraction of all positives among the given fraction of samples with the highest "
          "scores",
          "share", 0.1, 1e-9, 1, gain<false>),
      with_parameter("lift", "gain relative to a random selection", "share", 0.1, 1e-9, 1,
                     gain<true>)};
  auto numbers = for_numbers(
      {{.name = "r2",
        .label = "R2",
        .help = "fraction of the variance explained",
        .get = of_numbers<&R::r2>},
       {.name = "mse",
        .label = "MSE",
        .help = "mean squared error",
        .higher_is_better = false,
        .get = of_numbers<&R::mse>},
       {.name = "rmse",
        .label = "RMSE",
        .help = "root mean squared error, in units of the target",
        .higher_is_better = false,
        .get = of_numbers<&R::rmse>},
       {.name = "mae",
        .label = "MAE",
        .help = "mean absolute error",
        .higher_is_better = false,
        .get = of_numbers<&R::mae>},
       {.name = "median_absolute_error",
        .label = {},
        .help = "half of the errors are smaller",
        .higher_is_better = false,
        .get = of_numbers<&R::median_absolute_error>},
       {.name = "mape",
        .label = {},
        .help = "mean of the absolute error divided by the true value",
        .higher_is_better = false,
        .get = of_numbers<&R::mape>},
       {.name = "explained_variance",
        .label = {},
        .help = "R2 without the mean error",
        .get = of_numbers<&R::explained_variance>},
       {.name = "max_error",
        .label = {},
        .help = "the largest absolute error",
        .higher_is_better = false,
        .get = of_numbers<&R::max_error>},
       with_parameter("pinball", "loss of an alpha-quantile", "alpha", 0.5, 0, 1, pinball_of)});
  numbers.back().higher_is_better = false;
  rows.insert(rows.end(), numbers.begin(), numbers.end());
  std::ranges::for_each(rows, bound);
  return rows;
}

}  // namespace

void Predictions::check() const {
  const auto fits = [](std::size_t size, std::size_t rows, std::size_t columns) {
    std::size_t product = 0;
    return !__builtin_mul_overflow(rows, columns, &product) && size == product;
  };
  const bool classifies = !classes.empty();
  hebb::check(outputs > 0, "metrics", "predictions of 0 outputs");
  const std::size_t n = classifies ? truth.size() : true_values.size() / outputs;
  hebb::check(weights.empty() || weights.size() == n, "metrics", n, " samples, but ",
              weights.size(), " weights");
  if (!classifies) {
    hebb::check(fits(true_values.size(), n, outputs), "metrics", true_values.size(),
                " values do not make rows of ", outputs, " outputs");
    hebb::check(predicted_values.size() == true_values.size(), "metrics", true_values.size(),
                " true values, but ", predicted_values.size(), " predictions");
    return;
  }
  hebb::check(predicted.size() == n, "metrics", n, " true labels, but ", predicted.size(),
              " predictions");
  const bool one = classes.size() == 2 && !probabilities && scores.size() == n;
  hebb::check(scores.empty() || one || fits(scores.size(), n, classes.size()), "metrics",
              "expected scores (", n, ", ", classes.size(), "), got ", scores.size(), " numbers");
  for (const auto& [labels, what] :
       {std::pair{&truth, "true label "}, std::pair{&predicted, "prediction "}})
    for (std::size_t i = 0; i < n; ++i)
      hebb::check((*labels)[i] >= 0 && static_cast<std::size_t>((*labels)[i]) < classes.size(),
                  "metrics", what, i + 1, " is ", (*labels)[i], ", expected one of ",
                  classes.size(), " classes, counted from 0");
}

std::vector<double> Predictions::scores_for(std::size_t c) const {
  hebb::check(c < classes.size(), "metrics", "class ", c, " of ", classes.size(),
              " (counted from 0)");
  hebb::check(!scores.empty() || truth.empty(), "metrics", "these predictions have no scores");
  if (scores.size() == truth.size()) return scores;
  std::vector<double> out;
  for (std::size_t i = c; i < scores.size(); i += classes.size()) out.push_back(scores[i]);
  return out;
}

std::vector<double> Predictions::is(std::size_t c) const {
  hebb::check(c < classes.size(), "metrics", "class ", c, " of ", classes.size(),
              " (counted from 0)");
  std::vector<double> out;
  for (const auto label : truth) out.push_back(static_cast<std::size_t>(label) == c ? 1 : 0);
  return out;
}

void Predictions::decide(double threshold) {
  check();
  hebb::check(classes.size() == 2, "threshold", "is for two classes, there are ", classes.size());
  hebb::check(probabilities, "threshold",
              "needs probabilities, which this model has not: train with --model logistic, or with "
              "--model perceptron --activation sigmoid");
  for (std::size_t row = 0; row < predicted.size(); ++row)
    predicted[row] = scores[2 * row + 1] >= threshold ? 1 : 0;
}

Scores scores_of(const Predictions& p) {
  if (p.classes.empty())
    return regression_scores(p.true_values, p.predicted_values, p.outputs, p.weights);
  return classification_scores(p.truth, p.predicted, p.scores, p.classes, p.weights,
                               p.probabilities);
}

namespace {

Catalogue<MetricRow>& metrics() {
  static Catalogue<MetricRow> rows("metric", make_catalogue());
  return rows;
}

}  // namespace

const Catalogue<MetricRow>& metric_catalogue() { return metrics(); }

void register_metric(MetricRow row) {
  check(row.get != nullptr, "register", "the metric '", row.name, "' has no get");
  metrics().add(std::move(row));
}

const std::string& default_metric(Task task) {
  static const std::string accuracy = "accuracy", r2 = "r2";
  check(task != Task::transform, "metrics", "a transformer predicts nothing that could be judged");
  return task == Task::classify ? accuracy : r2;
}

Metric find_metric(const std::string& name) {
  const std::size_t colon = std::min(name.find(':'), name.size());
  const MetricRow& row = find_row(metric_catalogue(), name.substr(0, colon), "metrics", "metric");
  Metric metric{.row = &row, .parameter = row.standard, .name = name};
  if (colon == name.size()) return metric;
  check(!row.parameter.empty(), "metrics", row.name, " takes no parameter, got '", name, "'");
  const char* begin = name.data() + colon + 1;
  const char* end = name.data() + name.size();
  const auto [stop, error] = std::from_chars(begin, end, metric.parameter);
  check(error == std::errc{} && stop == end && metric.parameter >= row.low &&
            metric.parameter <= row.high &&
            (row.parameter != "k" || metric.parameter == std::floor(metric.parameter)),
        "metrics", row.parameter, " of ", row.name, " must be ",
        row.parameter == "k" ? "a whole number" : "a number", " from ", row.low, " to ", row.high,
        ", got '", name.substr(colon + 1), "'");
  return metric;
}

}  // namespace hebb
