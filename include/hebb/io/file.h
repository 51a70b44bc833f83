#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hebb {

/// The bytes of a file, read-only. A large file is memory-mapped. A small file, standard input
/// ("-") and anything that cannot be mapped are read into memory.
class MappedFile {
 public:
  /// Errors: std::runtime_error naming file and cause: missing, a folder, not readable.
  explicit MappedFile(const std::string& path);
  MappedFile(MappedFile&&) noexcept;
  MappedFile& operator=(MappedFile&&) noexcept;
  ~MappedFile();

  std::string_view text() const;
  std::span<const std::uint8_t> bytes() const;

  /// Another process may cut a mapped file short while it is read. The last page that is left then
  /// ends in zeros, and reading the pages behind it raises SIGBUS (see mapped_file_at()). Readers
  /// call this function when they have read the bytes.
  /// Errors: std::runtime_error naming the file and both sizes if a mapped file is now shorter.
  void check_uncut() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The file whose mapped bytes contain `address`, as printable() has it; nullptr if there is none. For
/// a handler of SIGBUS, whose siginfo_t has the address.
/// Threads: any number may call it, and a signal handler.
const char* mapped_file_at(const void* address) noexcept;

bool is_gzip(std::span<const std::uint8_t> bytes);

/// Decompresses a sequence of gzip members completely, or throws. Data that decompress to more than
/// `limit` bytes are refused before the memory is allocated.
/// Errors: DataError naming `name` and the byte: not gzip, cut short, bad checksum, trailing bytes,
///         over the limit.
std::vector<std::uint8_t> gunzip(std::span<const std::uint8_t> bytes, const std::string& name,
                                 std::uint64_t limit);

/// Checks the bytes of a complete new file before it replaces the old one; throws to refuse it.
using FileCheck = std::function<void(std::span<const std::uint8_t> bytes)>;

/// Atomically replaces `path` by the concatenation of `parts`: writes a temporary file in the same
/// folder, then calls fsync, `check`, rename, and fsync on the folder. On failure the temporary file
/// is removed and the old file is unchanged. If only the folder's fsync failed, the new file is in
/// place and complete. fsync is never retried. Temporary files that killed writers left in the
/// folder (.hebb-*.tmp) are removed; those of writers on other machines a day later, since their
/// locks may not be visible. Links are followed (written_path()). An existing file keeps its
/// permissions, without the set-user-ID, set-group-ID and sticky bits, and its owner and group as
/// far as the system lets the process set them. A device or a pipe (/dev/stdout, /dev/null) is
/// written in place. Without `synced` there is no fsync: the file may be lost with the machine's power,
/// but not with the process.
/// Errors: std::runtime_error naming file, step and cause; std::invalid_argument if `path` is
/// empty; what `check` throws.
void replace_file(const std::string& path, std::span<const std::span<const std::uint8_t>> parts,
                  const FileCheck& check = {}, bool synced = true);
void replace_file(const std::string& path, std::string_view text);

struct NewFile {
  std::string path, text;
};

/// As replace_file() for several files, all or none: no file is replaced before all are written, and
/// if one cannot be put in its place, those before it are put back. Devices and pipes are written
/// first. A power loss, or a failure on a file system without hard links, may leave some replaced.
void replace_files(const std::vector<NewFile>& files);

/// The path of the file `name` of a folder; `name` itself if it is absolute. Used instead of
/// filesystem::path's operator/, which in libstdc++ 12 frees memory twice if none is left when it
/// appends to a path that ends in a slash.
std::string path_in(const std::string& folder, const std::string& name);

/// The file that replace_file(path) writes: `path` with a link in its last part followed, also a link
/// to a file that does not exist.
std::string written_path(const std::string& path);

/// Checks that `path` can be written, before long work starts; leaves no trace.
/// Errors: as replace_file().
void check_writable(const std::string& path);

}  // namespace hebb
