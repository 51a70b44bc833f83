#include "train/engine.h"

#include <algorithm>
#include <cmath>

#include "hebb/core/error.h"
#include "kernels/elementwise.h"

namespace hebb {
namespace {

constexpr std::size_t kShardRows = 32;  // at least, but for batches that would be a single shard
constexpr std::size_t kTileRows = 8;    // shards begin where tiles of a product do
constexpr std::size_t kMostShards = 8;
constexpr std::size_t kPredictRows = 256;  // of a task
// A batch that needs fewer operations is done before another thread has woken up.
constexpr double kFlopsWorthAThread = 2e6;

View rows_of(Tensor& tensor, std::size_t begin, std::size_t end) {
  const View all = tensor.view();
  return {all.row(begin), all.shape.without_front().with_front(end - begin)};
}

ConstView rows_of(const Tensor& tensor, std::size_t begin, std::size_t end) {
  const ConstView all = tensor.view();
  return {all.row(begin), all.shape.without_front().with_front(end - begin)};
}

}  // namespace

void apply_output_activation(OutputActivation activation, View outputs) {
  switch (activation) {
    case OutputActivation::identity:
      break;
    case OutputActivation::logistic:
      kernels::logistic(outputs.data, outputs.size(), outputs.data);
      break;
    case OutputActivation::softmax:
      kernels::softmax(outputs.data, outputs.rows(), outputs.row_size(), outputs.data);
      break;
  }
}

void Targets::gather(std::span<const std::uint32_t> rows, float* out) const {
  for (const std::uint32_t row : rows) {
    if (classes.empty())
      std::copy_n(&values[row * outputs], outputs, out);
    else if (!one_hot)
      *out = static_cast<float>(classes[row]);
    else
      for (std::size_t i = 0; i < outputs; ++i)
        out[i] = static_cast<std::int32_t>(i) == classes[row] ? 1.0F : 0.0F;
    out += outputs;
  }
}

Engine::Engine(Network& network, const Loss& loss, const TrainingSet& data, std::size_t batch_size,
               double alpha, std::uint64_t seed, int threads)
    : network_(network),
      loss_(loss),
      data_(data),
      alpha_(alpha),
      seed_(seed),
      pool_(threads),
      gradient_({network.parameter_count()}) {
  const auto& stages = network.stages();
  first_learning_ = stages.size();
  const auto blocks = network.blocks();
  for (std::size_t i = 0; i < stages.size(); ++i) {
    outputs_.emplace_back(stages[i].output.with_front(batch_size));
    deltas_.emplace_back(stages[i].output.with_front(batch_size));
    for (const Layer::Piece& piece : stages[i].layer->pieces(stages[i].input)) {
      first_learning_ = std::min(first_learning_, i);
      const std::size_t begin = stages[i].begin + piece.begin;
      const auto block = std::ranges::find_if(blocks, [begin](const Network::Block& b) {
        return begin >= b.begin && begin < b.begin + b.shape.size();
      });
      pieces_.push_back({i, piece, begin, piece.end - piece.begin, block->decays});
    }
  }
  batch_.x = Tensor(network.input_shape().with_front(batch_size));
  batch_.targets = Tensor({batch_size, data.targets->outputs});
  if (!data.weights.empty()) batch_.weights.resize(batch_size);
  piece_squares_.resize(pieces_.size());
  gradient_squares_.resize(pieces_.size());
  shard_loss_.resize(kMostShards);
  parameters_changed();
}

// A function of batch and network alone, never of the machine.
std::size_t Engine::shard_count(std::size_t rows) const {
  if (3 * network_.flops() * static_cast<double>(rows) < kFlopsWorthAThread) return 1;
  const std::size_t least = rows >= kShardRows ? 2 : 1;
  return std::clamp<std::size_t>(rows / kShardRows, least, kMostShards);
}

Engine::Range Engine::shard_rows(std::size_t shard, std::size_t shards, std::size_t rows) const {
  if (shards == 1) return {0, rows};
  const auto border = [=](std::size_t s) {
    return s == shards ? rows : rows * s / shards / kTileRows * kTileRows;
  };
  return {border(shard), border(shard + 1)};
}

std::size_t Engine::threads_for(std::size_t rows) const {
  const double flops = 3 * network_.flops() * static_cast<double>(rows);
  return flops < kFlopsWorthAThread ? 1 : pool_.size();
}

void Engine::gather(Range rows) {
  const auto wanted = batch_.rows.subspan(rows.begin, rows.end - rows.begin);
  data_.inputs->gather(wanted, batch_.x.view().row(rows.begin));
  data_.targets->gather(wanted, batch_.targets.view().row(rows.begin));
  if (!data_.weights.empty())
    for (std::size_t i = 0; i < wanted.size(); ++i)
      batch_.weights[rows.begin + i] = data_.weights[wanted[i]];
}

ConstView Engine::input_of(std::size_t stage, Range rows) const {
  return rows_of(stage == 0 ? batch_.x : outputs_[stage - 1], rows.begin, rows.end);
}

double Engine::forward_backward(Range rows, float scale, std::uint32_t step) {
  gather(rows);
  const auto& stages = network_.stages();
  const std::span<const float> parameters = network_.parameters();
  Pass pass{.training = true,
            .seed = seed_,
            .step = step,
            .first_row = static_cast<std::uint32_t>(rows.begin),
            .layer = 0};
  for (std::size_t i = 0; i < stages.size(); ++i) {
    pass.layer = static_cast<std::uint32_t>(i);
    stages[i].layer->forward(pass, parameters.subspan(stages[i].begin, stages[i].size),
                             input_of(i, rows), rows_of(outputs_[i], rows.begin, rows.end));
  }
  const std::size_t last = stages.size() - 1;
  const auto weights = std::span(batch_.weights)
                           .subspan(batch_.weights.empty() ? 0 : rows.begin,
                                    batch_.weights.empty() ? 0 : rows.end - rows.begin);
  const double loss =
      loss_.value_and_gradient(rows_of(std::as_const(outputs_[last]), rows.begin, rows.end),
                               rows_of(batch_.targets, rows.begin, rows.end), weights, scale,
                               rows_of(deltas_[last], rows.begin, rows.end));
  for (std::size_t i = last; i > first_learning_; --i) {
    pass.layer = static_cast<std::uint32_t>(i);
    stages[i].layer->backward(pass, parameters.subspan(stages[i].begin, stages[i].size),
                              input_of(i, rows),
                              rows_of(std::as_const(outputs_[i]), rows.begin, rows.end),
                              rows_of(std::as_const(deltas_[i]), rows.begin, rows.end),
                              rows_of(deltas_[i - 1], rows.begin, rows.end));
  }
  return loss;
}

void Engine::gradient(const Piece& piece, bool accumulate) {
  const Range all{0, batch_.rows.size()};
  network_.stages()[piece.stage].layer->gradient(
      piece.within, input_of(piece.stage, all),
      rows_of(std::as_const(deltas_[piece.stage]), all.begin, all.end),
      gradient_.span().subspan(piece.begin, piece.size), accumulate);
}

double Engine::penalty() const {
  double sum = 0;
  for (const double squares : piece_squares_) sum += squares;
  return 0.5 * alpha_ * sum;
}

void Engine::parameters_changed() {
  if (alpha_ == 0) return;
  for (std::size_t p = 0; p < pieces_.size(); ++p)
    if (pieces_[p].decays)
      piece_squares_[p] =
          kernels::sum_of_squares(network_.parameters().data() + pieces_[p].begin, pieces_[p].size);
}

double Engine::learn(std::span<const std::uint32_t> rows, const Optimizer& optimizer,
                     std::span<float* const> state, UpdateStep step, double clip_norm) {
  batch_.rows = rows;
  const std::size_t n = rows.size();
  const std::size_t threads = threads_for(n);
  const auto samples = static_cast<double>(n);

  const std::size_t shards = shard_count(n);
  const auto dropout_step = static_cast<std::uint32_t>(step.number);
  pool_.run(
      shards,
      [&](std::size_t shard, std::size_t) {
        shard_loss_[shard] = forward_backward(shard_rows(shard, shards, n),
                                              static_cast<float>(1 / samples), dropout_step);
      },
      threads);
  double loss = penalty();
  for (std::size_t shard = 0; shard < shards; ++shard) loss += shard_loss_[shard];
  loss /= samples;
  if (!std::isfinite(loss)) return loss;

  const double l2 = alpha_ / samples;
  const auto update = [&](std::size_t p) {
    const Piece& piece = pieces_[p];
    float* arrays[2] = {};
    for (std::size_t a = 0; a < state.size(); ++a) arrays[a] = state[a] + piece.begin;
    UpdateStep own = step;
    if (piece.decays) own.l2 = l2;
    const auto weights = network_.parameters().subspan(piece.begin, piece.size);
    const double squares = optimizer.update(own, gradient_.span().subspan(piece.begin, piece.size),
                                            weights, {arrays, state.size()});
    if (piece.decays) piece_squares_[p] = squares;
  };

  if (clip_norm > 0) {
    pool_.run(
        pieces_.size(),
        [&](std::size_t p, std::size_t) {
          gradient(pieces_[p], false);
          gradient_squares_[p] =
              kernels::sum_of_squares(gradient_.data() + pieces_[p].begin, pieces_[p].size);
        },
        threads);
    double squares = 0;
    for (const double s : gradient_squares_) squares += s;
    const double norm = std::sqrt(squares);
    if (norm > clip_norm) step.scale = clip_norm / norm;
  }
  pool_.run(
      pieces_.size(),
      [&](std::size_t p, std::size_t) {
        if (clip_norm == 0) gradient(pieces_[p], false);
        update(p);
      },
      threads);
  return loss;
}

Engine::Objective Engine::objective(std::span<const std::uint32_t> rows,
                                    std::span<float> gradient_out) {
  const auto samples = static_cast<double>(rows.size());
  const std::size_t room = batch_.x.shape()[0];
  parameters_changed();
  double loss = 0;
  for (std::size_t begin = 0; begin < rows.size(); begin += room) {
    batch_.rows = rows.subspan(begin, std::min(room, rows.size() - begin));
    const std::size_t n = batch_.rows.size();
    const std::size_t threads = threads_for(n);
    const std::size_t shards = shard_count(n);
    pool_.run(
        shards,
        [&](std::size_t shard, std::size_t) {
          shard_loss_[shard] =
              forward_backward(shard_rows(shard, shards, n), static_cast<float>(1 / samples),
                               static_cast<std::uint32_t>(begin));
        },
        threads);
    for (std::size_t shard = 0; shard < shards; ++shard) loss += shard_loss_[shard];
    pool_.run(
        pieces_.size(), [&](std::size_t p, std::size_t) { gradient(pieces_[p], begin > 0); },
        threads);
  }
  const auto l2 = static_cast<float>(alpha_ / samples);
  const auto weights = network_.parameters();
  for (const Piece& piece : pieces_)
    for (std::size_t i = piece.begin; i < piece.begin + piece.size; ++i)
      gradient_out[i] = gradient_[i] + (piece.decays ? l2 * weights[i] : 0.0F);
  const double factor = loss_.gradient_factor(data_.targets->outputs);
  return {(loss + penalty()) / samples, (factor * loss + penalty()) / samples};
}

namespace {

Tensor predict_on(ThreadPool& pool, const Network& network, OutputActivation activation,
                  const Inputs& inputs, std::span<const std::uint32_t> rows) {
  Tensor out(network.output_shape().with_front(rows.size()));
  const std::size_t tasks = (rows.size() + kPredictRows - 1) / kPredictRows;
  const double flops = network.flops() * static_cast<double>(rows.size());
  pool.run(
      tasks,
      [&](std::size_t t, std::size_t) {
        const auto part =
            rows.subspan(t * kPredictRows, std::min(kPredictRows, rows.size() - t * kPredictRows));
        Tensor x(network.input_shape().with_front(part.size()));
        inputs.gather(part, x.data());
        const Tensor y = predict(network, activation, x.view());
        std::ranges::copy(y.span(), out.view().row(t * kPredictRows));
      },
      flops < kFlopsWorthAThread ? 1 : pool.size());
  return out;
}

}  // namespace

Tensor Engine::predict(const Inputs& inputs, std::span<const std::uint32_t> rows) {
  return predict_on(pool_, network_, loss_.output_activation(), inputs, rows);
}

Tensor predict(const Network& network, OutputActivation activation, ConstView x) {
  Tensor out = network.predict(x);
  apply_output_activation(activation, out.view());
  return out;
}

Tensor predict(const Network& network, OutputActivation activation, const Inputs& inputs,
               std::span<const std::uint32_t> rows, int threads) {
  ThreadPool pool(threads);
  return predict_on(pool, network, activation, inputs, rows);
}

}  // namespace hebb
