#include "hebb/io/memory.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "io/memory_files.h"

namespace hebb {
namespace {

// The lowest number in the files `name` of `group` and of the groups above it, up to `mount`. In a
// container, the group's files may be at the mount itself, and the group's path may not exist below
// it.
double lowest_limit(const std::filesystem::path& mount, const std::string& group, const char* name,
                    double limit) {
  std::filesystem::path below = std::filesystem::path(group).lexically_normal().relative_path();
  for (;;) {
    std::ifstream file(mount / below / name);
    double bytes = 0;
    if (file >> bytes) limit = std::min(limit, bytes);
    if (below.empty()) return limit;
    below = below.parent_path();
  }
}

bool names_memory(const std::string& controllers) {
  return (',' + controllers + ',').find(",memory,") != std::string::npos;
}

}  // namespace

double read_memory_limit(const std::filesystem::path& root) {
  double limit =
      static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  const std::filesystem::path mount = root / "sys/fs/cgroup";
  limit = lowest_limit(mount, "", "memory.max", limit);
  // Lines are "number:controllers:path", with number 0 and no controllers in version 2.
  std::ifstream groups(root / "proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const auto first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string group = line.substr(second + 1);
    if (controllers.empty())
      for (const auto& at : {mount, mount / "unified"})
        limit = lowest_limit(at, group, "memory.max", limit);
    else if (names_memory(controllers))
      limit = lowest_limit(mount / "memory", group, "memory.limit_in_bytes", limit);
  }
  return limit;
}

double memory_limit() {
  static const double limit = read_memory_limit();
  return limit;
}

}  // namespace hebb
