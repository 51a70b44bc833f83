#include "io/sole_writer.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <stdexcept>

#include "hebb/core/error.h"

namespace hebb::io {

SoleWriter::SoleWriter(std::string path) : path_(std::move(path)) {
  const auto folder = std::filesystem::path(path_).parent_path();
  std::error_code ignored;  // writing fails too then
  std::filesystem::create_directories(folder, ignored);
  // A folder that cannot be opened or locked is written without the lock.
  folder_ = open_file(folder.string(), O_RDONLY);
  locked_out_ = folder_ && ::flock(folder_.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  seen_ = look();
}

void SoleWriter::replace(const std::function<void()>& write) {
  const Seen now = look();
  if (now.exists && now != seen_)
    throw std::runtime_error(
        concat(path_, ": another run has written it meanwhile: give each run a folder of its own"));
  try {
    write();
  } catch (...) {
    seen_ = look();  // the new file may be in place all the same
    throw;
  }
  seen_ = look();
}

// The file is opened, since a network file system may answer stat() from its cache.
SoleWriter::Seen SoleWriter::look() const {
  const auto file = open_file(path_, O_RDONLY);
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0) return {};
  return {.exists = true,
          .device = info.st_dev,
          .number = info.st_ino,
          .size = info.st_size,
          .seconds = info.st_mtim.tv_sec,
          .nanoseconds = info.st_mtim.tv_nsec};
}

}  // namespace hebb::io
