#include "hebb/train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <utility>

#include "hebb/core/error.h"
#include "hebb/core/random.h"
#include "hebb/optim/optimizer.h"
#include "io/sole_writer.h"
#include "kernels/elementwise.h"
#include "optim/lbfgs.h"
#include "train/begin.h"
#include "train/engine.h"
#include "train/state.h"

namespace hebb {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

constexpr double kEventSeconds = 0.1;  // between events of batches
constexpr double kLeastAdaptedRate = 1e-6;

class Run {
 public:
  Run(Network& network, const Loss& loss, const TrainingSet& data, const TrainingSet& validation,
      const Scorer& score, const NetOptions& options, const RunControl& control)
      : network_(network),
        data_(data),
        validation_(validation),
        score_(score),
        options_(options),
        control_(control),
        full_batch_(options.solver == "lbfgs"),
        batch_size_(batch_size_for(options, data.rows.size())),
        engine_(network, loss, data,
                full_batch_ ? std::min(kObjectiveRows, data.rows.size()) : batch_size_, options),
        identity_{network.text(), options.solver, loss.name(), data.rows.size(), batch_size_} {
    if (!control.checkpoint_dir.empty()) {
      writer_.emplace(checkpoint_path(control.checkpoint_dir));
      check(!writer_->is_locked_out(), "checkpoint", "another run keeps its state in ",
            control.checkpoint_dir, " just now: wait for its end, or use another folder");
    }
    if (writer_ && control.resume)
      resume();
    else
      state_.adapted_rate = options.learning_rate_init;
    begin_average();
    engine_.parameters_changed();
    if (state_.last_finite.size() == 0) state_.last_finite = snapshot();
  }

  TrainResult run() {
    started_ = last_event_ = last_checkpoint_ = Clock::now();
    seconds_before_ = state_.seconds;
    if (!state_.finished) {
      if (full_batch_)
        descend();
      else
        pass_over_epochs();
    } else {
      put_result();
      announce(state_.reason);
    }
    return result();
  }

 private:
  // A run that ended with its last epoch goes on if it may now take more of them.
  void resume() {
    state_ = load_checkpoint(control_.checkpoint_dir, identity_, network_.parameters());
    if (state_.reason == StopReason::max_iter && state_.epoch < options_.max_iter)
      state_.finished = false;
  }

  // ---- weights: those that are trained, and those that are scored and kept ----

  // A run resumed from a checkpoint without an average begins one there.
  void begin_average() {
    if (options_.ema == 0)
      state_.average = {};
    else if (state_.average.size() == 0)
      state_.average = snapshot();
    engine_.keep_average(state_.average.span());
  }

  // Their average, if there is one.
  std::span<const float> judged() const {
    return state_.average.size() > 0 ? state_.average.span() : std::as_const(network_).parameters();
  }

  Tensor snapshot() const {
    Tensor copy({network_.parameter_count()});
    std::ranges::copy(judged(), copy.data());
    return copy;
  }

  // Outputs computed with the weights that are scored.
  Tensor predict(const TrainingSet& of) {
    const auto exchange = [&] {
      std::ranges::swap_ranges(state_.average.span(), network_.parameters());
    };
    exchange();
    Tensor outputs = engine_.predict(of);
    exchange();
    return outputs;
  }

  void emit(const Event& event) const {
    if (control_.on_event) control_.on_event(event);
  }

  double seconds() const { return seconds_before_ + seconds_between(started_, Clock::now()); }

  // ---- epochs of batches ----

  void pass_over_epochs() {
    const ScheduleRow& schedule = find_schedule(options_.learning_rate);
    if (schedule.sgd_only && options_.solver != "sgd")
      emit(Warned{concat("learning_rate=", schedule.name, " acts on solver=sgd only; the rate of ",
                         options_.solver, " stays constant")});
    rate_ = schedule.sgd_only && options_.solver != "sgd" ? find_schedule("constant").rate
                                                          : schedule.rate;
    optimizer_ = make_optimizer(options_);
    const std::size_t count = network_.parameter_count();
    if (state_.optimizer.size() == 0)
      state_.optimizer = Tensor({optimizer_->state_arrays() * count});
    for (std::size_t a = 0; a < optimizer_->state_arrays(); ++a)
      arrays_.push_back(state_.optimizer.data() + a * count);

    if (data_.rows.size() % batch_size_ == 1 && normalizes_over_samples(network_))
      emit(Warned{
          concat("the last batch of every epoch has one sample, of which batchnorm makes its "
                 "bias alone: choose a batch_size other than ",
                 batch_size_, " for ", data_.rows.size(), " samples")});
    batches_ = (data_.rows.size() + batch_size_ - 1) / batch_size_;
    order_ = data_.rows;
    while (state_.epoch < options_.max_iter) {
      arrange_rows(order_, data_, options_, state_.epoch);
      if (!pass_over_batches()) return;
      if (!end_epoch()) return;
    }
    end(StopReason::max_iter);
  }

