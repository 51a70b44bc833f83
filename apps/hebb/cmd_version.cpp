#include "hebb/core/version.h"

#include "json.h"
#include "verbs.h"

namespace hebb::app {
namespace {

int run_version(Settings& settings) {
  if (settings.get<GlobalOptions>().json) {
    Json json = document("version");
    json["version"] = version();
    print(json);
  } else {
    write_results(std::string("hebb ") + version() + '\n');
  }
  return 0;
}

}  // namespace

Verb version_verb() {
  return {.name = "version",
          .summary = "print the version",
          .description = "",
          .arguments = {},
          .lists = {options<GlobalOptions>("General")},
          .examples = {},
          .run = run_version,
          .reads_config = false};
}

}  // namespace hebb::app
