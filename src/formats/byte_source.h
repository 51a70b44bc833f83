#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace hebb {

/// The most bytes that one byte of deflate can become: it uses at least two bits for a copy of at
/// most 258 bytes.
inline constexpr std::uint64_t kMostInflation = 1032;

/// Reads a file's bytes from front to back, unpacked if they are gzip, directly into the caller's
/// memory. `bytes` must outlive it. Errors of all members: DataError naming `name` and the byte.
class ByteSource {
 public:
  ByteSource(std::span<const std::uint8_t> bytes, std::string name);
  ByteSource(ByteSource&&) noexcept;
  ByteSource& operator=(ByteSource&&) noexcept;
  ~ByteSource();

  const std::string& name() const { return name_; }
  /// Fails if the source cannot contain `size` bytes in all. To be called before memory is
  /// allocated for a size that a header claims.
  void expect_room(std::uint64_t size) const;
  /// Fills `out` completely, or fails.
  void read(std::span<std::uint8_t> out);
  /// Fills `out` as far as there are bytes and returns their number.
  std::size_t read_up_to(std::span<std::uint8_t> out);
  /// Fails unless the end is reached and the checksum there is correct.
  void finish();

 private:
  struct Inflater;
  std::size_t read_some(std::span<std::uint8_t> out);

  std::span<const std::uint8_t> bytes_, rest_;
  std::string name_;
  std::uint64_t given_ = 0;
  std::unique_ptr<Inflater> inflater_;  // only for gzip
};

}  // namespace hebb
