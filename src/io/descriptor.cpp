#include "io/descriptor.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "hebb/core/error.h"

namespace hebb::io {

void fail(const std::string& path, const std::string& step) { fail(path, step, errno); }

void fail(const std::string& path, const std::string& step, int error) {
  throw std::runtime_error(
      concat(path, ": cannot ", step, ": ", std::generic_category().message(error)));
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Descriptor open_file(const std::string& path, int flags, unsigned mode) {
  int fd = -1;
  do fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  while (fd < 0 && errno == EINTR);
  return Descriptor(fd);
}

std::size_t read_some(int fd, std::span<std::uint8_t> bytes, const std::string& path) {
  ssize_t got = 0;
  do got = ::read(fd, bytes.data(), bytes.size());
  while (got < 0 && errno == EINTR);
  if (got < 0) fail(path, "read");
  return static_cast<std::size_t>(got);
}

void write_all(int fd, std::span<const std::uint8_t> bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written == 0) fail(path, "write", ENOSPC);  // what some file systems mean by it
    if (written > 0)
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    else if (errno != EINTR)
      fail(path, "write");
  }
}

void sync_and_close(Descriptor file, const std::string& replaced) {
  if (::fsync(file.get()) != 0) fail(replaced, "bring to the disk (fsync)");
  // Some file systems report a full disk only here.
  if (::close(file.release()) != 0) fail(replaced, "close");
}

void rename_file(const std::string& from, const std::string& replaced) {
  if (::rename(from.c_str(), replaced.c_str()) != 0) fail(replaced, "put in place (rename)");
}

void sync_folder(const std::string& replaced) {
  const auto folder = std::filesystem::path(replaced).parent_path().string();
  const auto opened = open_file(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
  // A folder that is writable but not readable cannot be synced, nor can a folder on some network
  // mounts.
  const bool exempt = opened ? ::fsync(opened.get()) == 0 || errno == EINVAL : errno == EACCES;
  if (!exempt) fail(replaced, "bring its folder to the disk (fsync)");
}

}  // namespace hebb::io
