// Scores of a classifier. All except AUC and log-loss are computed from the confusion matrix:
// precision of a class is its diagonal entry over its column's sum, recall over its row's sum, F1
// their harmonic mean. Where scikit-learn has options, this uses its defaults: averages are over
// the classes that occur in truth or predictions, and a ratio without a denominator is 0.

#include "hebb/metrics/classification.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

#include "hebb/core/error.h"
#include "hebb/core/printable.h"
#include "metrics/ranking.h"
#include "metrics/weights.h"

namespace hebb {
namespace {

constexpr std::size_t kMostIndices = std::size_t{1} << 28U;  // classes whose square can be counted

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

// "class '3'", or "4 classes ('1', '2', '3', ...)".
std::string name_classes(const std::vector<std::size_t>& which,
                         std::span<const std::string> classes) {
  constexpr std::size_t kMostNames = 3;
  if (which.size() == 1) return "class " + quoted_name(classes[which[0]]);
  std::string names;
  for (std::size_t i = 0; i < std::min(which.size(), kMostNames); ++i)
    names += (i == 0 ? "" : ", ") + quoted_name(classes[which[i]]);
  if (which.size() > kMostNames) names += ", ...";
  return std::to_string(which.size()) + " classes (" + names + ")";
}

using Margins = ConfusionMatrix::Margins;

// A class that does not occur has ratios of 0 and contributes nothing.
void add_averages(ClassificationScores& scores, const Margins& margins, std::size_t present) {
  const double total = scores.confusion.total();
  const auto add = [](PrecisionRecall& sum, const PrecisionRecall& of, double share) {
    sum.precision += share * of.precision;
    sum.recall += share * of.recall;
    sum.f1 += share * of.f1;
    sum.specificity += share * of.specificity;
  };
  double true_negatives = 0, negatives = 0;
  for (std::size_t c = 0; c < scores.per_class.size(); ++c) {
    const PrecisionRecall& of = scores.per_class[c];
    const double in_predictions = margins.predicted[c];
    if (!margins.occurs(c)) continue;
    add(scores.macro, of, 1 / static_cast<double>(present));
    add(scores.weighted, of, of.support / total);
    negatives += total - of.support;
    true_negatives += total - of.support - in_predictions + scores.confusion.at(c, c);
  }
  // Each mistake is a false positive of one class and a false negative of another.
  scores.micro.precision = scores.micro.recall = scores.micro.f1 = scores.accuracy;
  scores.micro.specificity = ratio(true_negatives, negatives);
  scores.macro.support = scores.weighted.support = scores.micro.support = total;
}

// Adds the areas under the curves: of the second of two classes, or averaged over one-vs-rest.
void add_areas(ClassificationScores& scores, std::span<const std::int32_t> truth,
               std::span<const double> of, std::span<const double> weights) {
  const std::size_t classes = scores.per_class.size();
  if (classes < 2) return;
  const ClassAreas areas(truth, of, classes, weights);
  const std::size_t first = classes == 2 ? 1 : 0;
  double plain = 0, weighted = 0, precision = 0, support = 0;
  bool has_roc = true, has_precision = true;
  for (std::size_t c = first; c < classes; ++c) {
    const auto area = areas.roc_auc[c], average = areas.average_precision[c];
    has_roc = has_roc && area.has_value();
    has_precision = has_precision && average.has_value();
    if (has_roc) {
      plain += *area;
      weighted += *area * scores.per_class[c].support;
      support += scores.per_class[c].support;
    }
    if (has_precision) precision += *average;
  }
  const auto count = static_cast<double>(classes - first);
  if (has_roc) scores.roc_auc = plain / count;
  if (has_roc) scores.roc_auc_weighted = weighted / support;
  if (has_precision) scores.average_precision = precision / count;
}

// Whether size = rows * columns; a product beyond the range wraps around.
bool is_product(std::size_t size, std::size_t rows, std::size_t columns) {
  std::size_t product = 0;
  return !__builtin_mul_overflow(rows, columns, &product) && size == product;
}

void check_labels(std::span<const std::int32_t> labels, std::size_t classes,
                  std::string_view what) {
  for (std::size_t i = 0; i < labels.size(); ++i)
    check(labels[i] >= 0 && static_cast<std::size_t>(labels[i]) < classes, kMetrics, what, " ",
          i + 1, " is ", labels[i], ", expected one of ", classes, " classes, counted from 0");
}

void check_probabilities(std::span<const double> probability, std::size_t samples,
                         std::size_t classes) {
  check(is_product(probability.size(), samples, classes), kMetrics, "expected probabilities (",
        samples, ", ", classes, "), got ", probability.size(), " numbers");
  check(std::ranges::none_of(probability, [](double p) { return std::isnan(p); }), kMetrics,
        "a probability is NaN");
}

}  // namespace

double ConfusionMatrix::at(std::size_t truth, std::size_t prediction) const {
  const auto key = std::pair(truth, prediction);
  const auto found = std::ranges::lower_bound(cells, key, {}, [](const Cell& cell) {
    return std::pair<std::size_t, std::size_t>(cell.truth, cell.prediction);
  });
  const bool is = found != cells.end() && found->truth == truth && found->prediction == prediction;
  return is ? found->count : 0;
}

std::vector<double> ConfusionMatrix::row(std::size_t truth) const {
  std::vector<double> counts(classes);
  for (const Cell& cell : std::ranges::equal_range(cells, truth, {}, &Cell::truth))
    counts[cell.prediction] = cell.count;
  return counts;
}

double ConfusionMatrix::total() const {
  double sum = 0;
  for (const Cell& cell : cells) sum += cell.count;
  return sum;
}

void ConfusionMatrix::check() const {
  hebb::check(classes <= kMostIndices, kMetrics, classes, " classes, at most ", kMostIndices);
  const auto place = [](const Cell& cell) { return std::pair(cell.truth, cell.prediction); };
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto [truth, prediction] = place(cells[i]);
    hebb::check(truth < classes && prediction < classes, kMetrics, "a confusion matrix of ",
                classes, " classes has a count of truth ", truth, " and prediction ", prediction,
                " (counted from 0)");
    hebb::check(i == 0 || place(cells[i - 1]) < place(cells[i]), kMetrics,
                "the cells of a confusion matrix are out of order at cell ", i);
  }
}

