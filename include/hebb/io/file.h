#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hebb {

/// A file's bytes, read-only: mapped if it is large, else read whole, as standard input ("-") is
/// and what cannot be mapped.
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

/// Inflates gzip members in a row: all of it or an error. What yields more than `limit` bytes is
/// refused before the memory is taken.
/// Errors: DataError naming `name` and the byte: not gzip, cut short, bad checksum, trailing bytes,
///         over the limit.
std::vector<std::uint8_t> gunzip(std::span<const std::uint8_t> bytes, const std::string& name,
                                 std::uint64_t limit);

/// Replaces `path` by `parts` in a row, all or nothing: a temporary in the same folder, fsync,
/// rename, fsync of the folder. On failure the temporary is removed and the old file stands, or, if
/// only the folder's fsync failed, the new one, whole; fsync is never retried. What killed writers
/// have left in the folder (.hebb-*.tmp) is removed. Links are followed, a file that stood keeps
/// its permissions, and a device or a pipe (/dev/stdout, /dev/null) is written in place. Errors:
/// std::runtime_error naming file, step and cause; std::invalid_argument if `path` is empty.
void replace_file(const std::string& path, std::span<const std::span<const std::uint8_t>> parts);
void replace_file(const std::string& path, std::string_view text);

/// Checks that `path` can be written, before long work starts; leaves no trace.
/// Errors: as replace_file().
void check_writable(const std::string& path);

}  // namespace hebb
