#include "hebb/classical/svm.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "classical/bodies.h"
#include "classical/libsvm.h"
#include "classical/problem.h"
#include "classical/svm_decisions.h"
#include "hebb/core/error.h"

namespace hebb {

using classical::body_of;
using classical::SvmBody;
using classical::SvmKernel;

const FieldList& SvmOptions::fields() {
  using O = SvmOptions;
  static const FieldList list =
      Fields<O>()
          .add("C", &O::C, "inverse of the penalty's strength")
          .more_than(0)
          .log_scale()
          .flag("--C")
          .flag("--c")
          .add("kernel", &O::kernel, "kernel")
          .one_of(SvmKernel::names())
          .add(
              "gamma", &O::gamma,
              "factor in the kernels rbf, poly and sigmoid; scale: 1 / (features * their variance); "
              "auto: 1 / features; or a number > 0")
          .add("degree", &O::degree, "degree of kernel poly")
          .at_least(0)
          .at_most(100)
          .add("coef0", &O::coef0, "summand in kernels poly and sigmoid")
          .add("epsilon", &O::epsilon, "of regression: smaller errors cost nothing")
          .at_least(0)
          .add("shrinking", &O::shrinking, "leave out samples that are likely to stay as they are")
          .add("tol", &O::tol, "tolerance of the stop rule")
          .more_than(0)
          .log_scale()
          .add("cache_size", &O::cache_size, "megabytes of memory for values of the kernel")
          .more_than(0)
          .at_most(1e6)
          .not_recorded()
          .add(
              "probability", &O::probability,
              "learn probabilities of the classes too, by cross-validation: five times the training")
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

Model with_svm(Model model) {
  model = classical::with_body<SvmBody>(std::move(model), "support vectors");
  const auto& body = body_of<SvmBody>(model);
  check_model(model.classifies() ? body.counts.size() == model.classes.size() : body.counts.empty(),
              "a model of kind '", model.kind, "' needs support vectors of each class");
  return model;
}

// The variance of all numbers.
double variance_of(const DoubleInputs& inputs) {
  std::vector<double> buffer(inputs.features());
  const auto n = static_cast<double>(inputs.samples()) * static_cast<double>(inputs.features());
  const auto mean_of = [&](const auto& f) {
    double sum = 0;
    for (std::size_t r = 0; r < inputs.samples(); ++r) {
      const double* x = inputs.row(r, buffer.data());
      for (std::size_t j = 0; j < inputs.features(); ++j) sum += f(x[j]);
    }
    return sum / n;
  };
  const double mean = mean_of([](double x) { return x; });
  return mean_of([mean](double x) { return (x - mean) * (x - mean); });
}

// The number that the option gamma stands for.
double gamma_of(const std::string& gamma, const DoubleInputs& inputs) {
  const auto features = static_cast<double>(inputs.features());
  if (gamma == "auto") return 1 / features;
  if (gamma == "scale") {
    const double variance = variance_of(inputs);
    return variance > 0 && std::isfinite(variance) ? 1 / (features * variance) : 1;
  }
  double number = 0;
  const char* const end = gamma.data() + gamma.size();
  const auto [at, error] = std::from_chars(gamma.data(), end, number);
  check(error == std::errc{} && at == end && number > 0 && std::isfinite(number), "gamma",
        "must be scale, auto or a number > 0, got '", gamma, "'");
  return number;
}

classical::SvmTask task_of_options(const SvmOptions& options, const DoubleInputs& inputs) {
  const auto kernel = std::ranges::find(SvmKernel::names(), options.kernel);
  return {.inputs = &inputs,
          .class_weights = {},
          .kernel = {.kind = static_cast<SvmKernel::Kind>(kernel - SvmKernel::names().begin()),
                     .gamma = gamma_of(options.gamma, inputs),
                     .degree = options.degree,
                     .coef0 = options.coef0},
          .C = options.C,
          .epsilon = options.epsilon,
          .tol = options.tol,
          .cache_megabytes = options.cache_size,
          .shrinking = options.shrinking,
          .probability = options.probability,
          .seed = options.random_state};
}

void train_body(const classical::SvmTask& task, const SvmOptions& options,
                const RunControl& control, Model& model) {
  const std::string bytes = classical::train_apart(
      "svm", [&] { return classical::train_libsvm(task); }, control, options.max_seconds);
  auto body = std::make_shared<SvmBody>(classical::svm_body(bytes, task));
  if (body->counts.empty())
    model.results.set("n_support_", static_cast<std::int64_t>(body->support()));
  else
    model.results.set("n_support_",
                      std::vector<std::int64_t>(body->counts.begin(), body->counts.end()));
  model.body = std::move(body);
}

int threads_of(const OptionSet& options) { return options.as<SvmOptions>().threads; }

DoubleInputs one_input(const Model& model, std::span<const double> features) {
  auto x = model.preprocessor.transform_one_double(features);
  const std::size_t width = x.size();
  return {std::move(x), width};
}

// As scikit-learn's _ovr_decision_function(); of two classes, positive for the second.
std::vector<double> class_scores(const SvmBody& body, std::vector<double> decisions) {
  const std::size_t classes = body.counts.size(), pairs = body.pairs();
  if (classes == 2) {
    for (double& value : decisions) value = -value;
    return decisions;
  }
  std::vector<double> scores;
  for (std::size_t at = 0; at < decisions.size(); at += pairs) {
    const auto own = std::span(decisions).subspan(at, pairs);
    const auto votes = classical::svm_votes(own, classes);
    std::vector<double> sums(classes, 0.0);
    std::size_t pair = 0;
    for (std::size_t i = 0; i < classes; ++i)
      for (std::size_t j = i + 1; j < classes; ++j, ++pair) {
        sums[i] += own[pair];
        sums[j] -= own[pair];
      }
    for (std::size_t c = 0; c < classes; ++c)
      scores.push_back(static_cast<double>(votes[c]) + sums[c] / (3 * (std::abs(sums[c]) + 1)));
  }
  return scores;
}

std::vector<double> class_probabilities(const SvmBody& body, const std::vector<double>& decisions) {
  std::vector<double> all;
  for (std::size_t at = 0; at < decisions.size(); at += body.pairs()) {
    const auto p =
        classical::svm_probabilities(body, std::span(decisions).subspan(at, body.pairs()));
    all.insert(all.end(), p.begin(), p.end());
  }
  return all;
}

}  // namespace

// ---- classifier ----

SvmClassifier::SvmClassifier(FromModel from)
    : Classifier(with_svm(std::move(from.model)), SvmOptions()) {}

SvmClassifier SvmClassifier::load(const std::string& path) {
  return classical::load_kind<SvmClassifier>(path, "svm", Task::classify, "SvmClassifier");
}

std::unique_ptr<Estimator> SvmClassifier::unfitted() const {
  return std::make_unique<SvmClassifier>(options().as<SvmOptions>(), preprocess());
}

Capabilities SvmClassifier::capabilities() const { return {.probabilities = true, .images = true}; }

void SvmClassifier::fit(const Dataset& train, const RunControl& control) {
  const auto& own = options().as<SvmOptions>();
  check_fields(own);
  classical::Problem problem(*this, train, control, 2);
  const DoubleInputs inputs = problem.double_features();
  classical::SvmTask task = task_of_options(own, inputs);
  const auto order = problem.by_class();
  const std::vector<double> targets(problem.classes.begin(), problem.classes.end());
  task.order = order;
  task.targets = targets;
  task.classes = problem.model.classes.size();
  if (!own.class_weight.empty())
    task.class_weights = class_weights(own.class_weight, problem.model.classes, problem.classes);
  Model model = problem.take_model();
  train_body(task, own, control, model);
  keep(std::move(model));
}

std::vector<double> SvmClassifier::pair_decisions(const Dataset& data) const {
  const auto& body = body_of<SvmBody>(model());
  return classical::svm_decisions(body, classical::double_inputs_of(model(), data),
                                  threads_of(prediction_options()));
}

bool SvmClassifier::has_probabilities() const { return !body_of<SvmBody>(model()).prob_a.empty(); }

Tensor SvmClassifier::predict_proba(const Dataset& data) const {
  check(has_probabilities(), "predict_proba",
        "a svm that was trained without the option probability has no probabilities: take "
        "decision_function(), or train one with --probability, or a logistic");
  const auto decisions = pair_decisions(data);
  return classical::probabilities(class_probabilities(body_of<SvmBody>(model()), decisions),
                                  data.samples());
}

std::vector<double> SvmClassifier::decision_function(const Dataset& data) const {
  return class_scores(body_of<SvmBody>(model()), pair_decisions(data));
}

std::vector<std::int32_t> SvmClassifier::decide(std::span<const double> scores) const {
  const std::size_t width = classes().size();
  std::vector<std::int32_t> best;
  if (width == 2) {
    for (const double score : scores) best.push_back(score >= 0 ? 1 : 0);
    return best;
  }
  // The nearest whole number of a score is its votes.
  for (std::size_t begin = 0; begin < scores.size(); begin += width) {
    const auto row = scores.subspan(begin, width);
    const auto most = std::ranges::max_element(row, {}, [](double s) { return std::round(s); });
    best.push_back(static_cast<std::int32_t>(most - row.begin()));
  }
  return best;
}

std::vector<double> SvmClassifier::predict_one(std::span<const double> features) const {
  const auto& body = body_of<SvmBody>(model());
  auto decisions = classical::svm_decisions(body, one_input(model(), features), 1);
  if (!has_probabilities()) return class_scores(body, std::move(decisions));
  return classical::doubles_of(classical::probabilities(class_probabilities(body, decisions), 1));
}

std::vector<std::size_t> SvmClassifier::n_support_() const {
  return body_of<SvmBody>(model()).counts;
}

// ---- regressor ----

SvmRegressor::SvmRegressor(FromModel from)
    : Regressor(with_svm(std::move(from.model)), SvmOptions()) {}

SvmRegressor SvmRegressor::load(const std::string& path) {
  return classical::load_kind<SvmRegressor>(path, "svm", Task::regress, "SvmRegressor");
}

std::unique_ptr<Estimator> SvmRegressor::unfitted() const {
  return std::make_unique<SvmRegressor>(options().as<SvmOptions>(), preprocess());
}

Capabilities SvmRegressor::capabilities() const { return {.images = true}; }

void SvmRegressor::fit(const Dataset& train, const RunControl& control) {
  const auto& own = options().as<SvmOptions>();
  check_fields(own);
  check(own.class_weight.empty(), "class_weight", "is for classification");
  check(!own.probability, "probability", "is for classification");
  classical::Problem problem(*this, train, control);
  const DoubleInputs inputs = problem.double_features();
  classical::SvmTask task = task_of_options(own, inputs);
  const auto order = problem.by_class();
  task.order = order;
  task.targets = problem.values;
  Model model = problem.take_model();
  train_body(task, own, control, model);
  keep(std::move(model));
}

std::vector<double> SvmRegressor::predict(const Dataset& data) const {
  const auto& body = body_of<SvmBody>(model());
  return numbers_of(model(),
                    classical::svm_decisions(body, classical::double_inputs_of(model(), data),
                                             threads_of(prediction_options())));
}

std::vector<double> SvmRegressor::predict_one(std::span<const double> features) const {
  return numbers_of(model(), classical::svm_decisions(body_of<SvmBody>(model()),
                                                      one_input(model(), features), 1));
}

std::size_t SvmRegressor::n_support_() const { return body_of<SvmBody>(model()).support(); }

}  // namespace hebb
