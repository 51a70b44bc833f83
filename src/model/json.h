#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "hebb/core/record.h"

namespace hebb {

/// The most levels of objects and lists in a record, which bounds the stack that reading needs.
inline constexpr int kMostNesting = 64;

/// Errors: DataError beginning with `where` if `json` has more levels than kMostNesting.
void check_nesting(const nlohmann::ordered_json& json, const std::string& where);

/// As to_json() of hebb/model/record.h, but returns an object of the JSON library.
nlohmann::ordered_json json_of(const Record& record);
Record record_of(const nlohmann::ordered_json& json);
/// Parses the JSON of a record. The result is_discarded() if the text is not JSON.
/// Errors: ModelError for text that is nested deeper than kMostNesting.
nlohmann::ordered_json parse_record(const std::string& text);

}  // namespace hebb
