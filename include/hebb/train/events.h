#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>

namespace hebb {

/// Emitted after a batch. `loss` is the mean over the epoch so far.
struct BatchEnded {
  std::size_t epoch, epochs;        ///< the current one, from 1; the maximum
  std::size_t samples, of_samples;  ///< processed in this epoch; its total
  double loss;
  double samples_per_second;
};

/// Emitted after an epoch.
struct EpochEnded {
  std::size_t epoch, epochs;
  double loss;
  std::optional<double> validation_score;  ///< NaN: undefined, as R2 of one sample is
  double learning_rate;
  double seconds;  ///< since training began
  double samples_per_second;
  /// Of the score, by its name in the catalogue of metrics; the score of a metric of which less is better
  /// is its negative. Empty: accuracy or R2.
  std::string validation_metric = {};
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

/// Emitted by an estimator that trains others, before each of them. The events that follow are those
/// of that training, until the next; Stopped is emitted once, at the end of the whole.
struct MemberStarted {
  std::size_t member, members;  ///< from 1; trainings in all
  std::string name;             ///< in words: "member 3 of 10", "mlp, fold 2 of 5"
};

/// All events of training.
using Event = std::variant<BatchEnded, EpochEnded, Warned, Stopped, MemberStarted>;
using EventSink = std::function<void(const Event&)>;

/// One update of a single unit: weights += step * x, summed over the samples of the update. The
/// spans are valid only during the call.
struct UnitUpdate {
  std::size_t epoch, update;      ///< both from 1; only updates that change weights count
  std::size_t unit;               ///< from 0; one unit a class or target if there are several
  std::size_t row, samples;       ///< the first sample's row in its file, and how many there were
  double desired, score, output;  ///< of that sample; output = activation(score)
  double step;                    ///< the factor of that sample's x
  std::span<const double> x;      ///< of that sample, as the unit sees it
  std::span<const double> before, after;
  double intercept_before, intercept_after;
};

/// How a run is observed, stopped, saved and resumed. The result does not depend on it. Its
/// functions are called on the training thread.
struct RunControl {
  EventSink on_event;
  std::function<bool()> stop_requested;              ///< called between updates
  std::function<bool(const UnitUpdate&)> on_update;  ///< for single units, until it returns false
  std::string checkpoint_dir;                        ///< empty: none are written
  double checkpoint_seconds = 30;  ///< at most this often, and whenever training ends
  bool checkpoint_synced = true;   ///< it survives a power loss (fsync), not the process alone
  std::string command;             ///< stored in the checkpoint, for resuming
  bool resume = false;             ///< continue from the checkpoint in checkpoint_dir
};

}  // namespace hebb
