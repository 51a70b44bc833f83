#include "slurm.h"

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <regex>

#include "hebb/core/error.h"
#include "hebb/core/text.h"
#include "hebb/io/file.h"

namespace hebb::app {
namespace {

constexpr const char* kScriptMark = "#!/bin/bash\n# Written by hebb tune --slurm.\n";

// The numbers that "0-7:2" or "5" stands for.
std::size_t tasks_of_range(const std::string& range, const std::string& array) {
  static const std::regex form(R"((\d{1,9})(?:-(\d{1,9})(?::(\d{1,9}))?)?)");
  std::smatch found;
  check(
      std::regex_match(range, found, form), "slurm", "'--array=", array,
      "' is no array: it is written as 0-7, 0-7:2 or 1,4,5, and %2 behind it for at most 2 at once");
  if (!found[2].matched) return 1;
  const std::size_t first = std::stoul(found[1]), last = std::stoul(found[2]);
  const std::size_t step = found[3].matched ? std::stoul(found[3]) : 1;
  check(first <= last && step > 0, "slurm", "'--array=", array, "' has no tasks");
  return (last - first) / step + 1;
}

}  // namespace

std::size_t array_tasks(const std::string& options) {
  static const std::regex form(R"((?:^|\s)(?:--array(?:=|\s+)|-a\s*)(\S+))");
  std::size_t tasks = 1;
  // As sbatch has it, the last one counts.
  for (std::sregex_iterator at(options.begin(), options.end(), form), end; at != end; ++at) {
    const std::string array = (*at)[1];
    const std::string ranges = array.substr(0, array.find('%')) + ',';
    tasks = 0;
    for (std::size_t from = 0, comma = 0; (comma = ranges.find(',', from)) != std::string::npos;
         from = comma + 1)
      tasks += tasks_of_range(ranges.substr(from, comma - from), array);
  }
  return tasks;
}

std::string batch_script(const std::string& options, const std::string& command) {
  check(options.find('\n') == std::string::npos, "slurm", "must be one line");
  std::string script = kScriptMark;
  script += "#SBATCH --job-name=hebb-tune\n#SBATCH --output=hebb-tune-";
  script += array_tasks(options) > 1 ? "%A_%a" : "%j";
  // Slurm sends its signal to the shell, whose place hebb takes by exec.
  script += ".out\n#SBATCH --open-mode=append\n#SBATCH --requeue\n#SBATCH --signal=B:TERM@30\n";
  if (options.find_first_not_of(' ') != std::string::npos) script += "#SBATCH " + options + '\n';
  return script + "exec " + command + '\n';
}

std::string submit_script(const std::string& path, const std::string& script) {
  std::error_code failed;
  if (std::filesystem::exists(path, failed) && std::filesystem::file_size(path, failed) > 0)
    check(MappedFile(path).text().starts_with(kScriptMark), "slurm_script", path,
          " exists and is no script of hebb: choose another name");
  replace_file(path, script);
  FILE* const sbatch = ::popen(("sbatch --parsable " + shell_word(path)).c_str(), "r");
  if (!sbatch) throw std::runtime_error("cannot start sbatch");
  std::string output;
  std::array<char, 256> part{};
  while (std::fgets(part.data(), part.size(), sbatch)) output += part.data();
  const int status = ::pclose(sbatch);
  constexpr int kNotFound = 127;
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNotFound)
    throw std::runtime_error(path +
                             ": sbatch is not installed here: submit the script where it is");
  if (status != 0)
    throw std::runtime_error(path + ": sbatch refused it: see above, and give other options");
  // "12;cluster"
  return output.substr(0, output.find_first_not_of("0123456789"));
}

}  // namespace hebb::app
