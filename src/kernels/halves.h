#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace hebb::kernels {

/// The precision of the factors of a product. Sums are always float32.
enum class Halves {
  none,     ///< the factors stay float32
  rounded,  ///< rounded to bfloat16, then multiplied as float32
  paired    ///< rounded to bfloat16, and multiplied two at a time
};

/// The faster way to multiply bfloat16 on this machine: paired if it has the instruction and
/// executes it as fast as that of float32, else rounded.
Halves fastest_halves();

/// Rounds to bfloat16, the upper half of a float32: to nearest, ties to even.
inline std::uint16_t to_half(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  return static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16);
}
void floats_to_halves(const float* x, std::size_t n, std::uint16_t* y);
/// The same, with the result in the upper half of a float32.
void round_to_halves(const float* x, std::size_t n, float* y);
/// Two bfloat16 in one number, `low` in its lower half.
void to_pairs(const float* low, const float* high, std::size_t n, std::uint32_t* y);

}  // namespace hebb::kernels
