#pragma once

#include <functional>
#include <string_view>

namespace hebb {

enum class LogLevel { info, warning };

/// Receives what the library has to say outside of results and errors.
using LogSink = std::function<void(LogLevel, std::string_view)>;

/// Replaces the sink, which until then writes "hebb: warning: ..." to stderr and drops `info`.
/// Returns the one that stood before. An empty sink silences. Any thread may call, but no sink.
LogSink set_log_sink(LogSink sink);

/// Sends one message to the sink, from any thread. Calls are serialised: a sink needs no lock, and
/// must not log.
void log(LogLevel level, std::string_view message);

/// While one lives, what its own thread logs is dropped: for work that is done again where its
/// messages are wanted. They may nest.
class LogSilenced {
 public:
  LogSilenced();
  ~LogSilenced();
  LogSilenced(const LogSilenced&) = delete;
  LogSilenced& operator=(const LogSilenced&) = delete;
};

inline void warn(std::string_view message) { log(LogLevel::warning, message); }

}  // namespace hebb
