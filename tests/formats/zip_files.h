#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "formats/files.h"

namespace hebb {

/// A file in an archive that may lie about itself.
struct ZipPart {
  std::string name, data;  ///< the data as it is stored
  std::uint32_t flags = 0, method = 0;
  std::optional<std::uint32_t> size = {};  ///< that it claims to unpack to
  std::optional<std::uint32_t> crc = {};
};

inline std::string zip_of(const std::vector<ZipPart>& parts) {
  std::string files, list;
  for (const auto& part : parts) {
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(part.data.data());
    const auto packed = static_cast<std::uint32_t>(part.data.size());
    const std::string common =
        little_endian(20, 2) + little_endian(part.flags, 2) + little_endian(part.method, 2) +
        little_endian(0x00210000, 4) +
        little_endian(part.crc.value_or(io::crc32({bytes, packed})), 4) + little_endian(packed, 4) +
        little_endian(part.size.value_or(packed), 4) +
        little_endian(static_cast<std::uint32_t>(part.name.size()), 2) + little_endian(0, 2);
    list += "PK\1\2" + little_endian(20, 2) + common + little_endian(0, 4) + little_endian(0, 2) +
            little_endian(0, 4) + little_endian(static_cast<std::uint32_t>(files.size()), 4) +
            part.name;
    files += "PK\3\4" + common + part.name + part.data;
  }
  const auto count = static_cast<std::uint32_t>(parts.size());
  return files + list + "PK\5\6" + little_endian(0, 4) + little_endian(count, 2) +
         little_endian(count, 2) + little_endian(static_cast<std::uint32_t>(list.size()), 4) +
         little_endian(static_cast<std::uint32_t>(files.size()), 4) + little_endian(0, 2);
}

/// An NPY file, version 1, with any dictionary as its header.
inline std::string npy_with(const std::string& dictionary, const std::string& values) {
  using std::string_literals::operator""s;
  return "\x93NUMPY\1\0"s + little_endian(static_cast<std::uint32_t>(dictionary.size()), 2) +
         dictionary + values;
}

/// The same of a type and a shape such as "2, 3".
inline std::string npy_of(const std::string& type, const std::string& shape,
                          const std::string& values) {
  return npy_with("{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }\n",
                  values);
}

}  // namespace hebb
