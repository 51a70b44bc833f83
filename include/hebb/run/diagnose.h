#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/checks/check.h"
#include "hebb/core/record.h"
#include "hebb/data/dataset.h"
#include "hebb/metrics/evaluation.h"
#include "hebb/model/model.h"
#include "hebb/preprocess/preprocess.h"

namespace hebb {

/// "leakage", "worse_than_chance", "unscaled_features", "unscaled_target", "imbalance",
/// "learning_rate_too_high", "dead_units", "vanishing_gradients", "learning_rate_too_low",
/// "more_epochs", "under_fitting", "over_fitting".
const std::vector<std::string>& finding_kinds();

/// What the layers of a network do on some of the training samples.
struct NetworkFacts {
  struct Activation {
    std::string layer;  ///< "relu"
    std::size_t units = 0;
    std::size_t dead = 0;  ///< their output is 0 for every sample, so they pass no gradient on
  };
  std::size_t samples = 0;                   ///< of the training part, evenly spaced
  std::vector<Activation> activations = {};  ///< in the order of the network, not the last layer
  /// Of each layer with weights: the root mean square of the derivatives of the loss, with the
  /// weights that training began with; of a model that continued from another, with its own.
  std::vector<double> gradients = {};
};
/// Runs up to 256 samples forward and backward. Empty unless the model holds a network.
/// Errors:  as Preprocessor::transform() and LabelEncoder::encode().
NetworkFacts network_facts(const Model& model, const Dataset& train, bool continued = false);

/// The known facts of a run. Rules whose facts are absent are skipped.
struct RunFacts {
  std::string kind = {};  ///< of the model: "mlp"
  Record options = {};    ///< of the model; an option that it does not contain is never advised
  PreprocessOptions preprocess = {};
  bool linear = false;     ///< it has units and no hidden layer
  bool continued = false;  ///< it started from another model: the network cannot be changed

  std::vector<double> loss_curve = {};         ///< mean loss of each epoch
  std::vector<double> validation_scores = {};  ///< by epoch
  std::optional<double> baseline_loss = {};    ///< of guessing without the features
  std::optional<double> zero_loss = {};        ///< of outputs of zero, near which training begins
  Evaluation evaluation = {};
  NetworkFacts network = {};
  const Dataset* train = nullptr;  ///< as it was given; not owned
  const Dataset* test = nullptr;   ///< likewise
};

/// The facts of the run that produced `model`. The network is examined if the scores show
/// under-fitting. The data sets must outlive the result. Errors: as network_facts().
RunFacts facts_of(const Model& model, Evaluation evaluation, const Dataset* train = nullptr,
                  const Dataset* test = nullptr, bool continued = false);

/// What is wrong with a run and what to do about it. Findings on the data come first, then at most
/// one on training: the first that explains the verdict of judge() on the same scores, so the two
/// never contradict each other. Advice names only options that the model has, and is given only
/// where following it is known to help (bench/advice.py measures that). The rules and their
/// thresholds are listed at the top of src/run/diagnose.cpp. Loss curves are examined if they have
/// 8 epochs or more.
/// Threads: any number may call it.
std::vector<Finding> diagnose(const RunFacts& facts);

}  // namespace hebb
