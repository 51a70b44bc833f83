#include "hebb/io/memory.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/io/file.h"
#include "io/memory_files.h"

namespace hebb {
namespace {

// The text of a file, empty if it cannot be read.
std::string text_at(const std::string& path) {
  try {
    return std::string(MappedFile(path).text());
  } catch (const std::runtime_error&) {
    return {};
  }
}

// The lowest number in the files `name` of `group` and of the groups above it, up to `mount`. In a
// container, the group's files may be at the mount itself, and the group's path may not exist below
// it.
double lowest_limit(const std::string& mount, const std::string& group, const char* name,
                    double limit) {
  std::string below = std::filesystem::path(group).lexically_normal().relative_path().string();
  for (;;) {
    const std::string text = text_at(path_in(path_in(mount, below), name));
    std::uint64_t bytes = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), bytes).ec == std::errc())
      limit = std::min(limit, static_cast<double>(bytes));
    if (below.empty()) return limit;
    const std::size_t slash = below.rfind('/');
    below.resize(slash == std::string::npos ? 0 : slash);
  }
}

bool names_memory(const std::string& controllers) {
  return (',' + controllers + ',').find(",memory,") != std::string::npos;
}

// A mounted tree of groups that may have memory limits: the group that is mounted, and where.
struct Mount {
  std::string group;
  std::string point;
  bool version2;
};

// mountinfo writes blanks in paths as \040.
std::string unescaped(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digit = [&](std::size_t at) { return text[i + at] >= '0' && text[i + at] <= '7'; };
    if (text[i] != '\\' || i + 3 >= text.size() || !digit(1) || !digit(2) || !digit(3)) {
      out += text[i];
      continue;
    }
    out +=
        static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + text[i + 3] - '0');
    i += 3;
  }
  return out;
}

std::vector<std::string_view> parts_of(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// Lines are "id parent device root point options optional... - type source options".
std::vector<Mount> mounts_of(const std::string& root) {
  std::vector<Mount> mounts;
  const std::string text = text_at(path_in(root, "proc/self/mountinfo"));
  for (const std::string_view line : parts_of(text, '\n')) {
    const std::size_t dash = line.find(" - ");
    if (dash == std::string_view::npos) continue;
    const auto front = parts_of(line.substr(0, dash), ' ');
    const auto back = parts_of(line.substr(dash + 3), ' ');
    if (front.size() < 5 || back.size() < 3) continue;
    const std::string group(front[3]), point(front[4]), options(back[2]);
    const std::string_view type = back[0];
    const bool version2 = type == "cgroup2";
    if (!point.starts_with('/')) continue;
    if (version2 || (type == "cgroup" && names_memory(options)))
      mounts.push_back({unescaped(group), path_in(root, unescaped(point).substr(1)), version2});
  }
  if (!mounts.empty()) return mounts;
  const std::string usual = path_in(root, "sys/fs/cgroup");
  return {{"/", usual, true},
          {"/", path_in(usual, "unified"), true},
          {"/", path_in(usual, "memory"), false}};
}

// The path of a group below the group that is mounted; empty for another group, as a container may
// see only its own.
std::string below_mount(const Mount& mount, const std::string& group) {
  if (mount.group == "/") return group;
  const bool inside = (group + '/').starts_with(mount.group + '/');
  return inside ? group.substr(mount.group.size()) : "";
}

}  // namespace

double read_memory_limit(const std::string& root) {
  double limit =
      static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  for (const auto resource : {RLIMIT_AS, RLIMIT_DATA, RLIMIT_RSS})
    if (rlimit own{}; ::getrlimit(resource, &own) == 0 && own.rlim_cur != RLIM_INFINITY)
      limit = std::min(limit, static_cast<double>(own.rlim_cur));
  const std::vector<Mount> mounts = mounts_of(root);
  for (const Mount& mount : mounts)
    if (mount.version2) limit = lowest_limit(mount.point, "", "memory.max", limit);
  // Lines are "number:controllers:path", with number 0 and no controllers in version 2.
  std::string groups = text_at(path_in(root, "proc/self/cgroup"));
  while (!groups.empty()) {
    const std::string line = groups.substr(0, groups.find('\n'));
    groups.erase(0, line.size() + 1);
    const auto first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string group = line.substr(second + 1);
    for (const Mount& mount : mounts) {
      if (mount.version2 ? !controllers.empty() : !names_memory(controllers)) continue;
      limit = lowest_limit(mount.point, below_mount(mount, group),
                           mount.version2 ? "memory.max" : "memory.limit_in_bytes", limit);
    }
  }
  return limit;
}

double memory_limit() {
  static const double limit = read_memory_limit();
  return limit;
}

}  // namespace hebb
