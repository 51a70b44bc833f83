#include "io/digest.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace hebb::io {
namespace {

std::span<const std::uint8_t> bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// The check value of the CRC catalogue for CRC-32/ISO-HDLC.
TEST(Digest, Crc32HoldsItsCheckValue) { EXPECT_EQ(crc32(bytes("123456789")), 0xCBF43926U); }

TEST(Digest, Crc32GoesOnFromASeed) {
  EXPECT_EQ(crc32(bytes("56789"), crc32(bytes("1234"))), 0xCBF43926U);
  EXPECT_EQ(crc32({}, 0xCBF43926U), 0xCBF43926U);
}

// RFC 1321, appendix A.5.
TEST(Digest, Md5HoldsItsTestValues) {
  EXPECT_EQ(md5_hex({}), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(md5_hex(bytes("message digest")), "f96b697d7cb7938d525a2f31aaf161d0");
}

// FIPS 180-2, appendix B.1 and B.2.
TEST(Digest, Sha256HoldsItsTestValues) {
  Sha256 digest;
  digest.update(bytes("abc"));
  EXPECT_EQ(digest.hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, Sha256TakesPiecesAndGoesOnAfterHex) {
  Sha256 digest;
  digest.update(bytes("abcdbcdecdefdefgefghfghighij"));
  EXPECT_NE(digest.hex(), "");
  digest.update(bytes("hijkijkljklmklmnlmnomnopnopq"));
  EXPECT_EQ(digest.hex(), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

}  // namespace
}  // namespace hebb::io
