// The input as a gzip file, and as what is to be packed. Both ways of unpacking must agree.
#include <zlib.h>

#include <cstdint>
#include <span>

#include "formats/byte_source.h"
#include "fuzz/targets.h"
#include "hebb/core/error.h"
#include "hebb/io/file.h"

namespace hebb::fuzz {
namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr std::uint64_t kLimit = std::uint64_t{1} << 20;

Bytes packed(std::span<const std::uint8_t> raw) {
  z_stream stream{};
  promise(deflateInit2(&stream, 1, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) == Z_OK, "no deflate");
  Bytes out(deflateBound(&stream, raw.size()));
  stream.next_in = const_cast<Bytef*>(raw.data());
  stream.avail_in = static_cast<uInt>(raw.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace

void fuzz_gzip(std::string_view input) {
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  promise(gunzip(packed(bytes), "p.gz", kLimit) == Bytes(bytes.begin(), bytes.end()),
          "other bytes than were packed");

  Bytes whole;
  const auto error =
      refused_naming<DataError>("f.gz", [&] { whole = gunzip(bytes, "f.gz", kLimit); });
  promise(whole.size() <= kLimit, "more than the limit");
  if (error || !is_gzip(bytes)) return;
  Bytes pieces(whole.size());
  ByteSource source(bytes, "f.gz");
  source.read(pieces);
  source.finish();
  promise(pieces == whole, "other bytes in pieces");
}

}  // namespace hebb::fuzz
