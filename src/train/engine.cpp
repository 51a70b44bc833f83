#include "train/engine.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "hebb/core/error.h"
#include "kernels/denormals.h"
#include "kernels/elementwise.h"
#include "nn/passes.h"

namespace hebb {
namespace {

constexpr std::size_t kShardRows = 32;  // at least, except for batches of a single shard
constexpr std::size_t kTileRows = 8;    // shards begin at tile boundaries of products
constexpr std::size_t kMostShards = 8;
constexpr std::size_t kPredictRows = 256;  // of a task

View rows_of(Tensor& tensor, std::size_t begin, std::size_t end) {
  const View all = tensor.view();
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
      if (outputs.row_size() == 1)
        return apply_output_activation(OutputActivation::logistic, outputs);
      kernels::softmax(outputs.data, outputs.rows(), outputs.row_size(), outputs.data);
      break;
    case OutputActivation::exp:
      kernels::exp(outputs.data, outputs.size(), outputs.data);
      break;
  }
}

void Targets::gather(std::span<const std::uint32_t> rows, float* out,
                     double label_smoothing) const {
  const std::size_t samples =
      classes.empty() ? values.size() / std::max<std::size_t>(outputs, 1) : classes.size();
  check(rows.empty() || *std::ranges::max_element(rows) < samples, "targets", "a row beyond the ",
        samples, " of the targets");
  const double spread = label_smoothing / static_cast<double>(one_hot ? outputs : 2);
  const auto other = static_cast<float>(spread);
  const auto own = static_cast<float>(1 - label_smoothing + spread);
  for (const std::uint32_t row : rows) {
    if (classes.empty())
      std::copy_n(&values[row * outputs], outputs, out);
    else if (!one_hot)
      *out = classes[row] == 1 ? own : other;
    else
      for (std::size_t i = 0; i < outputs; ++i)
        out[i] = static_cast<std::int32_t>(i) == classes[row] ? own : other;
    out += outputs;
  }
}

Engine::Engine(Network& network, const Loss& loss, const TrainingSet& data, std::size_t batch_size,
               const NetOptions& options)
    : network_(network),
      loss_(loss),
      data_(data),
      alpha_(options.alpha),
      ema_(options.ema),
      label_smoothing_(options.label_smoothing),
      seed_(options.random_state),
      halves_(options.precision == "bf16"),
      augmentation_(Augmentation::parse(options.augment)),
      mixup_(options.mixup, options.random_state),
      pool_(options.threads),
      gradient_({network.parameter_count()}) {
  const auto& stages = network.stages();
  learns_.assign(stages.size() + 1, false);
  const auto blocks = network.blocks();
  std::size_t by_rows = 0;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const bool in_place = network.runs_in_place(i);
    homes_.push_back(in_place ? homes_[stages[i].inputs[0] - 1] : i);
    learns_[i + 1] = stages[i].size > 0 ||
                     std::ranges::any_of(stages[i].inputs, [&](auto v) { return learns_[v]; });
    const bool rows_give_it = stages[i].layer->gradient_by_rows();
    by_rows_.push_back(rows_give_it ? by_rows : kNotByRows);
    if (rows_give_it) by_rows += stages[i].size;
    for (const Layer::Piece& piece : stages[i].layer->pieces(stages[i].input)) {
      const std::size_t begin = stages[i].begin + piece.begin;
      const auto block = std::ranges::find_if(blocks, [begin](const Network::Block& b) {
        return begin >= b.begin && begin < b.begin + b.shape.size();
      });
      pieces_.push_back({i, piece, begin, piece.end - piece.begin, block->decays, block->statistic,
                         rows_give_it ? by_rows_[i] + piece.begin : kNotByRows});
    }
  }
  // Gradients computed over all rows at once need inputs and output derivatives of all rows.
  std::vector<bool> all_outputs(stages.size()), all_deltas(stages.size());
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (stages[i].size == 0 || by_rows_[i] != kNotByRows) continue;
    all_deltas[homes_[i]] = true;
    if (const std::size_t v = stages[i].inputs[0]; v > 0) all_outputs[homes_[v - 1]] = true;
  }
  for (std::size_t rows = 1; rows <= batch_size; ++rows) {
    const std::size_t shards = shard_count(rows);
    for (std::size_t s = 0; s < shards; ++s) {
      const Range range = shard_rows(s, shards, rows);
      shard_room_ = std::max(shard_room_, range.end - range.begin);
    }
  }
  std::size_t spare = 0, saved = 0;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    saved_begin_.push_back(saved);
    saved += stages[i].layer->saved_size(stages[i].input, shard_room_);
    if (needs_spare(network, i + 1)) spare = std::max(spare, stages[i].output.size());
    const bool own = homes_[i] == i;
    const auto rows = [&](bool whole) {
      return own ? make_rows(stages[i].output, whole, batch_size) : Rows{};
    };
    outputs_.push_back(rows(all_outputs[i]));
    deltas_.push_back(rows(all_deltas[i]));
  }
  if (spare > 0) spare_ = make_rows({spare}, false, batch_size);
  if (by_rows > 0) shard_gradients_ = Tensor({kMostShards, by_rows});
  if (saved > 0) saved_ = Tensor({kMostShards, saved});
  std::size_t prepared = 0;
  for (std::size_t i = 0; halves_ && i < stages.size(); ++i) {
    const auto size = stages[i].layer->prepared_size(stages[i].input, learns_[stages[i].inputs[0]]);
    prepared_in_.push_back({prepared, prepared + size});
    prepared += size;
  }
  if (prepared > 0) prepared_ = Tensor({prepared});
  batch_.x = Tensor(network.input_shape().with_front(batch_size));
  batch_.targets = Tensor({batch_size, data.targets->outputs});
  if (!data.folds.empty()) batch_.weights_of_row = network.members();
  if (!data.weights.empty() || !data.folds.empty())
    batch_.weights.resize(batch_size * batch_.weights_of_row);
  piece_squares_.resize(pieces_.size());
  gradient_squares_.resize(pieces_.size());
  shard_loss_.resize(kMostShards);
  parameters_changed();
}

