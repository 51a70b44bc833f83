#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace hebb {

/// All scores of a regressor. Several outputs are averaged with equal weight.
struct RegressionScores {
  std::size_t samples = 0;
  std::optional<double> r2 = {};  ///< unset for fewer than two samples
  double mse = 0, rmse = 0, mae = 0;
  double median_absolute_error = 0;
  /// Mean of |error| / |truth|, the latter at least the eps of double, as in scikit-learn.
  double mape = 0;
  double explained_variance = 0;  ///< as r2, but a constant error has no effect
  double max_error = 0;           ///< of all outputs
};

/// Mean of alpha * error where the truth is above the prediction, (1 - alpha) * |error| below it:
/// lowest for the alpha-quantile. Several outputs are averaged.
/// Shapes, errors:  as regression_scores(); std::invalid_argument unless alpha is in [0, 1].
/// Source:  Koenker and Bassett, Econometrica 46 (1978).
double pinball(std::span<const double> truth, std::span<const double> predicted, double alpha,
               std::size_t outputs = 1, std::span<const double> weights = {});

/// r2 = 1 - SS_res / SS_tot per output; for a constant truth it is 1 if all predictions are exact,
/// otherwise 0. rmse is the mean of the outputs' root mean squared errors, as with scikit-learn's
/// squared=False.
/// Shapes:  truth (N, outputs), predicted (N, outputs).
/// Errors:  std::invalid_argument for sizes that differ, 0 samples, or weights that are not finite,
///          negative, or all zero.
RegressionScores regression_scores(std::span<const double> truth, std::span<const double> predicted,
                                   std::size_t outputs = 1, std::span<const double> weights = {});

}  // namespace hebb
