#pragma once

#include <string>

#include "hebb/data/dataset.h"
#include "hebb/metrics/catalogue.h"

namespace hebb {

/// The worst mistakes as an HTML table, worst first, or a sentence if there are none: in
/// classification the most confident ones, in regression the largest errors.
std::string mistake_table(const Predictions& predictions, const Dataset& data);

}  // namespace hebb
