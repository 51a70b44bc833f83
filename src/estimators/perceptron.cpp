// Rosenblatt's rule on one unit a class, until passes no longer lower the loss. The updates are in
// perceptron_training.h. Source: Rosenblatt, Psychological Review 65 (1958).
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "estimators/perceptron_training.h"
#include "estimators/units.h"
#include "hebb/core/error.h"
#include "hebb/estimators/linear.h"
#include "kernels/doubles.h"
#include "kernels/threads.h"

namespace hebb {

const FieldList& PerceptronOptions::fields() {
  using O = PerceptronOptions;
  static const FieldList list =
      Fields<O>()
          .add("penalty", &O::penalty, "penalty on the weights")
          .one_of({"l2", "l1", "elasticnet"})
          .add("alpha", &O::alpha, "strength of --penalty")
          .at_least(0)
          .log_scale()
          .add("l1_ratio", &O::l1_ratio, "share of l1 in elasticnet")
          .at_least(0)
          .at_most(1)
          .add("fit_intercept", &O::fit_intercept, "learn a bias")
          .add("max_iter", &O::max_iter, "maximum number of epochs (passes over the data)")
          .at_least(1)
          .flag("--epochs")
          .add("tol", &O::tol, "an epoch that improves by less than this counts as no improvement")
          .at_least(0)
          .add("shuffle", &O::shuffle, "shuffle the samples in every epoch")
          .add("eta0", &O::eta0, "size of the steps (--learning-rate too)")
          .more_than(0)
          .log_scale()
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
          .add("n_iter_no_change", &O::n_iter_no_change,
               "stop after this many epochs without improvement")
          .at_least(1)
          .flag("--early-stop", "early_stopping")
          .add("class_weight", &O::class_weight, "balanced, or a list of label=weight")
          .add("warm_start", &O::warm_start, "fit() continues from the last weights")
          .add("activation", &O::activation, "activation of the output")
          .one_of({"step", "sigmoid"})
          .add("average", &O::average, "use the mean of the weights after every sample")
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

// The stop rule, a unit at a time.
void judge(PerceptronUnit& unit, const PerceptronOptions& options, double samples,
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

// The mistake bound for the margin of the final weights; std::nullopt unless they separate the two
// classes.
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

Perceptron::Perceptron(FromModel from)
    : LinearClassifier(std::move(from.model), PerceptronOptions()) {}

std::unique_ptr<Estimator> Perceptron::unfitted() const {
  return std::make_unique<Perceptron>(options().as<PerceptronOptions>(), preprocess());
}

Perceptron Perceptron::load(const std::string& path) {
  return load_as<Perceptron>(path, "perceptron", Task::classify, "Perceptron");
}

void Perceptron::fit(const Dataset& data, const RunControl& control) {
  learn(data, options().as<PerceptronOptions>(), start(), {}, control);
}

void Perceptron::partial_fit(const Dataset& data, const std::vector<std::string>& classes) {
  auto one = options().as<PerceptronOptions>();
  check(!one.average, "average", "needs whole fits: partial_fit() keeps the plain weights");
  one.max_iter = 1;
  one.early_stopping = false;
  learn(data, one, is_fitted() ? &model() : start(), is_fitted() ? model().classes : classes, {});
}

void Perceptron::learn(const Dataset& data, const PerceptronOptions& options, const Model* from,
                       const std::vector<std::string>& classes, const RunControl& control) {
  check_fields(options);
  check_control(control, "perceptron");
  std::optional<Dataset> rest;
  const Dataset& train = without_zero_weights(data, rest);
  auto hash = hash_meanwhile(train, options.threads);
  Preprocessor preprocessor;
  const UnitProblem problem =
      classes_to_learn(train, preprocess(), from, options.class_weight, classes, preprocessor);
  std::vector<std::uint32_t> rows(problem.samples()), validation;
  std::iota(rows.begin(), rows.end(), 0U);
  if (options.early_stopping) {
    const std::vector<double> labels(problem.classes.begin(), problem.classes.end());
    std::tie(rows, validation) =
        hold_out(*problem.data, problem.rows, labels, options.validation_fraction,
                 options.random_state, problem.names);
  }
  const bool from_zero = from == nullptr;
  LinearUnits weights = first_units(from, problem.units, problem.inputs.features());
  Model model = begin_model(*this, train, std::move(preprocessor));
  model.classes = problem.names;
  model.loss = options.activation == "sigmoid" ? "log_loss" : "perceptron";
  const OutputActivation activation =
      options.activation == "sigmoid" ? OutputActivation::logistic : OutputActivation::identity;

  PerceptronTraining training(problem, options, weights);
  Passes passes(control, options.max_iter, rows.size(), options.max_seconds);
  UnitResults results;
  results.learning_rate_ = options.eta0;
  LinearUnits last = weights;  // the last finite ones
  const auto keep = [&](LinearUnits units) {
    model.body = unit_body(std::move(units), activation);
    results.n_iter_ = results.loss_curve_.size();
    keep_results(results, model);
    model.data_hash = hash.get();
    LinearClassifier::keep(std::move(model), std::move(results));
  };
  const double of_stretch = static_cast<double>(weights.coef.size() * kStretch);
  const bool many = problem.units > 1 && worth_threads(2 * of_stretch);
  const bool scattered = training.is_scattered();
  ThreadPool pool(many || scattered ? options.threads : 1);
  const std::size_t stretch_rows = scattered ? 8 * kStretch : kStretch;
  const auto samples = static_cast<double>(rows.size());
  const auto sums = [&] {
    double loss = 0;
    for (const PerceptronUnit& unit : training.units()) loss += unit.loss_sum;
    return loss;
  };
  while (passes.epoch() < options.max_iter) {
    const auto order = pass_order(rows, options.shuffle, options.random_state, passes.epoch());
    const auto groups = training.groups(passes.traces() ? 1 : pool.size());
    if (groups.empty()) break;
    for (const auto& [begin, end] : groups)
      for (std::size_t u = begin; u < end; ++u) training.units()[u].loss_sum = 0;
    for (std::size_t at = 0; at < order.size(); at += stretch_rows) {
      if (passes.should_stop(at, sums())) break;
      const auto stretch = std::span(order).subspan(at, std::min(stretch_rows, order.size() - at));
      Passes* watched = passes.traces() ? &passes : nullptr;
      if (!watched && training.is_simple()) {
        training.learn_by_mistakes(stretch, pool);
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
      passes.end(StopReason::diverged, "the weights are not finite");
      bound_.reset();
      keep(std::move(last));
      throw DivergedError(
          concat("training diverged: the weights of the perceptron are not finite "
                 "in epoch ",
                 passes.epoch() + 1, " (eta0=", options.eta0,
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
    last = training.weights();
  }
  results.loss_ = results.loss_curve_.empty() ? sums() / samples : results.loss_curve_.back();
  bound_.reset();
  training.write(false);
  const bool plain = from_zero && !options.penalty && options.activation == "step" &&
                     options.class_weight.empty() && train.weights().empty();
  if (control.on_update && plain && problem.units == 1)
    bound_ = bound_of(problem, weights, options.fit_intercept, training.units()[0].mistakes);
  training.write(true);
  if (passes.stopped()) {
    passes.end_stopped();
  } else if (std::ranges::all_of(training.units(),
                                 [](const PerceptronUnit& unit) { return unit.done; })) {
    passes.end(StopReason::converged,
               concat(options.early_stopping ? "validation score" : "training loss",
                      " did not improve by more than tol=", options.tol, " for ",
                      options.n_iter_no_change, " epochs"));
  } else {
    passes.end(StopReason::max_iter, concat("all ", options.max_iter, " epochs done"));
  }
  keep(std::move(weights));
}

}  // namespace hebb
