#pragma once

#include <string>

#include "hebb/core/options.h"
#include "hebb/select/space.h"

namespace hebb {

/// The space that is searched if none is named: the options of a kind of model that matter most, in
/// ranges that are usual for data of ordinary size. Options that `options` does not have are left
/// out.
/// Errors: std::invalid_argument for a kind without such a space.
Space default_space(const std::string& kind, const OptionSet& options);

}  // namespace hebb
