#include "config.h"

#include <toml++/toml.h>

#include <algorithm>

#include "hebb/core/error.h"
#include "hebb/io/file.h"

namespace hebb::app {
namespace {

std::string place_of(const std::string& path, const toml::source_region& source) {
  return concat(path, ":", source.begin.line, ":", source.begin.column);
}

// The position behind a string that begins at `at`, of one line or, after three quotes, of several.
std::size_t behind_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const std::string three(3, quote);
  const std::string_view end = text.substr(at).starts_with(three) ? three : text.substr(at, 1);
  for (at += end.size(); at < text.size(); ++at) {
    if (text.substr(at).starts_with(end)) return at + end.size();
    if (end.size() == 1 && text[at] == '\n') return at;
    if (quote == '"' && text[at] == '\\') ++at;
  }
  return text.size();
}

// The parser makes a table for each part of a dotted key, and destroys them by recursion. It has a
// limit for nested lists and tables, and none for the parts of a key.
void check_keys(std::string_view text, const std::string& path) {
  constexpr std::size_t kMostParts = 8;
  std::size_t line = 1, begin = 0, parts = 1;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      const std::size_t end = behind_string(text, at);
      for (; at < end; ++at)
        if (text[at] == '\n') ++line, begin = at + 1;
      continue;
    }
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    if (c == '.' && ++parts > kMostParts)
      throw std::invalid_argument(concat(path, ":", line, ":", at - begin + 1,
                                         ": a key has more than ", kMostParts, " parts"));
    if (std::string_view("=,[]{}\n").find(c) != std::string_view::npos) parts = 1;
    ++at;
    if (c == '\n') ++line, begin = at;
  }
}

std::optional<Value> scalar(const toml::node& node) {
  if (const auto* v = node.as_boolean()) return v->get();
  if (const auto* v = node.as_integer()) return v->get();
  if (const auto* v = node.as_floating_point()) return v->get();
  if (const auto* v = node.as_string()) return v->get();
  return {};
}

template <class Item>
std::optional<Value> list(const toml::array& array) {
  std::vector<Item> items;
  for (const toml::node& node : array) items.push_back(*node.value<Item>());
  return items;
}

std::optional<Value> value_of(const toml::node& node) {
  const toml::array* array = node.as_array();
  if (!array) return scalar(node);
  if (array->empty() || array->is_homogeneous<std::string>()) return list<std::string>(*array);
  if (array->is_homogeneous<std::int64_t>()) return list<std::int64_t>(*array);
  for (const toml::node& item : *array)
    if (!item.is_number()) return {};
  return list<double>(*array);
}

void read_table(const toml::table& table, const std::string& name, const std::string& path,
                std::vector<ConfigEntry>& entries) {
  for (const auto& [key, node] : table) {
    const std::string place = place_of(path, key.source());
    if (const toml::table* inner = node.as_table(); inner && name.empty()) {
      read_table(*inner, std::string(key.str()), path, entries);
      continue;
    }
    const auto value = value_of(node);
    if (!value)
      throw std::invalid_argument(
          concat(place, ": ", key.str(),
                 " must be a text, a number, true or false, or a list of one "
                 "kind of them"));
    entries.push_back({name, std::string(key.str()), *value, place});
  }
}

}  // namespace

std::vector<ConfigEntry> read_config(const std::string& path) {
  const MappedFile file(path);
  std::vector<ConfigEntry> entries;
  check_keys(file.text(), path);
  try {
    read_table(toml::parse(file.text(), path), "", path, entries);
  } catch (const toml::parse_error& error) {
    throw std::invalid_argument(concat(place_of(path, error.source()), ": ", error.description()));
  }
  return entries;
}

}  // namespace hebb::app
