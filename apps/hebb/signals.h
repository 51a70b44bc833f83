#pragma once

namespace hebb::app {

/// While it lives, the first SIGINT or SIGTERM only asks to stop; the second ends the program at
/// once with 130 or 143.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// The signal that came, or 0. From any thread.
  static int received();
};

}  // namespace hebb::app