// A function of batch and network alone, never of the machine.
std::size_t Engine::shard_count(std::size_t rows) const {
  if (!worth_threads(3 * network_.flops() * static_cast<double>(rows))) return 1;
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
  return worth_threads(3 * network_.flops() * static_cast<double>(rows)) ? pool_.size() : 1;
}

void Engine::gather(Range rows) {
  const auto wanted = batch_.part.rows.subspan(rows.begin, rows.end - rows.begin);
  float* x = batch_.x.view().row(rows.begin);
  if (augmentation_.empty())
    data_.inputs->gather(wanted, x);
  else
    data_.inputs->gather_augmented(wanted, augmentation_, seed_, batch_.part.epoch, x);
  data_.targets->gather(wanted, batch_.targets.view().row(rows.begin), label_smoothing_);
  if (!batch_.weights.empty()) gather_weights(wanted, weights_of(rows));
  mixup_.mix(batch_.part.epoch, wanted, !data_.targets->classes.empty(),
             rows_of(batch_.x, rows.begin, rows.end), rows_of(batch_.targets, rows.begin, rows.end),
             weights_of(rows));
}

// A row weighs more for the members that learn from it, so that its weight is the mean of theirs.
void Engine::gather_weights(std::span<const std::uint32_t> wanted, std::span<float> to) const {
  const std::size_t members = batch_.weights_of_row;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const float weight = data_.weights.empty() ? 1.0F : data_.weights[wanted[i]];
    if (data_.folds.empty()) {
      to[i] = weight;
      continue;
    }
    const auto folds = static_cast<float>(data_.folds.count);
    std::ranges::fill(to.subspan(i * members, members), folds / (folds - 1) * weight);
    for (std::size_t m = data_.folds.of_rows[wanted[i]]; m < members; m += data_.folds.count)
      to[i * members + m] = 0;
  }
}

std::span<float> Engine::weights_of(Range rows) {
  if (batch_.weights.empty()) return {};
  const std::size_t width = batch_.weights_of_row;
  return std::span(batch_.weights).subspan(rows.begin * width, (rows.end - rows.begin) * width);
}

