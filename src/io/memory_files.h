#pragma once

#include <string>

namespace hebb {

/// As memory_limit(), but read on every call, from files below `root`. proc/self/cgroup names the
/// process's groups, and proc/self/mountinfo where trees of groups are mounted; without a mount it
/// is sys/fs/cgroup. The limits are in memory.max (version 2) and memory.limit_in_bytes (version 1)
/// of a group and of all groups above it. A missing file, or one without a number, sets no limit.
/// Source:  Linux, Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst;
///          proc_pid_mountinfo(5).
double read_memory_limit(const std::string& root = "/");

}  // namespace hebb
