#pragma once

// Stochastic gradient descent on one unit a class, with scikit-learn's arithmetic. The weights of a
// unit are kept as scale * w, so that an L2 penalty is one multiplication a sample. The L1 penalty
// is cumulative: u is the total penalty that every weight should have received so far, q the
// penalty that a weight has received. The difference is applied at each sample, and a weight is
// clipped at zero (Tsuruoka, Tsujii and Ananiadou, ACL 2009). The mean of the weights is stored as
// averaged + share * w, so that updating it costs no more than one sample's features. All units
// pass over the data together, so that each row is read once.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "estimators/units.h"
#include "hebb/estimators/linear.h"
#include "kernels/doubles.h"
#include "kernels/threads.h"

namespace hebb {

inline constexpr double kLeastScale = 1e-9;  // below it, the factor is multiplied into the weights
inline constexpr double kMostSlope = 1e12;   // steeper slopes are clipped

inline constexpr std::size_t kNarrow = 8;  // features below which a call costs more than it saves
inline constexpr std::size_t kAhead = 12;  // rows
inline constexpr std::size_t kNearNumbers = 1U << 17U;

inline double sign_of(bool positive) { return positive ? 1.0 : -1.0; }

/// One unit while it learns; its weights are scale * w.
struct PerceptronUnit {
  double* w = nullptr;
  double intercept = 0, scale = 1;
  double positive = 1, negative = 1;  // class weights

  std::vector<double> pulled;  // q, by weight
  double pull = 0;             // u
  std::vector<double> averaged;
  double average_share = 0, average_divisor = 1;
  double averaged_intercept = 0;
  double updates = 1;  // samples seen, from 1

  double loss_sum = 0, best_loss = std::numeric_limits<double>::infinity();
  double best_score = -std::numeric_limits<double>::infinity();
  std::size_t no_gain = 0, epochs = 0, mistakes = 0;
  bool done = false;
};

/// Trains all units on samples.
class PerceptronTraining {
 public:
  PerceptronTraining(const UnitProblem& problem, const PerceptronOptions& options,
                     LinearUnits& weights)
      : problem_(problem),
        options_(options),
        weights_(weights),
        n_(weights.inputs),
        l1_ratio_(options.penalty == "l1"   ? 1
                  : options.penalty == "l2" ? 0
                                            : options.l1_ratio),
        shrinks_(options.penalty == "l2" || options.penalty == "elasticnet"),
        pulls_(options.penalty == "l1" || options.penalty == "elasticnet"),
        shrink_(std::max(0.0, 1 - (1 - l1_ratio_) * options.eta0 * options.alpha)),
        plain_(!options.penalty && !options.average),
        sigmoid_(options.activation == "sigmoid"),
        // Rows outside the cache are prefetched while others are processed.
        far_(problem.samples() * n_ > kNearNumbers) {
    for (std::size_t u = 0; u < weights.units; ++u) {
      PerceptronUnit& unit = units_.emplace_back();
      unit.w = weights.coef.data() + u * n_;
      unit.intercept = weights.intercept[u];
      if (pulls_) unit.pulled.assign(n_, 0.0);
      if (options.average) unit.averaged.assign(n_, 0.0);
      const auto& by_class = problem.by_class;
      unit.positive = by_class[weights.units == 1 ? 1 : u];
      unit.negative = weights.units == 1 ? by_class[0] : 1;
    }
    // With a weight of zero, a step has no sign.
    if (weights.units != 1 || !plain_ || sigmoid_ || units_[0].positive == 0 ||
        units_[0].negative == 0)
      return;
    for (std::uint32_t row = 0; row < problem.samples(); ++row) {
      const bool positive = problem.is_positive(row, 0);
      steps_.push_back(sign_of(positive) * options.eta0 *
                       (positive ? units_[0].positive : units_[0].negative) * problem.weight(row));
    }
  }

  // Whether learn_by_mistakes() does what learn() does: one unit, the plain rule.
  bool is_simple() const { return !steps_.empty(); }

  // Whether rows are so far apart in memory that another thread should gather them.
  bool is_scattered() const {
    return is_simple() && far_ && n_ >= kNarrow && options_.shuffle && problem_.inputs.table();
  }

