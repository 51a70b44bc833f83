#include "io/json.h"

#include <algorithm>
#include <cmath>

namespace hebb {
namespace {

bool is_finite_number(const nlohmann::ordered_json& json) {
  return json.is_number() && std::isfinite(json.get<double>());
}

bool is_text(const nlohmann::ordered_json& json) { return json.is_string(); }

}  // namespace

nlohmann::ordered_json parse_record(const std::string& text, const std::string& where) {
  using Json = nlohmann::ordered_json;
  const auto watch = [&](int depth, Json::parse_event_t event, const Json& /*parsed*/) {
    if (event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start)
      check_model(depth < kMostNesting, where, "the record is nested deeper than ", kMostNesting,
                  " levels");
    return true;
  };
  return Json::parse(text, watch, false);
}

JsonEntry JsonEntry::child(const nlohmann::ordered_json& json, std::string name,
                           std::string key) const {
  JsonEntry out(json, place_);
  out.name_ = std::move(name);
  out.key_ = std::move(key);
  return out;
}

JsonEntry JsonEntry::operator[](const std::string& name) const {
  object();
  const std::string full = name_.empty() ? name : concat(name_, '.', name);
  const auto found = json_->find(name);
  check_model(found != json_->end(), place_, ": there is no entry '", full, "'");
  return child(*found, full, name);
}

std::vector<JsonEntry> JsonEntry::items() const {
  require(json_->is_structured(), "must be a list");
  std::vector<JsonEntry> all;
  if (json_->is_object()) {
    for (const auto& [key, item] : json_->items())
      all.push_back(child(item, name_.empty() ? key : concat(name_, '.', key), key));
    return all;
  }
  for (const auto& item : *json_)
    all.push_back(child(item, concat(name_, '[', all.size(), ']'), {}));
  return all;
}

const JsonEntry& JsonEntry::object() const {
  require(json_->is_object(), "must be an object of entries");
  return *this;
}

std::string JsonEntry::text() const {
  require(json_->is_string(), "must be a text");
  return json_->get<std::string>();
}

std::vector<std::string> JsonEntry::texts() const {
  require(json_->is_array() && std::ranges::all_of(*json_, is_text), "must be a list of texts");
  return json_->get<std::vector<std::string>>();
}

double JsonEntry::number() const {
  require(is_finite_number(*json_), "must be a finite number");
  return json_->get<double>();
}

std::vector<double> JsonEntry::numbers() const {
  require(json_->is_array() && std::ranges::all_of(*json_, is_finite_number),
          "must be a list of finite numbers");
  return json_->get<std::vector<double>>();
}

bool JsonEntry::truth() const {
  require(json_->is_boolean(), "must be true or false");
  return json_->get<bool>();
}

std::uint64_t JsonEntry::count(std::uint64_t least, std::uint64_t most) const {
  const bool holds = json_->is_number_unsigned() && json_->get<std::uint64_t>() >= least &&
                     json_->get<std::uint64_t>() <= most;
  require(holds, "must be a whole number",
          most < std::numeric_limits<std::uint64_t>::max() ? concat(" in [", least, ", ", most, ']')
                                                           : concat(" >= ", least));
  return json_->get<std::uint64_t>();
}

}  // namespace hebb
