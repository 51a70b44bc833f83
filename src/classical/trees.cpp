#include "hebb/classical/trees.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

#include "classical/bodies.h"
#include "classical/boosting.h"
#include "classical/problem.h"
#include "hebb/core/error.h"
#include "kernels/threads.h"

namespace hebb {

using classical::body_of;
using classical::BoostingPart;
using classical::TreesBody;

namespace {

// The options that both kinds have; `rounds` says what n_estimators counts.
template <class O>
Fields<O> tree_fields(const char* rounds) {
  Fields<O> fields;
  fields.add("n_estimators", &O::n_estimators, rounds)
      .at_least(1)
      .add("max_depth", &O::max_depth, "most splits between root and leaf")
      .at_least(1)
      .at_most(64)
      .add("min_child_weight", &O::min_child_weight,
           "least sum of second derivatives of a leaf; of regression the least samples")
      .at_least(0)
      .add("min_split_loss", &O::min_split_loss, "least gain of a split (XGBoost's gamma)")
      .at_least(0)
      .add("subsample", &O::subsample, "share of the samples, drawn for each tree")
      .more_than(0)
      .at_most(1)
      .add("colsample_bytree", &O::colsample_bytree, "share of the features, drawn for each tree")
      .more_than(0)
      .at_most(1)
      .add("colsample_bynode", &O::colsample_bynode, "share of the features, drawn for each split")
      .more_than(0)
      .at_most(1)
      .add("reg_lambda", &O::reg_lambda, "L2 penalty on the values of leaves")
      .at_least(0)
      .log_scale()
      .add("reg_alpha", &O::reg_alpha, "L1 penalty on the values of leaves")
      .at_least(0)
      .log_scale()
      .add("max_bin", &O::max_bin, "most thresholds of a feature that are tried")
      .at_least(2)
      .at_most(65536)
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
  return fields;
}

}  // namespace

const FieldList& TreesOptions::fields() {
  using O = TreesOptions;
  static const FieldList list =
      tree_fields<O>("rounds; each adds one tree, or one for each of several classes")
          .add("eta", &O::eta, "factor on what each tree adds (--learning-rate too)")
          .more_than(0)
          .log_scale()
          .flag("--eta")
          .flag("--learning-rate")
          .add("early_stopping", &O::early_stopping,
               "hold out validation_fraction and stop by its loss")
          .add("validation_fraction", &O::validation_fraction,
               "share of the training part held out")
          .more_than(0)
          .less_than(1)
          .add("n_iter_no_change", &O::n_iter_no_change,
               "stop after this many epochs without improvement")
          .at_least(1)
          .flag("--early-stop", "early_stopping");
  return list;
}

const FieldList& ForestOptions::fields() {
  static const FieldList list =
      tree_fields<ForestOptions>("trees, for each class if there are several");
  return list;
}

namespace {

using Clock = std::chrono::steady_clock;

template <class O>
classical::Booster::Parameters common_parameters(const O& options, std::size_t classes) {
  const auto text = [](auto number) { return to_text(Value(number)); };
  const auto whole = [&](std::size_t n) { return text(static_cast<std::int64_t>(n)); };
  classical::Booster::Parameters all = {{"objective", classes == 0   ? "reg:squarederror"
                                                      : classes == 2 ? "binary:logistic"
                                                                     : "multi:softprob"},
                                        {"max_depth", whole(options.max_depth)},
                                        {"min_child_weight", text(options.min_child_weight)},
                                        {"gamma", text(options.min_split_loss)},
                                        {"subsample", text(options.subsample)},
                                        {"colsample_bytree", text(options.colsample_bytree)},
                                        {"colsample_bynode", text(options.colsample_bynode)},
                                        {"lambda", text(options.reg_lambda)},
                                        {"alpha", text(options.reg_alpha)},
                                        {"max_bin", whole(options.max_bin)},
                                        {"seed", whole(options.random_state)}};
  if (classes > 2) all.emplace_back("num_class", whole(classes));
  return all;
}

std::size_t outputs_of(std::size_t classes) { return classes > 2 ? classes : 1; }

// The samples `part` of a problem.
BoostingPart part_of(const std::vector<float>& features, const std::vector<float>& targets,
                     const std::vector<double>& weights, std::span<const std::uint32_t> part) {
  BoostingPart out;
  const std::size_t width = targets.empty() ? 0 : features.size() / targets.size();
  out.rows.reserve(part.size() * width);
  for (const std::uint32_t i : part) {
    const auto row = std::span(features).subspan(i * width, width);
    out.rows.insert(out.rows.end(), row.begin(), row.end());
    out.targets.push_back(targets[i]);
    if (!weights.empty()) out.weights.push_back(static_cast<float>(weights[i]));
  }
  return out;
}

std::vector<float> targets_of(const classical::Problem& problem) {
  if (!problem.classes.empty()) return {problem.classes.begin(), problem.classes.end()};
  std::vector<float> targets;
  for (std::size_t i = 0; i < problem.values.size(); ++i) {
    const double value = problem.values[i];
    if (!(std::abs(value) <= std::numeric_limits<float>::max()))
      throw DataError(
          concat(problem.data->place(problem.rows[i], problem.model.target_names.front()),
                 "the target is beyond the range of float32, in which trees compute: scale it with "
                 "scale_target (--scale-target) standard"));
    targets.push_back(static_cast<float>(value));
  }
  return targets;
}

// The loss of one sample, by its margins.
double loss_of(std::span<const float> margin, float target, std::size_t classes) {
  if (classes == 0) {
    const double error = double{margin[0]} - double{target};
    return error * error / 2;
  }
  if (classes == 2) {
    const double z = target > 0 ? -double{margin[0]} : double{margin[0]};
    return z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z));
  }
  const double top = *std::ranges::max_element(margin);
  double sum = 0;
  for (const float m : margin) sum += std::exp(double{m} - top);
  return std::log(sum) + top - double{margin[static_cast<std::size_t>(target)]};
}

