// Scores of a classifier. All but AUC and log-loss follow from the confusion matrix: precision of a
// class is its diagonal entry over its column's sum, recall over its row's sum, F1 their harmonic
// mean. Where scikit-learn leaves a choice, this takes its defaults: averages run over the classes
// that occur in truth or predictions, and a ratio without a denominator is 0.

#include "hebb/metrics/classification.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "hebb/core/error.h"
#include "metrics/weights.h"

namespace hebb {
namespace {

constexpr std::string_view kWhere = "metrics";

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

// "class '3'", or "4 classes ('1', '2', '3', ...)".
std::string name_classes(const std::vector<std::size_t>& which,
                         std::span<const std::string> classes) {
  constexpr std::size_t kMostNames = 3;
  if (which.size() == 1) return "class '" + classes[which[0]] + "'";
  std::string names;
  for (std::size_t i = 0; i < std::min(which.size(), kMostNames); ++i)
    names += (i == 0 ? "'" : ", '") + classes[which[i]] + "'";
  if (which.size() > kMostNames) names += ", ...";
  return std::to_string(which.size()) + " classes (" + names + ")";
}

// A class that is not present has ratios of 0 and adds nothing.
void add_averages(ClassificationScores& scores, std::size_t present) {
  const double total = scores.confusion.total();
  const auto add = [](PrecisionRecall& sum, const PrecisionRecall& of, double share) {
    sum.precision += share * of.precision;
    sum.recall += share * of.recall;
    sum.f1 += share * of.f1;
  };
  for (const auto& of : scores.per_class) {
    add(scores.macro, of, 1 / static_cast<double>(present));
    add(scores.weighted, of, of.support / total);
  }
  scores.macro.support = scores.weighted.support = total;
}

std::optional<double> roc_auc_of_classes(std::span<const std::int32_t> truth,
                                         std::span<const double> probability, std::size_t classes,
                                         std::span<const double> weights) {
  if (classes < 2) return {};
  const std::size_t first = classes == 2 ? 1 : 0;
  std::vector<double> positive(truth.size());
  std::vector<double> score(truth.size());
  double sum = 0;
  for (std::size_t c = first; c < classes; ++c) {
    for (std::size_t i = 0; i < truth.size(); ++i) {
      positive[i] = static_cast<std::size_t>(truth[i]) == c ? 1 : 0;
      score[i] = probability[i * classes + c];
    }
    const auto area = roc_auc(positive, score, weights);
    if (!area) return {};
    sum += *area;
  }
  return sum / static_cast<double>(classes - first);
}

void check_labels(std::span<const std::int32_t> labels, std::size_t classes,
                  std::string_view what) {
  for (std::size_t i = 0; i < labels.size(); ++i)
    check(labels[i] >= 0 && static_cast<std::size_t>(labels[i]) < classes, kWhere, what, " ", i + 1,
          " is ", labels[i], ", expected one of ", classes, " classes, counted from 0");
}

void check_probabilities(std::span<const double> probability, std::size_t samples,
                         std::size_t classes) {
  check(probability.size() == samples * classes, kWhere, "expected probabilities (", samples, ", ",
        classes, "), got ", probability.size(), " numbers");
  check(std::ranges::none_of(probability, [](double p) { return std::isnan(p); }), kWhere,
        "a probability is NaN");
}

}  // namespace

double ConfusionMatrix::total() const { return std::accumulate(counts.begin(), counts.end(), 0.0); }

ConfusionMatrix confusion_matrix(std::span<const std::int32_t> truth,
                                 std::span<const std::int32_t> predicted, std::size_t classes,
                                 std::span<const double> weights) {
  check(truth.size() == predicted.size(), kWhere, truth.size(), " true labels, but ",
        predicted.size(), " predictions");
  check_weights(weights, truth.size(), kWhere);
  check_labels(truth, classes, "true label");
  check_labels(predicted, classes, "prediction");
  ConfusionMatrix matrix{.classes = classes, .counts = std::vector<double>(classes * classes)};
  for (std::size_t i = 0; i < truth.size(); ++i)
    matrix.counts[static_cast<std::size_t>(truth[i]) * classes +
                  static_cast<std::size_t>(predicted[i])] += weight_of(weights, i);
  return matrix;
}

std::optional<double> roc_auc(std::span<const double> positive, std::span<const double> score,
                              std::span<const double> weights) {
  check(positive.size() == score.size(), kWhere, positive.size(), " labels, but ", score.size(),
        " scores");
  check_weights(weights, score.size(), kWhere);
  check(std::ranges::none_of(score, [](double s) { return std::isnan(s); }), kWhere,
        "a score is NaN");
  std::vector<std::size_t> order(score.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return score[i]; });

