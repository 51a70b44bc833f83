#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>

#include "io/digest.h"
#include "scratch.h"

namespace hebb {

/// A folder of its own for a test's files, removed at its end.
class TestFolder : public test::Scratch {
 public:
  std::string path(const std::string& name) const { return *this / name; }
  std::string write(const std::string& name, const std::string& bytes) const {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    test::write_text(path(name), bytes);
    return path(name);
  }
};

inline std::string little_endian(std::uint32_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
  return out;
}

inline std::string big_endian(std::uint32_t value) {
  const auto bytes = little_endian(value, 4);
  return {bytes.rbegin(), bytes.rend()};
}

/// A gzip member whose deflate blocks hold the bytes as they are.
inline std::string gzip_of(const std::string& raw) {
  constexpr std::size_t kBlock = 65535;
  std::string out("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
  std::size_t at = 0;
  do {
    const auto size = std::min(kBlock, raw.size() - at);
    const auto count = static_cast<std::uint32_t>(size);
    out += at + size == raw.size() ? '\1' : '\0';
    out += little_endian(count, 2) + little_endian(~count, 2) + raw.substr(at, size);
    at += size;
  } while (at < raw.size());
  const auto crc = io::crc32({reinterpret_cast<const std::uint8_t*>(raw.data()), raw.size()});
  return out + little_endian(crc, 4) + little_endian(static_cast<std::uint32_t>(raw.size()), 4);
}

/// IDX images of `height` x `width` whose bytes count up from 0.
inline std::string idx_images(std::uint32_t count, std::uint32_t height, std::uint32_t width) {
  std::string out = big_endian(0x803) + big_endian(count) + big_endian(height) + big_endian(width);
  for (std::uint32_t i = 0; i < count * height * width; ++i) out += static_cast<char>(i);
  return out;
}

inline std::string idx_labels(const std::string& labels) {
  return big_endian(0x801) + big_endian(static_cast<std::uint32_t>(labels.size())) + labels;
}

}  // namespace hebb