double mean_loss(const std::vector<float>& margins, const BoostingPart& part, std::size_t classes) {
  const std::size_t outputs = outputs_of(classes);
  double sum = 0, total = 0;
  for (std::size_t i = 0; i < part.targets.size(); ++i) {
    const double w = part.weights.empty() ? 1 : double{part.weights[i]};
    sum += w * loss_of(std::span(margins).subspan(i * outputs, outputs), part.targets[i], classes);
    total += w;
  }
  return sum / total;
}

// Accuracy, or R^2; NaN if it is undefined.
double score_of(const std::vector<float>& margins, const BoostingPart& part, std::size_t classes) {
  const std::size_t outputs = outputs_of(classes);
  double total = 0, mean = 0, right = 0, errors = 0, squares = 0;
  const auto weight = [&](std::size_t i) {
    return part.weights.empty() ? 1 : double{part.weights[i]};
  };
  for (std::size_t i = 0; i < part.targets.size(); ++i) {
    const auto own = std::span(margins).subspan(i * outputs, outputs);
    const auto predicted =
        classes == 2 ? (own[0] > 0 ? 1 : 0) : std::ranges::max_element(own) - own.begin();
    total += weight(i);
    mean += weight(i) * double{part.targets[i]};
    if (static_cast<float>(predicted) == part.targets[i]) right += weight(i);
    errors += weight(i) * std::pow(double{own[0]} - double{part.targets[i]}, 2);
  }
  if (classes > 0) return right / total;
  mean /= total;
  for (std::size_t i = 0; i < part.targets.size(); ++i)
    squares += weight(i) * std::pow(double{part.targets[i]} - mean, 2);
  return squares > 0 ? 1 - errors / squares : std::nan("");
}

// Trains the trees of one model, round by round.
class Rounds {
 public:
  Rounds(const TreesOptions& options, const RunControl& control, std::size_t classes,
         std::size_t features, const BoostingPart& train, const BoostingPart& validation)
      : options_(options),
        control_(control),
        classes_(classes),
        features_(features),
        train_(train),
        validation_(validation),
        booster_(train, validation, features, parameters()) {}