  // Of all pairs of one positive and one negative, the share in which the positive stands higher.
  double positives = 0;
  double negatives = 0;
  double pairs = 0;
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    double tied_positives = 0;
    double tied_negatives = 0;
    for (; end < order.size() && score[order[end]] == score[order[begin]]; ++end)
      (positive[order[end]] > 0 ? tied_positives : tied_negatives) +=
          weight_of(weights, order[end]);
    pairs += tied_positives * (negatives + tied_negatives / 2);
    positives += tied_positives;
    negatives += tied_negatives;
  }
  if (positives == 0 || negatives == 0) return {};
  return pairs / (positives * negatives);
}

double log_loss(std::span<const std::int32_t> truth, std::span<const double> probability,
                std::size_t classes, std::span<const double> weights) {
  check_weights(weights, truth.size(), kWhere);
  check_labels(truth, classes, "true label");
  check_probabilities(probability, truth.size(), classes);
  constexpr double kEps = std::numeric_limits<double>::epsilon();
  double loss = 0;
  double total = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const double p = probability[i * classes + static_cast<std::size_t>(truth[i])];
    loss -= weight_of(weights, i) * std::log(std::clamp(p, kEps, 1 - kEps));
    total += weight_of(weights, i);
  }
  return loss / total;
}

ClassificationScores classification_scores(std::span<const std::int32_t> truth,
                                           std::span<const std::int32_t> predicted,
                                           std::span<const double> probability,
                                           std::span<const std::string> classes,
                                           std::span<const double> weights) {
  const std::size_t n = classes.size();
  ClassificationScores scores;
  scores.samples = truth.size();
  scores.confusion = confusion_matrix(truth, predicted, n, weights);
  scores.per_class.resize(n);
  std::vector<std::size_t> never_true;
  std::vector<std::size_t> never_predicted;
  std::vector<std::size_t> absent;
  double right = 0;
  for (std::size_t c = 0; c < n; ++c) {
    double in_truth = 0;
    double in_predictions = 0;
    for (std::size_t other = 0; other < n; ++other) {
      in_truth += scores.confusion.at(c, other);
      in_predictions += scores.confusion.at(other, c);
    }
    const double hits = scores.confusion.at(c, c);
    right += hits;
    auto& of = scores.per_class[c];
    of.precision = ratio(hits, in_predictions);
    of.recall = ratio(hits, in_truth);
    of.f1 = ratio(2 * of.precision * of.recall, of.precision + of.recall);
    of.support = in_truth;
    if (in_truth == 0 && in_predictions == 0)
      absent.push_back(c);
    else if (in_truth == 0)
      never_true.push_back(c);
    else if (in_predictions == 0)
      never_predicted.push_back(c);
  }
  scores.accuracy = right / scores.confusion.total();
  add_averages(scores, n - absent.size());

  const auto was = [](const auto& which) { return which.size() == 1 ? "it was" : "they were"; };
  const auto is = [](const auto& which) { return which.size() == 1 ? "it is" : "they are"; };
  if (!never_predicted.empty())
    scores.warnings.push_back("precision of " + name_classes(never_predicted, classes) +
                              " is undefined: " + was(never_predicted) +
                              " never predicted; 0 was put there");
  if (!never_true.empty())
    scores.warnings.push_back("recall of " + name_classes(never_true, classes) + " is undefined: " +
                              is(never_true) + " not among these samples; 0 was put there");
  if (!absent.empty())
    scores.warnings.push_back(name_classes(absent, classes) +
                              (absent.size() == 1 ? " occurs" : " occur") +
                              " neither in the truth nor among the predictions; " + is(absent) +
                              " left out of the averages");
  if (!probability.empty()) {
    scores.log_loss = log_loss(truth, probability, n, weights);
    scores.roc_auc = roc_auc_of_classes(truth, probability, n, weights);
  }
  return scores;
}

}  // namespace hebb
