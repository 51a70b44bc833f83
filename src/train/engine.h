#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "augment/augment.h"
#include "hebb/optim/optimizer.h"
#include "hebb/train/trainer.h"
#include "kernels/threads.h"
#include "train/mixup.h"

namespace hebb {

/// Computes the loss and the gradient of a batch and makes the update, on several threads with the
/// same bits as on one. A step has two parts:
///
///   1. by rows: the batch is cut into shards; each is gathered, goes through the whole network,
///      forward and backward, and leaves the activations and their gradients behind; layers of few
///      parameters, such as convolutions, take their gradient here, each shard its own;
///   2. by parameters: the gradient is cut into pieces; each is computed over all rows of the
///      batch, or added up over the shards in their order, and handed to the optimiser at once,
///      while it is in cache.
///
/// Shards and pieces depend on batch and network alone. Nothing is allocated between steps.
/// learn() does both, piece by piece. gradient() and update() do them one after the other, with the
/// same bits, so that the gradients of parts of a batch, from several engines, can be added between
/// them.
class Engine {
 public:
  Engine(Network& network, const Loss& loss, const TrainingSet& data, std::size_t batch_size,
         const NetOptions& options);

  /// Makes the update of one batch of an epoch (from 0). Returns the batch's mean loss before the
  /// update, with the L2 penalty.
  double learn(std::span<const std::uint32_t> rows, std::size_t epoch, const Optimizer& optimizer,
               std::span<float* const> state, UpdateStep step, double clip_norm);

  /// The rows of a batch that one engine processes.
  struct Part {
    std::span<const std::uint32_t> rows;
    std::size_t first_row = 0;   ///< index within the batch of rows[0]
    std::size_t batch_rows = 0;  ///< of the whole batch
    std::uint32_t epoch = 0;
    std::uint64_t update = 0;  ///< number of the update that the batch makes: UpdateStep::number
  };
  /// The contribution of a part to the update of its batch.
  struct Gradient {
    std::vector<float> values;   ///< (parameter_count()), without the L2 penalty
    std::vector<double> losses;  ///< of the shards, each the sum over its rows
    std::size_t rows = 0;
    /// Adds the gradient of the part that follows. The bits of a sum depend on the order of its parts.
    void add(const Gradient& next);
  };
  /// A function of network, data and part alone, however many threads compute it.
  void gradient(const Part& part, Gradient& out);
  /// Makes the update of a batch. Returns the batch's mean loss before the update, with the L2
  /// penalty. If that is not finite, the parameters do not change.
  double update(const Gradient& gradient, const Optimizer& optimizer, std::span<float* const> state,
                UpdateStep step, double clip_norm);

  /// Every later update also updates `average` (parameter_count()), an exponential moving average
  /// with decay d = options.ema: average = d average + (1 - d) parameters, d at most (1 + t) / (10
  /// + t) in update t, so that the first weights are soon forgotten. Running statistics are
  /// averaged along with the weights. Empty: no average.
  void keep_average(std::span<float> average) { average_ = average; }
  /// The mean loss over `rows` with the L2 penalty, and the function of which `gradient`
  /// (parameter_count()) is the derivative: the two differ by Loss::gradient_factor().
  struct Objective {
    double loss, value;
  };
  Objective objective(std::span<const std::uint32_t> rows, std::span<float> gradient);
  /// Outputs after the output activation. Shapes: out (rows.size(), outputs).
  Tensor predict(const TrainingSet& set);
  /// Recomputes the L2 penalty and the prepared numbers of the layers. Must be called after the
  /// parameters were changed from outside.
  void parameters_changed();

 private:
  struct Batch {
    Part part;
    Tensor x, targets;
    std::vector<float> weights;
    std::size_t weights_of_row = 1;
  };
  struct Piece {
    std::size_t stage;
    Layer::Piece within;
    std::size_t begin, size;  // in the flat array
    bool decays, statistic;
    std::size_t by_rows;  // begin of its part of a shard's gradient; kNotByRows: none
  };
  static constexpr std::size_t kNotByRows = ~std::size_t{0};
  struct Range {
    std::size_t begin, end;
  };

