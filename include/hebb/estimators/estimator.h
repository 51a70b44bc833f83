#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/core/options.h"
#include "hebb/core/task.h"
#include "hebb/data/dataset.h"
#include "hebb/estimators/capabilities.h"
#include "hebb/metrics/catalogue.h"
#include "hebb/model/model.h"
#include "hebb/preprocess/preprocess.h"
#include "hebb/train/events.h"
#include "hebb/train/trainer.h"

namespace hebb {

/// What learns from a data set: a Classifier, a Regressor or a Transformer. It has options by name,
/// and once it is fitted, a model that can be saved.
/// Threads: fitting and setting options change the object, so each thread does so with its own;
/// everything const may be called by any number of threads at once, on one object and one data set,
/// and gives each the bits of one.
class Estimator {
 public:
  virtual ~Estimator() = default;

  /// Learns. Forgets what was learnt before, unless `warm_start`.
  /// Errors: std::invalid_argument for options out of range (named, with range and value) and for
  /// "0 samples" or "0 features"; DataError for values that are not finite; DivergedError;
  /// std::runtime_error if the last checkpoint cannot be kept: what was trained is kept here.
  virtual void fit(const Dataset& train, const RunControl& control = {}) = 0;

  virtual Task task() const = 0;
  virtual Capabilities capabilities() const = 0;
  /// Its name in the catalogue and in model files: "mlp".
  const std::string& kind() const { return kind_; }

  /// The options that the next fit() goes by. The struct is options().as<PerceptronOptions>().
  const OptionSet& options() const { return options_; }
  /// Changes an option for the next fit(). Of a fitted estimator, options that act when it predicts
  /// (Field::at_prediction: `tta`, `threads`) take effect at once, and in the model that it saves.
  /// Errors: std::invalid_argument naming the nearest option, for a name that there is not; naming
  /// option, range and value for one that does not fit, or that the fitted model cannot heed. The
  /// estimator is then as before.
  void set_option(std::string_view name, const Value& value);
  /// How features are prepared.
  const PreprocessOptions& preprocess() const { return preprocess_; }

  /// One with the same options that has learnt nothing.
  std::unique_ptr<Estimator> clone() const { return unfitted(); }

  bool is_fitted() const { return fitted_; }
  /// What was learnt. Errors: std::logic_error "not fitted".
  const Model& model() const;
  /// Errors: std::logic_error "not fitted"; std::runtime_error as replace_file().
  void save(const std::string& path) const;

 protected:
  Estimator(std::string kind, OptionSet options, PreprocessOptions preprocess = {});
  /// One that a model describes, fitted. Options that the model does not record are those of
  /// `options`. Errors: ModelError for options that do not hold.
  Estimator(Model model, OptionSet options);

  /// Takes over what fit() has learnt.
  void keep(Model model);
  /// The options that predictions go by: those of the last fit(), but for later changes of those
  /// that act at prediction.
  const OptionSet& prediction_options() const { return used_; }
  /// Of a fitted estimator an option that acts at prediction is about to change, as `options` has it.
  /// Whoever holds other estimators hands it on. Errors: std::invalid_argument for a value that the
  /// fitted model cannot predict with.
  virtual void accept_prediction_option(std::string_view /*name*/, const OptionSet& /*options*/) {}
  virtual std::unique_ptr<Estimator> unfitted() const = 0;

 private:
  std::string kind_;
  OptionSet options_, used_;
  PreprocessOptions preprocess_;
  Model model_;
  bool fitted_ = false;
};

struct LearningRateSearch;

/// Learns to predict a target, and is judged by metrics.
class Supervised : public Estimator {
 public:
  std::unique_ptr<Supervised> clone() const;

  /// Every later fit() goes on from this model: its parameters in place of random ones, and its
  /// preprocessing as it was learnt, where it has any.
  /// Errors: std::invalid_argument unless capabilities().warm_start; at fit, if networks or classes
  /// differ, naming both.
  void start_from(const Model& model);

  /// What it says of `data`, beside the truth: what every metric is computed from.
  virtual Predictions predictions(const Dataset& data) const = 0;
  /// What predict_proba() (of a classifier; decision_function() where it has no probabilities) or
  /// predict() (of numbers) says of one sample, for programs that ask for one at a time: it takes
  /// microseconds. Features stand in the order of the training columns: a category by its index,
  /// NaN where a value is missing, an image as its bytes. Unless it is overridden, the sample is a
  /// table of one row, and all columns are numbers.
  /// Shapes:  features (features) -> (classes) or (outputs).
  /// Errors: std::logic_error "not fitted"; std::invalid_argument "X has 1 features, expected 8";
  /// DataError for a value that the preprocessing does not take.
  virtual std::vector<double> predict_one(std::span<const double> features) const = 0;

