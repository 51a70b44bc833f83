// A disk that fails at will. Linked into a second copy of the program, these stand before the C
// library's functions: one call of one of them, below one folder, fails or ends the process.
//
//   FAULT=CALL:K:HOW   the K-th call (from 1) of write, fsync, close, rename, fchmod, flock,
//                           open (that makes a file), folder (that opens one for its fsync) or
//                           mmap (of a file).
//                           HOW: the name of an error, or "half" (write half of it, or where that
//                           is nothing all of it), or "kill" (SIGKILL just before the call), or
//                           "tear" (write half of it and SIGKILL), or "cut" (map the file, then
//                           cut it to half), or "trim" (to all but its last byte)
//   FAULT_UNDER=DIR    what is counted lies below DIR (absolute, links resolved)
//   FAULT_MARK=FILE    made when the call is met
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <bit>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdarg>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

struct Fault {
  std::string_view call, how, under;
  const char* mark = nullptr;
  long number = 0;
  std::atomic<long> met{0};

  Fault() {
    const char* const text = std::getenv("FAULT");
    const char* const folder = std::getenv("FAULT_UNDER");
    mark = std::getenv("FAULT_MARK");
    if (text == nullptr || folder == nullptr || mark == nullptr) return;
    const std::string_view all = text;
    const auto first = all.find(':'), second = all.rfind(':');
    call = all.substr(0, first);
    number = std::strtol(text + first + 1, nullptr, 10);
    how = all.substr(second + 1);
    under = folder;
  }

  // Whether this is the call.
  bool meets(std::string_view name, std::string_view path) {
    if (name != call || !path.starts_with(under)) return false;
    if (++met != number) return false;
    ::syscall(SYS_close, ::syscall(SYS_openat, AT_FDCWD, mark, O_CREAT | O_WRONLY, 0600));
    if (how == "kill") ::kill(::getpid(), SIGKILL);
    return true;
  }

  int error() const {
    if (how == "ENOSPC") return ENOSPC;
    if (how == "EINTR") return EINTR;
    if (how == "ENOTSUP") return ENOTSUP;
    return EIO;
  }
};

Fault& fault() {
  static Fault instance;
  return instance;
}

std::string path_of(int fd) {
  std::array<char, PATH_MAX> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const auto size = ::readlink(link.c_str(), path.data(), path.size());
  return size < 0 ? "" : std::string(path.data(), static_cast<std::size_t>(size));
}

std::string absolute(const char* path) {
  if (path[0] == '/') return path;
  std::array<char, PATH_MAX> folder{};
  if (::getcwd(folder.data(), folder.size()) == nullptr) return "";
  return std::string(folder.data()) + '/' + path;
}

bool is_written(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

int failed() {
  errno = fault().error();
  return -1;
}

int as_int(long result) { return static_cast<int>(result); }

}  // namespace

extern "C" {

ssize_t write(int fd, const void* bytes, std::size_t size) {
  if (fault().call == "write" && fault().meets("write", path_of(fd))) {
    const bool tear = fault().how == "tear";
    if (!tear && fault().how != "half") return failed();
    const long written = ::syscall(SYS_write, fd, bytes, size > 1 ? size / 2 : size);
    if (tear) ::kill(::getpid(), SIGKILL);
    return written;
  }
  return ::syscall(SYS_write, fd, bytes, size);
}

constexpr std::size_t kPage = 4096;  // behind the last whole page, zeros would be read first

void* mmap(void* at, std::size_t size, int protection, int flags, int fd, off_t offset) noexcept {
  void* const map =
      std::bit_cast<void*>(::syscall(SYS_mmap, at, size, protection, flags, fd, offset));
  if (fd >= 0 && fault().call == "mmap" && fault().meets("mmap", path_of(fd)))
    (void)!::truncate(
        path_of(fd).c_str(),
        static_cast<off_t>(fault().how == "cut" ? size / 2 / kPage * kPage : size - 1));
  return map;
}

int fsync(int fd) {
  if (fault().call == "fsync" && fault().meets("fsync", path_of(fd))) return failed();
  return as_int(::syscall(SYS_fsync, fd));
}

int close(int fd) {
  const bool meets =
      fault().call == "close" && is_written(fd) && fault().meets("close", path_of(fd));
  const long result = ::syscall(SYS_close, fd);  // even where it fails, the descriptor is gone
  return meets ? failed() : as_int(result);
}

int rename(const char* from, const char* to) noexcept {
  if (fault().call == "rename" && fault().meets("rename", absolute(to))) return failed();
  return as_int(::syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to));
}

int fchmod(int fd, mode_t mode) noexcept {
  if (fault().call == "fchmod" && fault().meets("fchmod", path_of(fd))) return failed();
  return as_int(::syscall(SYS_fchmod, fd, mode));
}

// Under this name it would hide a struct.
int flock_call(int fd, int operation) noexcept __asm__("flock");
int flock_call(int fd, int operation) noexcept {
  if (fault().call == "flock" && fault().meets("flock", path_of(fd))) return failed();
  return as_int(::syscall(SYS_flock, fd, operation));
}

int open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & O_CREAT) != 0) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  const bool folder = (flags & O_DIRECTORY) != 0;
  if ((folder || (flags & O_CREAT) != 0) &&
      fault().meets(folder ? "folder" : "open", absolute(path)))
    return failed();
  return as_int(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

}  // extern "C"
