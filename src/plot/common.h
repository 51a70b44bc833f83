#pragma once

// Helpers shared by the figures.

#include <cstddef>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "plot/content.h"

namespace hebb::plot {

constexpr std::size_t kMostPoints = 20000;  // that are drawn: more only cover each other

/// "12,345 samples", "1 class".
std::string counted(std::size_t count, const std::string& noun);

/// "iris, 150 samples"
std::string name_of(const Dataset& data);

/// "'a'", or "'a', 'b' and 3 more": names in a sentence.
std::string names_in_words(const std::vector<std::string>& names);

/// The magnitude that one value in 200 exceeds, used as the end of a colour scale: a few outliers
/// would make all other colours pale.
double strong(std::vector<double> values);

}  // namespace hebb::plot
