// A command line, an argument a line.
#include <algorithm>

#include "../../apps/hebb/parse.h"
#include "fuzz/targets.h"

namespace hebb::fuzz {

void fuzz_flags(std::string_view input) {
  // No files that may not be there another day; and no argument holds a NUL.
  if (input.find('/') != input.npos || input.find('\0') != input.npos) return;
  std::vector<std::string> arguments;
  for (std::size_t at = 0; at < input.size();) {
    const std::size_t end = std::min(input.find('\n', at), input.size());
    arguments.emplace_back(input.substr(at, end - at));
    at = end + 1;
  }
  refused<std::invalid_argument, std::runtime_error>([&] { app::parse(arguments); });
}

}  // namespace hebb::fuzz
