#include "select/option_names.h"

#include <algorithm>

namespace hebb {
namespace {

std::string plain(std::string text) {
  text.erase(0, text.find_first_not_of('-'));
  std::ranges::replace(text, '-', '_');
  return text;
}

}  // namespace

std::string option_named(const std::string& name, const OptionSet& options) {
  if (options.find(name)) return name;
  // A flag takes precedence over the name of another field, as on the command line.
  for (const bool by_flag : {true, false})
    for (const std::string& one : options.names()) {
      if (!by_flag && plain(one) == plain(name)) return one;
      if (!by_flag) continue;
      for (const Flag& flag : options.find(one)->flags)
        if (flag.implies.empty() && plain(flag.name) == plain(name)) return one;
    }
  (void)options.get(name);  // throws, with the nearest name
  return name;
}

}  // namespace hebb
