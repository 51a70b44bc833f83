#pragma once

#include <pthread.h>

#include <csignal>
#include <initializer_list>

namespace hebb::kernels {

/// While it lives, no signal handler runs on this thread; one that comes waits until then. oneDNN's
/// matrix product keeps the stack pointer in the middle of its buffers for a while, and what a
/// handler pushes there destroys the heap. Faults of the program itself are not held back.
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

  /// Set by threads of our own, which hold them as long as they run.
  static bool& held_for_good() {
    thread_local bool held = false;
    return held;
  }

 private:
  sigset_t before_{};
};

}  // namespace hebb::kernels