  std::shared_ptr<const TreesBody> run(TreesResults& results) {
    StopReason reason = StopReason::max_iter;
    std::string message = concat("all ", options_.n_estimators, " rounds done");
    double best = std::numeric_limits<double>::infinity();
    std::size_t kept = 0;  // rounds
    for (std::size_t round = 0; round < options_.n_estimators; ++round) {
      booster_.learn(round);
      results.loss_curve_.push_back(mean_loss(booster_.margins(false), train_, classes_));
      std::optional<double> validation, score;
      if (!validation_.targets.empty()) {
        const auto margins = booster_.margins(true);
        validation = mean_loss(margins, validation_, classes_);
        score = score_of(margins, validation_, classes_);
        if (std::isfinite(*score)) results.validation_scores_.push_back(*score);
      }
      if (!validation || *validation < best) kept = round + 1, best = validation.value_or(best);
      tell(round + 1, results.loss_curve_.back(), score);
      if (validation && round + 1 >= kept + options_.n_iter_no_change) {
        reason = StopReason::converged;
        message = concat("the loss of the validation part did not fall for ",
                         options_.n_iter_no_change, " rounds");
        break;
      }
      if (round + 1 == options_.n_estimators) break;
      if (control_.stop_requested && control_.stop_requested()) {
        reason = StopReason::interrupted, message = "interrupted";
        break;
      }
      if (options_.max_seconds && seconds() >= *options_.max_seconds) {
        reason = StopReason::time_budget, message = "the time given is used up";
        break;
      }
    }
    results.n_iter_ = kept;
    if (control_.on_event) control_.on_event(Stopped{reason, results.loss_curve_.size(), message});
    return classical::trees_of(booster_.json(), features_, outputs_of(classes_), classes_ == 2,
                               kept * outputs_of(classes_));
  }

 private:
  classical::Booster::Parameters parameters() const {
    auto all = common_parameters(options_, classes_);
    all.emplace_back("eta", to_text(Value(options_.eta)));
    return all;
  }
  double seconds() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }
  void tell(std::size_t round, double loss, std::optional<double> score) const {
    if (!control_.on_event) return;
    const double spent = seconds();
    control_.on_event(
        EpochEnded{.epoch = round,
                   .epochs = options_.n_estimators,
                   .loss = loss,
                   .validation_score = score,
                   .learning_rate = options_.eta,
                   .seconds = spent,
                   .samples_per_second =
                       static_cast<double>(round * train_.targets.size()) / std::max(spent, 1e-9)});
  }

  const TreesOptions& options_;
  const RunControl& control_;
  std::size_t classes_, features_;
  const BoostingPart& train_;
  const BoostingPart& validation_;
  classical::Booster booster_;
  Clock::time_point begin_ = Clock::now();
};

std::shared_ptr<const TreesBody> train_rounds(const TreesOptions& options,
                                              const classical::Problem& problem,
                                              const RunControl& control, TreesResults& results) {
  std::vector<std::uint32_t> train(problem.samples()), validation;
  std::iota(train.begin(), train.end(), 0U);
  if (options.early_stopping)
    std::tie(train, validation) =
        hold_out(*problem.data, problem.rows,
                 std::vector<double>(problem.classes.begin(), problem.classes.end()),
                 options.validation_fraction, options.random_state, problem.model.classes);
  const auto features = problem.features();
  const auto targets = targets_of(problem);
  const auto weights = problem.all_weights(options.class_weight);
  const BoostingPart own = part_of(features, targets, weights, train),
                     held = part_of(features, targets, weights, validation);
  return Rounds(options, control, problem.model.classes.size(),
                problem.model.preprocessor.features_out(), own, held)
      .run(results);
}

// A forest is one round of many trees, which cannot be stopped: in a process of its own.
std::shared_ptr<const TreesBody> train_forest(const ForestOptions& options,
                                              classical::Problem& problem,
                                              const RunControl& control, TreesResults& results) {
  const std::size_t classes = problem.model.classes.size();
  const std::size_t width = problem.model.preprocessor.features_out();
  BoostingPart own{.rows = problem.features(), .targets = targets_of(problem), .weights = {}};
  for (const double w : problem.all_weights(options.class_weight))
    own.weights.push_back(static_cast<float>(w));
  auto parameters = common_parameters(options, classes);
  parameters.emplace_back("eta", "1");
  parameters.emplace_back("num_parallel_tree",
                          to_text(Value(static_cast<std::int64_t>(options.n_estimators))));
  problem.finish_hash();
  const std::string json = classical::train_apart(
      "forest",
      [&] {
        classical::Booster booster(own, {}, width, parameters);
        booster.learn(0);
        return booster.json();
      },
      control, options.max_seconds);
  results.n_iter_ = 1;
  return classical::trees_of(json, width, outputs_of(classes), classes == 2,
                             std::numeric_limits<std::size_t>::max());
}

void keep_tree_results(const TreesResults& results, Model& model) {
  model.results.set("n_iter_", static_cast<std::int64_t>(results.n_iter_));
  if (results.loss_curve_.empty()) return;
  model.results.set("loss_", results.loss_curve_.back())
      .set("loss_curve_", results.loss_curve_)
      .set("validation_scores_", results.validation_scores_);
}

