#pragma once

#include <functional>
#include <string_view>

namespace hebb {

enum class LogLevel { info, warning };

/// Receives the library's messages that are neither results nor errors.
using LogSink = std::function<void(LogLevel, std::string_view)>;

/// Replaces the sink and returns the previous one. The default sink writes "hebb: warning: ..." to
/// stderr, as printable() has it, and drops `info` messages. An empty sink drops all messages. Any
/// thread may call this, but a sink must not.
LogSink set_log_sink(LogSink sink);

/// Sends one message to the sink, from any thread. Calls are serialised, so a sink needs no lock. A
/// sink must not call log().
void log(LogLevel level, std::string_view message);

/// While an object of this class exists, messages from its thread are dropped: for work that is
/// repeated elsewhere with its messages. Objects may nest.
class LogSilenced {
 public:
  LogSilenced();
  ~LogSilenced();
  LogSilenced(const LogSilenced&) = delete;
  LogSilenced& operator=(const LogSilenced&) = delete;
};

inline void warn(std::string_view message) { log(LogLevel::warning, message); }

}  // namespace hebb
