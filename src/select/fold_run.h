#pragma once

#include <vector>

#include "hebb/data/folds.h"
#include "hebb/run/run.h"
#include "hebb/select/cross_validate.h"

namespace hebb {

/// The run of one fold: trained on its training rows of `whole`, and scored on the rows that it holds
/// out. It saves nothing.
inline PreparedRun fold_run(const PreparedRun& whole, const Fold& fold) {
  PreparedRun run = whole;
  run.train = whole.train.select(fold.train);
  run.test = whole.train.select(fold.test);
  run.notes.clear();
  run.spec.model_file.clear();
  run.spec.checkpoint = {};
  return run;
}

/// cross_validate() on folds that have been cut, of which all repeats have `options.folds`.
CrossValidation cross_validate(const PreparedRun& run, const FoldOptions& options,
                               const std::vector<Fold>& cuts, const RunControl& control,
                               const FoldSink& on_fold = {});

}  // namespace hebb
