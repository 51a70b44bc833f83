#pragma once

#include <cstddef>

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

  bool is_network() const { return !network.stages().empty(); }
  bool is_units() const { return units.units > 0; }
  /// 0 if only training shows how many.
  std::size_t parameters() const;
};
/// Fits the preprocessing, but trains nothing.
/// Errors:  as check_network(), Preprocessor::fit(), plan_classifier() and plan_regressor().
RunPlan plan_run(const PreparedRun& run);

}  // namespace hebb
