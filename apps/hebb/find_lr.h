#pragma once

#include <string>
#include <vector>

#include "figures.h"
#include "hebb/estimators/estimator.h"
#include "options.h"

namespace hebb::app {

/// `fit --find-lr`: searches a learning rate for `estimator`, of the kind `model`, on `train`,
/// prints it, and draws the search into the files asked for. Nothing is learnt. Returns the exit
/// code.
int find_lr(Estimator& estimator, const std::string& model, const Dataset& train,
            const std::vector<FigureRequest>& figures, const Settings& settings);

}  // namespace hebb::app
