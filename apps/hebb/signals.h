#pragma once

#include <atomic>
#include <csignal>
#include <thread>

namespace hebb::app {

/// While it lives, the first SIGINT or SIGTERM only asks to stop; the second ends the program at
/// once with 130 or 143.
///
/// A thread of its own waits for them; they are blocked in the one that makes this and in those
/// that it starts afterwards. A handler would not do: oneDNN's matrix product keeps the stack
/// pointer in the middle of its buffers for a while, and what a handler pushes there destroys the
/// heap.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// The signal that came, or 0. From any thread.
  int received() const { return received_; }

 private:
  void watch();

  sigset_t signals_{}, mask_before_{};
  std::atomic<int> received_ = 0;
  std::atomic<bool> ending_ = false;
  std::thread watcher_;
};

}  // namespace hebb::app
