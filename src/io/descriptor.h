#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>

namespace hebb::io {

/// Throws std::runtime_error("<path>: cannot <step>: <what errno says>").
[[noreturn]] void fail(const std::string& path, const std::string& step);
[[noreturn]] void fail(const std::string& path, const std::string& step, int error);

/// Owns one open file.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();

  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

/// open(), retried after a signal. The result is empty on failure, with the cause in errno.
Descriptor open_file(const std::string& path, int flags, unsigned mode = 0);

/// Reads at most bytes.size() bytes and returns their number, 0 at the end of the file. Errors:
/// std::runtime_error naming `path`.
std::size_t read_some(int fd, std::span<std::uint8_t> bytes, const std::string& path);
/// Errors: std::runtime_error naming `path`.
void write_all(int fd, std::span<const std::uint8_t> bytes, const std::string& path);

/// The three steps in which a complete new file takes the place of another. The errors of all:
/// std::runtime_error naming the file that is replaced, step and cause.
/// Writes the bytes to the disk (fsync) and closes the file. fsync is never retried: after its first
/// failure the kernel may have dropped the pages.
void sync_and_close(Descriptor file, const std::string& replaced);
/// Renames `from` to `replaced`, in the same folder.
void rename_file(const std::string& from, const std::string& replaced);
/// Writes the folder of the file to the disk. From then on the new file survives a power loss.
void sync_folder(const std::string& replaced);

}  // namespace hebb::io
