#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/data/dataset.h"

namespace hebb {

/// What begins a message on a row of a target, from 0: "new.csv: row 3, column 'y': ".
using RowPlace = std::function<std::string(std::size_t row)>;
RowPlace place_in(const Target& target);
RowPlace place_in(const Dataset& data);

/// to_classes() for a target of a data set.
Target to_classes(Target target, const RowPlace& place);

/// A number as a person writes it: whole ones without a point, others as short as they read back.
std::string number_text(double value);

/// What the column of a number, from 0, is called where nobody named it: "c1", "c2", ...
std::string default_name(std::size_t column);

/// Sorts labels as they are listed everywhere: by number if all are numbers, otherwise as text.
void sort_labels(std::vector<std::string>& labels);

/// Whether bytes are UTF-8, as names and labels must be to stand in a model file (RFC 3629).
bool is_utf8(std::string_view text);

}  // namespace hebb
