#pragma once

#include <cstddef>
#include <cstdint>
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

 private:
  struct State;
  std::unique_ptr<State> state_;
};

bool is_gzip(std::span<const std::uint8_t> bytes);

/// Decompresses a sequence of gzip members completely, or throws. Data that decompress to more than
/// `limit` bytes are refused before the memory is allocated.
/// Errors: DataError naming `name` and the byte: not gzip, cut short, bad checksum, trailing bytes,
///         over the limit.
std::vector<std::uint8_t> gunzip(std::span<const std::uint8_t> bytes, const std::string& name,
                                 std::uint64_t limit);

/// Atomically replaces `path` by the concatenation of `parts`: writes a temporary file in the same
/// folder, then calls fsync, rename, and fsync on the folder. On failure the temporary file is
/// removed and the old file is unchanged. If only the folder's fsync failed, the new file is in
/// place and complete. fsync is never retried. Temporary files that killed writers left in the
/// folder (.hebb-*.tmp) are removed. Links are followed, an existing file keeps its permissions,
/// and a device or a pipe (/dev/stdout, /dev/null) is written in place.
/// Errors: std::runtime_error naming file, step and cause; std::invalid_argument if `path` is
/// empty.
void replace_file(const std::string& path, std::span<const std::span<const std::uint8_t>> parts);
void replace_file(const std::string& path, std::string_view text);

/// Checks that `path` can be written, before long work starts; leaves no trace.
/// Errors: as replace_file().
void check_writable(const std::string& path);

}  // namespace hebb
