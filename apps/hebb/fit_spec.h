#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/core/fields.h"
#include "hebb/data/folds.h"
#include "hebb/run/run.h"
#include "options.h"

namespace hebb::app {

/// The options of `fit` besides those of data, preprocessing and models.
struct FitOptions {
  std::string task = "auto";
  std::string model = "mlp";
  std::optional<std::string> test;
  std::optional<std::string> output;
  bool force = false;
  std::optional<std::string> report;
  std::vector<std::string> plot;
  std::optional<std::string> from;
  std::optional<std::string> checkpoint;
  double checkpoint_seconds = RunControl().checkpoint_seconds;
  std::optional<std::string> resume;
  bool dry_run = false;
  bool find_lr = false;
  std::optional<int> folds;
  int repeats = FoldOptions().repeats;
  bool stratify_folds = FoldOptions().stratify;
  std::optional<double> fold_size;
  std::optional<std::string> out_of_fold;
  std::optional<std::size_t> trace;

  static const FieldList& fields();
};

/// The run that the options of `fit` describe. Reads no file but the model of --from. Errors:
/// std::invalid_argument for flags that the kind of model does not have, or that exclude each
/// other; as Model::load().
RunSpec fit_spec(Settings& settings);

}  // namespace hebb::app