Margins ConfusionMatrix::margins() const {
  check();
  Margins sums{.truth = std::vector<double>(classes), .predicted = std::vector<double>(classes)};
  for (const Cell& cell : cells) {
    sums.truth[cell.truth] += cell.count;
    sums.predicted[cell.prediction] += cell.count;
  }
  return sums;
}

namespace {

// Classes from the most to the fewest mistakes; only the first `most` are in order.
std::vector<std::size_t> by_mistakes(const ConfusionMatrix& matrix, std::size_t most) {
  std::vector<std::size_t> order(matrix.classes);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::vector<double> mistakes(matrix.classes);
  for (const auto& cell : matrix.cells) {
    if (cell.truth == cell.prediction) continue;
    mistakes[cell.truth] += cell.count;
    mistakes[cell.prediction] += cell.count;
  }
  const Margins margins = matrix.margins();
  const auto rank = [&](std::size_t c) { return std::tuple(-mistakes[c], -margins.truth[c], c); };
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(std::min(most, order.size()));
  std::ranges::partial_sort(order, end, {}, rank);
  order.erase(end, order.end());
  return order;
}

}  // namespace

std::vector<std::size_t> most_confused(const ConfusionMatrix& matrix, std::size_t most) {
  auto classes = by_mistakes(matrix, most);
  std::ranges::sort(classes);
  return classes;
}

std::vector<std::size_t> most_frequent_mistakes(const ConfusionMatrix& matrix, std::size_t most) {
  if (matrix.classes <= most) return most_confused(matrix, most);
  matrix.check();
  std::vector<ConfusionMatrix::Cell> mistakes;
  std::ranges::copy_if(matrix.cells, std::back_inserter(mistakes),
                       [](const auto& cell) { return cell.truth != cell.prediction; });
  std::ranges::stable_sort(mistakes, std::greater{}, &ConfusionMatrix::Cell::count);
  std::vector<bool> taken(matrix.classes);
  std::vector<std::size_t> classes;
  const auto take = [&](std::size_t c) {
    if (!taken[c]) classes.push_back(c);
    taken[c] = true;
  };
  for (const auto& cell : mistakes) {
    const std::size_t added = (taken[cell.truth] ? 0 : 1) + (taken[cell.prediction] ? 0 : 1);
    if (classes.size() + added > most) continue;
    take(cell.truth);
    take(cell.prediction);
  }
  // Of the first `most`, those that are not taken yet are enough.
  for (const std::size_t c : by_mistakes(matrix, most))
    if (classes.size() < most) take(c);
  std::ranges::sort(classes);
  return classes;
}

