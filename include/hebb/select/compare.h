#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hebb/core/task.h"
#include "hebb/data/folds.h"
#include "hebb/metrics/significance.h"
#include "hebb/run/run.h"
#include "hebb/select/candidate.h"
#include "hebb/select/cross_validate.h"

/// A comparison of several models on the same rows, with tests of what it shows.
///
///     hebb::Comparison all = hebb::compare_models(
///         {.data = "wine"}, {.candidates = hebb::parse_candidates("mlp,logistic")});
///     std::string shown = all.conclusions.front();
namespace hebb {

struct CompareOptions {
  std::vector<Candidate> candidates = {};  ///< empty: fitting_candidates()
  /// Unset: each model is trained once and judged on the test part if the data have one, otherwise
  /// there are 5 folds.
  std::optional<FoldOptions> folds = {};
  std::string metric = {};  ///< that ranks the models; empty: default_metric()
  double alpha = 0.05;      ///< a difference is shown if its adjusted p-value is below
  double level = 0.95;      ///< of intervals
  /// The seed of folds, of resamples, and of the training of each candidate that does not set
  /// `random_state` itself.
  std::uint64_t random_state = 0;
  std::optional<double> max_seconds = {};  ///< of one training; one that takes longer has failed
};

/// A score of one model over all folds, or on the test part.
struct ComparedScore {
  FoldScore score = {};
  /// Of the expected score: fold_interval(), cut to the range of the metric. On one test part, of the
  /// metric that ranks: from the bootstrap, or Wilson's if it is the accuracy of rows without weights.
  /// Unset where there is none.
  std::optional<Interval> interval = {};
};

/// What is known of one candidate.
struct ComparedModel {
  Candidate candidate = {};
  std::string error = {};  ///< why a training of it failed: it is not ranked then
  /// Every scalar score, as in CrossValidation::scores; empty without a training that has ended.
  std::vector<ComparedScore> scores = {};
  std::vector<double> values = {};  ///< of the metric that ranks, a training each; NaN: undefined
  double fit_seconds = 0;           ///< mean of the trainings
  double predict_seconds = 0;       ///< of a sample, predicted with all others of its part; mean
  double peak_bytes = 0;            ///< of memory while it was trained, with the data; the most
  std::optional<double> model_bytes = {};  ///< of the saved model; mean
  std::size_t parameters = 0;              ///< of the first training
  std::vector<std::string> warnings = {};  ///< of all trainings, each once
};

/// The test of two ranked models. `first` is ranked before `second`.
struct ComparedPair {
  std::size_t first = 0, second = 0;  ///< in Comparison::models
  double difference = 0;              ///< of the metric, first - second
  double p = 1, adjusted_p = 1;       ///< two-sided; adjusted by Holm for all pairs
  bool shown = false;                 ///< adjusted_p < alpha
  /// About the least difference that this comparison could have shown, with the spread that was
  /// found; unset if none.
  std::optional<double> least = {};
};

struct Comparison {
  std::string data = {};
  Task task = Task::classify;
  std::string metric = {}, metric_label = {};
  bool higher_is_better = true;
  double alpha = 0.05, level = 0.95;
  std::optional<FoldOptions> folds = {};        ///< unset: one test part
  std::size_t train_samples = 0;                ///< of a training, the mean
  std::size_t test_samples = 0;                 ///< likewise
  std::vector<std::string> notes = {};          ///< on the data, in words
  std::vector<ComparedModel> models = {};       ///< in the order of the candidates
  std::vector<std::size_t> ranking = {};        ///< best first, without those that failed
  std::vector<ComparedPair> pairs = {};         ///< of all ranked models, in their order
  std::string test = {};                        ///< the name of the test of pairs
  std::vector<std::string> conclusions = {};    ///< sentences: what is shown and what is not
  std::size_t trainings = 0, of_trainings = 0;  ///< done, or failed; without those left out
  bool complete = false;                        ///< false: stopped on request
  double seconds = 0;                           ///< of all trainings, and the pilots before them
  /// What `seconds` was expected to be before the first training; unset: not known.
  std::optional<double> predicted_seconds = {};
};

/// The state of a comparison that is running.
struct CompareProgress {
  const Comparison& so_far;                 ///< without ranking, pairs and conclusions
  std::optional<std::size_t> running = {};  ///< the candidate that is being trained
  bool pilot = false;                       ///< on a few of the rows, before the first training
  std::size_t round = 0;                    ///< the fold, from 0
  double running_seconds = 0;               ///< of this training, so far
  /// Until the end of the whole: each training takes as long as those of the same candidate before it,
  /// by the number of rows, or as its pilots predict. Unset while that of a candidate is not known.
  std::optional<double> seconds_left = {};
};

struct CompareControl {
  /// Called with Comparison::notes before the first training.
  std::function<void(const std::vector<std::string>& notes)> on_notes = {};
  /// Called once, before the first training, with Comparison::predicted_seconds, unless that is unset.
  std::function<void(const Comparison& so_far)> on_predicted = {};
  /// Called before and after each training, and some ten times a second meanwhile.
  std::function<void(const CompareProgress&)> on_progress = {};
  std::function<bool()> stop_requested = {};  ///< asked ten times a second
};

/// Trains every candidate on the same folds, or once on the training part, and compares them.
///
/// Each training runs in a process of its own (run_in_process()), so that its memory is measured and a
/// crash ends no other; a candidate of which one training fails is not trained further. The trainings
/// follow each other, and each may use all threads: seconds are those of a model that has the machine to
/// itself. Fold 1 of all candidates comes first, then fold 2 of all, so that a comparison that is
/// stopped has the same folds of all models.
///
/// Before the first training, each candidate is trained on a 64th of the rows of a fold, on twice as many
/// and so on, as long as that takes few percent of the whole. The time of all trainings is predicted
/// from the times of these pilots, mostly to within a factor of 2. They change no result.
///
/// In fold i, from 0, a model is trained with the seed `random_state` + 1,000,003 i, so that the scores
/// vary as much as the seed makes them: with one seed for all folds, its luck would be taken for a
/// difference between the models. bench/null.py counts how often that happens.
///
/// The models are ranked by the mean of the metric over the folds. All pairs are tested: with folds by
/// the corrected resampled t-test, on a test part by McNemar's exact test of the accuracy, or by the
/// paired bootstrap of any other metric and of rows with weights. Since the best model is chosen by the
/// same scores, the p-values are adjusted for all pairs, not only for those with the best.
///
/// Of `spec`, data, test data, task, preprocessing and metrics count.
/// Errors:  as prepare_run() and fold_rows(); std::invalid_argument for candidates with the same name,
///          for none that fits the data, for a metric of another task, for a spec with a model, and for
///          alpha or level out of range. A candidate that fails is no error: ComparedModel::error.
/// Threads: as run_in_process(): other threads must not call hebb meanwhile.
Comparison compare_models(RunSpec spec, const CompareOptions& options = {},
                          const CompareControl& control = {});

/// The score of a model with this key. Errors: std::invalid_argument if there is none.
const ComparedScore& compared_score(const ComparedModel& model, const std::string& key);

}  // namespace hebb
