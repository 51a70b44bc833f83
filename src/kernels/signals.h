#pragma once

#include <pthread.h>

#include <csignal>
#include <initializer_list>

namespace hebb::kernels {

/// During its lifetime, no signal handler runs on this thread; signals are delivered afterwards.
/// oneDNN's matrix product temporarily moves the stack pointer into its buffers, where the stack
/// frame of a handler would corrupt the heap. Signals for faults of the program itself are not
/// blocked.
class SignalsHeld {
 public:
  SignalsHeld() {
    if (held_for_good()) return;
    sigset_t all;
    sigfillset(&all);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT})
      sigdelset(&all, fault);
    ::pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~SignalsHeld() {
    if (!held_for_good()) ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

  /// Set by this library's own threads, which block signals as long as they run.
  static bool& held_for_good() {
    thread_local bool held = false;
    return held;
  }

 private:
  sigset_t before_{};
};

}  // namespace hebb::kernels
