#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "hebb/metrics/catalogue.h"
#include "hebb/metrics/significance.h"

/// Intervals of any metric on one test part, by resampling its rows with replacement. The interval is
/// that between percentiles of the resamples' values. It describes the choice of the test rows, not that
/// of the training rows or of the seed: the models are the same in every resample.
/// Source:  Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
namespace hebb {

struct BootstrapOptions {
  std::size_t resamples = 1000;
  double level = 0.95;
  std::uint64_t random_state = 0;
};

/// Resamples in which the metric is undefined, such as the AUC of one class, are left out. Unset if they
/// are more than half. The bits are a function of the predictions and the seed.
/// Errors:  std::invalid_argument for predictions without samples, for 0 resamples, and unless
///          0 < level < 1; as scores_of().
std::optional<Interval> bootstrap_interval(const Predictions& predictions, const Metric& metric,
                                           const BootstrapOptions& options = {});

/// The difference of a metric of two models on the same rows, first - second: both are resampled alike.
struct BootstrapDifference {
  double difference = 0;  ///< on the rows themselves
  Interval interval = {};
  bool excludes_zero() const { return interval.low > 0 || interval.high < 0; }
};
/// As bootstrap_interval(); unset too if the metric is undefined on the rows themselves.
/// Errors:  as bootstrap_interval(); std::invalid_argument unless both have the same number of samples.
std::optional<BootstrapDifference> bootstrap_difference(const Predictions& first,
                                                        const Predictions& second,
                                                        const Metric& metric,
                                                        const BootstrapOptions& options = {});

}  // namespace hebb
