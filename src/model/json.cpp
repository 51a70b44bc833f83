#include "model/json.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "hebb/core/error.h"
#include "hebb/model/record.h"

namespace hebb {
namespace {

using Json = nlohmann::ordered_json;

Json json_of_value(const Value& value) {
  return std::visit(
      [](const auto& v) -> Json {
        if constexpr (std::is_same_v<std::decay_t<decltype(v)>, Unset>)
          return nullptr;
        else
          return v;
      },
      value);
}

int levels(const Json& json) {
  int most = 0;
  if (json.is_structured())
    for (const Json& item : json) most = std::max(most, levels(item));
  return most + (json.is_structured() ? 1 : 0);
}

bool fits(const Json& number) {
  return number.is_number_integer() &&
         (!number.is_number_unsigned() ||
          number.get<std::uint64_t>() <=
              static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
}

Value value_of(const Json& json) {
  if (json.is_boolean()) return json.get<bool>();
  if (fits(json)) return json.get<std::int64_t>();
  if (json.is_number_float()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  if (!json.is_array()) return {};
  if (std::ranges::all_of(json, fits)) return json.get<std::vector<std::int64_t>>();
  if (std::ranges::all_of(json, [](const Json& item) { return item.is_string(); }))
    return json.get<std::vector<std::string>>();
  if (!std::ranges::all_of(json,
                           [](const Json& item) { return item.is_number() || item.is_null(); }))
    return {};
  std::vector<double> numbers;
  for (const Json& item : json)
    numbers.push_back(item.is_null() ? std::nan("") : item.get<double>());
  return numbers;
}

}  // namespace

void check_nesting(const Json& json, const std::string& where) {
  check_data(levels(json) <= kMostNesting, where, "the record is nested deeper than ", kMostNesting,
             " levels");
}

Json json_of(const Record& record) {
  Json out = Json::object();
  for (const Record::Entry& entry : record.entries())
    out[entry.name] = entry.part.empty() ? json_of_value(entry.value) : json_of(entry.part.front());
  return out;
}

Record record_of(const Json& json) {
  Record out;
  for (const auto& [name, item] : json.items()) {
    if (item.is_object())
      out.set(name, record_of(item));
    else
      out.set(name, value_of(item));
  }
  return out;
}

std::string to_json(const Record& record) {
  try {
    const Json json = json_of(record);
    check_nesting(json, "");
    return json.dump();
  } catch (const Json::type_error&) {
    throw DataError("a name or a text of the record is not UTF-8, so JSON cannot hold it");
  }
}

Record record_from_json(const std::string& text) {
  const Json json = parse_record(text);
  check_model(json.is_object(), "the record is not a JSON object");
  return record_of(json);
}

}  // namespace hebb
