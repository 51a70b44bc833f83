#pragma once

namespace hebb {

/// Removes the temporary files that replace_file() and replace_files() are writing now, of all threads.
/// For handlers that end the process without running destructors. Needs no memory.
void remove_temporary_files() noexcept;

}  // namespace hebb
