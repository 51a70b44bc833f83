#pragma once

#include <vector>

#include "hebb/estimators/catalogue.h"
#include "options.h"

namespace hebb::app {

/// `lists`, followed by the options of every kind of model.
std::vector<OptionList> with_models(std::vector<OptionList> lists);

/// Checks that the chosen kind of model, or the kind of its members, has all given options.
/// Errors: std::invalid_argument with the option, the model and its most similar option.
void check_options(const Settings& settings, const EstimatorRow& row);

/// The given options of a kind of model, and of the kind of its members: with --model bagging, --hidden
/// is base.hidden_layer_sizes. An option that both have is the ensemble's.
/// Errors: as Settings::of_model().
OptionValues model_options(Settings& settings, const EstimatorRow& row);

}  // namespace hebb::app
