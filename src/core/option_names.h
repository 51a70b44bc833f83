#pragma once

#include <string>

#include "hebb/core/options.h"

namespace hebb {

/// The option that users of the command line write as `name`, with or without dashes: "hidden" is
/// hidden_layer_sizes, "learning-rate" is learning_rate_init. An option of a contained estimator may
/// be written without what contains it: "alpha" is base.alpha, if there is no other alpha before it.
/// Errors:  std::invalid_argument naming the nearest option, if there is none.
std::string option_named(const std::string& name, const OptionSet& options);

}  // namespace hebb
