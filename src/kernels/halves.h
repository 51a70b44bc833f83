#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace hebb::kernels {

/// What products do to their factors. Sums are float32 always.
enum class Halves {
  none,     ///< the factors stay float32
  rounded,  ///< rounded to bfloat16, and multiplied as the float32 that they then are
  paired    ///< rounded to bfloat16, and multiplied two at a time
};

/// How this machine multiplies bfloat16 faster: paired where it has the instruction and a unit for
/// it that is as fast as that of float32, else rounded.
Halves fastest_halves();

/// To bfloat16, the upper half of a float32: to the nearest, of two equally near to the even one.
inline std::uint16_t to_half(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  return static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16);
}
void floats_to_halves(const float* x, std::size_t n, std::uint16_t* y);
/// The same, left in the upper half of a float32.
void round_to_halves(const float* x, std::size_t n, float* y);
/// Two bfloat16 in one number, `low` in its lower half.
void to_pairs(const float* low, const float* high, std::size_t n, std::uint32_t* y);

}  // namespace hebb::kernels
