#pragma once

#include <nlohmann/json.hpp>

#include "hebb/core/fields.h"

namespace hebb {

/// An option's value as JSON: lists as arrays, an unset one as null.
nlohmann::ordered_json to_json(const Value& value);

/// The recorded fields of an options struct, by name.
nlohmann::ordered_json recorded_fields(const FieldList& fields, const void* options);

/// Sets the fields that `record` names; others keep their values. Names that there are not (yet)
/// are passed over. Errors: std::invalid_argument for a value that does not fit its field.
void read_fields(const FieldList& fields, const nlohmann::ordered_json& record, void* options);

}  // namespace hebb
