#pragma once

#include <string>
#include <vector>

namespace hebb {

/// A number as a person writes it: whole ones without a point, others as short as they read back.
std::string number_text(double value);

/// Sorts labels as they are listed everywhere: by number if all are numbers, otherwise as text.
void sort_labels(std::vector<std::string>& labels);

}  // namespace hebb
