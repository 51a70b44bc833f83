#pragma once

#include <vector>

#include "figures.h"
#include "hebb/estimators/catalogue.h"
#include "options.h"

namespace hebb::app {

/// `fit --find-lr`: searches a learning rate for `estimator`, of the kind `row`, on `train`,
/// prints it, and draws the search into the files asked for. Nothing is learnt. Returns the exit
/// code.
int find_lr(const Supervised& estimator, const EstimatorRow& row, const Dataset& train,
            const std::vector<FigureRequest>& figures, Settings& settings);

}  // namespace hebb::app
