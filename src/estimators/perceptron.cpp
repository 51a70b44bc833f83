// Stochastic gradient descent on one unit a class, with scikit-learn's arithmetic. The weights of a
// unit are kept as scale * w, so that an L2 penalty is one multiplication a sample. The L1 penalty
// is cumulative: u is what every weight should have been pulled towards zero by now, q what it was;
// the difference is made up when a sample comes by, and a weight stops at zero (Tsuruoka, Tsujii
// and Ananiadou, ACL 2009). The mean of the weights is kept as averaged + share * w, which costs
// only the features of a sample. All units walk the data together, a row being read once for all.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "estimators/units.h"
#include "hebb/core/error.h"
#include "hebb/estimators/linear.h"
#include "hebb/kernels/threads.h"
#include "kernels/doubles.h"

namespace hebb {

const FieldList& PerceptronOptions::fields() {
  using O = PerceptronOptions;
  static const FieldList list =
      Fields<O>()
          .add("penalty", &O::penalty, "penalty on the weights")
          .one_of({"l2", "l1", "elasticnet"})
          .add("alpha", &O::alpha, "strength of --penalty")
          .at_least(0)
          .add("l1_ratio", &O::l1_ratio, "share of l1 in elasticnet")
          .at_least(0)
          .at_most(1)
          .add("fit_intercept", &O::fit_intercept, "learn the weight of a constant input too")
          .add("max_iter", &O::max_iter, "most epochs (passes over the data)")
          .at_least(1)
          .flag("--epochs")
          .add("tol", &O::tol, "an epoch that gains less than this does not count as better")
          .at_least(0)
          .add("shuffle", &O::shuffle, "another order of the samples in every epoch")
          .add("eta0", &O::eta0, "size of the steps (--learning-rate too)")
          .more_than(0)
          .flag("--eta0")
          .flag("--learning-rate")
          .add("random_state", &O::random_state, "seed of everything random")
          .at_least(0)
          .flag("--seed")
          .add("early_stopping", &O::early_stopping,
               "hold out validation_fraction and stop by its score")
          .add("validation_fraction", &O::validation_fraction,
               "share of the training part held out")
          .more_than(0)
          .less_than(1)
          .add("n_iter_no_change", &O::n_iter_no_change, "epochs without a gain before the end")
          .at_least(1)
          .flag("--early-stop", "early_stopping")
          .add("class_weight", &O::class_weight, "balanced, or a list of label=weight")
          .add("warm_start", &O::warm_start, "fit() goes on from the last weights")
          .add("activation", &O::activation, "of its output")
          .one_of({"step", "sigmoid"})
          .add("average", &O::average, "keep the mean of the weights after each sample")
          .add("max_seconds", &O::max_seconds, "stop after this much training time")
          .more_than(0)
          .flag("--time")
          .not_recorded()
          .add("threads", &O::threads, "threads; 0: one a core")
          .at_least(0)
          .at_most(1024)
          .not_recorded();
  return list;
}

namespace {

constexpr double kLeastScale = 1e-9;  // below it, the factor is multiplied into the weights
constexpr double kMostSlope = 1e12;   // steeper losses are cut
// Multiplications of a stretch that are worth a second thread.
constexpr double kWorthAThread = 1e6;

constexpr std::size_t kNarrow = 8;  // features below which a call costs more than it saves
constexpr std::size_t kAhead = 12;  // rows
constexpr std::size_t kNearNumbers = 1U << 17U;

double sign_of(bool positive) { return positive ? 1.0 : -1.0; }

struct Unit {
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
  std::size_t no_gain = 0, epochs = 0, mistakes = 0, mistakes_of_pass = 0;
  bool done = false;
};

class Training {
 public:
  Training(const UnitProblem& problem, const PerceptronOptions& options, LinearUnits& weights)
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
        // What is not in a cache is asked for while other rows are worked on.
        far_(problem.samples() * n_ > kNearNumbers) {
    for (std::size_t u = 0; u < weights.units; ++u) {
      Unit& unit = units_.emplace_back();
      unit.w = weights.coef.data() + u * n_;
      unit.intercept = weights.intercept[u];
      if (pulls_) unit.pulled.assign(n_, 0.0);
      if (options.average) unit.averaged.assign(n_, 0.0);
      const auto& by_class = problem.by_class;
      unit.positive = by_class[weights.units == 1 ? 1 : u];
      unit.negative = weights.units == 1 ? by_class[0] : 1;
    }
    // Weights of zero would leave a step without a sign.
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

  void learn_by_mistakes(std::span<const std::uint32_t> order) {
    if (n_ == 2)
      learn_narrow<2>(order);
    else if (n_ < kNarrow)
      learn_narrow<0>(order);
    else
      learn_wide(order);
  }

  // Learns the samples `order` by the units [begin, end), of which none may be done.
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

  // Whole groups of units that are not done, for as many threads; the bits do not depend on how
  // they are grouped.
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

  // Writes the weights as they stand into the model's arrays.
  void write(bool averaged) {
    for (std::size_t u = 0; u < units_.size(); ++u) {
      Unit& unit = units_[u];
      reset_scale(unit);
      weights_.intercept[u] = unit.intercept;
      if (!averaged || !options_.average || unit.updates <= 1) continue;
      std::ranges::copy(unit.averaged, unit.w);
      weights_.intercept[u] = unit.averaged_intercept;
    }
  }

  bool is_finite() const {
    const auto finite = [](double v) { return std::isfinite(v); };
    return std::ranges::all_of(weights_.coef, finite) &&
           std::ranges::all_of(units_,
                               [](const Unit& unit) { return std::isfinite(unit.intercept); });
  }

  // Share of `rows` that the unit tells right, of the weights as they stand.
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

  std::vector<Unit>& units() { return units_; }

 private:
  // The loss, and whether it is a mistake.
  bool is_mistake(Unit& unit, double p, double step) const {
    const double z = std::copysign(1.0, step) * p;  // no branch that half of the samples take
    if (z > 0) return false;
    unit.loss_sum -= z;
    ++unit.mistakes, ++unit.mistakes_of_pass;
    return true;
  }

  template <std::size_t kWidth>  // 0: as many as there are
  void learn_narrow(std::span<const std::uint32_t> order) {
    const std::size_t n = kWidth > 0 ? kWidth : n_;
    Unit unit = std::move(units_[0]);
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

  void learn_wide(std::span<const std::uint32_t> order) {
    Unit& unit = units_[0];
    std::vector<double> buffer(n_);
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (far_ && i + kAhead < order.size()) {
        problem_.inputs.prefetch(order[i + kAhead]);
        __builtin_prefetch(&steps_[order[i + kAhead]]);
      }
      const double* x = problem_.inputs.row(order[i], buffer.data());
      double p = 0;
      kernels::dots(x, unit.w, 1, n_, &p);
      const double step = steps_[order[i]];
      if (!is_mistake(unit, p + unit.intercept, step)) continue;
      kernels::axpy(step, x, n_, unit.w);
      if (options_.fit_intercept) unit.intercept += step;
    }
  }

  void learn(std::size_t u, const double* x, std::uint32_t row, double p, Passes* watched) {
    Unit& unit = units_[u];
    const bool positive = problem_.is_positive(row, u);
    const double y = sign_of(positive), z = p * y;
    double slope = 0;  // of the loss by the score
    if (sigmoid_) {
      // The logarithmic loss, whose slope is output - desired.
      unit.loss_sum += z > 18 ? std::exp(-z) : z < -18 ? -z : std::log1p(std::exp(-z));
      slope = z > 18 ? std::exp(-z) * -y : z < -18 ? -y : -y / (std::exp(z) + 1);
    } else if (z <= 0) {
      unit.loss_sum -= z;
      slope = -y;
    }
    if (z <= 0) ++unit.mistakes, ++unit.mistakes_of_pass;
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

  void add(Unit& unit, double step, const double* x) const {
    const double own = step / unit.scale;
    if (n_ < kNarrow)
      for (std::size_t j = 0; j < n_; ++j) unit.w[j] += own * x[j];
    else
      kernels::axpy(own, x, n_, unit.w);
  }

  void learn_with_penalty(Unit& unit, double step, const double* x) {
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

  void average(Unit& unit, double step, const double* x) const {
    const double share = 1 / unit.updates;
    for (std::size_t j = 0; j < n_; ++j)
      unit.averaged[j] += unit.average_share * x[j] * (-step / unit.scale);
    if (unit.updates > 1) unit.average_divisor /= 1 - share;
    unit.average_share += share * unit.average_divisor * unit.scale;
    unit.averaged_intercept += (unit.intercept - unit.averaged_intercept) * share;
  }

  void pull(Unit& unit) const {
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

  void reset_scale(Unit& unit) const {
    if (options_.average) {
      for (std::size_t j = 0; j < n_; ++j)
        unit.averaged[j] =
            (unit.averaged[j] + unit.average_share * unit.w[j]) / unit.average_divisor;
      unit.average_share = 0, unit.average_divisor = 1;
    }
    for (std::size_t j = 0; j < n_; ++j) unit.w[j] *= unit.scale;
    unit.scale = 1;
  }

  std::vector<double> weights_of(const Unit& unit) const {
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
  std::vector<Unit> units_;
  std::vector<double> steps_;  // of a mistake, by sample: sign, rate and weights
};

// The stop rule, a unit at a time.
void judge(Unit& unit, const PerceptronOptions& options, double samples,
           std::optional<double> score) {
  ++unit.epochs;
  if (score) {
    unit.no_gain = *score < unit.best_score + options.tol ? unit.no_gain + 1 : 0;
    unit.best_score = std::max(unit.best_score, *score);
  } else {
    unit.no_gain = unit.loss_sum > unit.best_loss - options.tol * samples ? unit.no_gain + 1 : 0;
    unit.best_loss = std::min(unit.best_loss, unit.loss_sum);
  }
  unit.done = unit.no_gain >= options.n_iter_no_change;
}

// The margin that the final weights keep; nothing unless they separate the two classes.
std::optional<MistakeBound> bound_of(const UnitProblem& problem, const LinearUnits& weights,
                                     bool intercept, std::size_t mistakes) {
  std::vector<double> buffer(weights.inputs);
  double norm = intercept ? weights.intercept[0] * weights.intercept[0] : 0;
  for (const double w : weights.coef) norm += w * w;
  MistakeBound bound{.mistakes = mistakes};
  bound.margin = std::numeric_limits<double>::infinity();
  for (std::uint32_t row = 0; row < problem.samples(); ++row) {
    const double* x = problem.inputs.row(row, buffer.data());
    double score = 0, square = 0;
    kernels::dots(x, weights.coef.data(), 1, weights.inputs, &score);
    kernels::dots(x, x, 1, weights.inputs, &square);
    score = (score + weights.intercept[0]) * sign_of(problem.is_positive(row, 0));
    bound.margin = std::min(bound.margin, score / std::sqrt(norm));
    bound.radius = std::max(bound.radius, std::sqrt(square + (intercept ? 1 : 0)));
  }
  if (!(bound.margin > 0)) return {};
  bound.bound = bound.radius * bound.radius / (bound.margin * bound.margin);
  return bound;
}

}  // namespace

Perceptron::Perceptron(Model model) : options_(read_options<PerceptronOptions>(model)) {
  restore(std::move(model), "perceptron");
}

Perceptron Perceptron::load(const std::string& path) {
  return load_as<Perceptron>(path, "perceptron", true, "Perceptron");
}

void Perceptron::fit(const Dataset& data, const RunControl& control) {
  learn(data, options_, start_of(start_, options_.warm_start && fitted_, model_), {}, control);
}

void Perceptron::partial_fit(const Dataset& data, const std::vector<std::string>& classes) {
  check(!options_.average, "average", "needs whole fits: partial_fit() keeps the plain weights");
  PerceptronOptions one = options_;
  one.max_iter = 1;
  one.early_stopping = false;
  learn(data, one, fitted_ ? &model_ : start_of(start_, false, model_),
        fitted_ ? model_.classes : classes, {});
}

void Perceptron::learn(const Dataset& data, const PerceptronOptions& options, const Model* start,
                       const std::vector<std::string>& classes, const RunControl& control) {
  check_fields(options);
  check_control(control, "perceptron");
  std::optional<Dataset> rest;
  const Dataset& train = without_zero_weights(data, rest);
  auto hash = hash_meanwhile(train);
  Preprocessor preprocessor;
  const UnitProblem problem =
      classes_to_learn(train, preprocess_, start, options.class_weight, classes, preprocessor);
  std::vector<std::uint32_t> rows(problem.samples()), validation;
  std::iota(rows.begin(), rows.end(), 0U);
  if (options.early_stopping) {
    const std::vector<double> labels(problem.classes.begin(), problem.classes.end());
    std::tie(rows, validation) = hold_out(rows.size(), labels, options.validation_fraction,
                                          options.random_state, problem.names);
  }
  const bool from_zero = start == nullptr;
  LinearUnits weights = first_units(start, problem.units, problem.inputs.features());
  Model model = begin_model("perceptron", options_, train, std::move(preprocessor));
  model.classes = problem.names;
  model.loss = options.activation == "sigmoid" ? "log_loss" : "perceptron";
  model.output_activation =
      options.activation == "sigmoid" ? OutputActivation::logistic : OutputActivation::identity;

  Training training(problem, options, weights);
  Passes passes(control, options.max_iter, rows.size(), options.max_seconds);
  UnitResults results;
  const double of_stretch = static_cast<double>(weights.coef.size() * kStretch);
  const bool many = problem.units > 1 && of_stretch > kWorthAThread;
  ThreadPool pool(many ? options.threads : 1);
  const auto samples = static_cast<double>(rows.size());
  const auto sums = [&] {
    double loss = 0;
    for (const Unit& unit : training.units()) loss += unit.loss_sum;
    return loss;
  };
  while (passes.epoch() < options.max_iter) {
    const auto order = pass_order(rows, options.shuffle, options.random_state, passes.epoch());
    const auto groups = training.groups(passes.traces() ? 1 : pool.size());
    if (groups.empty()) break;
    for (Unit& unit : training.units()) unit.mistakes_of_pass = 0;
    for (const auto& [begin, end] : groups)
      for (std::size_t u = begin; u < end; ++u) training.units()[u].loss_sum = 0;
    for (std::size_t at = 0; at < order.size(); at += kStretch) {
      if (passes.should_stop(at, sums())) break;
      const auto stretch = std::span(order).subspan(at, std::min(kStretch, order.size() - at));
      Passes* watched = passes.traces() ? &passes : nullptr;
      if (!watched && training.is_simple()) {
        training.learn_by_mistakes(stretch);
        continue;
      }
      pool.run(
          groups.size(),
          [&](std::size_t group, std::size_t) {
            training.learn(stretch, groups[group].first, groups[group].second, watched);
          },
          watched ? 1 : pool.size());
    }
    if (passes.stopped()) break;
    if (!training.is_finite()) {
      passes.end_epoch(sums() / samples, {}, options.eta0);
      passes.end(StopReason::diverged, "the weights are not finite");
      throw DivergedError(
          concat("training diverged: the weights of the perceptron are not finite "
                 "in epoch ",
                 passes.epoch(), " (eta0=", options.eta0,
                 "). Use a smaller learning rate, or scale the features"));
    }
    std::optional<double> score;
    for (const auto& [begin, end] : groups)
      for (std::size_t u = begin; u < end; ++u) {
        std::optional<double> own;
        if (options.early_stopping) own = training.score(u, validation);
        if (own) score = score.value_or(0) + *own / static_cast<double>(problem.units);
        judge(training.units()[u], options, samples, own);
      }
    results.loss_curve_.push_back(sums() / samples);
    if (score) results.validation_scores_.push_back(*score);
    passes.end_epoch(results.loss_curve_.back(), score, options.eta0);
  }
  results.n_iter_ = passes.epoch();
  results.learning_rate_ = options.eta0;
  results.loss_ = results.loss_curve_.empty() ? sums() / samples : results.loss_curve_.back();
  bound_.reset();
  std::size_t mistakes_of_last = 0;
  for (const Unit& unit : training.units()) mistakes_of_last += unit.mistakes_of_pass;
  training.write(false);
  const bool plain = from_zero && !options.penalty && options.activation == "step" &&
                     options.class_weight.empty() && train.weights().empty();
  if (control.on_update && plain && problem.units == 1)
    bound_ = bound_of(problem, weights, options.fit_intercept, training.units()[0].mistakes);
  training.write(true);
  model.units = std::move(weights);
  if (passes.stopped()) {
    passes.end_stopped();
  } else if (std::ranges::all_of(training.units(), [](const Unit& unit) { return unit.done; })) {
    passes.end(StopReason::converged,
               concat(options.early_stopping ? "validation score" : "training loss",
                      " did not improve by more than tol=", options.tol, " for ",
                      options.n_iter_no_change, " epochs"));
  } else {
    passes.end(StopReason::max_iter, concat("all ", options.max_iter, " epochs done"));
  }
  keep_results(results, model);
  static_cast<UnitResults&>(*this) = std::move(results);
  model_ = std::move(model);
  model_.data_hash = hash.get();
  fitted_ = true;
}

}  // namespace hebb
