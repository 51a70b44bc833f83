#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace hebb::io {

/// CRC-32 as in gzip; `seed` is the checksum of the bytes that stand before.
std::uint32_t crc32(std::span<const std::uint8_t> bytes, std::uint32_t seed = 0);

/// 32 digits. Only against accidents: MD5 is what the publishers of data sets give.
std::string md5_hex(std::span<const std::uint8_t> bytes);

/// SHA-256 of bytes that come in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(std::span<const std::uint8_t> bytes);
  /// 64 digits for all bytes until now; more may follow.
  std::string hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hebb::io
