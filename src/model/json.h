#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "hebb/core/record.h"

namespace hebb {

/// As to_json() of hebb/model/record.h, but returns an object of the JSON library.
nlohmann::ordered_json json_of(const Record& record);
Record record_of(const nlohmann::ordered_json& json);
/// Parses the JSON of a record. The result is_discarded() if the text is not JSON.
/// Errors: ModelError for text that is nested deeper than 64 levels, which would exhaust the stack.
nlohmann::ordered_json parse_record(const std::string& text);

}  // namespace hebb
