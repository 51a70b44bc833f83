#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "hebb/tensor/tensor.h"
#include "hebb/train/events.h"
#include "optim/lbfgs.h"

namespace hebb {

/// The state of a run between two updates. Together with the network's parameters, the options and
/// the data it determines the rest of the run. Random numbers are a function of counters and need
/// no state.
struct TrainState {
  std::uint64_t epoch = 0;  ///< whole epochs done
  std::uint64_t batch = 0;  ///< batches done of the current epoch
  std::uint64_t updates = 0;
  std::uint64_t samples_seen = 0;  ///< in complete epochs
  std::uint64_t no_improvement = 0;
  double accumulated_loss = 0;  ///< of the current epoch, times samples
  double best_loss = std::numeric_limits<double>::infinity();
  double best_score = -std::numeric_limits<double>::infinity();
  double adapted_rate = 0;
  double seconds = 0;  ///< spent so far
  bool finished = false;
  StopReason reason = StopReason::max_iter;
  std::vector<double> loss_curve, validation_scores;
  Tensor optimizer;    ///< (arrays, parameters)
  Tensor best;         ///< parameters with the best validation score
  Tensor last_finite;  ///< parameters at the end of the last epoch
  Tensor average;      ///< of the parameters (options.ema); where there is one, `best` and
                       ///< `last_finite` are of it
  LbfgsState lbfgs;
};

/// What a checkpoint must match to be resumed.
struct RunIdentity {
  std::string network, solver, loss;
  std::uint64_t samples = 0, batch_size = 0;
};

/// `dir`/checkpoint.hebb
std::string checkpoint_path(const std::string& dir);

/// Writes checkpoint_path(dir), all or nothing; `synced` as replace_file() takes it. Errors:
/// std::runtime_error as replace_file().
void save_checkpoint(const std::string& dir, const RunIdentity& identity,
                     const std::string& command, const TrainState& state,
                     std::span<const float> parameters, bool synced = true);

/// Errors: std::runtime_error if there is none; ModelError if it is damaged or of another run.
TrainState load_checkpoint(const std::string& dir, const RunIdentity& identity,
                           std::span<float> parameters);

}  // namespace hebb
