#pragma once

namespace hebb::app {

/// While an object exists, the first SIGINT or SIGTERM is only recorded, as a request to stop; the
/// second ends the program at once with exit code 130 or 143.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// The signal received, or 0. Any thread may call it.
  static int received();
};

}  // namespace hebb::app
