#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace hebb::io {

/// CRC-32 as in gzip; `seed` is the checksum of the preceding bytes.
std::uint32_t crc32(std::span<const std::uint8_t> bytes, std::uint32_t seed = 0);

/// MD5 as 32 hexadecimal digits, used because publishers of data sets provide it. It protects
/// against accidental damage only.
std::string md5_hex(std::span<const std::uint8_t> bytes);

/// Incremental SHA-256.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(std::span<const std::uint8_t> bytes);
  /// The digest of all bytes so far, as 64 hexadecimal digits; more bytes may follow.
  std::string hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hebb::io
