#include "io/digest.h"

#include <openssl/evp.h>
#include <zlib.h>

#include <array>
#include <stdexcept>

namespace hebb::io {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

// Fails only if memory runs out or the system's policy forbids the algorithm.
void demand(bool done) {
  if (!done) throw std::runtime_error("cannot compute a checksum: refused by OpenSSL");
}

Context begin(const EVP_MD* algorithm) {
  Context context(EVP_MD_CTX_new());
  demand(context && EVP_DigestInit_ex(context.get(), algorithm, nullptr) == 1);
  return context;
}

std::string finish(EVP_MD_CTX* context) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  demand(EVP_DigestFinal_ex(context, digest.data(), &size) == 1);
  std::string text;
  for (const unsigned byte : std::span(digest).first(size)) {
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
  const auto context = begin(EVP_md5());
  demand(EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1);
  return finish(context.get());
}

struct Sha256::State {
  Context context = begin(EVP_sha256());
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;

void Sha256::update(std::span<const std::uint8_t> bytes) {
  demand(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1);
}

std::string Sha256::hex() const {
  const auto copy = begin(EVP_sha256());
  demand(EVP_MD_CTX_copy_ex(copy.get(), state_->context.get()) == 1);
  return finish(copy.get());
}

}  // namespace hebb::io
