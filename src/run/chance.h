#pragma once

#include <string>

#include "hebb/metrics/evaluation.h"

namespace hebb {

/// Whether the test part is scored below guessing, by more than chance explains, and the training part
/// far above it: in words; empty: it is not, or scores are missing.
std::string worse_than_chance(const Evaluation& evaluation);

}  // namespace hebb
