#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "hebb/metrics/catalogue.h"
#include "hebb/metrics/significance.h"

/// The uncertainty of any metric on one test part, by resampling its rows with replacement. It describes
/// the choice of the test rows, not that of the training rows or of the seed: the model is the same in
/// every resample.
/// Source:  Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 6 and 13.
namespace hebb {

struct BootstrapOptions {
  std::size_t resamples = 1000;
  std::uint64_t random_state = 0;
};

/// A metric on the rows of a test part, and on resamples of them.
struct Bootstrap {
  std::optional<double> value = {};    ///< unset: undefined, as the AUC of one class is
  std::vector<double> resampled = {};  ///< NaN where it is undefined

  /// Between two percentiles of the resamples' values: the shares (1 - level) / 2 are below it and above
  /// it. Unset if the metric is undefined in more than half of them.
  /// Errors:  std::invalid_argument unless 0 < level < 1.
  std::optional<Interval> interval(double level = 0.95) const;
};
/// The resamples are a function of the seed and of the number of rows, so two models on the same rows
/// are resampled alike.
/// Errors:  std::invalid_argument for predictions without samples and for 0 resamples; as scores_of().
Bootstrap bootstrap(const Predictions& predictions, const Metric& metric,
                    const BootstrapOptions& options = {});

/// Bootstrap::interval() of bootstrap(). Errors: as these.
std::optional<Interval> bootstrap_interval(const Predictions& predictions, const Metric& metric,
                                           double level = 0.95,
                                           const BootstrapOptions& options = {});

/// The difference of a metric of two models on the same rows, first - second.
struct BootstrapDifference {
  double difference = 0;
  double standard_error = 0;  ///< the standard deviation of the resamples' differences
  Interval interval = {};     ///< as Bootstrap::interval()
  /// Two-sided, from the normal distribution: of difference / standard_error. 1 if all resamples have
  /// the same difference.
  double p = 1;

  /// The least difference that would have p < alpha with this standard error.
  /// Errors: std::invalid_argument unless 0 < alpha < 1.
  double least_difference(double alpha = 0.05) const;
};
/// Unset if the metric is undefined for one of the two, or in more than half of the resamples.
/// Errors:  std::invalid_argument unless both have as many resamples, and unless 0 < level < 1.
std::optional<BootstrapDifference> bootstrap_difference(const Bootstrap& first,
                                                        const Bootstrap& second,
                                                        double level = 0.95);

}  // namespace hebb
