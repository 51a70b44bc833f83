#include "hebb/metrics/regression.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "hebb/core/error.h"
#include "metrics/weights.h"

namespace hebb {
namespace {

constexpr double kEps = std::numeric_limits<double>::epsilon();

// Checks the arguments and returns the number of rows.
std::size_t check_values(std::span<const double> truth, std::span<const double> predicted,
                         std::size_t outputs, std::span<const double> weights) {
  check(truth.size() == predicted.size(), kMetrics, truth.size(), " true values, but ",
        predicted.size(), " predictions");
  check(outputs > 0 && truth.size() % outputs == 0, kMetrics, truth.size(),
        " values do not make rows of ", outputs, " outputs");
  const std::size_t n = truth.size() / outputs;
  check_weights(weights, n, kMetrics);
  return n;
}

// Without weights, the mean of the middle two values; with weights, the first value at which half
// the total weight is reached, as in scikit-learn.
double median(std::vector<double> values, std::span<const double> weights) {
  const std::size_t n = values.size();
  if (weights.empty()) {
    std::ranges::sort(values);
    return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
  }
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return values[i]; });
  // The total is summed in the same order as the partial sums that are compared with its half.
  double total = 0;
  for (const std::size_t i : order) total += weights[i];
  double sum = 0;
  for (const std::size_t i : order) {
    sum += weights[i];
    if (sum >= total / 2) return values[i];
  }
  return values[order.back()];
}

}  // namespace

RegressionScores regression_scores(std::span<const double> truth, std::span<const double> predicted,
                                   std::size_t outputs, std::span<const double> weights) {
  const std::size_t n = check_values(truth, predicted, outputs, weights);
  double total = 0;
  for (std::size_t i = 0; i < n; ++i) total += weight_of(weights, i);

  RegressionScores scores{.samples = n};
  double r2 = 0;
  for (std::size_t k = 0; k < outputs; ++k) {
    const auto true_value = [&](std::size_t i) { return truth[i * outputs + k]; };
    double mean = 0;
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (std::size_t i = 0; i < n; ++i) {
      if (weight_of(weights, i) == 0) continue;
      mean += weight_of(weights, i) * true_value(i) / total;
      low = std::min(low, true_value(i));
      high = std::max(high, true_value(i));
    }
    // Squares of very large numbers overflow: they are computed in units of the largest.
    constexpr double kLarge = 1e150;
    const double largest = std::max(std::abs(low), std::abs(high));
    const double unit = largest > kLarge && std::isfinite(largest) ? largest : 1;
    double residual = 0;
    double spread = 0;
    double absolute = 0;
    double share = 0;
    double mean_error = 0;
    std::vector<double> sizes(n);
    for (std::size_t i = 0; i < n; ++i) {
      const double w = weight_of(weights, i);
      const double error = true_value(i) - predicted[i * outputs + k];
      residual += w * (error / unit) * (error / unit);
      absolute += w * std::abs(error);
      share += w * std::abs(error) / std::max(std::abs(true_value(i)), kEps);
      mean_error += w * error / total;
      sizes[i] = std::abs(error);
      if (w > 0) scores.max_error = std::max(scores.max_error, sizes[i]);
      const double off = (true_value(i) - mean) / unit;
      spread += w * off * off;
    }
    // The rounded mean of a constant may differ from it, so the sum of squares may not be exactly
    // zero.
    r2 += low == high ? (residual == 0 ? 1 : 0) : 1 - residual / spread;
    double varying = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double off = (true_value(i) - predicted[i * outputs + k] - mean_error) / unit;
      varying += weight_of(weights, i) * off * off;
    }
    scores.explained_variance += low == high ? (varying == 0 ? 1 : 0) : 1 - varying / spread;
    scores.median_absolute_error += median(std::move(sizes), weights);
    scores.mape += share / total;
    scores.mse += residual / total * unit * unit;
    scores.rmse += std::sqrt(residual / total) * unit;
    scores.mae += absolute / total;
  }
  const auto count = static_cast<double>(outputs);
  if (n >= 2) scores.r2 = r2 / count;
  scores.mse /= count;
  scores.rmse /= count;
  scores.mae /= count;
  scores.median_absolute_error /= count;
  scores.mape /= count;
  scores.explained_variance /= count;
  return scores;
}

double pinball(std::span<const double> truth, std::span<const double> predicted, double alpha,
               std::size_t outputs, std::span<const double> weights) {
  check(alpha >= 0 && alpha <= 1, kMetrics, "alpha of the pinball loss must be in [0, 1], got ",
        alpha);
  const std::size_t n = check_values(truth, predicted, outputs, weights);
  double loss = 0, total = 0;
  for (std::size_t i = 0; i < n; ++i) {
    total += weight_of(weights, i);
    for (std::size_t k = 0; k < outputs; ++k) {
      const double error = truth[i * outputs + k] - predicted[i * outputs + k];
      loss += weight_of(weights, i) * (error >= 0 ? alpha * error : (alpha - 1) * error);
    }
  }
  return loss / total / static_cast<double>(outputs);
}

}  // namespace hebb
