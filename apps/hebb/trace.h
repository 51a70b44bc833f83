#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/estimators/linear.h"
#include "hebb/train/events.h"
#include "json.h"
#include "options.h"

namespace hebb::app {

/// The first updates of single units, in words and figures: `fit --trace N`.
class Trace {
 public:
  explicit Trace(std::size_t most) : most_(most) {}

  /// Keeps an update; false once there are enough.
  bool operator()(const UnitUpdate& update);

  /// What is shown once training is over, in at most `width` columns.
  std::string text(const Supervised& estimator, std::size_t width) const;
  Json json(const Supervised& estimator) const;

 private:
  struct Kept {
    UnitUpdate update;
    std::vector<double> x, before, after;
  };
  std::size_t most_;
  std::vector<Kept> kept_;
};

/// What the chosen kind of model cannot show is said before any data is read.
/// Errors: std::invalid_argument for networks, and for a solver without updates by samples.
void check_trace(const Settings& settings, const EstimatorRow& row);

}  // namespace hebb::app
