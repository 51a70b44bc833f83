// A file is replaced in an order that survives a power loss: write all bytes to a temporary file
// beside it, fsync, rename, fsync the folder. A reader sees either the old bytes or the new ones.
#include "hebb/io/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <deque>
#include <filesystem>
#include <utility>

#include "hebb/core/error.h"
#include "io/descriptor.h"
#include "io/temporary.h"

namespace hebb {
namespace {

namespace fs = std::filesystem;
using Parts = std::span<const std::span<const std::uint8_t>>;

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// The file that `path` refers to after following links, and how to write it.
struct Target {
  std::string path;
  unsigned mode = 0644;
  bool in_place = false;  // a device or a pipe, which a rename would destroy
  bool exists = false;
  uid_t user = 0;  // of a file that exists
  gid_t group = 0;
};

Target find_target(const std::string& path) {
  check(!path.empty(), "file", "the path to write is empty");
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    if (errno != ENOENT) io::fail(path, "look it up");
    return {.path = written_path(path)};
  }
  if (S_ISDIR(info.st_mode)) io::fail(path, "write", EISDIR);
  if (::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0) io::fail(path, "write");
  if (!S_ISREG(info.st_mode)) return {.path = path, .in_place = true, .exists = true};
  // Bits that give a program the rights of its owner are for the bytes that were there.
  return {.path = fs::canonical(path).string(),
          .mode = info.st_mode & 0777U,
          .exists = true,
          .user = info.st_uid,
          .group = info.st_gid};
}

void write_parts(int fd, Parts parts, const std::string& path) {
  for (const auto part : parts) io::write_all(fd, part, path);
}

void write_in_place(const std::string& path, Parts parts) {
  const auto file = io::open_file(path, O_WRONLY);
  if (!file) io::fail(path, "open");
  write_parts(file.get(), parts, path);
}

// Gives the new file owner, group and permissions of the old one.
void take_over(const Target& target, int fd) {
  struct stat info {};
  if (!target.exists || ::fstat(fd, &info) != 0) return;
  // Only root may give a file to another user, and others only to their own groups: where that is
  // refused, the file is the writer's, as any file that is replaced.
  if ((info.st_uid != target.user || info.st_gid != target.group) &&
      ::fchown(fd, target.user, target.group) != 0)
    (void)!::fchown(fd, static_cast<uid_t>(-1), target.group);
  // The umask restricted the mode given at creation.
  if ((info.st_mode & 07777U) != target.mode && ::fchmod(fd, target.mode) != 0)
    io::fail(target.path, "chmod");
}

void write_complete(io::Temporary& temporary, const Target& target, Parts parts,
                    bool synced = true) {
  take_over(target, temporary.fd());
  write_parts(temporary.fd(), parts, target.path);
  if (synced) temporary.complete();
}

}  // namespace

std::string path_in(const std::string& folder, const std::string& name) {
  if (name.starts_with('/') || folder.empty()) return name;
  return folder + (folder.ends_with('/') ? "" : "/") + name;
}

std::string written_path(const std::string& path) {
  constexpr int kMostLinks = 40;  // as the system follows
  std::string at = path;
  std::error_code failed;
  for (int i = 0; i < kMostLinks && fs::is_symlink(fs::symlink_status(at, failed)); ++i)
    at = (fs::path(at).parent_path() / fs::read_symlink(at, failed)).string();
  return at;
}

void replace_file(const std::string& path, Parts parts, const FileCheck& check, bool synced) {
  const auto target = find_target(path);
  if (target.in_place) {
    if (check) {
      std::vector<std::uint8_t> whole;
      for (const auto part : parts) whole.insert(whole.end(), part.begin(), part.end());
      check(whole);
    }
    write_in_place(path, parts);
    return;
  }
  io::Temporary temporary(target.path, target.mode);
  write_complete(temporary, target, parts, synced);
  if (check) check(MappedFile(temporary.path()).bytes());
  temporary.take_place();
  if (synced) io::sync_folder(target.path);
}

void replace_file(const std::string& path, std::string_view text) {
  const auto part = bytes_of(text);
  replace_file(path, std::span(&part, 1));
}

void replace_files(const std::vector<NewFile>& files) {
  std::deque<io::Temporary> written;
  for (const NewFile& file : files) {
    const auto target = find_target(file.path);
    const auto part = bytes_of(file.text);
    if (target.in_place)
      write_in_place(file.path, std::span(&part, 1));
    else
      write_complete(written.emplace_back(target.path, target.mode), target, std::span(&part, 1));
  }
  for (auto at = written.begin(); at != written.end(); ++at) {
    try {
      at->take_place_for_now();
    } catch (...) {
      while (at != written.begin()) (--at)->put_back();
      throw;
    }
  }
  for (const io::Temporary& one : written) io::sync_folder(one.target());
}

void check_writable(const std::string& path) {
  const auto target = find_target(path);
  if (!target.in_place) const io::Temporary trace(target.path, target.mode);
}

}  // namespace hebb
