#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>

namespace hebb {

/// A batch was learnt. `loss` is the mean over the epoch so far.
struct BatchEnded {
  std::size_t epoch, epochs;        ///< the one running, from 1; the most there may be
  std::size_t samples, of_samples;  ///< done of this epoch
  double loss;
  double samples_per_second;
};

/// An epoch was learnt.
struct EpochEnded {
  std::size_t epoch, epochs;
  double loss;
  std::optional<double> validation_score;
  double learning_rate;
  double seconds;  ///< since training began
  double samples_per_second;
};

struct Warned {
  std::string message;
};

enum class StopReason { converged, max_iter, max_fun, time_budget, interrupted, diverged };

struct Stopped {
  StopReason reason;
  std::size_t epochs;
  std::string message;  ///< in words
};

/// Everything that training says to the outside.
using Event = std::variant<BatchEnded, EpochEnded, Warned, Stopped>;
using EventSink = std::function<void(const Event&)>;

/// One update of a single unit, as its rule makes it: weights += step * x, summed over the samples
/// of the update. Spans hold only while the sink runs.
struct UnitUpdate {
  std::size_t epoch, update;      ///< both from 1; updates that change nothing are not counted
  std::size_t unit;               ///< from 0: of several classes or targets
  std::size_t row, samples;       ///< the first sample's row in its file, and how many there were
  double desired, score, output;  ///< of that sample; output = activation(score)
  double step;                    ///< what that sample's x is multiplied with
  std::span<const double> x;      ///< of that sample, as the unit sees it
  std::span<const double> before, after;
  double intercept_before, intercept_after;
};

/// How a run is watched, stopped, saved and resumed: what no result depends on. Its functions are
/// called on the thread that trains.
struct RunControl {
  EventSink on_event;
  std::function<bool()> stop_requested;              ///< asked between updates
  std::function<bool(const UnitUpdate&)> on_update;  ///< of single units, until it returns false
  std::string checkpoint_dir;                        ///< empty: none are written
  double checkpoint_seconds = 30;  ///< at most this often, and whenever training ends
  std::string command;             ///< kept in the checkpoint for whoever resumes
  bool resume = false;             ///< continue from the checkpoint in checkpoint_dir
};

}  // namespace hebb
