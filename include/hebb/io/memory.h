#pragma once

namespace hebb {

/// The memory in bytes that this process may use: that of the machine, or the lowest limit of its
/// control groups (cgroup versions 1 and 2) if that is less. Read once, on the first call.
/// Threads:  any number may call it.
double memory_limit();

}  // namespace hebb
