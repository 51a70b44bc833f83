#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/core/fields.h"

namespace hebb {

/// Named values in the order in which they were set, and named records among them: options, results
/// and descriptions as model files keep them.
class Record {
 public:
  struct Entry {
    std::string name;
    Value value = {};
    std::vector<Record> part = {};  ///< one record in place of the value, or none
  };

  bool empty() const { return entries_.empty(); }
  const std::vector<Entry>& entries() const { return entries_; }

  /// Replaces what has this name, in its place, or adds it behind the others.
  Record& set(std::string_view name, Value value);
  Record& set(std::string_view name, Record part);

  bool has(std::string_view name) const { return find(name) != nullptr; }
  /// An unset value where there is none of this name.
  const Value& value(std::string_view name) const;
  /// The record of this name; nullptr where there is none.
  const Record* part(std::string_view name) const;

  /// Unset where there is none of this name or it has another type. Whole numbers are numbers too.
  std::optional<double> number(std::string_view name) const;
  std::optional<std::string> text(std::string_view name) const;
  /// A whole number that is not negative.
  std::optional<std::uint64_t> count(std::string_view name) const;
  /// A list of numbers; empty where there is none.
  std::vector<double> numbers(std::string_view name) const;

 private:
  const Entry* find(std::string_view name) const;

  std::vector<Entry> entries_;
};

/// The same names with the same values, in the same order.
bool operator==(const Record& a, const Record& b);

}  // namespace hebb
