#include "formats/byte_source.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

#include "hebb/core/error.h"
#include "hebb/io/file.h"

namespace hebb {
namespace {

constexpr std::uint64_t kMostInflated = std::uint64_t{4} << 30;

// zlib counts in 32 bits.
uInt piece(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

}  // namespace

struct ByteSource::Inflater {
  z_stream stream{};
  bool at_end = false;  // of a member

  Inflater() {
    constexpr int kGzipOnly = 16;
    if (inflateInit2(&stream, MAX_WBITS + kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream); }
};

ByteSource::ByteSource(std::span<const std::uint8_t> bytes, std::string name)
    : bytes_(bytes), rest_(bytes), name_(std::move(name)) {
  if (is_gzip(bytes)) inflater_ = std::make_unique<Inflater>();
}

ByteSource::ByteSource(ByteSource&&) noexcept = default;
ByteSource& ByteSource::operator=(ByteSource&&) noexcept = default;
ByteSource::~ByteSource() = default;

void ByteSource::expect_room(std::uint64_t size) const {
  if (!inflater_) {
    check_data(size <= bytes_.size(), name_, ": byte ", bytes_.size(),
               ": cut short: the header tells of ", size, " bytes");
    return;
  }
  check_data(size <= kMostInflated, name_, ": the header tells of ", size,
             " bytes; of gzip at most ", kMostInflated, " are unpacked: unpack the file first");
  check_data(size / kMostInflation <= bytes_.size(), name_, ": the header tells of ", size,
             " bytes, more than ", bytes_.size(), " bytes of gzip can hold");
}

std::size_t ByteSource::read_some(std::span<std::uint8_t> out) {
  if (!inflater_) {
    const auto count = std::min(out.size(), rest_.size());
    std::copy_n(rest_.begin(), count, out.begin());
    rest_ = rest_.subspan(count);
    return count;
  }
  auto& [stream, at_end] = *inflater_;
  for (;;) {
    if (at_end) {
      if (rest_.empty()) return 0;
      check_data(is_gzip(rest_), name_, ": byte ", bytes_.size() - rest_.size(), ": ", rest_.size(),
                 " trailing bytes after the gzip data");
      inflateReset(&stream);
      at_end = false;
    }
    stream.next_in = const_cast<Bytef*>(rest_.data());  // zlib reads only
    stream.avail_in = piece(rest_.size());
    stream.next_out = out.data();
    stream.avail_out = piece(out.size());
    const int code = inflate(&stream, Z_NO_FLUSH);
    const auto ate = static_cast<std::size_t>(stream.next_in - rest_.data());
    const auto wrote = static_cast<std::size_t>(stream.next_out - out.data());
    rest_ = rest_.subspan(ate);
    const auto place = bytes_.size() - rest_.size();
    at_end = code == Z_STREAM_END;
    check_data(at_end || code == Z_OK || code == Z_BUF_ERROR, name_, ": byte ", place,
               ": bad gzip: ", stream.msg != nullptr ? stream.msg : zError(code),
               "; get the file anew");
    if (wrote > 0) return wrote;
    check_data(at_end || ate > 0, name_, ": byte ", place,
               ": the gzip data is cut short; get the file anew");
  }
}

std::size_t ByteSource::read_up_to(std::span<std::uint8_t> out) {
  std::size_t filled = 0;
  while (filled < out.size()) {
    const auto count = read_some(out.subspan(filled));
    if (count == 0) break;
    filled += count;
  }
  given_ += filled;
  return filled;
}

void ByteSource::read(std::span<std::uint8_t> out) {
  const auto count = read_up_to(out);
  check_data(count == out.size(), name_, ": byte ", given_,
             inflater_ ? " of the unpacked data" : "", ": cut short: ", out.size() - count,
             " bytes are missing");
}

void ByteSource::finish() {
  std::uint8_t extra = 0;
  check_data(read_some({&extra, 1}) == 0, name_, ": byte ", given_,
             inflater_ ? " of the unpacked data" : "",
             ": trailing bytes after what the header tells of");
}

}  // namespace hebb
