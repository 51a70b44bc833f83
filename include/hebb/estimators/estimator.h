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

/// Marks the model that an estimator is restored from, as in MLPClassifier(FromModel(model)). A type
/// of its own, so that MLPRegressor({.loss = "huber"}) can only mean options.
struct FromModel {
  explicit FromModel(Model of) : model(std::move(of)) {}

  Model model;
};

/// The base class of everything that learns from a data set: Classifier, Regressor and Transformer.
/// It has options by name and, once fitted, a model that can be saved.
/// Threads: fitting and setting options change the object, so each thread needs its own. Const
/// members may be called by any number of threads at once, on one object and one data set; the
/// results have the same bits as on one thread.
class Estimator {
 public:
  virtual ~Estimator() = default;

  /// Fits the model to `train`. Discards an earlier fit, unless `warm_start`.
  /// Errors: std::invalid_argument for options out of range (named, with range and value) and for
  /// "0 samples" or "0 features"; DataError for values that are not finite; DivergedError;
  /// std::runtime_error if the last checkpoint cannot be written (the estimator is then fitted all
  /// the same).
  virtual void fit(const Dataset& train, const RunControl& control = {}) = 0;

  virtual Task task() const = 0;
  virtual Capabilities capabilities() const = 0;
  /// Its name in the catalogue and in model files: "mlp".
  const std::string& kind() const { return kind_; }

  /// The options of the next fit(). The struct is options().as<PerceptronOptions>().
  const OptionSet& options() const { return options_; }
  /// Changes an option for the next fit(). Of a fitted estimator, options that act when it predicts
  /// (Field::at_prediction: `tta`, `threads`) take effect at once, and in the model that it saves.
  /// Errors: std::invalid_argument naming the nearest option, for an unknown name; naming option,
  /// range and value, for a value that is invalid or that the fitted model cannot use. The
  /// estimator then does not change.
  void set_option(std::string_view name, const Value& value);
  /// The preprocessing of the features.
  const PreprocessOptions& preprocess() const { return preprocess_; }

  /// An unfitted estimator with the same options.
  std::unique_ptr<Estimator> clone() const { return unfitted(); }

  bool is_fitted() const { return fitted_; }
  /// The fitted model. Errors: std::logic_error "not fitted".
  const Model& model() const;
  /// Errors: std::logic_error "not fitted"; std::runtime_error as replace_file().
  void save(const std::string& path) const;

 protected:
  Estimator(std::string kind, OptionSet options, PreprocessOptions preprocess = {});
  /// A fitted estimator, from a model. Options that the model does not record are taken from
  /// `options`. Errors: ModelError for invalid options.
  Estimator(Model model, OptionSet options);

  /// Stores the model that fit() has trained.
  void keep(Model model);
  /// The options used in prediction: those of the last fit(), with later changes of the options
  /// that act at prediction.
  const OptionSet& prediction_options() const { return used_; }
  /// Called before an option that acts at prediction changes to its value in `options`, on a fitted
  /// estimator. An estimator that contains others passes the change on to them. Errors:
  /// std::invalid_argument for a value that the fitted model cannot predict with.
  virtual void accept_prediction_option(std::string_view /*name*/, const OptionSet& /*options*/) {}
  /// Called by set_option() with all options as they would be. Errors: std::invalid_argument for
  /// options that do not go together; those that training alone can judge are errors of fit().
  virtual void accept_options(const OptionSet& /*options*/) const {}
  virtual std::unique_ptr<Estimator> unfitted() const = 0;

 private:
  std::string kind_;
  OptionSet options_, used_;
  PreprocessOptions preprocess_;
  Model model_;
  bool fitted_ = false;
};

struct LearningRateSearch;

/// An estimator that predicts a target and is evaluated by metrics.
class Supervised : public Estimator {
 public:
  std::unique_ptr<Supervised> clone() const;

  /// Every later fit() starts from this model: from its parameters instead of random ones, and with
  /// its fitted preprocessing, if any.
  /// Errors: std::invalid_argument unless capabilities().warm_start; at fit, if networks or classes
  /// differ, naming both.
  void start_from(const Model& model);

