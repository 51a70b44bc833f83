#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/core/fields.h"
#include "hebb/data/folds.h"
#include "hebb/run/run.h"
#include "options.h"
#include "run_spec.h"

namespace hebb::app {

/// The options of `fit` alone.
struct FitOptions {
  std::optional<std::string> report;
  std::vector<std::string> plot;
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

/// run_spec(), with the checkpoint of `fit`.
RunSpec fit_spec(Settings& settings);

}  // namespace hebb::app