TreesResults read_tree_results(const Model& model) {
  TreesResults results;
  results.n_iter_ = model.results.count("n_iter_").value_or(0);
  results.loss_curve_ = model.results.numbers("loss_curve_");
  results.validation_scores_ = model.results.numbers("validation_scores_");
  return results;
}

// What both tasks do.
Model train_trees(const Estimator& estimator, const Dataset& data, const RunControl& control,
                  TreesResults& results) {
  const OptionSet& options = estimator.options();
  options.check_values();
  classical::check_xgboost(estimator.kind());
  const bool classifies = estimator.task() == Task::classify;
  classical::Problem problem(estimator, data, control, 2);
  auto body = options.holds<TreesOptions>()
                  ? train_rounds(options.as<TreesOptions>(), problem, control, results)
                  : train_forest(options.as<ForestOptions>(), problem, control, results);
  Model model = problem.take_model();
  model.loss = classifies ? "cross_entropy" : "squared_error";
  model.body = std::move(body);
  keep_tree_results(results, model);
  return model;
}

Model with_trees(Model model) {
  model = classical::with_body<TreesBody>(std::move(model), "trees");
  const std::size_t expected = model.classifies() ? outputs_of(model.classes.size()) : 1;
  check_model(body_of<TreesBody>(model).outputs() == expected &&
                  (!model.classifies() || model.classes.size() > 1),
              "a model of kind '", model.kind, "' needs trees for ", expected, " outputs");
  return model;
}

int threads_of_trees(const OptionSet& options) {
  return static_cast<int>(std::get<std::int64_t>(options.get("threads")));
}

// The sums of the leaves, in the order of the trees, as XGBoost has them: (samples, outputs).
std::vector<float> margins_of(const Model& model, const OptionSet& options, const Inputs& inputs) {
  constexpr std::size_t kRows = 64;  // of a task: they stay in cache while the trees pass
  const auto& body = body_of<TreesBody>(model);
  const std::size_t samples = inputs.samples(), width = body.inputs(), outputs = body.outputs();
  std::vector<float> out(samples * outputs);
  const auto predict = [&](std::size_t task, std::size_t) {
    const std::size_t begin = task * kRows, size = std::min(kRows, samples - begin);
    std::vector<std::uint32_t> rows(size);
    std::iota(rows.begin(), rows.end(), static_cast<std::uint32_t>(begin));
    std::vector<float> x(size * width);
    inputs.gather(rows, x.data());
    for (std::size_t r = 0; r < size; ++r)
      std::ranges::copy(body.base,
                        out.begin() + static_cast<std::ptrdiff_t>((begin + r) * outputs));
    for (std::size_t t = 0; t < body.trees(); ++t) {
      const TreesBody::Node* const tree = body.nodes.data() + body.begin[t];
      const auto output = static_cast<std::size_t>(body.output_of[t]);
      for (std::size_t r = 0; r < size; ++r) {
        const TreesBody::Node* node = tree;
        while (node->left != 0) {
          const float value = x[r * width + node->feature];
          const bool left = std::isnan(value) ? node->missing_left : value < node->value;
          node = tree + (left ? node->left : node->right);
        }
        out[(begin + r) * outputs + output] += node->value;
      }
    }
  };
  constexpr double kDepth = 10;  // operations of a walk, roughly
  const double operations =
      kDepth * static_cast<double>(samples) * static_cast<double>(body.trees());
  ThreadPool pool(worth_threads(operations, Helpers::started) ? threads_of_trees(options) : 1);
  pool.run((samples + kRows - 1) / kRows, predict);
  return out;
}

// XGBoost's own arithmetic, in float32.
Tensor probabilities_of_margins(std::vector<float> margins, std::size_t classes) {
  const std::size_t outputs = outputs_of(classes), samples = margins.size() / outputs;
  Tensor out({samples, classes});
  for (std::size_t i = 0; i < samples; ++i) {
    float* const p = out.data() + i * classes;
    if (outputs == 1) {
      constexpr float kEps = 1e-16F, kMost = 88.7F;
      p[1] = 1.0F / (std::exp(std::min(-margins[i], kMost)) + 1.0F + kEps);
      p[0] = 1.0F - p[1];
      continue;
    }
    const auto own = std::span(margins).subspan(i * outputs, outputs);
    const float top = *std::ranges::max_element(own);
    double sum = 0;
    for (std::size_t c = 0; c < classes; ++c) sum += p[c] = std::exp(own[c] - top);
    for (std::size_t c = 0; c < classes; ++c) p[c] /= static_cast<float>(sum);
  }
  return out;
}

