#include "signals.h"

#include <pthread.h>
#include <unistd.h>

#include <ctime>

namespace hebb::app {

StopSignals::StopSignals() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals_, &mask_before_);
  watcher_ = std::thread([this] { watch(); });
}

StopSignals::~StopSignals() {
  ending_ = true;
  watcher_.join();
  ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

void StopSignals::watch() {
  constexpr timespec kLook{.tv_sec = 0, .tv_nsec = 20'000'000};
  while (!ending_) {
    const int signal = ::sigtimedwait(&signals_, nullptr, &kLook);
    if (signal <= 0) continue;  // nothing came in this while
    if (received_ != 0) ::_exit(128 + signal);
    received_ = signal;
  }
}

}  // namespace hebb::app
