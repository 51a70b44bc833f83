// A writer that is killed leaves its temporary file behind. The next writer removes it, but must
// not remove the file of a running writer. The process number in the name is not enough: by now it
// may belong to another process, or to a process on another machine. So a writer holds a lock
// (flock) on its temporary file from creation to renaming. The system releases the lock when the
// process ends, so a temporary file that can be locked has no owner on this machine. Some network
// file systems do not show the locks of one machine to another. So the name contains the identity of
// the running kernel too, and the files of others, which may be saving just now, are removed only
// when they have not been written to for a day. Without locks nothing is removed.
#include "io/temporary.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <new>

#include "hebb/core/error.h"
#include "hebb/io/temporary_files.h"
#include "io/child.h"

namespace hebb::io {
namespace {

namespace fs = std::filesystem;

constexpr time_t kAbandonedSeconds = 24 * 60 * 60;

// The end of the names of temporary files that are locked where this process sees it: "-" and the
// beginning of the kernel's random number, which changes when the machine starts. Containers of one
// machine share kernel and locks. Empty if the system has none.
const std::string& mark_of_kernel() {
  static const std::string mark = []() -> std::string {
    std::array<std::uint8_t, 8> id{};
    const auto file = open_file("/proc/sys/kernel/random/boot_id", O_RDONLY);
    const bool read = file && ::read(file.get(), id.data(), id.size()) == ssize_t{id.size()} &&
                      std::ranges::all_of(id, [](int c) { return std::isxdigit(c) != 0; });
    return read ? "-" + std::string(id.begin(), id.end()) : "";
  }();
  return mark;
}

// The paths of the files that exist now. Of more than these, none is listed: the next writer removes
// what is left.
std::array<std::atomic<const char*>, 32> listed_paths{};

std::atomic<const char*>* list(const char* path) {
  for (auto& place : listed_paths)
    if (const char* none = nullptr; place.compare_exchange_strong(none, path)) return &place;
  return nullptr;
}

std::string new_path(const fs::path& folder) {
  static std::atomic<unsigned> count = 0;
  return (folder / concat(".hebb-", ::getpid(), '-', count++, mark_of_kernel(), ".tmp")).string();
}

// Whether the open file is a regular one that still has a name.
bool has_name(const Descriptor& file, struct stat& info) {
  return ::fstat(file.get(), &info) == 0 && S_ISREG(info.st_mode) && info.st_nlink > 0;
}

// Removes the files of killed writers from the folder of the writer's own file. Its time is that of
// the file system, whose clock may differ from that of this machine.
void remove_abandoned(const fs::path& own, time_t now) {
  const fs::path folder = own.has_parent_path() ? own.parent_path() : ".";
  // Not a directory_iterator, which ends the process if memory runs out within it.
  const auto close = [](DIR* open) { ::closedir(open); };
  const std::unique_ptr<DIR, decltype(close)> entries(::opendir(folder.c_str()), close);
  while (const dirent* const entry = entries ? ::readdir(entries.get()) : nullptr) {
    const std::string name = entry->d_name;
    if (!name.starts_with(".hebb-") || !name.ends_with(".tmp") || name == own.filename()) continue;
    const std::string path = (folder / name).string();
    const std::string& mark = mark_of_kernel();
    const bool is_local = !mark.empty() && name.ends_with(mark + ".tmp");
    const auto file = open_file(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK);
    // While we hold the lock no other process can take over the name, since it needs the lock too.
    struct stat info {};
    if (file && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0 && has_name(file, info) &&
        (is_local || now - info.st_mtime > kAbandonedSeconds))
      ::unlink(path.c_str());
  }
}

}  // namespace

Temporary::Temporary(std::string target, unsigned mode) : target_(std::move(target)) {
  const auto folder = fs::path(target_).parent_path();
  do {
    path_ = new_path(folder);
    file_ = open_file(path_, O_WRONLY | O_CREAT | O_EXCL, mode);
    if (!file_ && errno != EEXIST) fail(target_, "create a file in its folder");
  } while (!file_ || !is_held());
  listed_ = list(path_.c_str());
  struct stat info {};
  if (::fstat(file_.get(), &info) != 0) return;
  try {
    remove_abandoned(path_, info.st_mtime);
  } catch (const std::bad_alloc&) {  // the next writer removes them
  }
}

// False if another process removed the file as abandoned before we locked it.
bool Temporary::is_held() {
  if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) return errno != EWOULDBLOCK;
  lock_ = Descriptor(::fcntl(file_.get(), F_DUPFD_CLOEXEC, 0));
  struct stat info {};
  return has_name(file_, info);
}

void Temporary::unlist() noexcept {
  if (listed_) listed_->store(nullptr);
  listed_ = nullptr;
}

Temporary::~Temporary() {
  unlist();
  for (const std::string* path : {&path_, &old_})
    if (!path->empty()) ::unlink(path->c_str());
}

void Temporary::take_place() {
  rename_file(path_, target_);
  unlist();
  path_.clear();
}

void Temporary::take_place_for_now() {
  old_ = new_path(fs::path(target_).parent_path());
  if (::link(target_.c_str(), old_.c_str()) != 0) {
    is_new_ = errno == ENOENT;
    old_.clear();
  }
  take_place();
}

void forget_temporary_files() noexcept {
  for (auto& place : listed_paths) place = nullptr;
}

void Temporary::put_back() noexcept {
  if (is_new_)
    ::unlink(target_.c_str());
  else if (!old_.empty() && ::rename(old_.c_str(), target_.c_str()) == 0)
    old_.clear();
}

}  // namespace hebb::io

void hebb::remove_temporary_files() noexcept {
  for (const auto& place : io::listed_paths)
    if (const char* const path = place.load()) ::unlink(path);
}
