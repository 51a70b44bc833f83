// A file is replaced in an order that survives a power loss: write all bytes to a temporary file
// beside it, fsync, rename, fsync the folder. A reader sees either the old bytes or the new ones.
#include "hebb/io/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "hebb/core/error.h"
#include "io/descriptor.h"
#include "io/temporary.h"

namespace hebb {

struct MappedFile::State {
  std::vector<std::uint8_t> whole;
  void* map = MAP_FAILED;
  std::size_t size = 0;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (map != MAP_FAILED) ::munmap(map, size);
  }

  std::span<const std::uint8_t> bytes() const {
    if (map == MAP_FAILED) return whole;
    return {static_cast<const std::uint8_t*>(map), size};
  }
};

namespace {

// Smaller files are read, not mapped. Threads that map and unmap many small files wait for each
// other: a process has one address space, and every change to it interrupts the other cores.
constexpr std::size_t kWorthMapping = std::size_t{1} << 18;

std::vector<std::uint8_t> read_whole(int fd, const std::string& path,
                                     std::size_t first_room = std::size_t{1} << 16) {
  std::vector<std::uint8_t> bytes(first_room);
  std::size_t size = 0;
  while (const auto got = io::read_some(fd, std::span(bytes).subspan(size), path)) {
    size += got;
    if (size == bytes.size()) bytes.resize(2 * size);
  }
  bytes.resize(size);
  return bytes;
}

// The file that `path` refers to after following links, and how to write it.
struct Target {
  std::string path;
  unsigned mode = 0644;
  bool in_place = false;  // a device or a pipe, which a rename would destroy
};

Target find_target(const std::string& path) {
  check(!path.empty(), "file", "the path to write is empty");
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    if (errno != ENOENT) io::fail(path, "look it up");
    return {.path = path};
  }
  if (S_ISDIR(info.st_mode)) io::fail(path, "write", EISDIR);
  if (::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0) io::fail(path, "write");
  if (!S_ISREG(info.st_mode)) return {.path = path, .in_place = true};
  return {.path = std::filesystem::canonical(path).string(), .mode = info.st_mode & 07777U};
}

}  // namespace

MappedFile::MappedFile(const std::string& path) : state_(std::make_unique<State>()) {
  if (path == "-") {
    state_->whole = read_whole(STDIN_FILENO, "standard input");
    return;
  }
  const auto file = io::open_file(path, O_RDONLY);
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0) io::fail(path, "open");
  if (S_ISDIR(info.st_mode)) io::fail(path, "read", EISDIR);
  const auto size = static_cast<std::size_t>(info.st_size);
  if (S_ISREG(info.st_mode) && 0 < size && size < kWorthMapping) {
    state_->whole = read_whole(file.get(), path, size + 1);  // one more, to detect the end
    return;
  }
  if (S_ISREG(info.st_mode) && size > 0) {
    state_->size = size;
    state_->map = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  }
  if (state_->map == MAP_FAILED) state_->whole = read_whole(file.get(), path);
}

MappedFile::MappedFile(MappedFile&&) noexcept = default;
MappedFile& MappedFile::operator=(MappedFile&&) noexcept = default;
MappedFile::~MappedFile() = default;

std::span<const std::uint8_t> MappedFile::bytes() const { return state_->bytes(); }

std::string_view MappedFile::text() const {
  const auto all = bytes();
  return {reinterpret_cast<const char*>(all.data()), all.size()};
}

void replace_file(const std::string& path, std::span<const std::span<const std::uint8_t>> parts) {
  const auto target = find_target(path);
  const auto write = [&](int fd) {
    for (const auto part : parts) io::write_all(fd, part, path);
  };
  if (target.in_place) {
    const auto file = io::open_file(path, O_WRONLY);
    if (!file) io::fail(path, "open");
    write(file.get());
    return;
  }
  io::Temporary temporary(target.path, target.mode);
  // The umask restricts the mode given at creation; an existing file keeps its own mode.
  if (target.mode != 0644U && ::fchmod(temporary.fd(), target.mode) != 0) io::fail(path, "chmod");
  write(temporary.fd());
  temporary.take_place();
}

void replace_file(const std::string& path, std::string_view text) {
  const std::span part(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  replace_file(path, std::span(&part, 1));
}

void check_writable(const std::string& path) {
  const auto target = find_target(path);
  if (!target.in_place) const io::Temporary trace(target.path, target.mode);
}

}  // namespace hebb
