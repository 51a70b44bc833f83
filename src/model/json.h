#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "hebb/core/record.h"
#include "io/json.h"

namespace hebb {

/// Errors: DataError beginning with `where` if `json` has more levels than kMostNesting.
void check_nesting(const nlohmann::ordered_json& json, const std::string& where);

/// As to_json() of hebb/model/record.h, but returns an object of the JSON library.
nlohmann::ordered_json json_of(const Record& record);
Record record_of(const nlohmann::ordered_json& json);

}  // namespace hebb
