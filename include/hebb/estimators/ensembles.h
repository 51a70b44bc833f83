#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/estimators/candidate.h"
#include "hebb/estimators/estimator.h"
#include "hebb/model/ensemble.h"

/// Ensembles: estimators that train others, their **members**, of any kinds of the catalogue, and
/// predict from their predictions. docs/ensembles.md tells what each is good for.
///
/// Members are trained one after the other, each with all threads, with preprocessing of its own that
/// is fitted to the rows that it learns from. RunControl's events and stop_requested reach them:
/// MemberStarted says which is next. `max_seconds` is for the whole; each training may take an equal
/// share of what is left. The model contains the complete models of the members, and ensembles may
/// contain ensembles, to the depth that model files hold: 8 levels.
namespace hebb {

/// The value of options that leave the choice to the estimator.
inline constexpr const char* kAutomatic = "auto";

/// The options of the members are "base.alpha" and so on: set_option("base.alpha", 0.1).
struct BaggingOptions {
  std::string base = "mlp";      ///< the kind of all members
  std::size_t n_estimators = 10;
  double max_samples = 1;        ///< the share of the rows (or groups) that is drawn for each
  bool bootstrap = true;         ///< draw with replacement
  std::uint64_t random_state = 0;
  std::optional<double> max_seconds = {};
  int threads = 0;

  static const FieldList& fields();
};

struct VotingOptions {
  /// As parse_candidates() reads them. auto: mlp and logistic, for numbers mlp and adaline.
  std::string models = kAutomatic;
  std::string voting = "soft";       ///< the mean of the probabilities; hard: the majority
  std::vector<double> weights = {};  ///< one a model; empty: all equal
  std::uint64_t random_state = 0;
  std::optional<double> max_seconds = {};
  int threads = 0;

  static const FieldList& fields();
};

struct StackingOptions {
  std::string models = kAutomatic;  ///< as VotingOptions::models
  /// Learns from the predictions of the models. auto: logistic, for numbers adaline:full_batch=true.
  std::string final_estimator = kAutomatic;
  /// What it learns from. auto: probabilities, where a model has none the scores of the classes.
  std::string stack_method = kAutomatic;
  bool passthrough = false;  ///< it also learns from the preprocessed features
  int cv = 5;                ///< folds
  bool shuffle = true;       ///< the rows before they are cut into folds
  std::uint64_t random_state = 0;
  std::optional<double> max_seconds = {};
  int threads = 0;

  static const FieldList& fields();
};

/// Whether these are the options of one of the ensembles below.
bool is_ensemble(const OptionSet& options);

/// The models that an ensemble with these options trains for a task: of a bagging one, which stands for
/// all members, of a stacking those that the final one learns from. None if it is no ensemble.
/// Errors: as parse_candidates().
std::vector<Candidate> members_of(const OptionSet& options, Task task);

/// Options of an estimator by name, as the catalogue passes them.
struct FromOptions {
  OptionSet options;
  PreprocessOptions preprocess = {};
};

class EnsembleMembers;

/// What all ensembles share; Base is Classifier or Regressor.
template <class Base>
class EnsembleEstimator : public Base {
 public:
  /// Errors: as Estimator::fit(), with the member's name in front; std::invalid_argument for members
  /// of kinds that do not have the task; StoppedError if training was stopped before there is a model
  /// (a bagging then consists of the members that were complete).
  void fit(const Dataset& data, const RunControl& control = {}) override;
  Capabilities capabilities() const override;
  std::vector<double> predict_one(std::span<const double> features) const override;

  /// Errors: std::logic_error "not fitted".
  std::size_t members() const;
  /// A member, ready to predict. Errors: as members(); std::invalid_argument if there is none.
  const Supervised& member(std::size_t i) const;
  /// How much each counts, as many as members(). Of a stacking all are 1.
  const std::vector<double>& weights() const;
  /// How far the members differ: the standard deviation over the members (not weighted) of each
  /// number, or of the probability of each class; of members without probabilities the class that
  /// they predict counts as 1.
  /// Shapes: (N, classes) or (N, outputs), row-major. Errors: as predicting.
  std::vector<double> spread(const Dataset& data) const;

 protected:
  EnsembleEstimator(std::string kind, OptionSet options, PreprocessOptions preprocess);
  /// Errors: ModelError unless the model is an ensemble of members that can predict.
  EnsembleEstimator(Model model, OptionSet options);

  void accept_prediction_option(std::string_view name, const OptionSet& options) override;
  void accept_options(const OptionSet& options) const override;
  const EnsembleMembers& fitted_members() const;

