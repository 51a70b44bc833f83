#include "io/digest.h"

// These functions need no memory. Those that replace them (EVP) do, and may crash where it runs out.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/md5.h>
#include <openssl/sha.h>
#include <zlib.h>

#include <array>

namespace hebb::io {
namespace {

std::string hexadecimal_of(std::span<const unsigned char> digest) {
  std::string text;
  for (const unsigned byte : digest) {
    constexpr auto* kDigits = "0123456789abcdef";
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace

std::uint32_t crc32(std::span<const std::uint8_t> bytes, std::uint32_t seed) {
  if (bytes.empty()) return seed;  // zlib treats a null pointer as a fresh start
  return static_cast<std::uint32_t>(::crc32_z(seed, bytes.data(), bytes.size()));
}

std::string md5_hex(std::span<const std::uint8_t> bytes) {
  MD5_CTX context;
  std::array<unsigned char, MD5_DIGEST_LENGTH> digest{};
  MD5_Init(&context);
  MD5_Update(&context, bytes.data(), bytes.size());
  MD5_Final(digest.data(), &context);
  return hexadecimal_of(digest);
}

struct Sha256::State {
  SHA256_CTX context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) { SHA256_Init(&state_->context); }
Sha256::~Sha256() = default;

void Sha256::update(std::span<const std::uint8_t> bytes) {
  SHA256_Update(&state_->context, bytes.data(), bytes.size());
}

std::string Sha256::hex() const {
  SHA256_CTX copy = state_->context;
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256_Final(digest.data(), &copy);
  return hexadecimal_of(digest);
}

}  // namespace hebb::io
