#include "core/option_names.h"

#include <algorithm>

namespace hebb {
namespace {

std::string plain(std::string text) {
  text.erase(0, text.find_first_not_of('-'));
  std::ranges::replace(text, '-', '_');
  return text;
}

std::string without_front(const std::string& name) { return name.substr(name.rfind('.') + 1); }

bool has_flag(const Field& field, const std::string& name) {
  return std::ranges::any_of(field.flags, [&](const Flag& flag) {
    return flag.implies.empty() && plain(flag.name) == name;
  });
}

}  // namespace

// A flag takes precedence over the name of another field, as on the command line; options of the
// struct itself come before those of children.
std::string option_named(const std::string& name, const OptionSet& options) {
  if (options.find(name)) return name;
  const std::size_t dot = name.find('.');
  if (dot != std::string::npos)
    for (const auto& [child, of_child] : options.children())
      if (child == name.substr(0, dot))
        return child + '.' + option_named(name.substr(dot + 1), of_child);
  const std::string wanted = plain(name);
  for (const std::string& one : options.names())
    if (has_flag(*options.find(one), wanted)) return one;
  for (const std::string& one : options.names())
    if (plain(without_front(one)) == wanted) return one;
  (void)options.get(name);  // throws, with the nearest name
  return name;
}

}  // namespace hebb
