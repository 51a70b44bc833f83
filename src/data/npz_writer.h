#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace hebb {

/// A file for an archive: its bytes are `head` and `body` in a row. `body` is not owned.
struct ZipFile {
  std::string name;
  std::string head;
  std::span<const std::uint8_t> body = {};
};

/// A ZIP archive of these, deflated: the same bytes each time.
/// Errors: std::runtime_error if it cannot be made.
std::vector<std::uint8_t> make_zip(const std::vector<ZipFile>& files);

/// The header of an NPY file, version 1, as NumPy writes it; `descr` as "<f8".
std::string npy_header(const std::string& descr, const std::vector<std::size_t>& shape);

/// An NPY file of texts, which are UTF-8 and hold no NUL.
std::string npy_of_texts(const std::vector<std::string>& texts);

}  // namespace hebb