  std::span<const std::uint32_t> batch(std::size_t b) const {
    const std::size_t begin = b * batch_size_;
    return std::span(order_).subspan(begin, std::min(batch_size_, order_.size() - begin));
  }

  // False once the run has ended.
  bool pass_over_batches() {
    if (state_.batch == 0) state_.accumulated_loss = 0;
    epoch_started_ = Clock::now();
    const std::uint64_t first = state_.batch;
    while (state_.batch < batches_) {
      const auto rows = batch(state_.batch);
      const UpdateStep step{.number = state_.updates + 1, .learning_rate = learning_rate()};
      const double loss =
          engine_.learn(rows, state_.epoch, *optimizer_, arrays_, step, options_.clip_norm);
      if (!std::isfinite(loss)) diverge(loss);
      state_.accumulated_loss += loss * static_cast<double>(rows.size());
      ++state_.updates;
      ++state_.batch;
      if (!after_batch(first)) return false;
    }
    return true;
  }

  bool after_batch(std::uint64_t first) {
    const auto now = Clock::now();
    if (control_.on_event && seconds_between(last_event_, now) >= kEventSeconds) {
      last_event_ = now;
      const std::size_t samples = std::min(state_.batch * batch_size_, data_.rows.size());
      emit(BatchEnded{state_.epoch + 1, options_.max_iter, samples, data_.rows.size(),
                      state_.accumulated_loss / static_cast<double>(samples),
                      static_cast<double>(samples - first * batch_size_) /
                          std::max(1e-9, seconds_between(epoch_started_, now))});
    }
    return state_.batch == batches_ || go_on(now);  // the last batch is handled at the epoch's end
  }

  // Called between two updates: stops on request or when the time is up, and writes checkpoints.
  bool go_on(Clock::time_point now) {
    if (control_.stop_requested && control_.stop_requested())
      return stop_early(StopReason::interrupted);
    if (options_.max_seconds && seconds_between(started_, now) >= *options_.max_seconds)
      return stop_early(StopReason::time_budget);
    if (!control_.checkpoint_dir.empty() &&
        seconds_between(last_checkpoint_, now) >= control_.checkpoint_seconds) {
      if (!is_finite()) diverge(std::numeric_limits<double>::infinity());
      // A disk that is temporarily full must not end hours of training.
      const bool failed_before = !checkpoint_error_.empty();
      if (!checkpoint() && !failed_before)
        emit(Warned{concat("no checkpoint could be kept: ", checkpoint_error_,
                           "; training continues, and the next one is tried as scheduled")});
      last_checkpoint_ = Clock::now();
    }
    return true;
  }

  double learning_rate() const {
    return rate_({.learning_rate_init = options_.learning_rate_init,
                  .power_t = options_.power_t,
                  .step_factor = options_.step_factor,
                  .step_epochs = options_.step_epochs,
                  .warmup = options_.warmup,
                  .update = state_.updates,
                  .updates_total = batches_ * options_.max_iter,
                  .samples_seen = state_.samples_seen,
                  .epoch = state_.epoch,
                  .adapted = state_.adapted_rate});
  }

  // scikit-learn's bookkeeping: what counts as better, when to stop. False once the run has ended.
  bool end_epoch() {
    const double loss = state_.accumulated_loss / static_cast<double>(data_.rows.size());
    const double rate = learning_rate();
    if (!is_finite()) diverge(std::numeric_limits<double>::infinity());
    state_.loss_curve.push_back(loss);
    state_.samples_seen += data_.rows.size();
    ++state_.epoch;
    state_.batch = 0;
    std::ranges::copy(judged(), state_.last_finite.data());
    const auto score = score_validation();
    if (options_.early_stopping && score) {
      if (!std::isnan(*score))
        state_.no_improvement =
            *score < state_.best_score + options_.tol ? state_.no_improvement + 1 : 0;
      if (*score > state_.best_score) state_.best = snapshot();
    } else if (!find_schedule(options_.learning_rate).to_the_end) {
      state_.no_improvement =
          loss > state_.best_loss - options_.tol ? state_.no_improvement + 1 : 0;
    }
    keep_best(score);
    state_.best_loss = std::min(state_.best_loss, loss);
    const auto now = Clock::now();
    last_event_ = now;
    emit(EpochEnded{state_.epoch, options_.max_iter, loss, score, rate, seconds(),
                    static_cast<double>(data_.rows.size()) /
                        std::max(1e-9, seconds_between(epoch_started_, now)),
                    options_.validation_metric});
    if (state_.no_improvement > options_.n_iter_no_change) {
      const bool adaptive = options_.learning_rate == "adaptive" && options_.solver == "sgd";
      if (!adaptive || state_.adapted_rate <= kLeastAdaptedRate) return end(StopReason::converged);
      state_.adapted_rate /= 5;
      state_.no_improvement = 0;
    }
    return state_.epoch == options_.max_iter || go_on(now);
  }

