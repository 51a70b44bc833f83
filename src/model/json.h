#pragma once

#include <nlohmann/json.hpp>

#include "hebb/core/record.h"

namespace hebb {

/// As to_json() and record_from_json() of hebb/model/record.h, by the library's objects.
nlohmann::ordered_json json_of(const Record& record);
Record record_of(const nlohmann::ordered_json& json);

}  // namespace hebb
