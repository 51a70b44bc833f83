#pragma once

// What the figures have in common.

#include <cstddef>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "plot/content.h"

namespace hebb::plot {

/// "12,345 samples", "1 class".
std::string counted(std::size_t count, const std::string& noun);

/// "iris, 150 samples"
std::string name_of(const Dataset& data);

/// "'a'", or "'a', 'b' and 3 more": names in a sentence.
std::string names_in_words(const std::vector<std::string>& names);

/// The size that one value in 200 exceeds: a few far ones would leave all others pale.
double strong(std::vector<double> values);

}  // namespace hebb::plot