  /// The predictions for `data` together with the true targets, from which every metric is
  /// computed. Errors: as predicting; ModelError for a prediction that is not finite, with its row.
  virtual Predictions predictions(const Dataset& data) const = 0;
  /// The predictions of the last fit() for its samples of weight above 0, each by the parts of the model
  /// that did not learn from it; nullptr unless it held out folds. A model that was loaded has none.
  virtual const Predictions* out_of_fold() const { return nullptr; }
  /// The prediction for one sample: predict_proba() of a classifier (decision_function() if it has
  /// no probabilities), predict() of a regressor. For programs that predict one sample at a time:
  /// it takes microseconds. Features are in the order of the training columns: a category as its
  /// index, a missing value as NaN, an image as its bytes. The default implementation builds a
  /// table of one row, all columns of which are numbers.
  /// Shapes:  features (features) -> (classes) or (outputs).
  /// Errors: std::logic_error "not fitted"; std::invalid_argument "X has 1 features, expected 8";
  /// DataError for a value that the preprocessing does not take.
  virtual std::vector<double> predict_one(std::span<const double> features) const = 0;

  /// One metric on `data`, by its name in the catalogue of metrics: "f1_macro", "f_beta:0.5". The
  /// default is default_metric(): accuracy, or R^2. NaN if the metric is undefined for the data. Rows
  /// of weight 0 count as absent.
  /// Errors:  std::invalid_argument naming the nearest metric, or for a metric of another task.
  double score(const Dataset& data, const std::string& metric = {}) const;
  /// Every score on `data`. Rows of weight 0 count as absent.
  Scores scores(const Dataset& data) const;

 protected:
  using Estimator::Estimator;
  /// The model that fit() starts from: the one given to start_from(), else with the option
  /// warm_start the current one, else nullptr.
  const Model* start() const;

 private:
  friend LearningRateSearch find_learning_rate(const Supervised&, const Dataset&, const EventSink&);
  virtual LearningRateSearch search_learning_rate(const Dataset& train,
                                                  const EventSink& on_event) const;

  std::optional<Model> start_;
};

/// Looks for a learning rate for `estimator` on `train`, as find_learning_rate() of a network does.
/// The estimator is not fitted.
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
  /// The predicted labels as indices into classes().
  std::vector<std::int32_t> predict_index(const Dataset& data) const;
  /// Probabilities (N, classes), float32; each row sums to 1.
  /// Errors: std::logic_error "not fitted"; std::invalid_argument "X has 1 features, expected 8",
  /// or unless has_probabilities().
  virtual Tensor predict_proba(const Dataset& data) const = 0;
  /// Whether the fitted model has probabilities: not if it is a unit whose output is a step or its
  /// score.
  /// Errors: std::logic_error "not fitted".
  virtual bool has_probabilities() const { return true; }
  /// Scores of the classes: (N) for two classes, positive for classes()[1]; otherwise (N, classes),
  /// the largest of which is predicted. If a model has no scores, they are the difference of the
  /// two probabilities, or the probabilities. Errors: as predict_proba, except for
  /// has_probabilities().
  virtual std::vector<double> decision_function(const Dataset& data) const;
  Predictions predictions(const Dataset& data) const override;
  std::vector<double> predict_one(std::span<const double> features) const override;

 protected:
  using Supervised::Supervised;
  /// The class of each sample, by its scores from decision_function(): the largest, and the first of
  /// equal ones; of two classes the second for a positive score. A kind whose rule for ties differs
  /// overrides it.
  virtual std::vector<std::int32_t> decide(std::span<const double> scores) const;
};

/// Predicts one or several numbers.
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

/// Learns from features alone, and transforms features.
class Transformer : public Estimator {
 public:
  Task task() const override { return Task::transform; }
  std::unique_ptr<Transformer> clone() const;
  /// A table with as many rows, its columns named by the transformer; target, weights and the name
  /// of the data set are those of `data`.
  /// Errors: std::logic_error "not fitted"; std::invalid_argument "X has 1 features, expected 8";
  /// DataError for values that it does not accept.
  virtual Dataset transform(const Dataset& data) const = 0;

 protected:
  using Estimator::Estimator;
};

/// Scores on the test part, or on the training and the test part with the verdict on over- and
/// under-fitting. Stream the result to print the table.
Evaluation evaluate(const Supervised& estimator, const Dataset& test);
Evaluation evaluate(const Supervised& estimator, const Dataset& train, const Dataset& test);

}  // namespace hebb
