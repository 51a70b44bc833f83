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

/// A file's bytes, read-only, mapped; standard input ("-") and what cannot be mapped is read whole.
class MappedFile {
 public:
  /// Errors: std::runtime_error naming file and cause.
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

/// Inflates gzip members in a row. With `expected` bytes or more of room the result is exact: a stream
/// that yields more than `limit` bytes is refused before the memory is taken.
/// Errors: DataError naming `name` and the byte: cut short, bad checksum, not gzip, over the limit.
std::vector<std::uint8_t> gunzip(std::span<const std::uint8_t> bytes, const std::string& name,
                                 std::uint64_t limit);

/// Replaces `path` by `bytes`, all or nothing: a temporary in the same folder, fsync, rename, fsync of
/// the folder. On failure the temporary is removed and the old file stands; fsync is never retried.
/// Errors: std::runtime_error naming file, step and cause.
void replace_file(const std::string& path, std::span<const std::span<const std::uint8_t>> parts);
void replace_file(const std::string& path, std::string_view text);

/// Checks that `path` can be written, before long work starts; leaves no trace.
/// Errors: std::runtime_error naming file and cause.
void check_writable(const std::string& path);

}  // namespace hebb
