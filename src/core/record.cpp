#include "hebb/core/record.h"

#include <algorithm>

namespace hebb {

Record& Record::set(std::string_view name, Value value) {
  const auto at = std::ranges::find(entries_, name, &Entry::name);
  if (at != entries_.end())
    *at = {.name = std::string(name), .value = std::move(value)};
  else
    entries_.push_back({.name = std::string(name), .value = std::move(value)});
  return *this;
}

Record& Record::set(std::string_view name, Record part) {
  Entry entry{.name = std::string(name)};
  entry.part.push_back(std::move(part));
  const auto at = std::ranges::find(entries_, name, &Entry::name);
  if (at != entries_.end())
    *at = std::move(entry);
  else
    entries_.push_back(std::move(entry));
  return *this;
}

const Record::Entry* Record::find(std::string_view name) const {
  const auto at = std::ranges::find(entries_, name, &Entry::name);
  return at == entries_.end() ? nullptr : &*at;
}

const Value& Record::value(std::string_view name) const {
  static const Value unset;
  const Entry* entry = find(name);
  return entry ? entry->value : unset;
}

const Record* Record::part(std::string_view name) const {
  const Entry* entry = find(name);
  return entry && !entry->part.empty() ? entry->part.data() : nullptr;
}

std::optional<double> Record::number(std::string_view name) const {
  const Value& found = value(name);
  if (const auto* real = std::get_if<double>(&found)) return *real;
  if (const auto* whole = std::get_if<std::int64_t>(&found)) return static_cast<double>(*whole);
  return {};
}

std::optional<std::string> Record::text(std::string_view name) const {
  const auto* found = std::get_if<std::string>(&value(name));
  return found ? std::optional(*found) : std::nullopt;
}

std::optional<std::uint64_t> Record::count(std::string_view name) const {
  const auto* whole = std::get_if<std::int64_t>(&value(name));
  if (!whole || *whole < 0) return {};
  return static_cast<std::uint64_t>(*whole);
}

std::vector<double> Record::numbers(std::string_view name) const {
  const Value& found = value(name);
  if (const auto* reals = std::get_if<std::vector<double>>(&found)) return *reals;
  if (const auto* wholes = std::get_if<std::vector<std::int64_t>>(&found))
    return {wholes->begin(), wholes->end()};
  return {};
}

bool operator==(const Record& a, const Record& b) {
  return std::ranges::equal(
      a.entries(), b.entries(), [](const Record::Entry& one, const Record::Entry& other) {
        return one.name == other.name && one.value == other.value && one.part == other.part;
      });
}

}  // namespace hebb
