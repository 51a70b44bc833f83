#include "hebb/metrics/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <vector>

#include "hebb/core/error.h"
#include "hebb/core/random.h"
#include "hebb/metrics/distributions.h"

namespace hebb {
namespace {

std::optional<double> value_of(const Predictions& predictions, const Metric& metric) {
  return metric(predictions, scores_of(predictions));
}

std::size_t samples_of(const Predictions& of) {
  return of.classes.empty() ? of.true_values.size() / of.outputs : of.truth.size();
}

// A metric of labels is the same without scores of the classes, whose curves take most of the time.
Predictions only_what_counts(const Predictions& all, const Metric& metric) {
  if (all.scores.empty()) return all;
  Predictions labels = all;
  labels.scores.clear();
  const auto value = value_of(all, metric);
  return value && value_of(labels, metric) == value ? labels : all;
}

using Rows = std::vector<std::uint32_t>;

template <class T>
void take_rows(const std::vector<T>& from, std::size_t samples, const Rows& rows,
               std::vector<T>& to) {
  const std::size_t width = from.size() / samples;
  to.clear();
  for (const std::uint32_t row : rows) {
    const auto* begin = from.data() + row * width;
    to.insert(to.end(), begin, begin + width);
  }
}

// The metric on the rows of each resample.
class Resampled {
 public:
  Resampled(const Predictions& all, const Metric& metric)
      : all_(only_what_counts(all, metric)),
        metric_(metric),
        samples_(samples_of(all)),
        part_(all_) {}

  std::optional<double> value(const Rows& rows) {
    take_rows(all_.truth, samples_, rows, part_.truth);
    take_rows(all_.predicted, samples_, rows, part_.predicted);
    take_rows(all_.scores, samples_, rows, part_.scores);
    take_rows(all_.true_values, samples_, rows, part_.true_values);
    take_rows(all_.predicted_values, samples_, rows, part_.predicted_values);
    take_rows(all_.weights, samples_, rows, part_.weights);
    if (!part_.weights.empty() &&
        std::ranges::none_of(part_.weights, [](double w) { return w > 0; }))
      return {};
    return value_of(part_, metric_);
  }

 private:
  Predictions all_;
  const Metric& metric_;
  std::size_t samples_;
  Predictions part_;
};

// Rows with replacement: one sequence for each resample.
void draw(Rows& rows, const BootstrapOptions& options, std::size_t resample) {
  const Random random(options.random_state, Purpose::bootstrap,
                      static_cast<std::uint32_t>(resample));
  const auto n = static_cast<double>(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    rows[i] = static_cast<std::uint32_t>(
        std::min(n - 1, std::floor(n * random.uniform(static_cast<std::uint32_t>(i), 0))));
}

// Linear between the values, as numpy.percentile().
double percentile(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  if (below + 1 >= sorted.size()) return sorted.back();
  const double rest = at - static_cast<double>(below);
  return sorted[below] + rest * (sorted[below + 1] - sorted[below]);
}

std::vector<double> sorted_without_nan(const std::vector<double>& values) {
  std::vector<double> defined;
  for (const double value : values)
    if (!std::isnan(value)) defined.push_back(value);
  std::ranges::sort(defined);
  return defined;
}

double deviation_of(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return n < 2 ? 0 : std::sqrt(squares / (n - 1));
}

}  // namespace

std::optional<Interval> Bootstrap::interval(double level) const {
  check(level > 0 && level < 1, "bootstrap", "level must be above 0 and below 1, got ", level);
  const std::vector<double> sorted = sorted_without_nan(resampled);
  if (sorted.empty() || 2 * sorted.size() < resampled.size()) return {};
  return Interval{.low = percentile(sorted, (1 - level) / 2),
                  .high = percentile(sorted, (1 + level) / 2)};
}

Bootstrap bootstrap(const Predictions& predictions, const Metric& metric,
                    const BootstrapOptions& options) {
  predictions.check();
  const std::size_t samples = samples_of(predictions);
  check(samples > 0, "bootstrap", "there are no samples");
  check(options.resamples > 0, "bootstrap", "0 resamples: ask for 1 or more");
  Bootstrap of{.value = value_of(predictions, metric)};
  Resampled resampled(predictions, metric);
  Rows rows(samples);
  for (std::size_t i = 0; i < options.resamples; ++i) {
    draw(rows, options, i);
    of.resampled.push_back(
        resampled.value(rows).value_or(std::numeric_limits<double>::quiet_NaN()));
  }
  return of;
}

std::optional<Interval> bootstrap_interval(const Predictions& predictions, const Metric& metric,
                                           double level, const BootstrapOptions& options) {
  return bootstrap(predictions, metric, options).interval(level);
}

double BootstrapDifference::least_difference(double alpha) const {
  check(alpha > 0 && alpha < 1, "bootstrap", "alpha must be above 0 and below 1, got ", alpha);
  return standard_error * normal_quantile(1 - alpha / 2);
}

std::optional<BootstrapDifference> bootstrap_difference(const Bootstrap& first,
                                                        const Bootstrap& second, double level) {
  check(first.resampled.size() == second.resampled.size(), "bootstrap", first.resampled.size(),
        " resamples of one model, but ", second.resampled.size(), " of the other");
  if (!first.value || !second.value) return {};
  Bootstrap differences{.value = *first.value - *second.value};
  for (std::size_t i = 0; i < first.resampled.size(); ++i)
    differences.resampled.push_back(first.resampled[i] - second.resampled[i]);
  const auto interval = differences.interval(level);
  if (!interval) return {};
  BootstrapDifference of{.difference = *differences.value,
                         .standard_error = deviation_of(sorted_without_nan(differences.resampled)),
                         .interval = *interval};
  if (of.standard_error > 0)
    of.p = std::erfc(std::abs(of.difference) / of.standard_error / std::numbers::sqrt2);
  return of;
}

}  // namespace hebb
