#pragma once

namespace hebb {

/// The memory in bytes that this process may use: that of the machine, or if that is less the lowest
/// limit of its control groups (cgroup versions 1 and 2) and its resource limits (`ulimit` -v, -d
/// and -m). Read once, on the first call.
/// Threads:  any number may call it.
double memory_limit();

}  // namespace hebb
