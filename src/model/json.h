#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "hebb/core/record.h"

namespace hebb {

/// As to_json() and record_from_json() of hebb/model/record.h, by the library's objects.
nlohmann::ordered_json json_of(const Record& record);
Record record_of(const nlohmann::ordered_json& json);
/// The JSON that a record is read from; discarded if the text is no JSON.
/// Errors: ModelError for text that is nested deeper than 64 levels, which would exhaust the stack.
nlohmann::ordered_json parse_record(const std::string& text);

}  // namespace hebb