Engine::Rows Engine::make_rows(const Shape& shape, bool whole, std::size_t batch_size) const {
  const std::size_t room = shard_room_ * std::min(pool_.size(), kMostShards);
  whole = whole || room >= batch_size;
  return {Tensor(shape.with_front(whole ? batch_size : room)), whole};
}

View Engine::view(Rows& rows, Range range, std::size_t thread) {
  const std::size_t begin = rows.whole ? range.begin : thread * shard_room_;
  return rows_of(rows.tensor, begin, begin + (range.end - range.begin));
}

ConstView Engine::value(std::size_t v, Range range, std::size_t thread) {
  if (v == 0) return rows_of(batch_.x, range.begin, range.end);
  return output(v - 1, range, thread);
}

View Engine::Shard::spare(std::size_t v) const {
  const View room = engine.view(engine.spare_, rows, thread);
  return {room.data, engine.network_.value_shape(v).with_front(rows.end - rows.begin)};
}

Pass Engine::Shard::pass(std::size_t i) const {
  const Network::Stage& stage = engine.network_.stages()[i];
  Pass pass{.training = true,
            .seed = engine.seed_,
            .step = static_cast<std::uint32_t>(part.update),
            .first_row = static_cast<std::uint32_t>(part.first_row + rows.begin),
            .layer = static_cast<std::uint32_t>(i),
            .halves = engine.halves_};
  const std::size_t saved = stage.layer->saved_size(stage.input, rows.end - rows.begin);
  if (saved > 0) pass.saved = {engine.saved_.view().row(index) + engine.saved_begin_[i], saved};
  if (engine.halves_) pass.prepared = engine.prepared_of(i);
  return pass;
}

double Engine::forward_backward(const Shard& shard, float scale) {
  gather(shard.rows);
  const auto& stages = network_.stages();
  const auto value = [&](std::size_t v) { return shard.value(v); };
  for (std::size_t i = 0; i < stages.size(); ++i)
    if (!stages[i].fused)
      run_stage(network_, i, shard.pass(i), value, output(i, shard.rows, shard.thread));
  const std::size_t last = stages.size();  // value
  const double loss = loss_of_members(loss_, shard.value(last),
                                      rows_of(batch_.targets, shard.rows.begin, shard.rows.end),
                                      weights_of(shard.rows), scale, shard.delta(last));
  for (std::size_t i = last; i-- > 0;) {
    if (!learns_[i + 1]) continue;
    if (i + 1 != last) derive_value(network_, i + 1, shard);
    if (stages[i].fused) continue;
    derive_fused(network_, i, shard);
    if (by_rows_[i] != kNotByRows)
      stages[i].layer->gradient_of_rows(
          shard.pass(i), network_.parameters_of(i), shard.value(stages[i].inputs[0]),
          shard.delta(i + 1),
          std::span(shard_gradients_.view().row(shard.index) + by_rows_[i], stages[i].size));
  }
  return loss;
}

std::size_t Engine::run_shards(const Part& part) {
  batch_.part = part;
  const std::size_t n = part.rows.size(), shards = shard_count(n);
  const auto scale = static_cast<float>(1 / static_cast<double>(part.batch_rows));
  pool_.run(
      shards,
      [&](std::size_t shard, std::size_t thread) {
        shard_loss_[shard] = forward_backward(
            {*this, shard, shard_rows(shard, shards, n), thread, batch_.part}, scale);
      },
      threads_for(n));
  return shards;
}

void Engine::gradient(const Piece& piece, bool accumulate, std::size_t shards,
                      std::span<float> out) {
  const auto to = out.subspan(piece.begin, piece.size);
  if (piece.by_rows == kNotByRows) {
    const Range all{0, batch_.part.rows.size()};
    const Pass pass{.training = true, .halves = halves_};
    const Network::Stage& stage = network_.stages()[piece.stage];
    stage.layer->gradient(pass, piece.within, value(stage.inputs[0], all, 0),
                          delta(piece.stage, all, 0), to, accumulate);
    return;
  }
  if (!accumulate) std::ranges::fill(to, 0.0F);
  for (std::size_t shard = 0; shard < shards; ++shard) {
    const float* from = shard_gradients_.view().row(shard) + piece.by_rows;
    for (std::size_t i = 0; i < piece.size; ++i) to[i] += from[i];
  }
}

