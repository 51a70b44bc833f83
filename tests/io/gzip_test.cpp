#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/io/file.h"
#include "scratch.h"

namespace hebb {
namespace {

using test::contains;
using Bytes = std::vector<std::uint8_t>;

constexpr std::uint64_t kAmple = 10'000'000;

Bytes gzip(const Bytes& bytes) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  Bytes out(deflateBound(&stream, static_cast<uLong>(bytes.size())));
  stream.next_in = const_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

Bytes sample(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * i / 7);
  return bytes;
}

std::string refusal(const Bytes& bytes, std::uint64_t limit = kAmple) {
  return message_of<DataError>([&] { gunzip(bytes, "x.gz", limit); });
}

TEST(Gunzip, TellsGzipByItsMagic) {
  EXPECT_TRUE(is_gzip(gzip({})));
  EXPECT_FALSE(is_gzip(Bytes{0x1F}));
  EXPECT_FALSE(is_gzip(Bytes{'P', 'K'}));
}

TEST(Gunzip, GivesTheBytesBack) {
  for (const std::size_t size : {0U, 1U, 65536U, 65537U, 300'000U})
    EXPECT_EQ(gunzip(gzip(sample(size)), "x.gz", kAmple), sample(size)) << size;
}

TEST(Gunzip, ReadsWhatTheGzipProgramWrote) {
  // printf 'hebb\n' | gzip -n9 | xxd -i
  const Bytes bytes = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0x48, 0x4d,
                       0x4a, 0xe2, 0x02, 0x00, 0xd5, 0x33, 0xd5, 0x9f, 0x05, 0x00, 0x00, 0x00};
  EXPECT_EQ(gunzip(bytes, "x.gz", 5), (Bytes{'h', 'e', 'b', 'b', '\n'}));
}

TEST(Gunzip, JoinsMembersInARow) {
  auto both = gzip(sample(1000));
  const auto second = gzip({'e', 'n', 'd'});
  both.insert(both.end(), second.begin(), second.end());
  auto expected = sample(1000);
  expected.insert(expected.end(), {'e', 'n', 'd'});
  EXPECT_EQ(gunzip(both, "x.gz", kAmple), expected);
}

TEST(Gunzip, EndsExactlyAtTheLimit) {
  const auto bytes = gzip(sample(100'000));
  EXPECT_EQ(gunzip(bytes, "x.gz", 100'000).size(), 100'000U);
  EXPECT_PRED2(contains, refusal(bytes, 99'999), "unpacks to more than the limit of 99999 bytes");
  EXPECT_PRED2(contains, refusal(bytes, 0), "limit of 0 bytes");
  EXPECT_TRUE(gunzip(gzip({}), "x.gz", 0).empty());
}

TEST(Gunzip, RefusesABombBeforeTakingItsMemory) {
  const auto bomb = gzip(Bytes(50'000'000));
  EXPECT_PRED2(contains, refusal(bomb, 1'000'000), "unpacks to more than the limit");
}

TEST(Gunzip, NeverGivesAPartOfWhatIsCutShort) {
  const auto bytes = gzip(sample(1000));
  for (std::size_t size = 2; size < bytes.size(); ++size)
    EXPECT_EQ(
        refusal(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size))),
        "x.gz: byte " + std::to_string(size) + ": the gzip data is cut short; get the file anew");
}

TEST(Gunzip, NamesABadChecksum) {
  auto bytes = gzip(sample(1000));
  bytes[bytes.size() - 8] ^= 1;
  EXPECT_PRED2(contains, refusal(bytes), "bad gzip: incorrect data check");
}

TEST(Gunzip, NamesTheByteOfBrokenData) {
  auto bytes = gzip(sample(1000));
  bytes[10] |= 6;  // a block type that does not exist
  EXPECT_EQ(refusal(bytes), "x.gz: byte 11: bad gzip: invalid block type; get the file anew");
}

TEST(Gunzip, NamesTrailingBytes) {
  auto bytes = gzip(sample(1000));
  const auto end = bytes.size();
  bytes.insert(bytes.end(), {0, 0, 0});
  EXPECT_EQ(refusal(bytes),
            "x.gz: byte " + std::to_string(end) + ": 3 trailing bytes after the gzip data");
}

TEST(Gunzip, RefusesWhatIsNotGzip) {
  EXPECT_PRED2(contains, refusal({}), "byte 0: not gzip");
  EXPECT_PRED2(contains, refusal({'P', 'K', 3, 4}), "byte 0: not gzip");
}

}  // namespace
}  // namespace hebb
