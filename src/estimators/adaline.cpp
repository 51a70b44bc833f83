// The delta rule: gradient descent on half the mean squared error of a linear unit, sample by
// sample, by batches, or on all samples at once. With all samples at once the error is a quadratic
// function; every step multiplies the distance from its minimum by 1 - rate * lambda along each
// axis, lambda being the eigenvalues of the Hessian. At a rate above 2 / lambda_max one of these
// factors exceeds 1 in size and the error rises, which it cannot do below. lambda_max is therefore
// computed only when the error rises.
// Source: Widrow and Hoff, IRE WESCON Convention Record 4 (1960).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "estimators/units.h"
#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/estimators/linear.h"
#include "hebb/metrics/regression.h"
#include "kernels/doubles.h"
#include "train/begin.h"

namespace hebb {

const FieldList& AdalineOptions::fields() {
  using O = AdalineOptions;
  static const FieldList list =
      Fields<O>()
          .add("learning_rate_init", &O::learning_rate_init, "size of the steps; auto: by the data")
          .more_than(0)
          .log_scale()
          .unset_as("auto")
          .flag("--learning-rate")
          .add("batch_size", &O::batch_size, "samples of an update; auto: 1")
          .at_least(1)
          .unset_as("auto")
          .add("full_batch", &O::full_batch, "use all samples in every update")
          .add("fit_intercept", &O::fit_intercept, "learn a bias")
          .add("max_iter", &O::max_iter, "maximum number of epochs (passes over the data)")
          .at_least(1)
          .flag("--epochs")
          .add("tol", &O::tol, "an epoch that improves by less than this counts as no improvement")
          .at_least(0)
          .add("n_iter_no_change", &O::n_iter_no_change,
               "stop after this many epochs without improvement")
          .at_least(1)
          .flag("--early-stop", "early_stopping")
          .add("shuffle", &O::shuffle, "shuffle the samples in every epoch")
          .add("random_state", &O::random_state, "seed of everything random")
          .at_least(0)
          .flag("--seed")
          .add("early_stopping", &O::early_stopping,
               "hold out validation_fraction and stop by its score")
          .add("validation_fraction", &O::validation_fraction,
               "share of the training part held out")
          .more_than(0)
          .less_than(1)
          .add("class_weight", &O::class_weight, "balanced, or a list of label=weight")
          .add("warm_start", &O::warm_start, "fit() continues from the last weights")
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

// With updates by sample the error may rise for a while. Above these factors it diverges.
constexpr double kRisen = 10, kLost = 1e6;
// A smaller rise is due to rounding.
constexpr double kRounding = 1e-9;

class Training {
 public:
  Training(const UnitProblem& problem, const AdalineOptions& options, LinearUnits& weights,
           std::vector<std::uint32_t> rows, std::vector<std::uint32_t> validation)
      : problem_(problem),
        options_(options),
        weights_(weights),
        n_(weights.inputs),
        rows_(std::move(rows)),
        validation_(std::move(validation)) {
    const std::size_t wanted = options.full_batch ? rows_.size() : options.batch_size.value_or(1);
    if (wanted > rows_.size())
      warn(concat("batch_size ", wanted, " is larger than the ", rows_.size(),
                  " samples there are: one batch an epoch"));
    batch_ = std::min(wanted, rows_.size());
    double sum = 0;
    for (const std::uint32_t row : rows_) sum += problem.weight(row);
    mean_weight_ = sum / static_cast<double>(rows_.size());
    rate_ = options.learning_rate_init ? *options.learning_rate_init : fitting_rate();
  }

  double rate() const { return rate_; }

  // Throws DivergedError after restoring the last finite weights.
  void run(const RunControl& control, UnitResults& results) {
    Passes passes(control, options_.max_iter, rows_.size(), options_.max_seconds);
    double best = std::numeric_limits<double>::infinity(), best_score = -best;
    std::size_t no_gain = 0;
    const double first = loss_of_zero();
    double before = std::numeric_limits<double>::infinity();
    LinearUnits last = weights_;
    results.learning_rate_ = rate_;
    while (passes.epoch() < options_.max_iter && no_gain < options_.n_iter_no_change) {
      pass(passes);
      if (passes.stopped()) break;
      const double loss = loss_sum_ / static_cast<double>(rows_.size());
      if (has_diverged(loss, before, first)) {
        weights_ = std::move(last);
        passes.end(StopReason::diverged, "the error grows");
        throw DivergedError(divergence(passes.epoch() + 1));
      }
      results.loss_curve_.push_back(loss);
      std::optional<double> score;
      if (options_.early_stopping) {
        score = validation_score();
        if (std::isnan(*score) && results.validation_scores_.empty())
          warn(undefined_score_text(validation_.size()));
        results.validation_scores_.push_back(*score);
        if (!std::isnan(*score)) {
          no_gain = *score < best_score + options_.tol ? no_gain + 1 : 0;
          best_score = std::max(best_score, *score);
        }
      } else {
        no_gain = loss > best - options_.tol ? no_gain + 1 : 0;
        best = std::min(best, loss);
      }
      passes.end_epoch(loss, score, rate_);
      before = loss;
      last = weights_;
    }
    results.n_iter_ = passes.epoch();
    results.loss_ = results.loss_curve_.empty() ? loss_sum_ / static_cast<double>(rows_.size())
                                                : results.loss_curve_.back();
    if (passes.stopped())
      passes.end_stopped();
    else if (no_gain >= options_.n_iter_no_change)
      passes.end(StopReason::converged,
                 concat(options_.early_stopping ? "validation score" : "training loss",
                        " did not improve by more than tol=", options_.tol, " for ",
                        options_.n_iter_no_change, " epochs"));
    else
      passes.end(StopReason::max_iter, concat("all ", options_.max_iter, " epochs done"));
  }

 private:
  double desired(std::uint32_t row, std::size_t unit) const {
    if (problem_.classes.empty()) return problem_.values[row * problem_.units + unit];
    return problem_.is_positive(row, unit) ? 1 : -1;
  }

  double weight(std::uint32_t row, std::size_t unit) const {
    const double own = problem_.weight(row) / mean_weight_;
    if (problem_.classes.empty()) return own;
    const bool positive = problem_.is_positive(row, unit);
    if (problem_.units == 1) return own * problem_.by_class[positive ? 1 : 0];
    return own * (positive ? problem_.by_class[unit] : 1);
  }

  void pass(Passes& passes) {
    const std::size_t units = weights_.units;
    std::vector<double> buffer(n_), scores(units), gradient, before;
    std::vector<double> intercept_gradient(units);
    if (batch_ > 1) gradient.resize(units * n_);
    const auto order = pass_order(rows_, options_.shuffle && batch_ < rows_.size(),
                                  options_.random_state, passes.epoch());
    loss_sum_ = 0;
    for (std::size_t begin = 0; begin < order.size(); begin += batch_) {
      const std::size_t end = std::min(order.size(), begin + batch_);
      const double step = rate_ / static_cast<double>(end - begin);
      std::vector<UnitUpdate> traced;
      LinearUnits old;
      if (passes.traces()) {
        old = weights_;
        traced.resize(units);
        first_x_.assign(n_, 0.0);
      }
      for (std::size_t i = begin; i < end; ++i) {
        if (i % kStretch == 0 && passes.should_stop(i, loss_sum_)) {
          if (end - begin == 1 || i == begin) return;
          break;  // the partial batch is discarded
        }
        const std::uint32_t row = order[i];
        if (i + 4 < order.size()) problem_.inputs.prefetch(order[i + 4]);
        const double* x = problem_.inputs.row(row, buffer.data());
        kernels::dots(x, weights_.coef.data(), units, n_, scores.data());
        for (std::size_t u = 0; u < units; ++u) {
          const double score = scores[u] + weights_.intercept[u];
          const double target = desired(row, u), own = weight(row, u);
          const double error = own * (target - score);
          loss_sum_ += 0.5 * error * (target - score);
          if (!traced.empty() && i == begin) {
            std::copy_n(x, n_, first_x_.begin());
            traced[u] = {.epoch = 0,
                         .update = 0,
                         .unit = u,
                         .row = problem_.row_number(row),
                         .samples = end - begin,
                         .desired = target,
                         .score = score,
                         .output = score,
                         .step = step * error,
                         .x = first_x_,
                         .before = {},
                         .after = {},
                         .intercept_before = 0,
                         .intercept_after = 0};
          }
          if (batch_ == 1) {
            kernels::axpy(step * error, x, n_, weights_.coef.data() + u * n_);
            if (options_.fit_intercept) weights_.intercept[u] += step * error;
          } else {
            kernels::axpy(error, x, n_, gradient.data() + u * n_);
            intercept_gradient[u] += error;
          }
        }
      }
      if (passes.stopped()) return;
      if (batch_ > 1) {
        kernels::axpy(step, gradient.data(), gradient.size(), weights_.coef.data());
        if (options_.fit_intercept)
          kernels::axpy(step, intercept_gradient.data(), units, weights_.intercept.data());
        std::ranges::fill(gradient, 0.0);
        std::ranges::fill(intercept_gradient, 0.0);
      }
      for (UnitUpdate& update : traced) {
        if (!passes.traces()) break;
        const std::size_t at = update.unit * n_;
        update.before = std::span(old.coef).subspan(at, n_);
        update.after = std::span(weights_.coef).subspan(at, n_);
        update.intercept_before = old.intercept[update.unit];
        update.intercept_after = weights_.intercept[update.unit];
        passes.trace(update);
      }
    }
  }

  double loss_of_zero() const {
    double sum = 0;
    for (const std::uint32_t row : rows_)
      for (std::size_t u = 0; u < problem_.units; ++u)
        sum += 0.5 * weight(row, u) * desired(row, u) * desired(row, u);
    return sum / static_cast<double>(rows_.size());
  }

  bool has_diverged(double loss, double before, double first) {
    const auto finite = [](double v) { return std::isfinite(v); };
    if (!std::isfinite(loss) || !std::ranges::all_of(weights_.coef, finite)) return true;
    if (batch_ == rows_.size()) return loss > before * (1 + kRounding) && is_above_limit();
    if (loss > kLost * first && loss > before) return true;
    return loss > kRisen * first && loss > before && is_above_limit();
  }

  double eigenvalue() {
    if (!eigenvalue_) {
      eigenvalue_ = 0;
      const bool alike = options_.class_weight.empty();
      for (std::size_t u = 0; u < (alike ? 1 : problem_.units); ++u)
        eigenvalue_ = std::max(
            *eigenvalue_, largest_eigenvalue(problem_.inputs, rows_, options_.fit_intercept,
                                             [&](std::uint32_t row) { return weight(row, u); }));
    }
    return *eigenvalue_;
  }

  bool is_above_limit() { return rate_ * eigenvalue() > 2; }

  double fitting_rate() {
    if (batch_ == rows_.size() && batch_ > 1) {
      const double largest = eigenvalue();
      return largest > 0 ? 1 / largest : 1;
    }
    double most = 0;
    for (const std::uint32_t row : rows_)
      for (std::size_t u = 0; u < problem_.units; ++u) most = std::max(most, weight(row, u));
    const Norms norms = squared_norms(problem_.inputs, rows_, options_.fit_intercept);
    if (!(norms.mean > 0) || !(most > 0)) return 1;
    return std::min(1 / norms.largest, 0.1 * static_cast<double>(batch_) / norms.mean) / most;
  }

  std::string divergence(std::size_t epoch) {
    const double limit = 2 / eigenvalue();
    std::string text = fmt::format(
        "training diverged in epoch {}: the learning rate {:.6g} makes the error grow. The limit "
        "for "
        "this data is {:.6g} = 2 / lambda_max, lambda_max = {:.6g} the largest eigenvalue of the "
        "mean of x x'",
        epoch, rate_, limit, eigenvalue());
    if (batch_ < rows_.size())
      text += batch_ == 1 ? ", and lower for samples one by one" : ", and lower for small batches";
    return text + fmt::format(": a learning rate of {:.2g} would do", fitting_rate());
  }

  // NaN if it is undefined.
  double validation_score() const {
    const std::size_t units = weights_.units;
    std::vector<double> buffer(n_), scores(units), truth, predicted, weights;
    double right = 0, all = 0;
    for (const std::uint32_t row : validation_) {
      kernels::dots(problem_.inputs.row(row, buffer.data()), weights_.coef.data(), units, n_,
                    scores.data());
      for (std::size_t u = 0; u < units; ++u) scores[u] += weights_.intercept[u];
      all += problem_.weight(row);
      if (problem_.classes.empty()) {
        predicted.insert(predicted.end(), scores.begin(), scores.end());
        for (std::size_t u = 0; u < units; ++u) truth.push_back(desired(row, u));
        weights.push_back(problem_.weight(row));
        continue;
      }
      const auto best =
          units == 1 ? (scores[0] > 0 ? 1 : 0) : std::ranges::max_element(scores) - scores.begin();
      if (best == problem_.classes[row]) right += problem_.weight(row);
    }
    if (!problem_.classes.empty()) return right / all;
    return regression_scores(truth, predicted, units, weights).r2.value_or(std::nan(""));
  }

  const UnitProblem& problem_;
  const AdalineOptions& options_;
  LinearUnits& weights_;
  std::size_t n_, batch_ = 1;
  std::vector<std::uint32_t> rows_, validation_;
  std::vector<double> first_x_;
  double mean_weight_ = 1, rate_ = 0, loss_sum_ = 0;
  std::optional<double> eigenvalue_;
};

void check_adaline(const AdalineOptions& options, const RunControl& control) {
  check_fields(options);
  check_control(control, "adaline");
  check(!options.full_batch || !options.batch_size, "full_batch",
        "takes all samples at once, batch_size so many: give only one of them");
}

// Trains and stores units and results in the model, even if training diverges.
void train_adaline(const UnitProblem& problem, const AdalineOptions& options, const Model* start,
                   const RunControl& control, Model& model, UnitResults& results) {
  std::vector<std::uint32_t> rows(problem.samples()), validation;
  std::iota(rows.begin(), rows.end(), 0U);
  if (options.early_stopping) {
    const std::vector<double> labels(problem.classes.begin(), problem.classes.end());
    std::tie(rows, validation) =
        hold_out(*problem.data, problem.rows, labels, options.validation_fraction,
                 options.random_state, problem.names);
  }
  LinearUnits units = first_units(start, problem.units, problem.inputs.features());
  model.loss = "squared_error";
  Training training(problem, options, units, std::move(rows), std::move(validation));
  const auto keep = [&] {
    model.body = unit_body(std::move(units), OutputActivation::identity);
    keep_results(results, model);
  };
  try {
    training.run(control, results);
  } catch (const DivergedError&) {
    keep();
    throw;
  }
  keep();
}

}  // namespace

Adaline::Adaline(FromModel from) : LinearClassifier(std::move(from.model), AdalineOptions()) {}

std::unique_ptr<Estimator> Adaline::unfitted() const {
  return std::make_unique<Adaline>(options().as<AdalineOptions>(), preprocess());
}

Adaline Adaline::load(const std::string& path) {
  return load_as<Adaline>(path, "adaline", Task::classify, "Adaline");
}

void Adaline::fit(const Dataset& data, const RunControl& control) {
  const auto& own = options().as<AdalineOptions>();
  check_adaline(own, control);
  std::optional<Dataset> rest;
  const Dataset& train = without_zero_weights(data, rest);
  auto hash = hash_meanwhile(train, own.threads);
  Preprocessor preprocessor;
  const UnitProblem problem =
      classes_to_learn(train, preprocess(), start(), own.class_weight, {}, preprocessor);
  Model model = begin_model(*this, train, std::move(preprocessor));
  model.classes = problem.names;
  UnitResults results;
  const auto keep_all = [&] {
    model.data_hash = hash.get();
    keep(std::move(model), std::move(results));
  };
  try {
    train_adaline(problem, own, start(), control, model, results);
  } catch (const DivergedError&) {
    keep_all();  // the last finite one
    throw;
  }
  keep_all();
}

AdalineRegressor::AdalineRegressor(FromModel from)
    : Regressor(with_units(std::move(from.model)), AdalineOptions()),
      UnitResults(read_results(Regressor::model())) {}

std::unique_ptr<Estimator> AdalineRegressor::unfitted() const {
  return std::make_unique<AdalineRegressor>(options().as<AdalineOptions>(), preprocess());
}

Capabilities Adaline::capabilities() const { return capabilities_of_units(false); }
Capabilities AdalineRegressor::capabilities() const { return capabilities_of_units(false); }

AdalineRegressor AdalineRegressor::load(const std::string& path) {
  return load_as<AdalineRegressor>(path, "adaline", Task::regress, "AdalineRegressor");
}

void AdalineRegressor::fit(const Dataset& data, const RunControl& control) {
  const auto& own = options().as<AdalineOptions>();
  check_adaline(own, control);
  std::optional<Dataset> rest;
  const Dataset& train = without_zero_weights(data, rest);
  auto hash = hash_meanwhile(train, own.threads);
  check(own.class_weight.empty(), "class_weight", "is for classification");
  check_numbers(train);
  const Model* from = start();
  Preprocessor preprocessor = first_preprocessor(preprocess(), from, train);
  UnitProblem problem;
  problem.data = &train;
  problem.units = train.target().outputs();
  problem.rows = preprocessor.kept_rows(train);
  problem.inputs = preprocessor.transform_double(train);
  problem.values = values_of(train.target().values, problem.rows, problem.units);
  problem.weights = values_of(train.weights(), problem.rows);
  Model model = begin_model(*this, train, std::move(preprocessor));
  TargetScaling scaling = scale_targets(preprocess(), train, problem.rows, problem.values, false);
  if (from && from->target_scale.size() == problem.units)
    scaling = {from->target_shift, from->target_scale};
  for (std::size_t i = 0; i < problem.values.size(); ++i) {
    const std::size_t u = i % problem.units;
    problem.values[i] = (problem.values[i] - scaling.shift[u]) / scaling.scale[u];
  }
  model.target_shift = std::move(scaling.shift);
  model.target_scale = std::move(scaling.scale);
  UnitResults results;
  const auto keep_all = [&] {
    model.data_hash = hash.get();
    static_cast<UnitResults&>(*this) = std::move(results);
    keep(std::move(model));
  };
  try {
    train_adaline(problem, own, from, control, model, results);
  } catch (const DivergedError&) {
    keep_all();
    throw;
  }
  keep_all();
}

std::vector<double> AdalineRegressor::predict(const Dataset& data) const {
  return numbers_of(model(), unit_scores(model(), prediction_options(), data));
}

std::vector<double> AdalineRegressor::predict_one(std::span<const double> features) const {
  return numbers_of(model(), unit_scores_of_one(model(), features));
}

}  // namespace hebb
