#pragma once

#include <vector>

#include "hebb/metrics/bootstrap.h"
#include "hebb/select/compare.h"
#include "select/judged_run.h"

namespace hebb {

/// Ranks the models of a comparison, tests all pairs and says what is shown. `judged` are those of each
/// model; with folds, `test_share` is the number of rows held out divided by those trained on.
void conclude(Comparison& comparison, const std::vector<std::vector<JudgedRun>>& judged,
              double test_share, const BootstrapOptions& resamples);

}  // namespace hebb