ConfusionMatrix confusion_matrix(std::span<const std::int32_t> truth,
                                 std::span<const std::int32_t> predicted, std::size_t classes,
                                 std::span<const double> weights) {
  check(truth.size() == predicted.size(), kMetrics, truth.size(), " true labels, but ",
        predicted.size(), " predictions");
  check(classes <= kMostIndices, kMetrics, classes, " classes, at most ", kMostIndices);
  check_weights(weights, truth.size(), kMetrics);
  check_labels(truth, classes, "true label");
  check_labels(predicted, classes, "prediction");
  // Stable, so that the weights of a cell are always summed in the same order.
  std::vector<std::size_t> order(truth.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key = [&](std::size_t i) { return std::pair(truth[i], predicted[i]); };
  std::ranges::stable_sort(order, {}, key);
  ConfusionMatrix matrix{.classes = classes};
  for (std::size_t k = 0; k < order.size(); ++k) {
    const auto [t, p] = key(order[k]);
    if (k == 0 || key(order[k - 1]) != std::pair(t, p))
      matrix.cells.push_back(
          {.truth = static_cast<std::uint32_t>(t), .prediction = static_cast<std::uint32_t>(p)});
    matrix.cells.back().count += weight_of(weights, order[k]);
  }
  std::erase_if(matrix.cells, [](const ConfusionMatrix::Cell& cell) { return cell.count == 0; });
  return matrix;
}

std::optional<double> roc_auc(std::span<const double> positive, std::span<const double> score,
                              std::span<const double> weights) {
  return Ranking(positive, score, weights).roc_auc();
}

double log_loss(std::span<const std::int32_t> truth, std::span<const double> probability,
                std::size_t classes, std::span<const double> weights) {
  check_weights(weights, truth.size(), kMetrics);
  check_labels(truth, classes, "true label");
  check_probabilities(probability, truth.size(), classes);
  constexpr double kEps = std::numeric_limits<double>::epsilon();
  double loss = 0;
  double total = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto row = probability.subspan(i * classes, classes);
    double sum = 0;
    for (const double p : row) sum += std::clamp(p, kEps, 1 - kEps);
    const double p = row[static_cast<std::size_t>(truth[i])];
    loss -= weight_of(weights, i) * std::log(std::clamp(p, kEps, 1 - kEps) / sum);
    total += weight_of(weights, i);
  }
  return loss / total;
}

double brier(std::span<const std::int32_t> truth, std::span<const double> probability,
             std::size_t classes, std::span<const double> weights) {
  check_weights(weights, truth.size(), kMetrics);
  check_labels(truth, classes, "true label");
  check_probabilities(probability, truth.size(), classes);
  double loss = 0, total = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    double squares = 0;
    for (std::size_t c = classes == 2 ? 1 : 0; c < classes; ++c) {
      const double is = static_cast<std::size_t>(truth[i]) == c ? 1 : 0;
      const double off = is - probability[i * classes + c];
      squares += off * off;
    }
    loss += weight_of(weights, i) * squares;
    total += weight_of(weights, i);
  }
  return loss / total;
}

double top_k_accuracy(std::span<const std::int32_t> truth, std::span<const double> score,
                      std::size_t classes, std::size_t k, std::span<const double> weights) {
  check(k >= 1, kMetrics, "top-k accuracy takes k >= 1, got ", k);
  check_weights(weights, truth.size(), kMetrics);
  check_labels(truth, classes, "true label");
  check_probabilities(score, truth.size(), classes);
  double hits = 0, total = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto own = static_cast<std::size_t>(truth[i]);
    const auto row = score.subspan(i * classes, classes);
    std::size_t higher = 0;
    for (std::size_t c = 0; c < classes; ++c)
      higher += row[c] > row[own] || (row[c] == row[own] && c > own) ? 1 : 0;
    hits += higher < k ? weight_of(weights, i) : 0;
    total += weight_of(weights, i);
  }
  return hits / total;
}

double f_beta(double precision, double recall, double beta) {
  const double square = beta * beta;
  return ratio((1 + square) * precision * recall, square * precision + recall);
}