  // Checks the weights and the outputs for the first rows: finite weights may have non-finite
  // outputs.
  bool is_finite() {
    const auto weights = std::as_const(network_).parameters();
    if (!std::isfinite(kernels::sum_of_squares(weights.data(), weights.size()))) return false;
    TrainingSet first{.inputs = data_.inputs, .targets = data_.targets};
    first.rows.assign(
        data_.rows.begin(),
        data_.rows.begin() + static_cast<std::ptrdiff_t>(std::min(batch_size_, data_.rows.size())));
    const Tensor outputs = engine_.predict(first);
    return std::isfinite(kernels::sum_of_squares(outputs.data(), outputs.size()));
  }

  std::optional<double> score_validation() {
    if (validation_.rows.empty()) return std::nullopt;
    const Tensor outputs = predict(validation_);
    const double score = score_(outputs.view(), validation_.rows);
    const auto undefined = [](double one) { return std::isnan(one); };
    if (undefined(score) && std::ranges::none_of(state_.validation_scores, undefined))
      emit(Warned{undefined_score_text(validation_.rows.size())});
    state_.validation_scores.push_back(score);
    return score;
  }

  // NaN, an undefined score, is not above any.
  void keep_best(std::optional<double> score) {
    if (score && *score > state_.best_score) state_.best_score = *score;
  }

  // ---- L-BFGS over the whole data ----

  void descend() {
    const std::size_t count = network_.parameter_count();
    std::vector<float> gradient(count);
    double loss = 0;
    const auto objective = [&](std::span<const double> x, std::span<double> g) {
      std::ranges::transform(x, network_.parameters().begin(),
                             [](double v) { return static_cast<float>(v); });
      const auto [mean_loss, value] = engine_.objective(data_.rows, gradient);
      std::ranges::copy(gradient, g.begin());
      loss = mean_loss;  // an iteration ends at the point evaluated last
      return value;
    };
    if (options_.early_stopping)
      emit(Warned{"early_stopping does not act on solver=lbfgs, as in scikit-learn"});
    if (state_.lbfgs.iterations == 0) {
      const auto weights = std::as_const(network_).parameters();
      state_.lbfgs.x.assign(weights.begin(), weights.end());
    }
    bool ended = false;
    const auto end_of_run =
        minimize_lbfgs(state_.lbfgs, objective,
                       {.max_iter = options_.max_iter,
                        .max_fun = options_.max_fun,
                        .gradient_tolerance = options_.tol},
                       [&](const LbfgsState& at) {
                         put(at.x);
                         state_.epoch = at.iterations;
                         state_.loss_curve.push_back(loss);
                         state_.best_loss = std::min(state_.best_loss, loss);
                         const auto score = score_validation();
                         keep_best(score);
                         const auto now = Clock::now();
                         const double spent = std::max(1e-9, seconds_between(last_event_, now));
                         last_event_ = now;
                         emit(EpochEnded{state_.epoch, options_.max_iter, loss, score, 1.0,
                                         seconds(), static_cast<double>(data_.rows.size()) / spent,
                                         options_.validation_metric});
                         ended = !go_on(now);
                         return !ended;
                       });
    put(state_.lbfgs.x);
    if (ended) return;
    if (!std::isfinite(state_.lbfgs.value)) diverge(state_.lbfgs.value);
    if (state_.loss_curve.empty())  // no step could be made
      state_.loss_curve.push_back(engine_.objective(data_.rows, gradient).loss);
    state_.best_loss = std::min(state_.best_loss, state_.loss_curve.back());
    end(end_of_run == LbfgsEnd::max_iter  ? StopReason::max_iter
        : end_of_run == LbfgsEnd::max_fun ? StopReason::max_fun
                                          : StopReason::converged);
  }

  void put(const std::vector<double>& x) {
    std::ranges::transform(x, network_.parameters().begin(),
                           [](double v) { return static_cast<float>(v); });
  }

  // ---- ends ----