Capabilities capabilities_of_trees(bool classifies) {
  return {.probabilities = classifies, .sample_weights = true, .images = true, .missing = true};
}

}  // namespace

// ---- classifier ----

TreesClassifier::TreesClassifier(Model model, OptionSet options)
    : Classifier(with_trees(std::move(model)), std::move(options)),
      TreesResults(read_tree_results(Classifier::model())) {}
TreesClassifier::TreesClassifier(FromModel from)
    : TreesClassifier(std::move(from.model), TreesOptions()) {}

TreesClassifier TreesClassifier::load(const std::string& path) {
  return classical::load_kind<TreesClassifier>(path, "trees", Task::classify, "TreesClassifier");
}

std::unique_ptr<Estimator> TreesClassifier::unfitted() const {
  return std::make_unique<TreesClassifier>(options().as<TreesOptions>(), preprocess());
}

Capabilities TreesClassifier::capabilities() const { return capabilities_of_trees(true); }

void TreesClassifier::fit(const Dataset& train, const RunControl& control) {
  TreesResults results;
  Model model = train_trees(*this, train, control, results);
  static_cast<TreesResults&>(*this) = std::move(results);
  keep(std::move(model));
}

Tensor TreesClassifier::predict_proba(const Dataset& data) const {
  return probabilities_of_margins(
      margins_of(model(), prediction_options(), classical::inputs_of(model(), data)),
      model().classes.size());
}

std::vector<double> TreesClassifier::predict_one(std::span<const double> features) const {
  return classical::doubles_of(probabilities_of_margins(
      margins_of(model(), prediction_options(), classical::input_of_one(model(), features)),
      model().classes.size()));
}

// ---- regressor ----

TreesRegressor::TreesRegressor(Model model, OptionSet options)
    : Regressor(with_trees(std::move(model)), std::move(options)),
      TreesResults(read_tree_results(Regressor::model())) {}
TreesRegressor::TreesRegressor(FromModel from)
    : TreesRegressor(std::move(from.model), TreesOptions()) {}

TreesRegressor TreesRegressor::load(const std::string& path) {
  return classical::load_kind<TreesRegressor>(path, "trees", Task::regress, "TreesRegressor");
}

std::unique_ptr<Estimator> TreesRegressor::unfitted() const {
  return std::make_unique<TreesRegressor>(options().as<TreesOptions>(), preprocess());
}

Capabilities TreesRegressor::capabilities() const { return capabilities_of_trees(false); }

void TreesRegressor::fit(const Dataset& train, const RunControl& control) {
  const Value weights = options().get("class_weight");
  check(std::get<std::vector<std::string>>(weights).empty(), "class_weight",
        "is for classification");
  TreesResults results;
  Model model = train_trees(*this, train, control, results);
  static_cast<TreesResults&>(*this) = std::move(results);
  keep(std::move(model));
}

std::vector<double> TreesRegressor::predict(const Dataset& data) const {
  const auto sums = margins_of(model(), prediction_options(), classical::inputs_of(model(), data));
  return numbers_of(model(), {sums.begin(), sums.end()});
}

std::vector<double> TreesRegressor::predict_one(std::span<const double> features) const {
  const auto sums =
      margins_of(model(), prediction_options(), classical::input_of_one(model(), features));
  return numbers_of(model(), {sums.begin(), sums.end()});
}

// ---- forests ----

ForestClassifier::ForestClassifier(FromModel from)
    : TreesClassifier(std::move(from.model), ForestOptions()) {}

ForestClassifier ForestClassifier::load(const std::string& path) {
  return classical::load_kind<ForestClassifier>(path, "forest", Task::classify, "ForestClassifier");
}

std::unique_ptr<Estimator> ForestClassifier::unfitted() const {
  return std::make_unique<ForestClassifier>(options().as<ForestOptions>(), preprocess());
}

ForestRegressor::ForestRegressor(FromModel from)
    : TreesRegressor(std::move(from.model), ForestOptions()) {}

ForestRegressor ForestRegressor::load(const std::string& path) {
  return classical::load_kind<ForestRegressor>(path, "forest", Task::regress, "ForestRegressor");
}

std::unique_ptr<Estimator> ForestRegressor::unfitted() const {
  return std::make_unique<ForestRegressor>(options().as<ForestOptions>(), preprocess());
}

}  // namespace hebb
