#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "io/descriptor.h"

namespace hebb::io {

/// Keeps two processes from replacing one file in turn, each with a state of its own. The folder is
/// locked (flock) while the object exists. Where the lock of another machine is not visible, as on
/// some network file systems, the file itself shows that another process has replaced it.
class SoleWriter {
 public:
  /// Creates the folder of the file if there is none and it can be created.
  explicit SoleWriter(std::string path);

  /// Whether another process, or another object, has locked the folder.
  bool is_locked_out() const { return locked_out_; }
  /// Calls `write`, which replaces the file.
  /// Errors: what `write` throws; std::runtime_error, without calling it, if there is a file that is
  /// neither the one that the constructor found nor the one after the last call.
  void replace(const std::function<void()>& write);

 private:
  struct Seen {
    bool exists = false;
    dev_t device = 0;
    ino_t number = 0;
    off_t size = 0;
    long long seconds = 0, nanoseconds = 0;  // when it was written
    bool operator==(const Seen&) const = default;
  };
  Seen look() const;

  std::string path_;
  Descriptor folder_{-1};
  bool locked_out_ = false;
  Seen seen_;
};

}  // namespace hebb::io
