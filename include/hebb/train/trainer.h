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

/// The targets of a network: class indices (one-hot rows) or numbers.
struct Targets {
  std::size_t outputs = 0;                 ///< of the network, of each of its members
  std::vector<std::int32_t> classes = {};  ///< (N)
  bool one_hot = true;             ///< else the class, 0 or 1, is the target of the one output
  std::vector<float> values = {};  ///< (N, outputs), if there are no classes

  /// Writes the targets of `rows` to `out` (rows.size(), outputs). For classes, the share e =
  /// `label_smoothing` is spread evenly over the K classes: (1 - e) one-hot + e / K. Numbers are
  /// not changed.
  /// Errors:  std::invalid_argument for a row that does not exist.
  /// Source:  Szegedy et al., CVPR 2016, section 7.
  void gather(std::span<const std::uint32_t> rows, float* out, double label_smoothing = 0) const;
};

/// Folds of the rows, for a network of members. Member m does not learn from the rows of fold m % count,
/// and a row is scored by the mean of the members that do not learn from it. Empty: all learn from every
/// row, and the mean of all is scored.
struct HeldOutFolds {
  std::span<const std::uint32_t> of_rows;  ///< by row of inputs, its fold, 0 .. count - 1
  std::size_t count = 0;

  bool empty() const { return of_rows.empty(); }
};

/// One part of the training data. Does not own it.
struct TrainingSet {
  const Inputs* inputs = nullptr;
  const Targets* targets = nullptr;
  std::vector<std::uint32_t> rows;  ///< those that belong to this part
  std::span<const float> weights;   ///< by row of inputs; empty: all one
  HeldOutFolds folds = {};
};

struct TrainResult {
  std::vector<double> loss_curve;
  std::vector<double> validation_scores;  ///< by epoch; NaN: undefined
  std::string validation_metric;          ///< as EpochEnded::validation_metric
  double loss = 0;
  double best_loss = 0;                         ///< the lowest of the curve
  std::optional<double> best_validation_score;  ///< unset: none was defined
  std::size_t epochs = 0;
  std::uint64_t updates = 0;
  StopReason reason = StopReason::max_iter;
  std::string checkpoint_error;  ///< why the last one could not be written; empty: it was
};

/// Returns the score of a validation part, given the network's outputs after the output activation.
/// NaN: it is undefined; it then counts in no stop rule, and a warning is emitted once.
/// Shapes: outputs (n, outputs), rows (n).
using Scorer = std::function<double(ConstView outputs, std::span<const std::uint32_t> rows)>;

/// Trains `network` in place: shards, solver, schedule, stop rule, events, checkpoints.
///
/// The result has the same bits for any number of threads: a batch is split by rows into shards,
/// and the gradient by parameters into pieces, both of sizes that depend on batch and network
/// alone. Errors: std::invalid_argument for options out of range, and for rows, classes or sizes of
/// the two sets that do not fit inputs, targets and network; DivergedError if the loss is not finite,
/// after restoring the last finite parameters; ModelError for a checkpoint of another run;
/// std::invalid_argument if another run, of this process or another, keeps its checkpoint in the
/// folder just now. A checkpoint that another run has written meanwhile is not overwritten.
/// A checkpoint that cannot be written emits a warning and training continues; for the last one,
/// TrainResult::checkpoint_error is set.
TrainResult train(Network& network, const Loss& loss, const TrainingSet& data,
                  const TrainingSet& validation, const Scorer& score, const NetOptions& options,
                  const RunControl& control = {});

/// The loss as a function of the rising learning rate.
struct LearningRateSearch {
  std::vector<double> rates;     ///< one an update, increasing
  std::vector<double> losses;    ///< of its batch, before the update
  std::vector<double> smoothed;  ///< their running mean: weights 1, 0.95, 0.95^2, ... backwards
  double suggested = 0;          ///< a tenth of `lowest`
  double lowest = 0;             ///< the rate at which the smoothed loss was lowest
  double fall = 0;  ///< relative decrease of the loss there; near 0: nothing was learnt
  std::optional<double> stopped_at;  ///< the rate at which the loss diverged; unset: it did not
};

/// The learning rate range test. A copy of `network` makes 300 updates, on the batches that
/// training would use, while the rate rises exponentially from 1e-6 to 10. The test stops early if
/// the smoothed loss is 4 times its lowest or a loss is not finite. The first 20 updates are too
/// few to smooth and do not count as lowest.
///
/// Why a tenth of the rate at the lowest loss: on digits, moons, diabetes and mnist10k (64 hidden
/// units, sgd and adam, batches of 8, 32 and 200, 4 seeds) it reached 97% of the gain that the best
/// rate of a grid makes in 5 epochs, never less than 75%, and on each set more than a tenth of it
/// did. The rate at which the loss falls most steeply, which others suggest, reached 75% and at
/// worst nothing: on small data the steepest point is noise, and adam tolerates higher rates. For
/// batches of one sample the suggestion is up to 7 times too high. It suits a constant rate, and is
/// a cautious maximum for one_cycle.
///
/// The options that set the rate or end a run (learning_rate, learning_rate_init, max_iter, tol,
/// max_seconds) are ignored. The result has the same bits for any number of threads; `on_event`
/// receives BatchEnded.
/// Errors:  std::invalid_argument as train(), and for solver lbfgs; DivergedError if
/// the loss is not finite within the first 20 updates.
/// Source:  Smith, WACV 2017, section 3.3; the stop is fastai's.
LearningRateSearch find_learning_rate(const Network& network, const Loss& loss,
                                      const TrainingSet& data, const NetOptions& options,
                                      const EventSink& on_event = {});

/// Test-time averaging: the copies of an image whose outputs are averaged. The first copy is the
/// unchanged image. The others are augmented at random by `augment` without noise and cutout, or by
/// shift:1 if that leaves nothing. The augmentations are a function of seed and copy, the same for
/// every image.
struct Copies {
  std::size_t count = 1;
  std::string augment = {};
  std::uint64_t seed = 0;
};

/// The outputs of the network for `rows`, or for the rows of `x`, after the output activation; of a
/// network with members the mean over them, (n, outputs).
/// Errors: std::invalid_argument for several copies of data that are not images, for 0 copies, for a
/// row that does not exist, and for samples of another size than the network's input.
Tensor predict(const Network& network, OutputActivation activation, ConstView x);
Tensor predict(const Network& network, OutputActivation activation, const Inputs& inputs,
               std::span<const std::uint32_t> rows, int threads = 1, const Copies& copies = {});

/// The outputs for the rows of a set with folds, each the mean over the members that do not learn from
/// it.
/// Errors: as predict().
Tensor predict_held_out(const Network& network, OutputActivation activation, const TrainingSet& set,
                        int threads = 1);

/// The command stored in a checkpoint (RunControl::command).
/// Errors: std::runtime_error if there is no readable checkpoint; ModelError if it is damaged.
std::string checkpoint_command(const std::string& dir);
/// Whether its run has finished, so that there is nothing to resume. Errors: as above.
bool checkpoint_is_finished(const std::string& dir);

}  // namespace hebb
