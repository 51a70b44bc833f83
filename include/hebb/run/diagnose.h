#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/checks/check.h"
#include "hebb/data/dataset.h"
#include "hebb/metrics/evaluation.h"
#include "hebb/model/model.h"

namespace hebb {

/// "under_fitting", "over_fitting", "learning_rate_too_high", "learning_rate_too_low",
/// "more_epochs", "plateau", "unscaled_features", "imbalance", "leakage".
const std::vector<std::string>& finding_kinds();

/// What is known of a run. What is absent is not judged.
struct RunFacts {
  std::vector<double> loss_curve = {};         ///< mean loss of each epoch
  std::vector<double> validation_scores = {};  ///< by epoch
  std::size_t max_epochs = 0;                  ///< the most there may have been; 0: not known
  std::optional<double> baseline_loss = {};    ///< of guessing without a look at the features
  std::optional<double> learning_rate = {};    ///< unset: the solver finds its own steps
  Evaluation evaluation = {};
  bool scaled = false;             ///< the features were brought to one scale
  bool weighted_classes = false;   ///< by class_weight
  const Dataset* train = nullptr;  ///< as it was given; not owned
  const Dataset* test = nullptr;   ///< likewise
};

/// The facts of a run that ended in `model`. The data sets must outlive the result.
RunFacts facts_of(const Model& model, Evaluation evaluation, const Dataset* train = nullptr,
                  const Dataset* test = nullptr);

/// Looks for what commonly goes wrong, worst first; empty: nothing was found. Histories are judged
/// from 8 epochs on. The rules, with their thresholds, open src/run/diagnose.cpp.
/// Threads: any number may call it.
std::vector<Finding> diagnose(const RunFacts& facts);

}  // namespace hebb
