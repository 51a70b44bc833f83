#pragma once

#include <string>

#include "hebb/core/record.h"

namespace hebb {

/// The record as JSON on one line, with names in the record's order. A number that is not finite
/// becomes null, and so does an unset value. Errors: DataError for a name or a text that is not
/// UTF-8, and for a record that is nested deeper than 64 levels, which could not be read again.
std::string to_json(const Record& record);
/// The reverse: null in a list of numbers becomes NaN, elsewhere an unset value. Integers beyond 64
/// bits and lists of mixed types become unset values too.
/// Errors: ModelError for a text that is not a JSON object, or is nested deeper than 64 levels.
Record record_from_json(const std::string& text);

}  // namespace hebb
