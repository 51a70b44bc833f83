#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/io/file.h"

namespace hebb {

/// A file of data that is open: formats are told by it and read from it, so a pipe works like a
/// file.
/// Threads: one at a time; text() and head() unpack when they are first called.
class DataFile {
 public:
  /// "-" is standard input. Errors: as MappedFile.
  explicit DataFile(std::string path);
  /// Bytes in memory, which must outlive the object; `name` stands for the file in messages.
  DataFile(std::string name, std::span<const std::uint8_t> bytes);

  /// What it was opened by.
  const std::string& path() const { return path_; }
  /// What it is called in messages: the path, or "standard input".
  const std::string& name() const { return name_; }
  /// What the data set is called: the last part of the path.
  std::string short_name() const;

  /// As they stand in the file.
  std::span<const std::uint8_t> bytes() const { return bytes_; }
  /// The bytes as text, unpacked if they are gzip.
  /// Errors: DataError for bad gzip, or more than 4 GiB of it.
  std::string_view text() const;
  /// The first 64 KiB, unpacked if they are gzip; empty if that fails.
  std::string_view head() const;

 private:
  std::string path_, name_;
  std::optional<MappedFile> file_;
  std::span<const std::uint8_t> bytes_;
  mutable std::optional<std::vector<std::uint8_t>> unpacked_, head_;
};

}  // namespace hebb