 private:
  std::shared_ptr<const EnsembleMembers> members_;
};
extern template class EnsembleEstimator<Classifier>;
extern template class EnsembleEstimator<Regressor>;

/// An ensemble that predicts classes. It has probabilities if all its members have, and the classes
/// are not voted on. Votes: decision_function() is the share of the votes of each class (for two
/// classes, that of the second less that of the first), and of classes with equally many the first in
/// the order of classes() is predicted.
class EnsembleClassifier : public EnsembleEstimator<Classifier> {
 public:
  Tensor predict_proba(const Dataset& data) const override;
  bool has_probabilities() const override;
  std::vector<double> decision_function(const Dataset& data) const override;

 protected:
  using EnsembleEstimator::EnsembleEstimator;
};

class EnsembleRegressor : public EnsembleEstimator<Regressor> {
 public:
  std::vector<double> predict(const Dataset& data) const override;

 protected:
  using EnsembleEstimator::EnsembleEstimator;
};

/// Members of one kind, each trained on rows that are drawn at random with replacement; with groups,
/// whole groups are drawn. Each member has another seed, so without `bootstrap` and with all rows it
/// is a deep ensemble. Probabilities or numbers are averaged; members without probabilities vote.
///
/// Rows that a member did not see score it: results record oob_score_, the default metric of the
/// predictions of each row by the members that did not see it, and oob_rows_, the number of rows.
/// Source: Breiman, Machine Learning 24 (1996); Lakshminarayanan et al., NIPS 2017 (deep ensembles).
class BaggingClassifier : public EnsembleClassifier {
 public:
  explicit BaggingClassifier(BaggingOptions options = {}, PreprocessOptions preprocess = {});
  /// Members of the kind of `base` with its options, in place of BaggingOptions::base.
  explicit BaggingClassifier(const Classifier& base, BaggingOptions options = {},
                             PreprocessOptions preprocess = {});
  explicit BaggingClassifier(FromOptions from);
  explicit BaggingClassifier(FromModel from);
  /// Errors: as Model::load; ModelError if the file holds something else.
  static BaggingClassifier load(const std::string& path);

  /// NaN if there were no rows that a member did not see. Errors: std::logic_error "not fitted".
  double oob_score_() const;

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

class BaggingRegressor : public EnsembleRegressor {
 public:
  explicit BaggingRegressor(BaggingOptions options = {}, PreprocessOptions preprocess = {});
  explicit BaggingRegressor(const Regressor& base, BaggingOptions options = {},
                            PreprocessOptions preprocess = {});
  explicit BaggingRegressor(FromOptions from);
  explicit BaggingRegressor(FromModel from);
  static BaggingRegressor load(const std::string& path);

  double oob_score_() const;

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

/// Several kinds, each trained on all rows: the weighted mean of their probabilities or numbers, or the
/// weighted majority of their classes. A model of which the text gives no random_state has a seed that
/// depends on the ensemble's and its place, so several networks of equal options differ.
class VotingClassifier : public EnsembleClassifier {
 public:
  explicit VotingClassifier(VotingOptions options = {}, PreprocessOptions preprocess = {})
      : EnsembleClassifier("voting", std::move(options), std::move(preprocess)) {}
  explicit VotingClassifier(FromModel from);
  static VotingClassifier load(const std::string& path);

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

class VotingRegressor : public EnsembleRegressor {
 public:
  explicit VotingRegressor(VotingOptions options = {}, PreprocessOptions preprocess = {})
      : EnsembleRegressor("voting", std::move(options), std::move(preprocess)) {}
  explicit VotingRegressor(FromModel from);
  static VotingRegressor load(const std::string& path);

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

/// Several kinds, and a final estimator that learns from their predictions. It learns from the
/// predictions of each row by models that were trained without it, on the other folds (fold_rows(),
/// stratified by class; groups and times are heeded). Then each model is trained on all rows. The
/// columns that it learns from are those of scikit-learn's StackingClassifier: of two classes the
/// probability of the second. They are standardised, and so is its target of numbers.
/// Source: Wolpert, Neural Networks 5 (1992).
class StackingClassifier : public EnsembleClassifier {
 public:
  explicit StackingClassifier(StackingOptions options = {}, PreprocessOptions preprocess = {})
      : EnsembleClassifier("stacking", std::move(options), std::move(preprocess)) {}
  explicit StackingClassifier(FromModel from);
  static StackingClassifier load(const std::string& path);

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

class StackingRegressor : public EnsembleRegressor {
 public:
  explicit StackingRegressor(StackingOptions options = {}, PreprocessOptions preprocess = {})
      : EnsembleRegressor("stacking", std::move(options), std::move(preprocess)) {}
  explicit StackingRegressor(FromModel from);
  static StackingRegressor load(const std::string& path);

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

}  // namespace hebb
