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

/// Records and prints the first updates of single units: `fit --trace N`.
class Trace {
 public:
  explicit Trace(std::size_t most) : most_(most) {}

  /// Records an update. Returns false once `most` are recorded.
  bool operator()(const UnitUpdate& update);

  /// The recorded updates as text of at most `width` columns, for after training.
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

/// Checks, before any data is read, that the chosen kind of model has updates to trace.
/// Errors: std::invalid_argument for networks, and for a solver that does not update per sample.
void check_trace(const Settings& settings, const EstimatorRow& row);

}  // namespace hebb::app
