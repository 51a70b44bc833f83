#include "model/json.h"

#include <algorithm>

namespace hebb {
namespace {

Value to_value(const nlohmann::ordered_json& json) {
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  if (json.is_array()) {
    const auto all = [&](auto holds) { return std::ranges::all_of(json, holds); };
    if (all([](const auto& item) { return item.is_number_integer(); }))
      return json.get<std::vector<std::int64_t>>();
    if (all([](const auto& item) { return item.is_number(); }))
      return json.get<std::vector<double>>();
    if (all([](const auto& item) { return item.is_string(); }))
      return json.get<std::vector<std::string>>();
  }
  return {};
}

}  // namespace

nlohmann::ordered_json to_json(const Value& value) {
  return std::visit(
      [](const auto& v) -> nlohmann::ordered_json {
        if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::monostate>)
          return nullptr;
        else
          return v;
      },
      value);
}

nlohmann::ordered_json recorded_fields(const FieldList& fields, const void* options) {
  auto record = nlohmann::ordered_json::object();
  for (const Field& field : fields)
    if (field.recorded) record[field.name] = to_json(field.get(options));
  return record;
}

void read_fields(const FieldList& fields, const nlohmann::ordered_json& record, void* options) {
  for (const auto& [name, json] : record.items())
    if (const Field* field = find_field(fields, name))
      field->set(options, field->convert(to_value(json)));
}

}  // namespace hebb
