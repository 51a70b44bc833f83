#pragma once

#include <cstddef>

#include "hebb/estimators/estimator.h"
#include "plot/content.h"

namespace hebb::plot {

/// Decision regions with boundary, margin and data, over a grid of `side` x `side` points.
/// Errors:  as plot_regions().
Chart regions_chart(const Classifier& classifier, const Dataset& data, const Dataset* test,
                    std::size_t side);

}  // namespace hebb::plot
