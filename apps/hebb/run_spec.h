#pragma once

#include <optional>
#include <string>

#include "hebb/core/fields.h"
#include "hebb/run/run.h"
#include "options.h"

namespace hebb::app {

/// The options of verbs that train, besides those of data, preprocessing and models.
struct RunOptions {
  std::string task = "auto";
  std::string model = "mlp";
  std::optional<std::string> test;
  std::optional<std::string> from;
  std::optional<std::string> output;
  bool force = false;

  static const FieldList& fields();
};

/// The run that the options of a verb describe. Reads no file but the model of --from. Errors:
/// std::invalid_argument for flags that the kind of model does not have, or that exclude each
/// other; as Model::load().
RunSpec run_spec(Settings& settings);

/// Checks that --output replaces nothing but a model, unless --force is given.
void check_output(const RunOptions& options);

}  // namespace hebb::app
