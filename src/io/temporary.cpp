// A writer that is killed leaves its temporary behind. Who comes next removes it, and must not take
// that of a living writer. The process number in the name does not tell: by now it may be another
// process's, or it may count on another machine. So a writer holds a lock (flock) on its temporary
// from the making to the renaming. The system drops the lock with the process: a temporary that can
// be locked is nobody's. Where a file system knows no locks, nothing is removed.
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
    // With the lock, the name cannot change hands: whoever else would take it needs the lock too.
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

// False if someone who clears up was quicker than the lock: then the file is gone.
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
