#include "hebb/core/log.h"

#include <iostream>
#include <mutex>
#include <utility>

#include "hebb/core/printable.h"

namespace hebb {
namespace {

struct Sink {
  std::mutex mutex;
  LogSink write = [](LogLevel level, std::string_view message) {
    if (level == LogLevel::warning)
      std::cerr << "hebb: warning: " + printable(message) + '\n';  // whole, or not at all
  };
};

Sink& sink() {
  static Sink instance;
  return instance;
}

// The number of LogSilenced objects of this thread.
thread_local int silenced = 0;

}  // namespace

LogSilenced::LogSilenced() { ++silenced; }
LogSilenced::~LogSilenced() { --silenced; }

LogSink set_log_sink(LogSink write) {
  const std::lock_guard lock(sink().mutex);
  return std::exchange(sink().write, std::move(write));
}

void log(LogLevel level, std::string_view message) {
  if (silenced > 0) return;
  const std::lock_guard lock(sink().mutex);
  if (sink().write) sink().write(level, message);
}

}  // namespace hebb
