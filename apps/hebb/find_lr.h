#pragma once

#include <vector>

#include "figures.h"
#include "hebb/estimators/estimator.h"
#include "options.h"

namespace hebb::app {

/// `fit --find-lr`: searches a learning rate for `estimator`, of the kind `row`, on `train`,
/// prints it, and draws the search into the files asked for. Nothing is learnt. Returns the exit
/// code.
int find_lr(Estimator& estimator, const EstimatorRow& row, const Dataset& train,
            const std::vector<FigureRequest>& figures, Settings& settings);

}  // namespace hebb::app