  std::size_t shard_count(std::size_t rows) const;
  Range shard_rows(std::size_t shard, std::size_t shards, std::size_t rows) const;
  std::size_t threads_for(std::size_t rows) const;
  void gather(Range rows);
  void gather_weights(std::span<const std::uint32_t> wanted, std::span<float> to) const;
  std::span<float> weights_of(Range rows);  // of samples, or of each of their members; or empty
  /// One shard on one thread: the memory of derive_value().
  struct Shard {
    Engine& engine;
    std::size_t index;
    Range rows;
    std::size_t thread;
    const Part& part;

    ConstView value(std::size_t v) const { return engine.value(v, rows, thread); }
    View delta(std::size_t v) const { return engine.delta(v - 1, rows, thread); }
    View spare(std::size_t v) const;
    Pass pass(std::size_t i) const;
  };
  double forward_backward(const Shard& shard, float scale);
  /// Runs the rows of a part forward and backward through the network, shard by shard. Returns the
  /// number of shards.
  std::size_t run_shards(const Part& part);
  void gradient(const Piece& piece, bool accumulate, std::size_t shards, std::span<float> out);
  /// The settings of the update of all pieces.
  struct Update {
    const Optimizer& optimizer;
    std::span<float* const> state;
    UpdateStep step;
    double l2;
    std::size_t shards;
  };
  void measure(std::size_t piece, std::span<const float> gradient);
  void apply(std::size_t piece, std::span<const float> gradient, const Update& update);
  double mean_loss(std::span<const double> losses, std::size_t rows) const;
  double clip_scale(double clip_norm) const;
  void prepare(const Piece& piece);
  std::span<float> prepared_of(std::size_t stage) {
    const Range range = prepared_in_[stage];
    return prepared_.span().subspan(range.begin, range.end - range.begin);
  }
  void average(const Piece& piece, std::uint64_t update);
  /// Activations of a stage, or their gradient. Those needed only within a shard are stored in
  /// memory of the thread, reused for shard after shard, so that they stay in its cache.
  struct Rows {
    Tensor tensor;
    bool whole = false;  // (batch, ...); otherwise (threads, shard_room_, ...)
  };
  Rows make_rows(const Shape& shape, bool whole, std::size_t batch_size) const;
  View view(Rows& rows, Range range, std::size_t thread);
  View output(std::size_t stage, Range range, std::size_t thread) {
    return view(outputs_[homes_[stage]], range, thread);
  }
  View delta(std::size_t stage, Range range, std::size_t thread) {
    return view(deltas_[homes_[stage]], range, thread);
  }
  ConstView value(std::size_t v, Range range, std::size_t thread);
  double penalty() const;

  Network& network_;
  const Loss& loss_;
  const TrainingSet& data_;
  double alpha_, ema_, label_smoothing_;
  std::uint64_t seed_;
  bool halves_;
  Augmentation augmentation_;
  Mixup mixup_;
  ThreadPool pool_;

  Batch batch_;
  std::size_t shard_room_ = 0;            // rows of the largest shard of any batch
  std::vector<bool> learns_;              // by value: whether a stage before it has parameters
  std::vector<Rows> outputs_, deltas_;    // of each stage
  Rows spare_;                            // for derive_value()
  std::vector<std::size_t> homes_;        // by stage: the stage whose memory holds its output
  std::vector<std::size_t> by_rows_;      // by stage: as in Piece
  Tensor shard_gradients_;                // (shards, parameters of layers with gradient_by_rows())
  std::vector<Range> prepared_in_;        // of stages, in:
  Tensor prepared_;                       // Pass::prepared of all layers
  std::vector<std::size_t> saved_begin_;  // of stages, in:
  Tensor saved_;                          // (shards, Pass::saved of all layers)
  Tensor gradient_;
  std::span<float> average_;  // of the parameters, or empty
  std::vector<Piece> pieces_;
  std::vector<double> piece_squares_;  // of the weights, then of the gradient when it is clipped
  std::vector<double> gradient_squares_;
  std::vector<double> shard_loss_;
};

/// Applies the output activation, in place, row by row.
void apply_output_activation(OutputActivation activation, View outputs);

}  // namespace hebb
