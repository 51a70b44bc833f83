#include "signals.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstring>

#include "hebb/io/file.h"

namespace hebb::app {
namespace {

constexpr std::array kStops = {SIGINT, SIGTERM, SIGHUP};

std::atomic<int> signal_received = 0;
static_assert(std::atomic<int>::is_always_lock_free);

// A terminal that closes sends SIGHUP several times, and a system that shuts down SIGTERM after it:
// only a signal after SIGINT or SIGTERM is impatience.
void on_signal(int signal) {
  if (signal == SIGHUP) {
    int none = 0;
    signal_received.compare_exchange_strong(none, signal);
    return;
  }
  const int before = signal_received.exchange(signal);
  if (before != 0 && before != SIGHUP) ::_exit(128 + signal);
}

// Calls only what a signal handler may call.
void on_bus_error(int signal, siginfo_t* info, void* /*context*/) {
  const char* const file = mapped_file_at(info->si_addr);
  if (!file) {  // another cause: the instruction is repeated, and ends the program
    std::signal(signal, SIG_DFL);
    return;
  }
  for (const char* text :
       {"hebb: error: ", file,
        ": cut short by another process, or unreadable, while it was read: try again when it is "
        "complete\n"})
    (void)!::write(STDERR_FILENO, text, std::strlen(text));
  ::_exit(1);
}

}  // namespace

StopSignals::StopSignals() {
  signal_received = 0;
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  for (const int signal : kStops) {
    struct sigaction before {};
    ::sigaction(signal, nullptr, &before);
    if (before.sa_handler != SIG_IGN) ::sigaction(signal, &action, nullptr);
  }
}

StopSignals::~StopSignals() {
  for (const int signal : kStops) {
    struct sigaction now {};
    ::sigaction(signal, nullptr, &now);
    // What is left to do is done although the terminal sends another one.
    const bool closed = signal == SIGHUP && signal_received == SIGHUP;
    if (now.sa_handler != SIG_IGN) std::signal(signal, closed ? SIG_IGN : SIG_DFL);
  }
}

int StopSignals::received() { return signal_received; }

void report_cut_files() {
  struct sigaction action {};
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO;
  ::sigaction(SIGBUS, &action, nullptr);
}

}  // namespace hebb::app