  // Returns whether it could be written; if not, checkpoint_error_ says why.
  bool checkpoint() {
    state_.seconds = seconds();
    checkpoint_error_.clear();
    try {
      writer_->replace([&] {
        save_checkpoint(control_.checkpoint_dir, identity_, control_.command, state_,
                        network_.parameters(), control_.checkpoint_synced);
      });
    } catch (const std::runtime_error& error) {
      checkpoint_error_ = error.what();
    } catch (const std::bad_alloc&) {
      checkpoint_error_ = control_.checkpoint_dir + ": out of memory";
    }
    return checkpoint_error_.empty();
  }

  // The run may be resumed later from its checkpoint.
  bool stop_early(StopReason reason) {
    if (!is_finite()) diverge(std::numeric_limits<double>::infinity());
    state_.reason = reason;
    if (!control_.checkpoint_dir.empty()) checkpoint();
    put_result();
    announce(reason);
    return false;
  }

  bool end(StopReason reason) {
    state_.finished = true;
    state_.reason = reason;
    if (!control_.checkpoint_dir.empty()) checkpoint();
    put_result();
    announce(reason);
    return false;
  }

  // Copies the weights that are kept into the network.
  void put_result() {
    const bool best = options_.early_stopping && state_.best.size() > 0;
    const auto kept = best ? std::as_const(state_.best).span() : judged();
    if (kept.data() != std::as_const(network_).parameters().data())
      std::ranges::copy(kept, network_.parameters().begin());
  }

  [[noreturn]] void diverge(double loss) {
    std::ranges::copy(std::as_const(state_.last_finite).span(), network_.parameters().begin());
    state_.reason = StopReason::diverged;
    announce(StopReason::diverged);
    throw DivergedError(
        concat("training diverged: the loss became ", loss, " in epoch ", state_.epoch + 1, " of ",
               options_.max_iter, " (learning_rate_init=", options_.learning_rate_init,
               "). Use a smaller learning rate, scale the features, or clip the gradient"));
  }

  void announce(StopReason reason) const {
    const auto text = [&]() -> std::string {
      switch (reason) {
        case StopReason::converged:
          return full_batch_
                     ? "converged"
                     : concat(options_.early_stopping ? "validation score" : "training loss",
                              " did not improve by more than tol=", options_.tol, " for ",
                              options_.n_iter_no_change, " epochs");
        case StopReason::max_iter:
          if (options_.max_iter == 1) return full_batch_ ? "one iteration done" : "one epoch done";
          return concat("all ", options_.max_iter, full_batch_ ? " iterations" : " epochs",
                        " done");
        case StopReason::max_fun:
          return concat("all ", options_.max_fun, " evaluations of the loss done");
        case StopReason::time_budget:
          return "the time given is used up";
        case StopReason::interrupted:
          return "interrupted";
        case StopReason::diverged:
          return "the loss is not finite";
      }
      return {};
    };
    emit(Stopped{reason, state_.epoch, text()});
  }

  TrainResult result() const {
    TrainResult result;
    result.loss_curve = state_.loss_curve;
    result.validation_scores = state_.validation_scores;
    result.validation_metric = options_.validation_metric;
    result.best_loss = state_.best_loss;
    if (std::isfinite(state_.best_score)) result.best_validation_score = state_.best_score;
    result.epochs = state_.epoch;
    result.updates = state_.updates;
    result.reason = state_.reason;
    result.checkpoint_error = checkpoint_error_;
    if (!state_.loss_curve.empty())
      result.loss = state_.loss_curve.back();
    else  // stopped within the first epoch
      result.loss = state_.accumulated_loss /
                    static_cast<double>(std::max<std::size_t>(1, state_.batch * batch_size_));
    return result;
  }

  Network& network_;
  const TrainingSet& data_;
  const TrainingSet& validation_;
  const Scorer& score_;
  const NetOptions& options_;
  const RunControl& control_;
  bool full_batch_;
  std::size_t batch_size_;
  Engine engine_;
  RunIdentity identity_;
  TrainState state_;
  std::optional<io::SoleWriter> writer_;  // of checkpoints
  std::string checkpoint_error_;          // of the last that was tried

  std::unique_ptr<Optimizer> optimizer_;
  std::vector<float*> arrays_;
  double (*rate_)(const ScheduleState&) = nullptr;
  std::size_t batches_ = 0;
  std::vector<std::uint32_t> order_;
  Clock::time_point started_, epoch_started_, last_event_, last_checkpoint_;
  double seconds_before_ = 0;
};

}  // namespace

TrainResult train(Network& network, const Loss& loss, const TrainingSet& data,
                  const TrainingSet& validation, const Scorer& score, const NetOptions& options,
                  const RunControl& control) {
  check_trainable(network, loss, data, options);
  if (!validation.rows.empty()) check_set(network, validation);
  return Run(network, loss, data, validation, score, options, control).run();
}

}  // namespace hebb
