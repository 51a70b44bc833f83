#pragma once

#include <string>

#include "hebb/data/dataset.h"
#include "hebb/metrics/catalogue.h"

namespace hebb {

/// The samples that the model gets most wrong, worst first, as a table of HTML, or a sentence if
/// there is none: of classes those it was surest of, of numbers those farthest off.
std::string mistake_table(const Predictions& predictions, const Dataset& data);

}  // namespace hebb
