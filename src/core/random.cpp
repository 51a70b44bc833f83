// Philox4x32-10: ten rounds of multiply and exchange on a 128-bit counter under a 64-bit key.
// Constants and rounds from Salmon et al. 2011, tables 2 and 3; its known answers are in the tests.
#include "hebb/core/random.h"

#include <cmath>
#include <numbers>
#include <utility>

#include "hebb/core/error.h"

namespace hebb {

std::array<std::uint32_t, 4> Random::bits(std::uint32_t sample, std::uint32_t block) const {
  std::array<std::uint32_t, 4> c = {block, sample, step_, purpose_};
  auto [k0, k1] = key_;
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53} * c[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57} * c[2];
    c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k0, static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k1, static_cast<std::uint32_t>(p0)};
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return c;
}

namespace {

double to_unit(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t word = (std::uint64_t{high} << 32) | low;
  return static_cast<double>(word >> 11) * 0x1.0p-53;
}

}  // namespace

double Random::uniform(std::uint32_t sample, std::uint32_t element) const {
  const auto words = bits(sample, element / 2);
  return element % 2 == 0 ? to_unit(words[0], words[1]) : to_unit(words[2], words[3]);
}

double Random::normal(std::uint32_t sample, std::uint32_t element) const {
  const auto words = bits(sample, element / 2);
  const double radius = std::sqrt(-2.0 * std::log(1.0 - to_unit(words[0], words[1])));
  const double angle = 2.0 * std::numbers::pi * to_unit(words[2], words[3]);
  return radius * (element % 2 == 0 ? std::cos(angle) : std::sin(angle));
}

void shuffle(std::span<std::uint32_t> items, const Random& random) {
  check(items.size() < 0xFFFFFFFFU, "shuffle", items.size(), " items, at most 4294967294");
  // A multiply and shift in place of a division: off from uniform by less than n / 2^32.
  std::array<std::uint32_t, 4> words{};
  for (std::size_t i = items.size(), block = ~std::size_t{0}; i > 1; --i) {
    if (block != i / 4) words = random.bits(0, static_cast<std::uint32_t>(block = i / 4));
    const auto other = static_cast<std::size_t>((std::uint64_t{words[i % 4]} * i) >> 32);
    std::swap(items[i - 1], items[other]);
  }
}

std::vector<std::uint32_t> permutation(std::size_t n, const Random& random) {
  check(n < 0xFFFFFFFFU, "shuffle", n, " items, at most 4294967294");
  std::vector<std::uint32_t> items(n);
  for (std::size_t i = 0; i < n; ++i) items[i] = static_cast<std::uint32_t>(i);
  shuffle(items, random);
  return items;
}

}  // namespace hebb
