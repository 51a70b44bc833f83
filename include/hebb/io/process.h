#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

namespace hebb {

/// The limits of work in a process of its own. Unset: none.
struct ProcessLimits {
  std::optional<double> seconds = {};
  std::optional<std::uint64_t> memory_bytes = {};  ///< beyond what the process starts with
};

/// What such work has returned and used.
struct ProcessResult {
  std::string output = {};
  double seconds = 0, cpu_seconds = 0;
  std::uint64_t peak_bytes = 0;  ///< of memory, with what it shares with the calling process
};

/// Thrown if the work has returned nothing.
class ProcessError : public std::runtime_error {
 public:
  enum class Cause { stopped, time, memory, crashed };

  ProcessError(Cause cause, const std::string& message)
      : std::runtime_error(message), cause_(cause) {}
  Cause cause() const { return cause_; }

 private:
  Cause cause_;
};

/// Runs `work` in a process of its own and returns the bytes that it returns. For work that may
/// crash, that uses libraries which cannot be stopped or are not thread-safe, or whose memory is
/// limited or measured. The process is a copy of the calling one (fork): it has all its data and
/// changes none of them. `work` can start threads; the threads of the calling process do not exist
/// in it, so it must not use objects that have any, and other threads of the program must not be
/// calling hebb meanwhile. It ends with the calling process. `stop_requested` is asked ten times a
/// second, in the calling process.
/// Errors: ProcessError; what `work` throws, as the same type for the types of hebb/core/error.h and
/// std::invalid_argument, else as std::runtime_error; std::runtime_error if no process can be
/// started.
ProcessResult run_in_process(const std::function<std::string()>& work,
                             const ProcessLimits& limits = {},
                             const std::function<bool()>& stop_requested = {});

}  // namespace hebb
