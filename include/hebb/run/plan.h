#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hebb/model/model.h"
#include "hebb/nn/network.h"
#include "hebb/run/run.h"

namespace hebb {

/// The model that a run would train, and the memory that it would need.
struct RunPlan {
  Network network = {};    ///< or, if it is empty, units:
  LinearUnits units = {};  ///< without their weights; none if only training shows what is learnt
  double memory = 0;       ///< bytes, an estimate
  double memory_limit = 0;
  /// Of an ensemble, which is neither: what each of its members would be, and their kinds. A bagging
  /// has one plan, which all members share.
  std::vector<RunPlan> members = {};
  std::vector<std::string> member_kinds = {};

  bool is_network() const { return !network.stages().empty(); }
  bool is_units() const { return units.units > 0; }
  bool is_ensemble() const { return !members.empty(); }
  /// Whether the structure is known before training.
  bool is_known() const;
  /// Those that are known before training; of an ensemble without those of a final model that learns
  /// from the members.
  std::size_t parameters() const;
  std::size_t copies = 1;  ///< of a bagging: the number of its members
};
/// Fits the preprocessing, but trains nothing.
/// Errors:  as check_network(), Preprocessor::fit(), plan_classifier() and plan_regressor().
RunPlan plan_run(const PreparedRun& run);

}  // namespace hebb
