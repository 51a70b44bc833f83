#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/core/fields.h"

namespace hebb {

/// An ordered list of named values and nested named records: the form in which model files store
/// options, results and descriptions.
class Record {
 public:
  struct Entry {
    std::string name;
    Value value = {};
    std::vector<Record> part = {};  ///< one nested record in place of the value, or empty
  };

  bool empty() const { return entries_.empty(); }
  const std::vector<Entry>& entries() const { return entries_; }

  /// Replaces the entry with this name in place, or appends a new entry.
  Record& set(std::string_view name, Value value);
  Record& set(std::string_view name, Record part);

  bool has(std::string_view name) const { return find(name) != nullptr; }
  /// The value with this name; unset if there is none.
  const Value& value(std::string_view name) const;
  /// The nested record with this name; nullptr if there is none.
  const Record* part(std::string_view name) const;

  /// std::nullopt if there is no value with this name or it has another type. Integers count as
  /// numbers.
  std::optional<double> number(std::string_view name) const;
  std::optional<std::string> text(std::string_view name) const;
  /// A whole number that is not negative.
  std::optional<std::uint64_t> count(std::string_view name) const;
  /// A list of numbers; empty if there is none.
  std::vector<double> numbers(std::string_view name) const;

 private:
  const Entry* find(std::string_view name) const;

  std::vector<Entry> entries_;
};

/// Whether both have the same names with the same values, in the same order.
bool operator==(const Record& a, const Record& b);

}  // namespace hebb
