#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>

#include "hebb/data/folds.h"
#include "hebb/run/run.h"

// The time of a training, known from pilots: trainings of the same model on a few of the rows.
namespace hebb {

struct Pilot {
  double rows = 0, seconds = 0;
  double epochs = 1;  ///< 1 for a model without epochs
};

/// The seconds of a training on so many rows: those of an epoch times the number of epochs.
///
/// An epoch takes a + b rows + c rows^2, with the coefficients of the least squares of the relative
/// errors of the pilots, none of them negative. A constant part is what starting costs; a square is the
/// growth of support vector machines and nearest neighbours. In place of b rows alone, a, c rows^2, the
/// sums of two and that of all count in this order if they lessen the mean square by more than 0.1^2.
/// Errors:  std::invalid_argument without pilots, or for a value of one that is not above 0.
double extrapolated_seconds(std::span<const Pilot> pilots, double rows);

/// The number of epochs of a training on so many rows: a power of the rows with an exponent from -1 to 0,
/// by least squares of the logarithms. With more rows an epoch has more updates, and a network
/// converges in fewer of them. Errors: as extrapolated_seconds().
double extrapolated_epochs(std::span<const Pilot> pilots, double rows);

struct PilotPlan {
  double trainings = 1;                    ///< of this model, which the prediction is for
  std::optional<double> max_seconds = {};  ///< of one training
  std::function<bool()> stop_requested = {};
};

/// The seconds that training `whole` on the rows of a fold and scoring it will take; unset: not known,
/// since pilots failed or took too long.
///
/// Pilots train on a 64th of the rows, then on twice as many, up to a quarter, until they have taken 3 %
/// of the time of all trainings. If they show that the model learns in epochs, a pilot on all rows
/// measures the first 4 of them. One of epochs is stopped after 2 seconds, or 6 if it has not done 3
/// epochs by then; on few rows, that leaves the number of epochs unknown, and the prediction is that of
/// all. Of a forest, a 50th and a 25th of the trees are grown on all rows. Any other pilot is given 10
/// seconds. The rows held out of a pilot are among those that it trains on, so that
/// each of their labels is known. A pilot runs in a process of its own, and changes nothing.
/// Errors:  ProcessError with Cause::stopped.
std::optional<double> predicted_seconds(const PreparedRun& whole, const Fold& fold,
                                        const PilotPlan& plan);

}  // namespace hebb
