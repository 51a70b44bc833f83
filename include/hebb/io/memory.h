#pragma once

#include <filesystem>

namespace hebb {

/// Bytes of memory that this process may take: those of the machine, or the lowest limit of its
/// control groups where that is less. Read once, when first asked for.
/// Threads:  any number may call it.
double memory_limit();

/// The same, read anew. The files below `root` count: proc/self/cgroup names the process's groups;
/// memory.max (version 2) and memory.limit_in_bytes (version 1) of a group and of all groups above
/// it, below sys/fs/cgroup, hold limits. What is not there, or is no number, limits nothing.
/// Source:  Linux, Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst.
double read_memory_limit(const std::filesystem::path& root = "/");

}  // namespace hebb
