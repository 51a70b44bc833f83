#pragma once

#include <vector>

#include "hebb/estimators/catalogue.h"
#include "options.h"

namespace hebb::app {

/// `lists` and the options of every kind of model behind them.
std::vector<OptionList> with_models(std::vector<OptionList> lists);

/// Refuses options that the chosen kind of model does not have.
/// Errors: std::invalid_argument naming option, model and the nearest option that it has.
void check_options(const Settings& settings, const EstimatorRow& row);

}  // namespace hebb::app
