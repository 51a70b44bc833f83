#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/data/dataset.h"

namespace hebb {

/// Returns the beginning of a message about a row of a target, numbered from 0:
/// "new.csv: row 3, column 'y': ".
using RowPlace = std::function<std::string(std::size_t row)>;
RowPlace place_in(const Target& target);
RowPlace place_in(const Dataset& data);

/// to_classes() for a target of a data set.
Target to_classes(Target target, const RowPlace& place);

/// A number as text: whole numbers without a decimal point, others with the fewest digits that read
/// back as the same number.
std::string number_text(double value);

/// The default name of a column, by its number from 0: "c1", "c2", ...
std::string default_name(std::size_t column);

/// Sorts labels into the order used everywhere: numerically if all are numbers, otherwise as text.
void sort_labels(std::vector<std::string>& labels);

/// Whether text is valid UTF-8 (RFC 3629), as names and labels in a model file must be.
bool is_utf8(std::string_view text);

}  // namespace hebb
