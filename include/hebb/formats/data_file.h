#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/io/file.h"

namespace hebb {

/// An open data file. Formats are both recognised and read from this object, so a pipe works like a
/// file.
/// Threads: one at a time; text() and head() unpack on their first call.
class DataFile {
 public:
  /// "-" is standard input. Errors: as MappedFile.
  explicit DataFile(std::string path);
  /// Bytes in memory, which must outlive the object; `name` is the file name in messages.
  DataFile(std::string name, std::span<const std::uint8_t> bytes);

  /// The path that the file was opened with.
  const std::string& path() const { return path_; }
  /// The name in messages: the path, or "standard input".
  const std::string& name() const { return name_; }
  /// The name of the data set: the last part of the path.
  std::string short_name() const;

  /// The bytes of the file, not unpacked.
  std::span<const std::uint8_t> bytes() const { return bytes_; }
  /// The bytes as text, unpacked if they are gzip.
  /// Errors: DataError for invalid gzip data, or more than 4 GiB unpacked.
  std::string_view text() const;
  /// The first 64 KiB, unpacked if they are gzip; empty if that fails.
  std::string_view head() const;

  /// As MappedFile::check_uncut().
  void check_uncut() const;

 private:
  std::string path_, name_;
  std::optional<MappedFile> file_;
  std::span<const std::uint8_t> bytes_;
  mutable std::optional<std::vector<std::uint8_t>> unpacked_, head_;
};

}  // namespace hebb
