#include <sched.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "hebb/core/version.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/io/memory.h"
#include "hebb/kernels/processor.h"
#include "json.h"
#include "text.h"
#include "verbs.h"

namespace hebb::app {
namespace {

namespace fs = std::filesystem;

/// The result of one check. The remedy is empty if nothing is wrong.
struct Check {
  std::string name, state, remedy;
};

// The folder of downloaded sets, computed as in the library.
fs::path cache_folder() {
  const fs::path base = variable("XDG_CACHE_HOME");
  return (base.is_absolute() ? base : fs::path(variable("HOME")) / ".cache") / "hebb";
}

bool holds_set(const fs::path& folder) {
  std::error_code failed;
  for (const char* file : {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                           "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"})
    if (!fs::exists(folder / file, failed) &&
        !fs::exists(folder / (std::string(file) + ".gz"), failed))
      return false;
  return true;
}

// The folder with the files of a downloaded set; empty if there is none.
std::string find_set(const std::string& name) {
  std::vector<fs::path> bases = {"/usr/share/datasets", cache_folder()};
  if (const std::string own = variable("HEBB_DATA_DIR"); !own.empty())
    bases.insert(bases.begin(), own);
  for (const fs::path& base : bases)
    if (holds_set(base / name)) return (base / name).string();
  return "";
}

std::string listed(const std::vector<std::string>& names, const char* between) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : between) + name;
  return text;
}

Check processor() {
  const auto features = processor_features();
  return {"processor", features.empty() ? "baseline instruction set only" : listed(features, " "),
          ""};
}

// The instruction set of the kernels in use, and those that HEBB_ISA could select.
Check kernels_in_use() {
  const bool chosen = !variable("HEBB_ISA").empty();
  return {"kernels",
          instruction_set() + (chosen ? ", by HEBB_ISA" : "") + " (of " +
              listed(instruction_sets(), ", ") + ")",
          ""};
}

std::string thread_state() {
  const unsigned cores = std::thread::hardware_concurrency();
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  std::string state = std::to_string(cores);
  if (::sched_getaffinity(0, sizeof allowed, &allowed) == 0 &&
      CPU_COUNT(&allowed) != static_cast<int>(cores))
    state += ", this process may use " + std::to_string(CPU_COUNT(&allowed));
  return state;
}

Check data_dir() {
  const std::string dir = variable("HEBB_DATA_DIR");
  std::error_code failed;
  if (dir.empty()) return {"HEBB_DATA_DIR", "not set", ""};
  if (fs::is_directory(dir, failed)) return {"HEBB_DATA_DIR", dir, ""};
  return {"HEBB_DATA_DIR", dir + " is no folder", "set it to the folder that holds mnist/"};
}

Check cache() {
  const std::string dir = cache_folder().string();
  fs::path parent = dir;
  std::error_code failed;
  while (!parent.empty() && !fs::exists(parent, failed)) parent = parent.parent_path();
  if (::access(parent.c_str(), W_OK) == 0) return {"cache", dir, ""};
  return {"cache", dir + " cannot be written", "name another folder in XDG_CACHE_HOME"};
}

Check named_set(const DatasetRow& row) {
  const std::string place = row.built_in ? "built in" : find_set(row.name);
  if (!place.empty()) return {row.name, place, ""};
  return {
      row.name, "not on this machine",
      "hebb data " + row.name + " fetches it; or put its files into $HEBB_DATA_DIR/" + row.name};
}

Check terminal_state() {
  const Terminal out = console().out();
  if (!out.tty) return {"terminal", "standard output is not a terminal", ""};
  return {"terminal",
          std::to_string(out.width) + " columns, " + (out.utf8 ? "UTF-8" : "ASCII") + ", " +
              (out.color ? "colours" : "no colours"),
          out.utf8 ? "" : "for finer lines set LANG=C.UTF-8"};
}

int run_doctor(Settings& settings) {
  std::vector<Check> checks = {
      {"hebb", version(), ""},
      processor(),
      kernels_in_use(),
      {"cores", thread_state(), ""},
      {"memory", bytes_text(memory_limit()), ""},
      data_dir(),
      cache(),
  };
  for (const DatasetRow& row : dataset_catalogue()) checks.push_back(named_set(row));
  checks.push_back(terminal_state());

  if (settings.get<GlobalOptions>().json) {
    Json json = document("doctor");
    json["kernels"] = instruction_set();
    json["kernels_available"] = instruction_sets();
    json["processor"] = processor_features();
    Json& list = json["findings"] = Json::array();
    for (const Check& check : checks)
      list.push_back({{"name", check.name},
                      {"state", check.state},
                      {"remedy", check.remedy.empty() ? Json(nullptr) : Json(check.remedy)}});
    print(json);
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (const Check& check : checks) {
    rows.push_back({check.name, check.state});
    if (!check.remedy.empty()) rows.push_back({"", "-> " + check.remedy});
  }
  write_results(aligned(rows, "ll", console().out().width));
  console().hint("next", "hebb fit iris");
  return 0;
}

}  // namespace

Verb doctor_verb() {
  return {.name = "doctor",
          .summary = "check the machine and the installation, suggest fixes",
          .description = "",
          .arguments = {},
          .lists = {options<GlobalOptions>("General")},
          .examples = {{"hebb doctor", "all checks"}},
          .run = run_doctor,
          .reads_config = false};
}

}  // namespace hebb::app
