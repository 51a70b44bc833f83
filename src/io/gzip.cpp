// The output buffer grows geometrically with the bytes actually produced, never with the size that
// a header claims, and never beyond the limit: a decompression bomb is refused at the first byte
// over it.
#include <zlib.h>

#include <algorithm>
#include <limits>

#include "hebb/core/error.h"
#include "hebb/io/file.h"

namespace hebb {
namespace {

constexpr std::uint64_t kFirstRoom = std::uint64_t{1} << 16;

// zlib counts in 32 bits.
uInt piece(std::uint64_t size) {
  return static_cast<uInt>(std::min<std::uint64_t>(size, std::numeric_limits<uInt>::max()));
}

class Inflater {
 public:
  Inflater() {
    constexpr int kGzipOnly = 16;
    if (inflateInit2(&stream_, MAX_WBITS + kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  // Advances `in` past the consumed bytes and returns the number of bytes written.
  std::size_t step(std::span<const std::uint8_t>& in, std::span<std::uint8_t> out) {
    stream_.next_in = const_cast<Bytef*>(in.data());  // zlib reads only
    stream_.avail_in = piece(in.size());
    stream_.next_out = out.data();
    stream_.avail_out = piece(out.size());
    code_ = inflate(&stream_, Z_NO_FLUSH);
    in = in.subspan(static_cast<std::size_t>(stream_.next_in - in.data()));
    return static_cast<std::size_t>(stream_.next_out - out.data());
  }
  void next_member() { inflateReset(&stream_); }

  bool at_end() const { return code_ == Z_STREAM_END; }
  bool broken() const { return code_ != Z_OK && code_ != Z_BUF_ERROR && !at_end(); }
  const char* message() const { return stream_.msg != nullptr ? stream_.msg : zError(code_); }

 private:
  z_stream stream_{};
  int code_ = Z_OK;
};

}  // namespace

bool is_gzip(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B;
}

std::vector<std::uint8_t> gunzip(std::span<const std::uint8_t> bytes, const std::string& name,
                                 std::uint64_t limit) {
  check_data(is_gzip(bytes), name, ": byte 0: not gzip: it must start with 1f 8b");
  Inflater inflater;
  std::vector<std::uint8_t> out;
  std::size_t size = 0;
  for (auto rest = bytes;;) {
    // At the limit, one extra output byte distinguishes the end of the data from an overflow.
    std::uint8_t over = 0;
    std::span<std::uint8_t> room(&over, 1);
    if (size == out.size() && size < limit) {
      const auto grown = std::min(limit, std::max<std::uint64_t>(kFirstRoom, 2 * size));
      out.reserve(grown);  // exactly; resize() alone may allocate more
      out.resize(grown);
    }
    if (size < out.size()) room = std::span(out).subspan(size);

    const auto before = rest.size();
    const auto wrote = inflater.step(rest, room);
    const auto place = bytes.size() - rest.size();
    check_data(!inflater.broken(), name, ": byte ", place, ": bad gzip: ", inflater.message(),
               "; get the file anew");
    check_data(wrote == 0 || room.data() != &over, name, ": byte ", place,
               ": unpacks to more than the limit of ", limit, " bytes");
    size += wrote;
    if (inflater.at_end()) {
      if (rest.empty()) break;
      check_data(is_gzip(rest), name, ": byte ", place, ": ", rest.size(),
                 " trailing bytes after the gzip data");
      inflater.next_member();
    } else {
      check_data(wrote > 0 || rest.size() < before, name, ": byte ", place,
                 ": the gzip data is cut short; get the file anew");
    }
  }
  out.resize(size);
  return out;
}

}  // namespace hebb
