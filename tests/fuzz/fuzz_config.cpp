// A configuration file, by itself and as options of a command.
#include "../../apps/hebb/config.h"

#include "../../apps/hebb/parse.h"
#include "fuzz/memory_file.h"
#include "fuzz/targets.h"

namespace hebb::fuzz {

void fuzz_config(std::string_view input) {
  const MemoryFile file(input);
  const auto no_file =
      refused_naming<std::invalid_argument>(file.path(), [&] { app::read_config(file.path()); });
  for (const char* verb : {"fit", "data"}) {
    const auto no_options = refused_naming<std::invalid_argument>(file.path(), [&] {
      app::parse({"--quiet", verb, "iris", "--config", file.path()});
    });
    promise(!no_file || no_options == no_file, "options from a file that cannot be read");
  }
}

}  // namespace hebb::fuzz
