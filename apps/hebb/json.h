#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "hebb/core/fields.h"
#include "terminal.h"

namespace hebb::app {

using Json = nlohmann::ordered_json;  // keys keep their order: "schema" comes first

/// An empty document of the schema `hebb.<verb>/1`.
inline Json document(const std::string& verb) { return {{"schema", "hebb." + verb + "/1"}}; }

/// JSON on one line with the characters that printable() escapes as \u202e, which stands for the same
/// text. Numbers that are not finite become null; invalid UTF-8 is replaced by U+FFFD.
std::string json_text(const Json& json);

/// One line of JSON from elsewhere with the same characters escaped.
std::string printable_json(std::string_view line);

/// Prints a document on one line.
inline void print(const Json& json) { write_results(json_text(json) + '\n'); }

inline Json to_json(const Value& value) {
  return std::visit(
      [](const auto& v) -> Json {
        if constexpr (std::is_same_v<std::decay_t<decltype(v)>, Unset>)
          return nullptr;
        else
          return v;
      },
      value);
}

/// Errors: Json::exception for a value that no option can hold.
inline Value to_value(const Json& json) {
  if (json.is_null()) return {};
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  if (json.empty() || json.front().is_string()) return json.get<std::vector<std::string>>();
  if (json.front().is_number_integer()) return json.get<std::vector<std::int64_t>>();
  return json.get<std::vector<double>>();
}

}  // namespace hebb::app
