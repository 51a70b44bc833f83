#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/core/fields.h"
#include "hebb/run/run.h"
#include "options.h"

namespace hebb::app {

/// Which model is trained.
struct ModelOptions {
  std::string task = "auto";
  std::string model = "auto";

  static const FieldList& fields();
};

/// The options of verbs that train one model, besides those of data, preprocessing and models.
struct RunOptions {
  std::optional<std::string> test;
  std::optional<std::string> from;
  std::optional<std::string> output;
  bool force = false;

  static const FieldList& fields();
};

/// The options of reading for data to train on: what its columns are taken for is decided, unless
/// --kinds says otherwise.
DataOptions training_data(const Settings& settings);

/// The run that the data, preprocessing and model of a verb's options describe, without a test part.
/// Errors: std::invalid_argument for flags that the kind of model does not have.
RunSpec model_spec(Settings& settings);

/// The run of a new model with the kind, options, task and preprocessing of another, as far as the
/// options of the verb do not change them. Errors: as model_spec().
RunSpec spec_like(const Model& model, Settings& settings);

/// The run that the options of a verb describe. Reads no file but the model of --from. Errors:
/// std::invalid_argument for flags that the kind of model does not have, or that exclude each
/// other; as Model::load().
RunSpec run_spec(Settings& settings);

/// `spec` for a verb that varies the options of `space`, as --space has them: if the kind of model is
/// open, they count where it is chosen. Errors: as Space::parse().
RunSpec for_space(RunSpec spec, const std::vector<std::string>& space, const Settings& settings);

/// Checks that --output replaces nothing but a model, unless --force is given.
void check_output(const RunOptions& options);

}  // namespace hebb::app
