#include "io/child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "hebb/core/error.h"
#include "hebb/io/memory.h"

namespace hebb::io {
namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("a process", "open a pipe to it");
    out = Descriptor(ends[0]);
    in = Descriptor(ends[1]);
  }
  Descriptor in{-1}, out{-1};
};

// Closes every file of the parent but the standard ones and these two.
void close_others(int a, int b) {
  const auto [low, high] = std::minmax(a, b);
  const auto close = [](int first, int last) {
    if (first <= last) ::close_range(static_cast<unsigned>(first), static_cast<unsigned>(last), 0);
  };
  close(STDERR_FILENO + 1, low - 1);
  close(low + 1, high - 1);
  ::close_range(static_cast<unsigned>(high) + 1, ~0U, 0);
}

[[noreturn]] void run_child(const std::function<void(int, int)>& work, int in, int out,
                            pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // it has ended before
  for (const int signal : {SIGINT, SIGHUP, SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);
  std::signal(SIGTERM, SIG_DFL);
  forget_temporary_files();
  close_others(in, out);
  work(in, out);
  ::_exit(0);
}

}  // namespace

Child::Child(const std::function<void(int in, int out)>& work) {
  Pipe to, from;
  const pid_t parent = ::getpid();
  id_ = ::fork();
  if (id_ < 0)
    throw std::runtime_error(
        concat("cannot start a process (fork): ", std::generic_category().message(errno)));
  if (id_ == 0) run_child(work, to.out.get(), from.in.get(), parent);
  input_ = std::move(to.in);
  output_ = std::move(from.out);
}

Child::Child(Child&& other) noexcept
    : id_(std::exchange(other.id_, -1)),
      input_(std::move(other.input_)),
      output_(std::move(other.output_)) {}

Child& Child::operator=(Child&& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(input_, other.input_);
  std::swap(output_, other.output_);
  return *this;
}

Child::~Child() {
  if (id_ < 0) return;
  kill();
  wait();
}

void Child::send(std::string_view text) noexcept {
  // SIGPIPE goes to the thread that writes: it is blocked there, and taken away if it has come.
  sigset_t pipe, before, pending;
  ::sigemptyset(&pipe);
  ::sigaddset(&pipe, SIGPIPE);
  ::sigpending(&pending);
  const bool was_pending = ::sigismember(&pending, SIGPIPE) == 1;
  ::pthread_sigmask(SIG_BLOCK, &pipe, &before);
  try {
    write_all(input_.get(), {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, "");
  } catch (const std::exception&) {  // it has ended, as its output tells
    const timespec now{};
    if (!was_pending) ::sigtimedwait(&pipe, nullptr, &now);
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Child::kill() noexcept {
  if (id_ > 0) ::kill(id_, SIGKILL);
}

bool Child::has_ended() const noexcept {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
         info.si_pid != 0;
}

Child::End Child::wait() noexcept {
  End end;
  while (id_ > 0 && ::wait4(id_, &end.status, 0, &end.usage) < 0 && errno == EINTR) {
  }
  id_ = -1;
  return end;
}

std::string end_text(int status) {
  if (WIFSIGNALED(status))
    return concat("by signal ", WTERMSIG(status), " (", ::strsignal(WTERMSIG(status)), ")");
  return concat("with exit code ", WEXITSTATUS(status));
}

void limit_memory(std::uint64_t bytes) {
  (void)memory_limit();  // remembered from before: what the machine has is more than this limit
  // Private memory that can be written to, as RLIMIT_DATA counts it.
  std::uint64_t used = 0;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmData:")) used = std::strtoull(line.c_str() + 7, nullptr, 10) * 1024;
  rlimit limit{};
  ::getrlimit(RLIMIT_DATA, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, used + bytes);
  ::setrlimit(RLIMIT_DATA, &limit);
}

}  // namespace hebb::io
