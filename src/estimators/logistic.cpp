// One logistic unit, or a softmax over one unit a class, by cross-entropy. The function that L-BFGS
// minimises, its stop rules and its start at zero are scikit-learn's: sum of the losses plus the
// squared norm of the weights over 2 C. Sums over samples are split into pieces whose number
// depends on the data alone, so that the number of threads does not change a bit. Solver sgd
// minimises the same function, divided by C and the samples, with the decreasing learning rate of
// Bottou (COMPSTAT 2010).
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "estimators/units.h"
#include "hebb/core/error.h"
#include "hebb/estimators/linear.h"
#include "kernels/doubles.h"
#include "kernels/threads.h"
#include "optim/lbfgs.h"

namespace hebb {

const FieldList& LogisticOptions::fields() {
  using O = LogisticOptions;
  static const FieldList list =
      Fields<O>()
          .add("penalty", &O::penalty, "penalty on the weights")
          .one_of({"l2", "none"})
          .add("C", &O::C, "inverse of the penalty's strength")
          .more_than(0)
          .log_scale()
          .flag("--C")
          .flag("--c")
          .add("fit_intercept", &O::fit_intercept, "learn a bias")
          .add("class_weight", &O::class_weight, "balanced, or a list of label=weight")
          .add("random_state", &O::random_state, "seed of everything random")
          .at_least(0)
          .flag("--seed")
          .add("solver", &O::solver, "optimiser")
          .one_of({"lbfgs", "sgd"})
          .add("max_iter", &O::max_iter, "maximum number of epochs (iterations of lbfgs)")
          .at_least(1)
          .flag("--epochs")
          .add("tol", &O::tol,
               "lbfgs: largest component of the gradient at the end; sgd: least improvement")
          .at_least(0)
          .add("warm_start", &O::warm_start, "fit() continues from the last weights")
          .add("shuffle", &O::shuffle, "shuffle the samples in every epoch")
          .add("max_seconds", &O::max_seconds, "stop after this much training time")
          .more_than(0)
          .flag("--time")
          .not_recorded()
          .add("threads", &O::threads, "threads; 0: one a core")
          .at_least(0)
          .at_most(1024)
          .at_prediction()
          .not_recorded();
  return list;
}

namespace {

constexpr std::size_t kPieceRows = 1024;
constexpr std::size_t kMostPieces = 16;
constexpr std::size_t kPatience = 5;  // passes of sgd without a gain

// log(1 + exp(x))
double softplus(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

class Objective {
 public:
  Objective(const UnitProblem& problem, const LogisticOptions& options)
      : problem_(problem),
        options_(options),
        units_(problem.units),
        n_(problem.inputs.features()),
        strength_(options.penalty == "l2" ? 1 / options.C : 0),
        pieces_(std::clamp<std::size_t>(problem.samples() / kPieceRows, 1, kMostPieces)),
        pool_(worth_threads(2 * static_cast<double>(problem.samples() * units_ * n_))
                  ? options.threads
                  : 1),
        gradients_(pieces_, std::vector<double>(units_ * (n_ + 1))),
        losses_(pieces_) {}

  double strength() const { return strength_; }

  double weight(std::size_t row) const {
    return problem_.weight(row) *
           problem_.by_class[static_cast<std::size_t>(problem_.classes[row])];
  }

  // Turns scores of a sample into d loss / d score; returns the loss.
  double differentiate(std::size_t row, std::span<double> scores) const {
    if (units_ == 1) {
      const bool positive = problem_.classes[row] == 1;
      const double loss = softplus(positive ? -scores[0] : scores[0]);
      scores[0] = logistic(scores[0]) - (positive ? 1 : 0);
      return loss;
    }
    const auto truth = static_cast<std::size_t>(problem_.classes[row]);
    const double top = *std::ranges::max_element(scores), own = scores[truth];
    double sum = 0;
    for (double& s : scores) sum += s = std::exp(s - top);
    for (double& s : scores) s /= sum;
    scores[truth] -= 1;
    return std::log(sum) + top - own;
  }

  // x: coefficients (units, inputs), then intercepts.
  double value(std::span<const double> x, std::span<double> gradient) {
    const std::size_t rows = problem_.samples();
    pool_.run(pieces_, [&](std::size_t piece, std::size_t) {
      std::vector<double>& own = gradients_[piece];
      std::ranges::fill(own, 0.0);
      std::vector<double> buffer(n_), scores(units_);
      double loss = 0;
      for (std::size_t r = rows * piece / pieces_; r < rows * (piece + 1) / pieces_; ++r) {
        const double* sample = problem_.inputs.row(r, buffer.data());
        kernels::dots(sample, x.data(), units_, n_, scores.data());
        for (std::size_t u = 0; u < units_; ++u) scores[u] += x[units_ * n_ + u];
        const double w = weight(r);
        loss += w * differentiate(r, scores);
        for (std::size_t u = 0; u < units_; ++u) {
          kernels::axpy(w * scores[u], sample, n_, own.data() + u * n_);
          own[units_ * n_ + u] += w * scores[u];
        }
      }
      losses_[piece] = loss;
    });
    double sum = 0, squares = 0;
    std::ranges::fill(gradient, 0.0);
    for (std::size_t piece = 0; piece < pieces_; ++piece) {
      sum += losses_[piece];
      kernels::axpy(1, gradients_[piece].data(), gradient.size(), gradient.data());
    }
    for (std::size_t i = 0; i < units_ * n_; ++i) {
      squares += x[i] * x[i];
      gradient[i] += strength_ * x[i];
    }
    if (!options_.fit_intercept) std::ranges::fill(gradient.subspan(units_ * n_), 0.0);
    return sum + 0.5 * strength_ * squares;
  }

 private:
  const UnitProblem& problem_;
  const LogisticOptions& options_;
  std::size_t units_, n_;
  double strength_;
  std::size_t pieces_;
  ThreadPool pool_;
  std::vector<std::vector<double>> gradients_;
  std::vector<double> losses_;
};

void run_lbfgs(const UnitProblem& problem, const LogisticOptions& options,
               const RunControl& control, LinearUnits& weights, UnitResults& results) {
  Objective objective(problem, options);
  LbfgsState state;
  state.x = weights.coef;
  state.x.insert(state.x.end(), weights.intercept.begin(), weights.intercept.end());
  Passes passes(control, options.max_iter, problem.samples(), options.max_seconds);
  const auto samples = static_cast<double>(problem.samples());
  const LbfgsEnd end = minimize_lbfgs(
      state,
      [&](std::span<const double> x, std::span<double> gradient) {
        return objective.value(x, gradient);
      },
      {.max_iter = options.max_iter, .gradient_tolerance = options.tol},
      [&](const LbfgsState& now) {
        results.loss_curve_.push_back(now.value / samples);
        passes.end_epoch(now.value / samples, {}, 0);
        return !passes.should_stop(0, 0);
      });
  results.loss_ = state.value / samples;
  results.n_iter_ = state.iterations;
  if (!std::isfinite(state.value)) {
    passes.end(StopReason::diverged, "the loss is not finite");
    throw DivergedError(
        "training diverged: the loss of the logistic is not finite. Scale the features "
        "(--scale standard)");
  }
  const auto split = state.x.begin() + static_cast<std::ptrdiff_t>(weights.coef.size());
  weights.coef.assign(state.x.begin(), split);
  weights.intercept.assign(split, state.x.end());
  switch (end) {
    case LbfgsEnd::stopped:
      return passes.end_stopped();
    case LbfgsEnd::max_iter:
      return passes.end(StopReason::max_iter, concat("all ", options.max_iter, " iterations done"));
    case LbfgsEnd::max_fun:
      return passes.end(StopReason::max_fun, "all evaluations of the loss done");
    case LbfgsEnd::converged:
    case LbfgsEnd::no_descent:
      return passes.end(StopReason::converged, "converged");
  }
}

void run_sgd(const UnitProblem& problem, const LogisticOptions& options, const RunControl& control,
             LinearUnits& weights, UnitResults& results) {
  const Objective objective(problem, options);
  const std::size_t n = weights.inputs, units = weights.units;
  std::vector<std::uint32_t> rows(problem.samples());
  std::iota(rows.begin(), rows.end(), 0U);
  const auto samples = static_cast<double>(rows.size());
  const double strength = objective.strength() / samples;
  double heaviest = 0;
  for (const std::uint32_t row : rows) heaviest = std::max(heaviest, objective.weight(row));
  // The curvature of one sample's loss is at most its squared norm / 4, or / 2 for a softmax.
  const double bend = heaviest *
                          squared_norms(problem.inputs, rows, options.fit_intercept).largest /
                          (units == 1 ? 4 : 2) +
                      strength;
  const double rate = bend > 0 ? 1 / bend : 1;
  results.learning_rate_ = rate;
  Passes passes(control, options.max_iter, rows.size(), options.max_seconds);
  std::vector<double> buffer(n), scores(units), before;
  LinearUnits last = weights;  // the last finite ones
  double updates = 0, best = std::numeric_limits<double>::infinity(), sum = 0;
  std::size_t no_gain = 0;
  while (passes.epoch() < options.max_iter && no_gain < kPatience) {
    const auto order = pass_order(rows, options.shuffle, options.random_state, passes.epoch());
    sum = 0;
    double step = rate;
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (i % kStretch == 0 && passes.should_stop(i, sum)) break;
      if (i + 4 < order.size()) problem.inputs.prefetch(order[i + 4]);
      const double* x = problem.inputs.row(order[i], buffer.data());
      kernels::dots(x, weights.coef.data(), units, n, scores.data());
      for (std::size_t u = 0; u < units; ++u) scores[u] += weights.intercept[u];
      const std::vector<double> raw = passes.traces() ? scores : std::vector<double>();
      const double w = objective.weight(order[i]);
      sum += w * objective.differentiate(order[i], scores);
      step = rate / (1 + rate * strength * updates);
      updates += 1;
      for (std::size_t u = 0; u < units; ++u) {
        double* coef = weights.coef.data() + u * n;
        const double old = weights.intercept[u];
        if (passes.traces()) before.assign(coef, coef + n);
        for (std::size_t j = 0; strength > 0 && j < n; ++j) coef[j] *= 1 - step * strength;
        kernels::axpy(-step * w * scores[u], x, n, coef);
        if (options.fit_intercept) weights.intercept[u] -= step * w * scores[u];
        if (!passes.traces() || raw.empty()) continue;
        const double desired = problem.is_positive(order[i], u) ? 1 : 0;
        passes.trace({.epoch = 0,
                      .update = 0,
                      .unit = u,
                      .row = problem.row_number(order[i]),
                      .samples = 1,
                      .desired = desired,
                      .score = raw[u],
                      .output = scores[u] + desired,
                      .step = -step * w * scores[u],
                      .x = {x, n},
                      .before = before,
                      .after = {coef, n},
                      .intercept_before = old,
                      .intercept_after = weights.intercept[u]});
      }
    }
    if (passes.stopped()) break;
    double squares = 0;
    for (const double w : weights.coef) squares += w * w;
    const double loss = sum / samples + 0.5 * strength * squares;
    if (!std::isfinite(loss)) {
      weights = std::move(last);
      results.n_iter_ = passes.epoch();
      passes.end(StopReason::diverged, "the loss is not finite");
      throw DivergedError(concat("training diverged: the loss became ", loss, " in epoch ",
                                 passes.epoch() + 1, ". Scale the features (--scale standard)"));
    }
    last = weights;
    results.loss_curve_.push_back(loss);
    no_gain = loss > best - options.tol ? no_gain + 1 : 0;
    best = std::min(best, loss);
    passes.end_epoch(loss, {}, step);
  }
  results.n_iter_ = passes.epoch();
  results.loss_ = results.loss_curve_.empty() ? sum / samples : results.loss_curve_.back();
  if (passes.stopped())
    passes.end_stopped();
  else if (no_gain >= kPatience)
    passes.end(StopReason::converged, concat("training loss did not improve by more than tol=",
                                             options.tol, " for ", kPatience, " epochs"));
  else
    passes.end(StopReason::max_iter, concat("all ", options.max_iter, " epochs done"));
}

}  // namespace

LogisticRegression::LogisticRegression(FromModel from)
    : LinearClassifier(std::move(from.model), LogisticOptions()) {}

std::unique_ptr<Estimator> LogisticRegression::unfitted() const {
  return std::make_unique<LogisticRegression>(options().as<LogisticOptions>(), preprocess());
}

LogisticRegression LogisticRegression::load(const std::string& path) {
  return load_as<LogisticRegression>(path, "logistic", Task::classify, "LogisticRegression");
}

void LogisticRegression::fit(const Dataset& data, const RunControl& control) {
  const auto& own = options().as<LogisticOptions>();
  check_fields(own);
  check_control(control, "logistic");
  std::optional<Dataset> rest;
  const Dataset& train = without_zero_weights(data, rest);
  auto hash = hash_meanwhile(train, own.threads);
  Preprocessor preprocessor;
  const UnitProblem problem =
      classes_to_learn(train, preprocess(), start(), own.class_weight, {}, preprocessor);
  Model model = begin_model(*this, train, std::move(preprocessor));
  model.classes = problem.names;
  model.loss = "cross_entropy";
  LinearUnits units = first_units(start(), problem.units, problem.inputs.features());
  UnitResults results;
  const auto keep_all = [&] {
    model.body = unit_body(std::move(units), problem.units == 1 ? OutputActivation::logistic
                                                                : OutputActivation::softmax);
    keep_results(results, model);
    model.data_hash = hash.get();
    keep(std::move(model), std::move(results));
  };
  try {
    if (own.solver == "lbfgs")
      run_lbfgs(problem, own, control, units, results);
    else
      run_sgd(problem, own, control, units, results);
  } catch (const DivergedError&) {
    keep_all();  // the last finite one
    throw;
  }
  keep_all();
}

}  // namespace hebb