  /// One metric on `data`, by its name in the catalogue of metrics: "f1_macro", "f_beta:0.5". Without
  /// a name it is default_metric(): accuracy, or R^2. A metric that cannot be had is NaN.
  /// Errors:  std::invalid_argument naming the nearest metric, or for a metric of another task.
  double score(const Dataset& data, const std::string& metric = {}) const;
  /// Every score on `data`.
  Scores scores(const Dataset& data) const { return scores_of(predictions(data)); }

 protected:
  using Estimator::Estimator;
  /// The model that fit() goes on from, if from any: the one given, or with the option warm_start
  /// the one it has.
  const Model* start() const;

 private:
  friend LearningRateSearch find_learning_rate(const Supervised&, const Dataset&, const EventSink&);
  virtual LearningRateSearch search_learning_rate(const Dataset& train,
                                                  const EventSink& on_event) const;

  std::optional<Model> start_;
};

/// Looks for a learning rate for `estimator` on `train`, as find_learning_rate() of a network does;
/// nothing is learnt.
/// Errors:  std::invalid_argument unless capabilities().learning_rate_search, as Estimator::fit(), and
/// for solver lbfgs; DivergedError if the loss is not finite from the beginning.
LearningRateSearch find_learning_rate(const Supervised& estimator, const Dataset& train,
                                      const EventSink& on_event = {});

/// Predicts one of a set of labels.
class Classifier : public Supervised {
 public:
  Task task() const override { return Task::classify; }
  const std::vector<std::string>& classes() const { return model().classes; }
  /// Labels as the user wrote them. Errors: as predict_proba.
  std::vector<std::string> predict(const Dataset& data) const;
  /// The same as indices into classes().
  std::vector<std::int32_t> predict_index(const Dataset& data) const;
  /// Probabilities (N, classes), float32; each row sums to 1.
  /// Errors: std::logic_error "not fitted"; std::invalid_argument "X has 1 features, expected 8",
  /// or unless has_probabilities().
  virtual Tensor predict_proba(const Dataset& data) const = 0;
  /// Whether what was learnt has them: a unit whose output is a step or its score has not.
  /// Errors: std::logic_error "not fitted".
  virtual bool has_probabilities() const { return true; }
  /// How much speaks for a class: (N) for two classes, positive for classes()[1]; otherwise
  /// (N, classes), the largest is predicted. Where a model has no scores of its own, differences of
  /// probabilities or probabilities. Errors: as predict_proba, but for has_probabilities().
  virtual std::vector<double> decision_function(const Dataset& data) const;
  Predictions predictions(const Dataset& data) const override;
  std::vector<double> predict_one(std::span<const double> features) const override;

 protected:
  using Supervised::Supervised;
};

/// Predicts numbers.
class Regressor : public Supervised {
 public:
  Task task() const override { return Task::regress; }
  const std::vector<std::string>& targets() const { return model().target_names; }
  /// (N, outputs), row-major. Errors: as Classifier::predict_proba.
  virtual std::vector<double> predict(const Dataset& data) const = 0;
  Predictions predictions(const Dataset& data) const override;
  std::vector<double> predict_one(std::span<const double> features) const override;

 protected:
  using Supervised::Supervised;
};

/// Learns from features alone, and turns features into others.
class Transformer : public Estimator {
 public:
  Task task() const override { return Task::transform; }
  std::unique_ptr<Transformer> clone() const;
  /// A table with as many rows, its columns named by the transformer; target, weights and the name
  /// of the data set are those of `data`.
  /// Errors: std::logic_error "not fitted"; std::invalid_argument "X has 1 features, expected 8";
  /// DataError for values that it does not take.
  virtual Dataset transform(const Dataset& data) const = 0;

 protected:
  using Estimator::Estimator;
};

/// Scores on one part, or on two side by side, with the verdict: stream it for the table.
Evaluation evaluate(const Supervised& estimator, const Dataset& test);
Evaluation evaluate(const Supervised& estimator, const Dataset& train, const Dataset& test);

}  // namespace hebb
