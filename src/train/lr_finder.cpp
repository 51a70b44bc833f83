// The learning rate range test: a copy of the network learns while the rate rises exponentially
// from update to update. While the rate is far too small the loss is constant, then it falls, and
// in the end it rises: this is the highest rate at which this network, solver and batch size are
// stable.
#include <algorithm>
#include <chrono>
#include <cmath>

#include "hebb/core/error.h"
#include "hebb/core/random.h"
#include "train/begin.h"
#include "train/engine.h"

namespace hebb {
namespace {

constexpr std::size_t kUpdates = 300;  // 43 for a factor of ten in the rate
constexpr double kLowestRate = 1e-6, kHighestRate = 10;
constexpr double kMemory = 0.95;     // of the running mean: 20 updates
constexpr std::size_t kWarmIn = 20;  // before, the mean is over too few batches
constexpr double kClimbed = 4;       // times the lowest: the test stops
constexpr double kSafety = 10;       // from the rate at the lowest loss to the one suggested
constexpr std::chrono::milliseconds kEvent{100};

double rate_of(std::size_t update) {
  return kLowestRate * std::pow(kHighestRate / kLowestRate,
                                static_cast<double>(update) / static_cast<double>(kUpdates - 1));
}

// The batches of training, epoch after epoch.
class Batches {
 public:
  Batches(const TrainingSet& data, const NetOptions& options)
      : data_(data),
        options_(options),
        size_(batch_size_for(options, data.rows.size())),
        order_(data.rows),
        at_(order_.size()) {}

  std::size_t size() const { return size_; }
  /// The epoch of the last batch, from 0.
  std::size_t epoch() const { return epoch_ - 1; }

  std::span<const std::uint32_t> next() {
    if (at_ >= order_.size()) begin_epoch();
    const auto rows = std::span(order_).subspan(at_, std::min(size_, order_.size() - at_));
    at_ += size_;
    return rows;
  }

 private:
  void begin_epoch() {
    arrange_rows(order_, data_, options_, epoch_++);
    at_ = 0;
  }

  const TrainingSet& data_;
  const NetOptions& options_;
  std::size_t size_;
  std::vector<std::uint32_t> order_;
  std::size_t at_, epoch_ = 0;
};

// The running mean, corrected for its initial value of zero.
class Smoothed {
 public:
  double operator()(double loss) {
    mean_ = kMemory * mean_ + (1 - kMemory) * loss;
    weight_ = kMemory * weight_ + (1 - kMemory);
    return mean_ / weight_;
  }

 private:
  double mean_ = 0, weight_ = 0;
};

}  // namespace

LearningRateSearch find_learning_rate(const Network& network, const Loss& loss,
                                      const TrainingSet& data, const NetOptions& options,
                                      const EventSink& on_event) {
  check(options.solver != "lbfgs", "solver", "lbfgs has no learning rate to search for");
  check_trainable(network, loss, data, options);
  Network copy = network;
  Batches batches(data, options);
  Engine engine(copy, loss, data, batches.size(), options);
  const auto optimizer = make_optimizer(options);
  const std::size_t count = copy.parameter_count();
  Tensor state({optimizer->state_arrays() * count});
  std::vector<float*> arrays;
  for (std::size_t a = 0; a < optimizer->state_arrays(); ++a)
    arrays.push_back(state.data() + a * count);

  LearningRateSearch search;
  Smoothed smoothed;
  std::size_t lowest = kWarmIn;
  const auto begin = std::chrono::steady_clock::now();
  auto told = begin;
  for (std::size_t update = 0; update < kUpdates; ++update) {
    const double rate = rate_of(update);
    const auto rows = batches.next();
    const double value =
        engine.learn(rows, batches.epoch(), *optimizer, arrays,
                     {.number = update + 1, .learning_rate = rate}, options.clip_norm);
    if (!std::isfinite(value)) {
      search.stopped_at = rate;
      break;
    }
    search.rates.push_back(rate);
    search.losses.push_back(value);
    search.smoothed.push_back(smoothed(value));
    const double mean = search.smoothed.back();
    if (update > kWarmIn && mean < search.smoothed[lowest]) lowest = update;
    if (update > kWarmIn && mean > kClimbed * search.smoothed[lowest]) {
      search.stopped_at = rate;
      break;
    }
    const auto now = std::chrono::steady_clock::now();
    if (on_event && now - told >= kEvent) {
      told = now;
      const std::size_t samples = (update + 1) * batches.size();
      on_event(BatchEnded{
          1, 1, samples, kUpdates * batches.size(), mean,
          static_cast<double>(samples) / std::chrono::duration<double>(now - begin).count()});
    }
  }
  if (search.rates.size() <= kWarmIn)
    throw DivergedError(concat("no learning rate can be found: the loss is not finite at ",
                               *search.stopped_at,
                               " already. Scale the features, or clip the gradient"));
  search.lowest = search.rates[lowest];
  search.suggested = search.lowest / kSafety;
  search.fall = 1 - search.smoothed[lowest] / search.smoothed[kWarmIn];
  return search;
}

}  // namespace hebb
