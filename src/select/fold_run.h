#pragma once

#include "hebb/data/folds.h"
#include "hebb/run/run.h"

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

}  // namespace hebb
