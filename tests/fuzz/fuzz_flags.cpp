// A command line, an argument a line.
#include "../../apps/hebb/parse.h"
#include "fuzz/targets.h"

namespace hebb::fuzz {

void fuzz_flags(std::string_view input) {
  if (input.find('/') != input.npos) return;  // files that may not be there another day
  std::vector<std::string> arguments;
  for (std::size_t at = 0; at < input.size();) {
    const std::size_t end = std::min(input.find('\n', at), input.size());
    arguments.emplace_back(input.substr(at, end - at));
    at = end + 1;
  }
  refused<std::invalid_argument, std::runtime_error>([&] { app::parse(arguments); });
}

}  // namespace hebb::fuzz