namespace {

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double diagonal(const ConfusionMatrix& matrix) {
  double sum = 0;
  for (const auto& cell : matrix.cells)
    if (cell.truth == cell.prediction) sum += cell.count;
  return sum;
}

}  // namespace

double balanced_accuracy(const ConfusionMatrix& matrix) {
  const Margins margins = matrix.margins();
  double sum = 0, present = 0;
  for (std::size_t c = 0; c < matrix.classes; ++c) {
    if (margins.truth[c] == 0) continue;
    sum += matrix.at(c, c) / margins.truth[c];
    ++present;
  }
  return ratio(sum, present);
}

double matthews(const ConfusionMatrix& matrix) {
  const Margins margins = matrix.margins();
  const double total = matrix.total();
  const double of_predicted = total * total - dot(margins.predicted, margins.predicted);
  const double of_truth = total * total - dot(margins.truth, margins.truth);
  // If either has only one class, the result is only a rounding error.
  const auto one_class = [](const std::vector<double>& counts) {
    return std::ranges::count_if(counts, [](double count) { return count > 0; }) < 2;
  };
  if (one_class(margins.predicted) || one_class(margins.truth)) return 0;
  return (diagonal(matrix) * total - dot(margins.truth, margins.predicted)) /
         std::sqrt(of_predicted * of_truth);
}

std::optional<double> kappa(const ConfusionMatrix& matrix) {
  const Margins margins = matrix.margins();
  const double total = matrix.total();
  double seen = 0, expected = 0;
  for (const auto& cell : matrix.cells)
    if (cell.truth != cell.prediction) seen += cell.count;
  std::vector<std::size_t> predicted;  // classes: the others add 0
  for (std::size_t p = 0; p < matrix.classes; ++p)
    if (margins.predicted[p] > 0) predicted.push_back(p);
  for (std::size_t t = 0; t < matrix.classes; ++t) {
    if (margins.truth[t] == 0) continue;
    for (const std::size_t p : predicted)
      if (t != p) expected += margins.truth[t] * margins.predicted[p] / total;
  }
  if (expected == 0) return {};
  return 1 - seen / expected;
}

ClassificationScores classification_scores(std::span<const std::int32_t> truth,
                                           std::span<const std::int32_t> predicted,
                                           std::span<const double> score,
                                           std::span<const std::string> classes,
                                           std::span<const double> weights,
                                           bool are_probabilities) {
  const std::size_t n = classes.size();
  ClassificationScores scores;
  scores.samples = truth.size();
  scores.confusion = confusion_matrix(truth, predicted, n, weights);
  scores.per_class.resize(n);
  std::vector<std::size_t> never_true;
  std::vector<std::size_t> never_predicted;
  std::vector<std::size_t> absent;
  double right = 0;
  const double total = scores.confusion.total();
  const Margins margins = scores.confusion.margins();
  for (std::size_t c = 0; c < n; ++c) {
    const double in_truth = margins.truth[c], in_predictions = margins.predicted[c];
    const double hits = scores.confusion.at(c, c);
    right += hits;
    auto& of = scores.per_class[c];
    of.precision = ratio(hits, in_predictions);
    of.recall = ratio(hits, in_truth);
    of.f1 = ratio(2 * of.precision * of.recall, of.precision + of.recall);
    of.support = in_truth;
    of.specificity = ratio(total - in_truth - in_predictions + hits, total - in_truth);
    if (in_truth == 0 && in_predictions == 0)
      absent.push_back(c);
    else if (in_truth == 0)
      never_true.push_back(c);
    else if (in_predictions == 0)
      never_predicted.push_back(c);
  }
  scores.accuracy = right / total;
  scores.balanced_accuracy = balanced_accuracy(scores.confusion);
  scores.matthews = matthews(scores.confusion);
  scores.kappa = kappa(scores.confusion);
  add_averages(scores, margins, n - absent.size());

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
  if (score.empty()) return scores;
  if (are_probabilities) {
    scores.log_loss = log_loss(truth, score, n, weights);
    scores.brier = brier(truth, score, n, weights);
  } else {
    const std::size_t width = n == 2 ? 1 : n;
    check(score.size() == truth.size() * width, kMetrics, "expected scores (", truth.size(), ", ",
          width, "), got ", score.size(), " numbers");
  }
  add_areas(scores, truth, score, weights);
  return scores;
}

}  // namespace hebb
