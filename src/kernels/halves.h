#pragma once

#include <cstddef>

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

/// x rounded to bfloat16, to the nearest and to even.
void round_to_halves(const float* x, std::size_t n, float* y);

}  // namespace hebb::kernels
