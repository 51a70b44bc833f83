#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/io/file.h"

namespace hebb {

/// A file of text, `.gz` or not, or standard input ("-").
/// Errors: std::runtime_error if it cannot be read; DataError for bad gzip, or more than 4 GiB of
/// it.
class TextFile {
 public:
  explicit TextFile(const std::string& path);

  std::string_view text() const { return text_; }
  /// What it is called in messages: the path, or "standard input".
  const std::string& name() const { return name_; }
  /// What the data set is called: the last part of the path.
  std::string short_name() const;

 private:
  MappedFile file_;
  std::string name_;
  std::vector<std::uint8_t> unpacked_;
  std::string_view text_;
};

/// "name:line:column" of a byte, both from 1, the column in bytes.
std::string text_place(std::string_view text, const std::string& name, std::size_t offset);

}  // namespace hebb
