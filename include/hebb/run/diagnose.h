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
/// "more_epochs", "plateau", "unscaled_features", "imbalance", "leakage", "worse_than_chance".
const std::vector<std::string>& finding_kinds();

/// The known facts of a run. Rules whose facts are absent are skipped.
struct RunFacts {
  std::vector<double> loss_curve = {};         ///< mean loss of each epoch
  std::vector<double> validation_scores = {};  ///< by epoch
  std::size_t max_epochs = 0;                  ///< the maximum; 0: not known
  std::optional<double> baseline_loss = {};    ///< of guessing without the features
  std::optional<double> learning_rate = {};    ///< unset: the solver has none
  Evaluation evaluation = {};
  bool scaled = false;             ///< the features were scaled
  bool weighted_classes = false;   ///< by class_weight
  const Dataset* train = nullptr;  ///< as it was given; not owned
  const Dataset* test = nullptr;   ///< likewise
};

/// The facts of the run that produced `model`. The data sets must outlive the result.
RunFacts facts_of(const Model& model, Evaluation evaluation, const Dataset* train = nullptr,
                  const Dataset* test = nullptr);

/// Detects common problems. Returns the findings, worst first. Loss and score histories are
/// examined if they have 8 epochs or more. The rules and their thresholds are listed at the top of
/// src/run/diagnose.cpp.
/// Threads: any number may call it.
std::vector<Finding> diagnose(const RunFacts& facts);

}  // namespace hebb
