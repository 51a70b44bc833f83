#include "hebb/classical/linear_svm.h"

#include "classical/liblinear.h"
#include "classical/problem.h"
#include "estimators/units.h"
#include "hebb/core/error.h"

namespace hebb {

const FieldList& LinearSvmOptions::fields() {
  using O = LinearSvmOptions;
  static const FieldList list =
      Fields<O>()
          .add("C", &O::C, "inverse of the penalty's strength")
          .more_than(0)
          .log_scale()
          .flag("--C")
          .flag("--c")
          .add("loss", &O::loss, "loss function; auto: squared_hinge, or epsilon_insensitive")
          .one_of({"squared_hinge", "hinge", "epsilon_insensitive", "squared_epsilon_insensitive"})
          .unset_as("auto")
          .add("penalty", &O::penalty, "penalty on the weights")
          .one_of({"l2", "l1"})
          .add("dual", &O::dual,
               "form of the problem that is solved; auto: the dual one if there are fewer samples "
               "than features")
          .one_of({"auto", "true", "false"})
          .add("tol", &O::tol, "tolerance of the stop rule")
          .more_than(0)
          .log_scale()
          .add("epsilon", &O::epsilon, "of regression: smaller errors cost nothing")
          .at_least(0)
          .add("fit_intercept", &O::fit_intercept, "learn a bias")
          .add("intercept_scaling", &O::intercept_scaling,
               "the constant feature whose weight is the bias")
          .more_than(0)
          .add("class_weight", &O::class_weight, "balanced, or a list of label=weight")
          .add("random_state", &O::random_state, "seed of everything random")
          .at_least(0)
          .flag("--seed")
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

bool is_squared(const LinearSvmOptions& options, bool classifies) {
  const std::string loss =
      options.loss.value_or(classifies ? "squared_hinge" : "epsilon_insensitive");
  check(loss.ends_with("hinge") == classifies, "loss", loss, " is for ",
        classifies ? "regression" : "classification");
  return loss.starts_with("squared_");
}

classical::LinearTask task_for(const LinearSvmOptions& options, const DoubleInputs& inputs,
                               bool classifies) {
  classical::LinearTask task{.inputs = &inputs,
                             .class_weights = {},
                             .classifies = classifies,
                             .squared = is_squared(options, classifies),
                             .l1 = options.penalty == "l1",
                             .dual = options.dual == "true",
                             .C = options.C,
                             .tol = options.tol,
                             .epsilon = options.epsilon,
                             .seed = options.random_state};
  if (options.fit_intercept) task.constant = options.intercept_scaling;
  if (options.dual == "auto") {
    // As scikit-learn's: the preferred form, or the other if that has no solver.
    task.dual = inputs.samples() < inputs.features();
    try {
      check_solver(task);
    } catch (const std::invalid_argument&) {
      task.dual = !task.dual;
    }
  }
  check_solver(task);
  return task;
}

LinearUnits train_units(const classical::LinearTask& task, const LinearSvmOptions& options,
                        const RunControl& control) {
  const std::string bytes = classical::train_apart(
      "linear_svm", [&] { return classical::train_liblinear(task); }, control, options.max_seconds);
  classical::LinearAnswer answer = classical::answer_of(bytes, task);
  if (!answer.converged && control.on_event)
    control.on_event(Warned{
        "LIBLINEAR reached its maximum of 1000 iterations before it converged: scale the features "
        "(--scale standard), or take a smaller C, a larger tol or the other --dual"});
  return {.units = answer.intercept.size(),
          .inputs = task.inputs->features(),
          .coef = std::move(answer.coef),
          .intercept = std::move(answer.intercept)};
}

}  // namespace

// ---- classifier ----

LinearSvmClassifier::LinearSvmClassifier(FromModel from)
    : LinearClassifier(std::move(from.model), LinearSvmOptions()) {}

LinearSvmClassifier LinearSvmClassifier::load(const std::string& path) {
  return classical::load_kind<LinearSvmClassifier>(path, "linear_svm", Task::classify,
                                                   "LinearSvmClassifier");
}

std::unique_ptr<Estimator> LinearSvmClassifier::unfitted() const {
  return std::make_unique<LinearSvmClassifier>(options().as<LinearSvmOptions>(), preprocess());
}

Capabilities LinearSvmClassifier::capabilities() const { return {.images = true}; }

void LinearSvmClassifier::fit(const Dataset& train, const RunControl& control) {
  const auto& own = options().as<LinearSvmOptions>();
  check_fields(own);
  classical::Problem problem(*this, train, control, 2);
  const std::size_t classes = problem.model.classes.size();
  const DoubleInputs inputs = problem.double_features();
  classical::LinearTask task = task_for(own, inputs, true);
  const auto order = problem.by_class();
  std::vector<double> targets;
  for (const std::int32_t c : problem.classes) targets.push_back(classes == 2 ? 2 * c - 1 : c);
  task.order = order;
  task.targets = targets;
  if (!own.class_weight.empty())
    task.class_weights = class_weights(own.class_weight, problem.model.classes, problem.classes);
  Model model = problem.take_model();
  model.body = unit_body(train_units(task, own, control), OutputActivation::identity);
  model.loss = task.squared ? "squared_hinge" : "hinge";
  keep(std::move(model), {});
}

// ---- regressor ----

LinearSvmRegressor::LinearSvmRegressor(FromModel from)
    : Regressor(with_units(std::move(from.model)), LinearSvmOptions()) {}

LinearSvmRegressor LinearSvmRegressor::load(const std::string& path) {
  return classical::load_kind<LinearSvmRegressor>(path, "linear_svm", Task::regress,
                                                  "LinearSvmRegressor");
}

std::unique_ptr<Estimator> LinearSvmRegressor::unfitted() const {
  return std::make_unique<LinearSvmRegressor>(options().as<LinearSvmOptions>(), preprocess());
}

Capabilities LinearSvmRegressor::capabilities() const { return {.images = true}; }

void LinearSvmRegressor::fit(const Dataset& train, const RunControl& control) {
  const auto& own = options().as<LinearSvmOptions>();
  check_fields(own);
  check(own.class_weight.empty(), "class_weight", "is for classification");
  check(own.penalty == "l2", "penalty", own.penalty, " is for classification");
  classical::Problem problem(*this, train, control);
  const DoubleInputs inputs = problem.double_features();
  classical::LinearTask task = task_for(own, inputs, false);
  const auto order = problem.by_class();
  task.order = order;
  task.targets = problem.values;
  Model model = problem.take_model();
  model.body = unit_body(train_units(task, own, control), OutputActivation::identity);
  model.loss = task.squared ? "squared_epsilon_insensitive" : "epsilon_insensitive";
  keep(std::move(model));
}

std::vector<double> LinearSvmRegressor::predict(const Dataset& data) const {
  return numbers_of(model(), unit_scores(model(), prediction_options(), data));
}

std::vector<double> LinearSvmRegressor::predict_one(std::span<const double> features) const {
  return numbers_of(model(), unit_scores_of_one(model(), features));
}

}  // namespace hebb
