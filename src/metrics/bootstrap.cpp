#include "hebb/metrics/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "hebb/core/error.h"
#include "hebb/core/random.h"

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
void take(const std::vector<T>& from, std::size_t samples, const Rows& rows, std::vector<T>& to) {
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
      : all_(only_what_counts(all, metric)), metric_(metric), samples_(samples_of(all)), part_(all_) {}

  std::optional<double> value(const Rows& rows) {
    take(all_.truth, samples_, rows, part_.truth);
    take(all_.predicted, samples_, rows, part_.predicted);
    take(all_.scores, samples_, rows, part_.scores);
    take(all_.true_values, samples_, rows, part_.true_values);
    take(all_.predicted_values, samples_, rows, part_.predicted_values);
    take(all_.weights, samples_, rows, part_.weights);
    if (!part_.weights.empty() && std::ranges::none_of(part_.weights, [](double w) { return w > 0; }))
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
  const Random random(options.random_state, Purpose::bootstrap, static_cast<std::uint32_t>(resample));
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

// The interval of `value`, a function of the rows.
template <class Value>
std::optional<Interval> interval_of(std::size_t samples, const BootstrapOptions& options,
                                    const Value& value) {
  Rows rows(samples);
  std::vector<double> values;
  for (std::size_t i = 0; i < options.resamples; ++i) {
    draw(rows, options, i);
    const std::optional<double> one = value(rows);
    if (one && !std::isnan(*one)) values.push_back(*one);
  }
  if (2 * values.size() < options.resamples || values.empty()) return {};
  std::ranges::sort(values);
  return Interval{.low = percentile(values, (1 - options.level) / 2),
                  .high = percentile(values, (1 + options.level) / 2)};
}

void check_bootstrap(const Predictions& predictions, const BootstrapOptions& options) {
  predictions.check();
  check(samples_of(predictions) > 0, "bootstrap", "there are no samples");
  check(options.resamples > 0, "bootstrap", "0 resamples: ask for 1 or more");
  check(options.level > 0 && options.level < 1, "bootstrap",
        "level must be above 0 and below 1, got ", options.level);
}

}  // namespace

std::optional<Interval> bootstrap_interval(const Predictions& predictions, const Metric& metric,
                                           const BootstrapOptions& options) {
  check_bootstrap(predictions, options);
  Resampled of(predictions, metric);
  return interval_of(samples_of(predictions), options,
                     [&](const Rows& rows) { return of.value(rows); });
}

std::optional<BootstrapDifference> bootstrap_difference(const Predictions& first,
                                                        const Predictions& second,
                                                        const Metric& metric,
                                                        const BootstrapOptions& options) {
  check_bootstrap(first, options);
  check_bootstrap(second, options);
  check(samples_of(first) == samples_of(second), "bootstrap", samples_of(first),
        " predictions of one model, but ", samples_of(second), " of the other");
  const auto one = value_of(first, metric), other = value_of(second, metric);
  if (!one || !other) return {};
  Resampled of_first(first, metric), of_second(second, metric);
  const auto interval =
      interval_of(samples_of(first), options, [&](const Rows& rows) -> std::optional<double> {
        const auto a = of_first.value(rows), b = of_second.value(rows);
        if (!a || !b) return {};
        return *a - *b;
      });
  if (!interval) return {};
  return BootstrapDifference{.difference = *one - *other, .interval = *interval};
}

}  // namespace hebb