  void learn_by_mistakes(std::span<const std::uint32_t> order, ThreadPool& pool) {
    if (pool.size() > 1 && is_scattered())
      learn_gathered(order, pool);
    else if (n_ == 2)
      learn_narrow<2>(order);
    else if (n_ < kNarrow)
      learn_narrow<0>(order);
    else
      learn_wide(order);
  }

  // Trains the units [begin, end), none of which may be done, on the samples `order`.
  void learn(std::span<const std::uint32_t> order, std::size_t begin, std::size_t end,
             Passes* watched) {
    std::vector<double> buffer(n_), scores(end - begin);
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (far_ && i + kAhead < order.size()) problem_.inputs.prefetch(order[i + kAhead]);
      const double* x = problem_.inputs.row(order[i], buffer.data());
      if (n_ < kNarrow)
        for (std::size_t u = begin; u < end; ++u) {
          double sum = 0;
          for (std::size_t j = 0; j < n_; ++j) sum += x[j] * units_[u].w[j];
          scores[u - begin] = sum;
        }
      else
        kernels::dots(x, units_[begin].w, end - begin, n_, scores.data());
      for (std::size_t u = begin; u < end; ++u)
        learn(u, x, order[i], scores[u - begin] * units_[u].scale + units_[u].intercept, watched);
    }
  }

  // Splits the units that are not done into groups, one for each thread. The bits do not depend on
  // the grouping.
  std::vector<std::pair<std::size_t, std::size_t>> groups(std::size_t threads) const {
    std::vector<std::pair<std::size_t, std::size_t>> found;
    const std::size_t most = (units_.size() + threads - 1) / threads;
    for (std::size_t u = 0; u < units_.size(); ++u) {
      if (units_[u].done) continue;
      if (!found.empty() && found.back().second == u && u - found.back().first < most)
        ++found.back().second;
      else
        found.emplace_back(u, u + 1);
    }
    return found;
  }

  // Writes the current weights into the model's arrays.
  void write(bool averaged) {
    for (std::size_t u = 0; u < units_.size(); ++u) {
      PerceptronUnit& unit = units_[u];
      reset_scale(unit);
      weights_.intercept[u] = unit.intercept;
      if (!averaged || !options_.average || unit.updates <= 1) continue;
      std::ranges::copy(unit.averaged, unit.w);
      weights_.intercept[u] = unit.averaged_intercept;
    }
  }

  // The current weights, not averaged.
  LinearUnits weights() const {
    LinearUnits now = weights_;
    for (std::size_t u = 0; u < units_.size(); ++u) {
      std::ranges::copy(weights_of(units_[u]),
                        now.coef.begin() + static_cast<std::ptrdiff_t>(u * n_));
      now.intercept[u] = units_[u].intercept;
    }
    return now;
  }

  bool is_finite() const {
    const auto finite = [](double v) { return std::isfinite(v); };
    return std::ranges::all_of(weights_.coef, finite) &&
           std::ranges::all_of(
               units_, [](const PerceptronUnit& unit) { return std::isfinite(unit.intercept); });
  }

  // The accuracy of the unit on `rows` with its current weights.
  double score(std::size_t u, std::span<const std::uint32_t> rows) const {
    std::vector<double> buffer(n_);
    double right = 0, all = 0;
    for (const std::uint32_t row : rows) {
      double score = 0;
      kernels::dots(problem_.inputs.row(row, buffer.data()), units_[u].w, 1, n_, &score);
      score = score * units_[u].scale + units_[u].intercept;
      all += problem_.weight(row);
      if ((score > 0) == problem_.is_positive(row, u)) right += problem_.weight(row);
    }
    return right / all;
  }

  std::vector<PerceptronUnit>& units() { return units_; }

 private:
  // The loss, and whether it is a mistake.
  bool is_mistake(PerceptronUnit& unit, double p, double step) const {
    const double z = std::copysign(1.0, step) * p;  // avoids an unpredictable branch
    if (z > 0) return false;
    unit.loss_sum -= z;
    ++unit.mistakes;
    return true;
  }

