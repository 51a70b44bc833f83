#include "data/hashed_text.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

namespace hebb {
namespace {

constexpr std::size_t kShortest = 3, kLongest = 5;

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

template <class OnWord>
void for_words(std::string_view text, const OnWord& on_word) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    while (at < text.size() && is_word_byte(text[at])) ++at;
    if (at > begin) on_word(text.substr(begin, at - begin));
    while (at < text.size() && !is_word_byte(text[at])) ++at;
  }
}

void add(std::string_view token, std::span<double> out) {
  const auto hash = static_cast<std::int32_t>(murmur3(token));
  const auto size = static_cast<std::uint64_t>(std::abs(static_cast<std::int64_t>(hash)));
  out[size % out.size()] += hash >= 0 ? 1 : -1;
}

}  // namespace

std::uint32_t murmur3(std::string_view bytes) {
  constexpr std::uint32_t c1 = 0xcc9e2d51, c2 = 0x1b873593;
  const auto rotated = [](std::uint32_t x, unsigned by) { return (x << by) | (x >> (32U - by)); };
  std::uint32_t hash = 0;
  std::size_t at = 0;
  for (; at + 4 <= bytes.size(); at += 4) {
    std::uint32_t k = 0;
    for (unsigned i = 0; i < 4; ++i)
      k |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << (8U * i);
    hash ^= rotated(k * c1, 15) * c2;
    hash = rotated(hash, 13) * 5 + 0xe6546b64;
  }
  std::uint32_t tail = 0;
  for (std::size_t i = bytes.size(); i-- > at;)
    tail = (tail << 8U) | static_cast<unsigned char>(bytes[i]);
  if (at < bytes.size()) hash ^= rotated(tail * c1, 15) * c2;
  hash ^= static_cast<std::uint32_t>(bytes.size());
  hash ^= hash >> 16U;
  hash *= 0x85ebca6b;
  hash ^= hash >> 13U;
  hash *= 0xc2b2ae35;
  return hash ^ (hash >> 16U);
}

void hash_text(std::string_view text, std::span<double> out) {
  std::ranges::fill(out, 0.0);
  std::string padded;
  std::vector<std::size_t> starts;  // of characters in `padded`
  for_words(text, [&](std::string_view word) {
    padded = ' ';
    for (const char c : word) padded += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    add(std::string_view(padded).substr(1), out);
    padded += ' ';
    starts.clear();
    for (std::size_t i = 0; i < padded.size(); ++i)
      if ((static_cast<unsigned char>(padded[i]) & 0xC0U) != 0x80U) starts.push_back(i);
    const std::size_t characters = starts.size();
    starts.push_back(padded.size());
    for (std::size_t n = kShortest; n <= kLongest && n <= characters; ++n)
      for (std::size_t i = 0; i + n <= characters; ++i)
        add(std::string_view(padded).substr(starts[i], starts[i + n] - starts[i]), out);
  });
  double squares = 0;
  for (const double value : out) squares += value * value;
  if (squares == 0) return;
  const double length = std::sqrt(squares);
  for (double& value : out) value /= length;
}

std::size_t count_words(std::string_view text) {
  std::size_t words = 0;
  for_words(text, [&](std::string_view) { ++words; });
  return words;
}

}  // namespace hebb
