#include "hebb/metrics/regression.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "hebb/core/error.h"
#include "metrics/weights.h"

namespace hebb {

RegressionScores regression_scores(std::span<const double> truth, std::span<const double> predicted,
                                   std::size_t outputs, std::span<const double> weights) {
  constexpr std::string_view kWhere = "metrics";
  check(truth.size() == predicted.size(), kWhere, truth.size(), " true values, but ",
        predicted.size(), " predictions");
  check(outputs > 0 && truth.size() % outputs == 0, kWhere, truth.size(),
        " values do not make rows of ", outputs, " outputs");
  const std::size_t n = truth.size() / outputs;
  check_weights(weights, n, kWhere);
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
    double residual = 0;
    double spread = 0;
    double absolute = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double w = weight_of(weights, i);
      const double error = true_value(i) - predicted[i * outputs + k];
      residual += w * error * error;
      absolute += w * std::abs(error);
      spread += w * (true_value(i) - mean) * (true_value(i) - mean);
    }
    // The mean of a constant need not round to it, so its spread cannot be trusted to be zero.
    r2 += low == high ? (residual == 0 ? 1 : 0) : 1 - residual / spread;
    scores.mse += residual / total;
    scores.rmse += std::sqrt(residual / total);
    scores.mae += absolute / total;
  }
  const auto count = static_cast<double>(outputs);
  if (n >= 2) scores.r2 = r2 / count;
  scores.mse /= count;
  scores.rmse /= count;
  scores.mae /= count;
  return scores;
}

}  // namespace hebb
