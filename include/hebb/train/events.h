#pragma once

#include <cstddef>
#include <functional>
#include <optional>
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

/// How a run is watched, stopped, saved and resumed: what no result depends on. Its functions are
/// called on the thread that trains.
struct RunControl {
  EventSink on_event;
  std::function<bool()> stop_requested;  ///< asked between updates
  std::string checkpoint_dir;            ///< empty: none are written
  double checkpoint_seconds = 30;        ///< at most this often, and whenever training ends
  std::string command;                   ///< kept in the checkpoint for whoever resumes
  bool resume = false;                   ///< continue from the checkpoint in checkpoint_dir
};

}  // namespace hebb
