#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "io/descriptor.h"

namespace hebb::io {

/// A copy of this process (fork) that runs a function, joined to it by two pipes. It ignores SIGINT
/// and SIGHUP, which a terminal sends to all processes at once, and SIGPIPE and SIGXFSZ, so that a
/// write fails instead. It is killed when the thread that started it ends.
class Child {
 public:
  /// `work` reads from the descriptor `in` and writes to `out`. When it returns, the child ends
  /// without running destructors of static objects. It must not throw.
  /// Errors: std::runtime_error if no process can be started.
  explicit Child(const std::function<void(int in, int out)>& work);
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  /// Kills the child, if it runs.
  ~Child();

  pid_t id() const { return id_; }
  /// Writes what the child reads; nothing if it has ended, and without a SIGPIPE, which would end this
  /// process where it is not ignored.
  void send(std::string_view text) noexcept;
  /// What the child writes can be read from here.
  const Descriptor& output() const { return output_; }
  void close_input() { input_ = Descriptor(-1); }

  void kill() noexcept;
  /// Whether it has ended, without waiting for it.
  bool has_ended() const noexcept;
  struct End {
    int status = 0;  ///< as waitpid() has it
    rusage usage = {};
  };
  /// Waits for the end of the child.
  End wait() noexcept;

 private:
  pid_t id_ = -1;
  Descriptor input_{-1}, output_{-1};
};

/// "with exit code 3", "by signal 9 (Killed)".
std::string end_text(int status);

/// Limits the memory that this process can allocate from now on, beyond what it has.
void limit_memory(std::uint64_t bytes);

/// Removes all files from the list of remove_temporary_files(): in a child, they are not its own.
void forget_temporary_files() noexcept;

}  // namespace hebb::io