  template <std::size_t kWidth>  // 0: as many as there are
  void learn_narrow(std::span<const std::uint32_t> order) {
    const std::size_t n = kWidth > 0 ? kWidth : n_;
    PerceptronUnit unit = std::move(units_[0]);
    double buffer[kNarrow], w[kNarrow];
    std::copy_n(unit.w, n, w);
    const double bias = options_.fit_intercept ? 1 : 0;
    const double* const table = problem_.inputs.table();
    for (const std::uint32_t row : order) {
      const double* x = table ? table + row * n : problem_.inputs.row(row, buffer);
      double p = 0;
      for (std::size_t j = 0; j < n; ++j) p += x[j] * w[j];
      const double step = steps_[row];
      if (!is_mistake(unit, p + unit.intercept, step)) continue;
      for (std::size_t j = 0; j < n; ++j) w[j] += step * x[j];
      unit.intercept += bias * step;
    }
    std::copy_n(w, n, unit.w);
    units_[0] = std::move(unit);
  }

  // While one block is learnt, another thread gathers the next one, or this thread does after the
  // block.
  void learn_gathered(std::span<const std::uint32_t> order, ThreadPool& pool) {
    constexpr std::size_t kBlock = 512, kParts = 8;
    const double* const table = problem_.inputs.table();
    for (auto& buffer : gathered_) buffer.resize(kBlock * n_);
    const auto block = [&](std::size_t b) {
      return order.subspan(b * kBlock, std::min(kBlock, order.size() - b * kBlock));
    };
    const auto gather = [&](std::size_t b, std::size_t part) {
      const auto rows = block(b);
      double* const to = gathered_[b % 2].data();
      for (std::size_t i = rows.size() * part / kParts; i < rows.size() * (part + 1) / kParts;
           ++i) {
        if (i + kAhead < rows.size()) problem_.inputs.prefetch(rows[i + kAhead]);
        std::copy_n(table + rows[i] * n_, n_, to + i * n_);
      }
    };
    const std::size_t blocks = (order.size() + kBlock - 1) / kBlock;
    pool.run(kParts, [&](std::size_t part, std::size_t) { gather(0, part); });
    for (std::size_t b = 0; b < blocks; ++b)
      pool.run(b + 1 < blocks ? 1 + kParts : 1, [&](std::size_t task, std::size_t) {
        if (task > 0) return gather(b + 1, task - 1);
        const auto rows = block(b);
        const double* x = gathered_[b % 2].data();
        for (std::size_t i = 0; i < rows.size(); ++i, x += n_) {
          if (i + kAhead < rows.size()) __builtin_prefetch(&steps_[rows[i + kAhead]]);
          learn_one(x, steps_[rows[i]]);
        }
      });
  }

  void learn_one(const double* x, double step) {
    PerceptronUnit& unit = units_[0];
    double p = 0;
    kernels::dots(x, unit.w, 1, n_, &p);
    if (!is_mistake(unit, p + unit.intercept, step)) return;
    kernels::axpy(step, x, n_, unit.w);
    if (options_.fit_intercept) unit.intercept += step;
  }

