#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/metrics/catalogue.h"
#include "hebb/model/model.h"
#include "hebb/preprocess/preprocess.h"
#include "hebb/train/events.h"
#include "hebb/train/options.h"
#include "hebb/train/trainer.h"

namespace hebb {

/// What learns from a data set and predicts.
/// Threads: fitting changes the object, so each thread fits its own; everything const may be called
/// by any number of threads at once, on one object and one data set, and gives each the bits of
/// one.
class Estimator {
 public:
  virtual ~Estimator() = default;

  /// Learns. Forgets what was learnt before, unless `warm_start`.
  /// Errors: std::invalid_argument for options out of range (named, with range and value) and for
  /// "0 samples" or "0 features"; DataError for values that are not finite; DivergedError;
  /// std::runtime_error if the last checkpoint cannot be kept: what was trained is kept here.
  virtual void fit(const Dataset& train, const RunControl& control = {}) = 0;
  /// Every later fit() goes on from this model: its parameters in place of random ones, and its
  /// preprocessing as it was learnt, where it has any.
  /// Errors at fit: std::invalid_argument if networks or classes differ, naming both.
  virtual void start_from(const Model& model) = 0;
  /// The mean score on `data`: accuracy, or R^2.
  double score(const Dataset& data) const;
  /// What it says of `data`, beside the truth: what every metric is computed from.
  virtual Predictions predictions(const Dataset& data) const = 0;
  /// Every score on `data`.
  Scores scores(const Dataset& data) const { return scores_of(predictions(data)); }

  /// What predict_proba() (of a classifier; decision_function() where it has no probabilities) or
  /// predict() (of numbers) says of one sample, for programs that ask for one at a time: it takes
  /// microseconds. Features stand in the order of the training columns: a category by its index,
  /// NaN where a value is missing, an image as its bytes. Shapes:  features (features) -> (classes)
  /// or (outputs). Errors: std::logic_error "not fitted"; std::invalid_argument "X has 1 features,
  /// expected 8"; DataError for a value that the preprocessing does not take.
  virtual std::vector<double> predict_one(std::span<const double> features) const = 0;

  /// From now on predictions are averaged over so many copies of each image (NetOptions::tta), in
  /// place of as many as the model was trained to have.
  /// Errors: std::invalid_argument for a number out of range, and unless it is a network on images.
  virtual void set_tta(std::size_t copies);

  bool is_fitted() const { return fitted_; }
  virtual bool is_classifier() const = 0;
  /// What was learnt. Errors: std::logic_error "not fitted".
  const Model& model() const;
  /// Errors: std::logic_error "not fitted"; std::runtime_error as replace_file().
  void save(const std::string& path) const;

 protected:
  Model model_;
  bool fitted_ = false;
};

/// Predicts one of a set of labels.
class Classifier : public Estimator {
 public:
  bool is_classifier() const override { return true; }
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
};

/// Predicts numbers.
class Regressor : public Estimator {
 public:
  bool is_classifier() const override { return false; }
  const std::vector<std::string>& targets() const { return model().target_names; }
  /// (N, outputs), row-major. Errors: as Classifier::predict_proba.
  virtual std::vector<double> predict(const Dataset& data) const = 0;
  Predictions predictions(const Dataset& data) const override;
};

/// The estimator that a model file holds, ready to predict.
/// Errors: as Model::load; ModelError for a kind, or options, that this hebb does not know.
std::unique_ptr<Estimator> load_model(const std::string& path);

/// Scores on one part, or on two side by side, with the verdict: stream it for the table.
Evaluation evaluate(const Estimator& estimator, const Dataset& test);
Evaluation evaluate(const Estimator& estimator, const Dataset& train, const Dataset& test);

/// One kind of estimator for `--model`. A test holds every row to what all estimators promise.
struct EstimatorRow {
  std::string name;
  std::string help;
  bool regresses = true;  ///< whether it predicts numbers too
  bool network = false;   ///< its options are NetOptions, or derived from them
  /// Its options: the fields of a struct, and how to make one, with its defaults.
  const FieldList* fields;
  std::shared_ptr<void> (*options)();
  /// A new one, to classify or to predict numbers, by options as `options` makes them.
  /// Errors: std::invalid_argument for numbers unless `regresses`.
  std::unique_ptr<Estimator> (*make)(bool classifies, const void* options,
                                     const PreprocessOptions& preprocess);
  /// The one that a model of this kind describes, ready to predict. Errors: ModelError for options
  /// that do not hold.
  std::unique_ptr<Estimator> (*restore)(Model model);
};
const std::vector<EstimatorRow>& estimator_catalogue();
std::vector<std::string> estimator_names();

}  // namespace hebb