void Engine::prepare(const Piece& piece) {
  if (!halves_) return;
  const auto& stage = network_.stages()[piece.stage];
  const auto to = prepared_of(piece.stage);
  if (!to.empty())
    stage.layer->prepare(stage.input, piece.within,
                         std::as_const(network_).parameters_of(piece.stage), to);
}

void Engine::average(const Piece& piece, std::uint64_t update) {
  const auto t = static_cast<double>(update);
  const double decay = std::min(ema_, (1 + t) / (10 + t));
  const auto keep = static_cast<float>(decay), take = static_cast<float>(1 - decay);
  const float* weights = std::as_const(network_).parameters().data() + piece.begin;
  float* to = average_.data() + piece.begin;
  for (std::size_t i = 0; i < piece.size; ++i) to[i] = keep * to[i] + take * weights[i];
}

double Engine::penalty() const {
  double sum = 0;
  for (const double squares : piece_squares_) sum += squares;
  return 0.5 * alpha_ * sum;
}

void Engine::parameters_changed() {
  for (const Piece& piece : pieces_) prepare(piece);
  if (alpha_ == 0) return;
  for (std::size_t p = 0; p < pieces_.size(); ++p)
    if (pieces_[p].decays)
      piece_squares_[p] =
          kernels::sum_of_squares(network_.parameters().data() + pieces_[p].begin, pieces_[p].size);
}

double Engine::mean_loss(std::span<const double> losses, std::size_t rows) const {
  double loss = penalty();
  for (const double of_shard : losses) loss += of_shard;
  return loss / static_cast<double>(rows);
}

// Computed from gradient_squares_.
double Engine::clip_scale(double clip_norm) const {
  double squares = 0;
  for (const double s : gradient_squares_) squares += s;
  const double norm = std::sqrt(squares);
  return norm > clip_norm ? clip_norm / norm : 1;
}

void Engine::measure(std::size_t p, std::span<const float> gradient) {
  const Piece& piece = pieces_[p];
  if (!piece.statistic)
    gradient_squares_[p] = kernels::sum_of_squares(gradient.data() + piece.begin, piece.size);
}

void Engine::apply(std::size_t p, std::span<const float> gradient, const Update& update) {
  const Piece& piece = pieces_[p];
  const auto weights = network_.parameters().subspan(piece.begin, piece.size);
  const auto slopes = gradient.subspan(piece.begin, piece.size);
  if (piece.statistic) {  // its gradient is the sum of what each shard subtracts
    const float share = 1.0F / static_cast<float>(update.shards);
    for (std::size_t i = 0; i < piece.size; ++i) weights[i] -= share * slopes[i];
  } else {
    float* arrays[2] = {};
    for (std::size_t a = 0; a < update.state.size(); ++a) arrays[a] = update.state[a] + piece.begin;
    UpdateStep own = update.step;
    if (piece.decays) own.l2 = update.l2;
    const double squares =
        update.optimizer.update(own, slopes, weights, {arrays, update.state.size()});
    if (piece.decays) piece_squares_[p] = squares;
    prepare(piece);
  }
  if (!average_.empty()) average(piece, update.step.number);
}

