#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace hebb {

/// Reads a file's bytes from front to back, unpacked if they are gzip, straight to where they
/// belong. `bytes` must outlive it. Errors of all members: DataError naming `name` and the byte.
class ByteSource {
 public:
  ByteSource(std::span<const std::uint8_t> bytes, std::string name);
  ByteSource(ByteSource&&) noexcept;
  ByteSource& operator=(ByteSource&&) noexcept;
  ~ByteSource();

  const std::string& name() const { return name_; }
  /// Fails if not so many bytes can be there as the next ones up to `size` in all: to be asked
  /// before memory is taken for what a header claims.
  void expect_room(std::uint64_t size) const;
  /// Fills `out`, or fails.
  void read(std::span<std::uint8_t> out);
  /// Fills as much of `out` as there are bytes and returns how many those are.
  std::size_t read_up_to(std::span<std::uint8_t> out);
  /// Fails unless the end is reached, with the checksum that stands there.
  void finish();

 private:
  struct Inflater;
  std::size_t read_some(std::span<std::uint8_t> out);

  std::span<const std::uint8_t> bytes_, rest_;
  std::string name_;
  std::uint64_t given_ = 0;
  std::unique_ptr<Inflater> inflater_;  // of gzip only
};

}  // namespace hebb
