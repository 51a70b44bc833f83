#pragma once

#include <vector>

#include "hebb/estimators/catalogue.h"
#include "options.h"

namespace hebb::app {

/// `lists`, followed by the options of every kind of model.
std::vector<OptionList> with_models(std::vector<OptionList> lists);

/// Checks that the chosen kind of model has all given options.
/// Errors: std::invalid_argument with the option, the model and its most similar option.
void check_options(const Settings& settings, const EstimatorRow& row);

}  // namespace hebb::app