double Engine::learn(std::span<const std::uint32_t> rows, std::size_t epoch,
                     const Optimizer& optimizer, std::span<float* const> state, UpdateStep step,
                     double clip_norm) {
  const kernels::DenormalsFlushed flushed;
  const std::size_t n = rows.size(), threads = threads_for(n);
  const std::size_t shards = run_shards({.rows = rows,
                                         .first_row = 0,
                                         .batch_rows = n,
                                         .epoch = static_cast<std::uint32_t>(epoch),
                                         .update = step.number});
  const double loss = mean_loss(std::span(shard_loss_).first(shards), n);
  if (!std::isfinite(loss)) return loss;
  if (clip_norm > 0) {
    pool_.run(
        pieces_.size(),
        [&](std::size_t p, std::size_t) {
          gradient(pieces_[p], false, shards, gradient_.span());
          measure(p, gradient_.span());
        },
        threads);
    step.scale *= clip_scale(clip_norm);
  }
  const Update update{optimizer, state, step, alpha_ / static_cast<double>(n), shards};
  pool_.run(
      pieces_.size(),
      [&](std::size_t p, std::size_t) {
        if (clip_norm == 0) gradient(pieces_[p], false, shards, gradient_.span());
        apply(p, gradient_.span(), update);
      },
      threads);
  return loss;
}

void Engine::Gradient::add(const Gradient& next) {
  const kernels::DenormalsFlushed flushed;
  std::ranges::transform(values, next.values, values.begin(), std::plus());
  losses.insert(losses.end(), next.losses.begin(), next.losses.end());
  rows += next.rows;
}

void Engine::gradient(const Part& part, Gradient& out) {
  const kernels::DenormalsFlushed flushed;
  const std::size_t shards = run_shards(part);
  out.values.resize(network_.parameter_count());
  out.losses.assign(shard_loss_.begin(), shard_loss_.begin() + static_cast<std::ptrdiff_t>(shards));
  out.rows = part.rows.size();
  pool_.run(
      pieces_.size(),
      [&](std::size_t p, std::size_t) { gradient(pieces_[p], false, shards, out.values); },
      threads_for(out.rows));
}

double Engine::update(const Gradient& gradient, const Optimizer& optimizer,
                      std::span<float* const> state, UpdateStep step, double clip_norm) {
  const kernels::DenormalsFlushed flushed;
  const double loss = mean_loss(gradient.losses, gradient.rows);
  if (!std::isfinite(loss)) return loss;
  const std::size_t threads = threads_for(gradient.rows);
  if (clip_norm > 0) {
    pool_.run(
        pieces_.size(), [&](std::size_t p, std::size_t) { measure(p, gradient.values); }, threads);
    step.scale *= clip_scale(clip_norm);
  }
  const Update update{optimizer, state, step, alpha_ / static_cast<double>(gradient.rows),
                      gradient.losses.size()};
  pool_.run(
      pieces_.size(), [&](std::size_t p, std::size_t) { apply(p, gradient.values, update); },
      threads);
  return loss;
}

