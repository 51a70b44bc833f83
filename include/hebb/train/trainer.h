#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hebb/data/inputs.h"
#include "hebb/nn/loss.h"
#include "hebb/nn/network.h"
#include "hebb/train/events.h"
#include "hebb/train/options.h"

namespace hebb {

/// What a network is to learn: one-hot rows of class indices, or numbers.
struct Targets {
  std::size_t outputs = 0;            ///< of the network
  std::vector<std::int32_t> classes;  ///< (N)
  bool one_hot = true;        ///< otherwise the class, 0 or 1, is the target of the one output
  std::vector<float> values;  ///< (N, outputs), where there are no classes

  /// Writes the targets of `rows` to `out` (rows.size(), outputs). Of a class its share e =
  /// `label_smoothing` is spread evenly over the K classes: (1 - e) one-hot + e / K. Numbers stay.
  /// Source:  Szegedy et al., CVPR 2016, section 7.
  void gather(std::span<const std::uint32_t> rows, float* out, double label_smoothing = 0) const;
};

/// One part of the data as the trainer sees it; does not own it.
struct TrainingSet {
  const Inputs* inputs = nullptr;
  const Targets* targets = nullptr;
  std::vector<std::uint32_t> rows;  ///< those that belong to this part
  std::span<const float> weights;   ///< by row of inputs; empty: all one
};

struct TrainResult {
  std::vector<double> loss_curve;
  std::vector<double> validation_scores;
  double loss = 0;
  double best_loss = 0;  ///< the lowest of the curve
  std::optional<double> best_validation_score;
  std::size_t epochs = 0;
  std::uint64_t updates = 0;
  StopReason reason = StopReason::max_iter;
  std::string checkpoint_error;  ///< why the last one could not be kept; empty: it was
};

/// Scores a validation part: given the network's outputs after the output activation.
/// Shapes: outputs (n, outputs), rows (n).
using Scorer = std::function<double(ConstView outputs, std::span<const std::uint32_t> rows)>;

/// Trains `network` in place: shards, solver, schedule, stop rule, events, checkpoints.
///
/// The same bits for any number of threads: a batch is cut into shards by rows, and the gradient
/// into pieces by parameters, both by sizes that depend on batch and network alone. Errors:
/// std::invalid_argument for options out of range; DivergedError if the loss is not finite, after
/// putting back the last finite parameters; ModelError for a checkpoint that does not fit. A
/// checkpoint that cannot be kept is a warning while training goes on; of the last one the result
/// tells.
TrainResult train(Network& network, const Loss& loss, const TrainingSet& data,
                  const TrainingSet& validation, const Scorer& score, const NetOptions& options,
                  const RunControl& control = {});

/// What became of the loss while the learning rate rose.
struct LearningRateSearch {
  std::vector<double> rates;     ///< of each update, rising
  std::vector<double> losses;    ///< of its batch, before the update
  std::vector<double> smoothed;  ///< their running mean: weights 1, 0.95, 0.95^2, ... backwards
  double suggested = 0;          ///< a tenth of `lowest`
  double lowest = 0;             ///< the rate at which the smoothed loss was lowest
  double fall = 0;  ///< the share of the loss that was gone there; near 0 nothing was learnt
  std::optional<double>
      stopped_at;  ///< the rate at which the loss had run away; unset: it never did
};

/// Looks for a learning rate: a copy of `network` makes 300 updates, in training's own batches,
/// while the rate rises exponentially from 1e-6 to 10. It stops early where the smoothed loss is 4
/// times its lowest or a loss is not finite; the first 20 updates, of too few batches to smooth, do
/// not count as lowest.
///
/// Why a tenth of the rate at the lowest loss: on digits, moons, diabetes and mnist10k (64 hidden
/// units, sgd and adam, batches of 8, 32 and 200, 4 seeds) it had 97% of what the best rate of a
/// grid gains in 5 epochs, never less than 75%, and on each set more than its own tenth. The rate
/// at which the loss falls most steeply, which others suggest, had 75% and at worst nothing: on
/// small data what is steepest is noise, and adam bears more. For batches of one sample it is up to
/// 7 times too high. It suits a constant rate, and is a careful top for one_cycle.
///
/// Of the options, those that pace or end a run (learning_rate, learning_rate_init, max_iter, tol,
/// max_seconds) do not act. The same bits for any number of threads; `on_event` hears BatchEnded.
/// Errors:  std::invalid_argument for options out of range, and for solver lbfgs; DivergedError if
/// the loss is not finite within the first 20 updates.
/// Source:  Smith, WACV 2017, section 3.3; the stop is fastai's.
LearningRateSearch find_learning_rate(const Network& network, const Loss& loss,
                                      const TrainingSet& data, const NetOptions& options,
                                      const EventSink& on_event = {});

/// Test-time averaging: the copies of an image whose outputs are averaged. The first is the image
/// as it is; the others are changed at random as `augment` has it, without noise and cutout, or by
/// shift:1 if nothing is left. The changes follow from seed and copy: each image has the same.
struct Copies {
  std::size_t count = 1;
  std::string augment = {};
  std::uint64_t seed = 0;
};

/// The outputs of the network for `rows`, or for the rows of `x`, behind the output activation.
/// Errors: std::invalid_argument for several copies of what is no image, and for no copy at all.
Tensor predict(const Network& network, OutputActivation activation, ConstView x);
Tensor predict(const Network& network, OutputActivation activation, const Inputs& inputs,
               std::span<const std::uint32_t> rows, int threads = 1, const Copies& copies = {});

/// The command that a checkpoint keeps (RunControl::command).
/// Errors: std::runtime_error if there is none to read; ModelError if it is damaged.
std::string checkpoint_command(const std::string& dir);
/// Whether its run came to an end of its own: there is nothing to go on with. Errors: likewise.
bool checkpoint_is_finished(const std::string& dir);

}  // namespace hebb
