#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/core/fields.h"
#include "hebb/run/run.h"
#include "options.h"

namespace hebb::app {

/// What `fit` takes beside the options of data, preprocessing and models.
struct FitOptions {
  std::string task = "auto";
  std::string model = "mlp";
  std::optional<std::string> test;
  std::optional<std::string> output;
  std::optional<std::string> report;
  std::vector<std::string> plot;
  std::optional<std::string> from;
  std::optional<std::string> checkpoint;
  double checkpoint_seconds = RunControl().checkpoint_seconds;
  std::optional<std::string> resume;
  bool dry_run = false;
  bool find_lr = false;
  std::optional<std::size_t> trace;

  static const FieldList& fields();
};

/// What the options of `fit` ask for. Only the flags are looked at, and the model of --from is
/// read. Errors: std::invalid_argument for flags that the kind of model does not have, or that do
/// not go together; as Model::load().
RunSpec fit_spec(Settings& settings);

}  // namespace hebb::app