Engine::Objective Engine::objective(std::span<const std::uint32_t> rows,
                                    std::span<float> gradient_out) {
  const kernels::DenormalsFlushed flushed;
  const auto samples = static_cast<double>(rows.size());
  const std::size_t room = batch_.x.shape()[0];
  parameters_changed();
  double loss = 0;
  for (std::size_t begin = 0; begin < rows.size(); begin += room) {
    const std::size_t n = std::min(room, rows.size() - begin);
    const std::size_t shards = run_shards({.rows = rows.subspan(begin, n),
                                           .first_row = 0,
                                           .batch_rows = rows.size(),
                                           .update = begin});
    for (std::size_t shard = 0; shard < shards; ++shard) loss += shard_loss_[shard];
    pool_.run(
        pieces_.size(),
        [&](std::size_t p, std::size_t) {
          gradient(pieces_[p], begin > 0, shards, gradient_.span());
        },
        threads_for(n));
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

void add(const Tensor& from, Tensor& to) {
  std::ranges::transform(from.span(), to.span(), to.data(), std::plus());
}

// Of one sample, the mean over the members of a network.
Shape prediction_shape(const Network& network) {
  const Shape& out = network.output_shape();
  return out.rank() == 2 ? Shape{out[1]} : out;
}

// The outputs of every member after the activation: (n, members, outputs).
Tensor predict_members(const Network& network, OutputActivation activation, ConstView x) {
  const kernels::DenormalsFlushed flushed;
  Tensor out = network.predict(x);
  apply_output_activation(activation,
                          {out.data(), {x.rows() * network.members(), network.outputs()}});
  return out;
}

// The mean over members `first`, first + step, ... of row `r`.
void mean_of_members(const Tensor& all, const Network& network, std::size_t r, std::size_t first,
                     std::size_t step, float* to) {
  const std::size_t members = network.members(), width = network.outputs();
  for (std::size_t i = 0; i < width; ++i) {
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t m = first; m < members; m += step, ++count)
      sum += double{all[(r * members + m) * width + i]};
    to[i] = static_cast<float>(sum / static_cast<double>(count));
  }
}

// The predictions of a part of the rows of a set.
Tensor predict_rows(std::span<const std::uint32_t> rows, const TrainingSet& set,
                    const Network& network, OutputActivation activation, ConstView x) {
  if (set.folds.empty()) return predict(network, activation, x);
  const Tensor all = predict_members(network, activation, x);
  Tensor out({x.rows(), network.outputs()});
  for (std::size_t r = 0; r < x.rows(); ++r)
    mean_of_members(all, network, r, set.folds.of_rows[rows[r]], set.folds.count,
                    out.view().row(r));
  return out;
}

Tensor predict_on(ThreadPool& pool, const Network& network, OutputActivation activation,
                  const TrainingSet& set, const Copies& copies = {}) {
  const kernels::DenormalsFlushed flushed;
  const Inputs& inputs = *set.inputs;
  const std::span<const std::uint32_t> rows = set.rows;
  check(copies.count > 0, "tta", "needs a copy at least, got 0");
  check(inputs.features() == network.input_shape().size(), "predict", "X has ", inputs.features(),
        " features, expected ", network.input_shape().size());
  check(rows.empty() || *std::ranges::max_element(rows) < inputs.samples(), "predict",
        "a row beyond the ", inputs.samples(), " of the inputs");
  const auto changes = Augmentation::parse(copies.augment).for_copies();
  Tensor out(prediction_shape(network).with_front(rows.size()));
  const std::size_t tasks = (rows.size() + kPredictRows - 1) / kPredictRows;
  const double flops = network.flops() * static_cast<double>(rows.size() * copies.count);
  pool.run(
      tasks,
      [&](std::size_t t, std::size_t) {
        const auto part =
            rows.subspan(t * kPredictRows, std::min(kPredictRows, rows.size() - t * kPredictRows));
        Tensor x(network.input_shape().with_front(part.size()));
        inputs.gather(part, x.data());
        Tensor y = predict_rows(part, set, network, activation, x.view());
        for (std::size_t copy = 1; copy < copies.count; ++copy) {
          inputs.gather_copies(part, changes, copies.seed, static_cast<std::uint32_t>(copy),
                               x.data());
          add(predict(network, activation, x.view()), y);
        }
        if (copies.count > 1)
          for (float& v : y.span()) v /= static_cast<float>(copies.count);
        std::ranges::copy(y.span(), out.view().row(t * kPredictRows));
      },
      worth_threads(flops) ? pool.size() : 1);
  return out;
}

}  // namespace

Tensor Engine::predict(const TrainingSet& set) {
  return predict_on(pool_, network_, loss_.output_activation(), set);
}

Tensor predict(const Network& network, OutputActivation activation, ConstView x) {
  Tensor out = predict_members(network, activation, x);
  if (network.output_shape().rank() != 2) return out;
  Tensor mean({x.rows(), network.outputs()});
  for (std::size_t r = 0; r < x.rows(); ++r)
    mean_of_members(out, network, r, 0, 1, mean.view().row(r));
  return mean;
}

Tensor predict_held_out(const Network& network, OutputActivation activation, const TrainingSet& set,
                        int threads) {
  ThreadPool pool(threads);
  return predict_on(pool, network, activation, set);
}

Tensor predict(const Network& network, OutputActivation activation, const Inputs& inputs,
               std::span<const std::uint32_t> rows, int threads, const Copies& copies) {
  ThreadPool pool(threads);
  return predict_on(pool, network, activation,
                    {.inputs = &inputs, .rows = {rows.begin(), rows.end()}}, copies);
}

}  // namespace hebb
