// A writer that is killed leaves its temporary file behind. The next writer removes it, but must
// not remove the file of a running writer. The process number in the name is not enough: by now it
// may belong to another process, or to a process on another machine. So a writer holds a lock
// (flock) on its temporary file from creation to renaming. The system releases the lock when the
// process ends, so a temporary file that can be locked has no owner. On a file system without locks
// nothing is removed.
#include "io/temporary.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "hebb/core/error.h"

namespace hebb::io {
namespace {

namespace fs = std::filesystem;

// Whether the open file is a regular one that still has a name.
bool has_name(const Descriptor& file) {
  struct stat info {};
  return ::fstat(file.get(), &info) == 0 && S_ISREG(info.st_mode) && info.st_nlink > 0;
}

void remove_abandoned(const fs::path& folder) {
  std::error_code ignored;
  const fs::directory_iterator end;
  for (fs::directory_iterator at(folder.empty() ? "." : folder, ignored); at != end;
       at.increment(ignored)) {
    const std::string name = at->path().filename().string();
    if (!name.starts_with(".hebb-") || !name.ends_with(".tmp")) continue;
    const auto file = open_file(at->path().string(), O_RDWR | O_NOFOLLOW | O_NONBLOCK);
    // While we hold the lock no other process can take over the name, since it needs the lock too.
    if (file && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0 && has_name(file))
      ::unlink(at->path().c_str());
  }
}

}  // namespace

Temporary::Temporary(std::string target, unsigned mode) : target_(std::move(target)) {
  static std::atomic<unsigned> count = 0;
  const auto folder = fs::path(target_).parent_path();
  remove_abandoned(folder);
  do {
    path_ = (folder / concat(".hebb-", ::getpid(), "-", count++, ".tmp")).string();
    file_ = open_file(path_, O_WRONLY | O_CREAT | O_EXCL, mode);
    if (!file_ && errno != EEXIST) fail(target_, "create a file in its folder");
  } while (!file_ || !is_held());
}

// False if another process removed the file as abandoned before we locked it.
bool Temporary::is_held() {
  if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) return errno != EWOULDBLOCK;
  lock_ = Descriptor(::fcntl(file_.get(), F_DUPFD_CLOEXEC, 0));
  return has_name(file_);
}

Temporary::~Temporary() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

void Temporary::take_place() {
  sync_and_rename(std::move(file_), path_, target_);
  path_.clear();
}

}  // namespace hebb::io