  void learn_wide(std::span<const std::uint32_t> order) {
    std::vector<double> buffer(n_);
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (far_ && i + kAhead < order.size()) {
        problem_.inputs.prefetch(order[i + kAhead]);
        __builtin_prefetch(&steps_[order[i + kAhead]]);
      }
      learn_one(problem_.inputs.row(order[i], buffer.data()), steps_[order[i]]);
    }
  }

  void learn(std::size_t u, const double* x, std::uint32_t row, double p, Passes* watched) {
    PerceptronUnit& unit = units_[u];
    const bool positive = problem_.is_positive(row, u);
    const double y = sign_of(positive), z = p * y;
    double slope = 0;  // d loss / d score
    if (sigmoid_) {
      // The logarithmic loss, whose slope is output - desired.
      unit.loss_sum += z > 18 ? std::exp(-z) : z < -18 ? -z : std::log1p(std::exp(-z));
      slope = z > 18 ? std::exp(-z) * -y : z < -18 ? -y : -y / (std::exp(z) + 1);
    } else if (z <= 0) {
      unit.loss_sum -= z;
      slope = -y;
    }
    if (z <= 0) ++unit.mistakes;
    double step = -options_.eta0 * std::clamp(slope, -kMostSlope, kMostSlope);
    if (step != 0) step *= (positive ? unit.positive : unit.negative) * problem_.weight(row);
    std::vector<double> before;
    const double intercept_before = unit.intercept;
    const bool traces = watched && step != 0 && watched->traces();
    if (traces) before = weights_of(unit);
    if (plain_) {
      if (step != 0) add(unit, step, x);
      if (step != 0 && options_.fit_intercept) unit.intercept += step;
    } else {
      learn_with_penalty(unit, step, x);
    }
    if (!traces) return;
    const auto after = weights_of(unit);
    watched->trace({.epoch = 0,
                    .update = 0,
                    .unit = u,
                    .row = problem_.row_number(row),
                    .samples = 1,
                    .desired = sigmoid_ ? (positive ? 1.0 : 0.0) : y,
                    .score = p,
                    .output = sigmoid_ ? 1 / (1 + std::exp(-p))
                              : p > 0  ? 1.0
                              : p < 0  ? -1.0
                                       : 0.0,
                    .step = step,
                    .x = {x, n_},
                    .before = before,
                    .after = after,
                    .intercept_before = intercept_before,
                    .intercept_after = unit.intercept});
  }

  void add(PerceptronUnit& unit, double step, const double* x) const {
    const double own = step / unit.scale;
    if (n_ < kNarrow)
      for (std::size_t j = 0; j < n_; ++j) unit.w[j] += own * x[j];
    else
      kernels::axpy(own, x, n_, unit.w);
  }

  void learn_with_penalty(PerceptronUnit& unit, double step, const double* x) {
    if (shrinks_) {
      unit.scale *= shrink_;
      if (unit.scale < kLeastScale) reset_scale(unit);
    }
    if (step != 0) add(unit, step, x);
    if (options_.fit_intercept) unit.intercept += step;
    if (options_.average) average(unit, step, x);
    if (pulls_) {
      unit.pull += l1_ratio_ * options_.eta0 * options_.alpha;
      pull(unit);
    }
    ++unit.updates;
  }

  void average(PerceptronUnit& unit, double step, const double* x) const {
    const double share = 1 / unit.updates;
    for (std::size_t j = 0; j < n_; ++j)
      unit.averaged[j] += unit.average_share * x[j] * (-step / unit.scale);
    if (unit.updates > 1) unit.average_divisor /= 1 - share;
    unit.average_share += share * unit.average_divisor * unit.scale;
    unit.averaged_intercept += (unit.intercept - unit.averaged_intercept) * share;
  }

  void pull(PerceptronUnit& unit) const {
    for (std::size_t j = 0; j < n_; ++j) {
      double& w = unit.w[j];
      const double before = w;
      if (w > 0)
        w = std::max(0.0, w - (unit.pull + unit.pulled[j]) / unit.scale);
      else if (w < 0)
        w = std::min(0.0, w + (unit.pull - unit.pulled[j]) / unit.scale);
      unit.pulled[j] += unit.scale * (w - before);
    }
  }

  void reset_scale(PerceptronUnit& unit) const {
    if (options_.average) {
      for (std::size_t j = 0; j < n_; ++j)
        unit.averaged[j] =
            (unit.averaged[j] + unit.average_share * unit.w[j]) / unit.average_divisor;
      unit.average_share = 0, unit.average_divisor = 1;
    }
    for (std::size_t j = 0; j < n_; ++j) unit.w[j] *= unit.scale;
    unit.scale = 1;
  }

  std::vector<double> weights_of(const PerceptronUnit& unit) const {
    std::vector<double> w(unit.w, unit.w + n_);
    for (double& v : w) v *= unit.scale;
    return w;
  }

  const UnitProblem& problem_;
  const PerceptronOptions& options_;
  LinearUnits& weights_;
  std::size_t n_;
  double l1_ratio_;
  bool shrinks_, pulls_;
  double shrink_;
  bool plain_, sigmoid_, far_;
  std::vector<PerceptronUnit> units_;
  std::vector<double> gathered_[2];
  std::vector<double> steps_;  // of a mistake on each sample: sign, rate and weights
};

}  // namespace hebb
