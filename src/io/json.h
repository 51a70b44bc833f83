#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "hebb/core/error.h"

namespace hebb {

/// The most levels of objects and lists in a record, which bounds the stack that copying, comparing
/// and writing it need.
inline constexpr int kMostNesting = 64;

/// Parses the JSON of a record. The result is_discarded() if the text is not JSON.
/// Errors: ModelError beginning with `where` for text that is nested deeper than kMostNesting.
nlohmann::ordered_json parse_record(const std::string& text, const std::string& where = {});

/// An entry of a record that is not trusted. A record comes from a file, so any entry may be missing
/// or of another type: records are read through this class only.
/// Errors, of all functions: ModelError naming file, entry and the type expected. Numbers must be
/// finite.
class JsonEntry {
 public:
  /// `place` begins messages: "m.hebb: its record". `json` must outlive the entry.
  JsonEntry(const nlohmann::ordered_json& json, std::string place)
      : json_(&json), place_(std::move(place)) {}

  const nlohmann::ordered_json& json() const { return *json_; }
  bool is_null() const { return json_->is_null(); }
  /// Whether it is an object with such an entry.
  bool has(const std::string& name) const { return json_->is_object() && json_->contains(name); }
  /// The entry with this name of an object.
  JsonEntry operator[](const std::string& name) const;
  /// The items of a list, and the entries of an object with their names.
  std::vector<JsonEntry> items() const;
  const JsonEntry& object() const;
  /// Of an entry of an object: its name within it.
  const std::string& key() const { return key_; }

  std::string text() const;
  std::vector<std::string> texts() const;
  double number() const;
  std::vector<double> numbers() const;
  bool truth() const;
  std::uint64_t count(std::uint64_t least = 0,
                      std::uint64_t most = std::numeric_limits<std::uint64_t>::max()) const;

  /// Throws ModelError with place and name in front unless `holds`: "m.hebb: its record:
  /// 'target.names' must be a list of texts".
  template <class... Parts>
  void require(bool holds, const Parts&... parts) const {
    check_model(holds, place_, ": ", name_.empty() ? "it" : concat('\'', name_, '\''), ' ',
                parts...);
  }

 private:
  JsonEntry child(const nlohmann::ordered_json& json, std::string name, std::string key) const;

  const nlohmann::ordered_json* json_;
  std::string place_, name_ = {}, key_ = {};
};

}  // namespace hebb
