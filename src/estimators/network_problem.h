#pragma once

// The training problem that a network estimator builds from a data set: inputs, targets, validation
// part, loss and initial network. Training and the learning rate search share it.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hebb/estimators/mlp.h"

namespace hebb {

/// Checks the requirements of test-time averaging, before training as well as before prediction.
/// Errors: std::invalid_argument for several copies of data that are not images.
void check_tta(const NetOptions& options, bool images);

class NetworkProblem {
 public:
  /// Uses the task, options and preprocessing of `estimator`, and starts from the model `start`
  /// unless it is null. Errors: as Estimator::fit.
  NetworkProblem(const Estimator& estimator, const Model* start, const Dataset& data);
  NetworkProblem(const NetworkProblem&) = delete;
  NetworkProblem& operator=(const NetworkProblem&) = delete;

  /// Trains the network. Errors: as train() (hebb/train/trainer.h); the network then has its last
  /// finite parameters.
  TrainResult train(const RunControl& control);
  LearningRateSearch search(const EventSink& on_event) const;

  /// The predictions for the rows in folds, by the members that did not learn from them; nothing without
  /// folds.
  std::optional<Predictions> out_of_fold() const;

  /// The model with the current network, without results. Must be called at most once.
  Model take_model();

 private:
  void prepare_classes(const Dataset& train);
  void prepare_numbers(const Dataset& train);
  void decide_options(const Dataset& train, std::size_t outputs);
  void add_weights(const std::vector<double>& weights);
  void finish_model(const Dataset& train, MLPPlan plan);
  void hold_out_validation(const Dataset& train);
  void hold_out_fraction(const Dataset& train, std::span<const std::uint32_t> rows);
  void hold_out_folds(const Dataset& train, std::span<const std::uint32_t> rows);
  Predictions predictions_of(ConstView outputs, std::span<const std::uint32_t> rows,
                             bool ranks) const;
  double validation_score(ConstView outputs, std::span<const std::uint32_t> rows) const;

  const Estimator& estimator_;
  NetOptions options_;
  const Model* start_;
  std::optional<Dataset> rest_;
  Preprocessor preprocessor_;
  std::vector<std::uint32_t> kept_;  // rows of the data set, those that the inputs hold

  Inputs inputs_;
  Targets targets_;
  std::vector<std::uint32_t> rows_;   // of the inputs, those with a weight above 0
  std::vector<double> labels_;        // of these, for a stratified validation part
  std::vector<std::uint32_t> folds_;  // by row of the inputs, or empty
  std::vector<double> held_weights_;  // of rows_, those of the data set; or empty: all one
  std::vector<float> weights_;        // by row of the inputs, or empty: all one

  Model model_;
  Network network_;
  std::unique_ptr<Loss> loss_;
  TrainingSet training_, validation_;
  Metric metric_;  // of the validation part
};

}  // namespace hebb
