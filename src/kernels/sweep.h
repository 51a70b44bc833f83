#pragma once

#include <cstddef>
#include <cstdint>

/// The inner loops of convolution, and of products in bfloat16: a window sweeps over an image.
/// Compiled once for each instruction set, called through kernels/loops.h by convolution.cpp and
/// product.cpp. Images are stored channels last.
namespace hebb::kernels {

/// Contiguous input elements, relative to a pixel.
struct Run {
  std::ptrdiff_t offset;  ///< from the pixel's first element
  std::size_t length;     ///< in elements; in bfloat16 in pairs of them
};

/// The positions of a window and of its sums. Distances are in elements.
///
///     out[y, x, o] = bias[o] + sum over runs and their elements e of in[y, x, e] * weight[e, o]
///
/// in[y, x] begins at in + y * in_row + x * in_pixel, out[y, x] likewise.
struct Sweep {
  const Run* runs;
  std::size_t run_count;
  std::size_t rows, columns;  ///< of the output
  std::size_t in_row, in_pixel, out_row, out_pixel;
  std::size_t channels;            ///< o
  std::size_t sum_row = channels;  ///< of the gradient: from the sums of one element to the next
};

/// Vectors of outputs that are summed at once.
inline constexpr std::size_t kSweepVectors = 2;

/// Weights are packed by blocks of `block` outputs; the last block is padded with zeros to a
/// multiple of half a block. Within a block, rows are in the order of the runs' elements; in
/// bfloat16, the elements of two rows are interleaved in pairs.
using SweepFloats = void (*)(const Sweep& sweep, const float* in, const float* packed,
                             const float* bias, float* out);
using SweepHalves = void (*)(const Sweep& sweep, const std::uint16_t* in,
                             const std::uint16_t* packed, const float* bias, float* out);

/// sum[e, o] += sum over y, x of in[y, x, e] * grad[y, x, o], where e counts the elements of all
/// runs; `out` is grad; sum is (elements, sum_row). In bfloat16 an element of `in` and of `grad`
/// is a pair, of two neighbouring pixels.
using SweepGradientFloats = void (*)(const Sweep& sweep, const float* in, const float* grad,
                                     float* sum);
using SweepGradientHalves = void (*)(const Sweep& sweep, const std::uint32_t* in,
                                     const std::uint32_t* grad, float* sum);

}  // namespace hebb::kernels

#define HEBB_DECLARE_SWEEPS(isa)                                                                   \
  namespace hebb::kernels::isa {                                                                   \
  extern const std::size_t sweep_block;                                                            \
  void sweep(const Sweep& s, const float* in, const float* packed, const float* bias, float* out); \
  void sweep(const Sweep& s, const std::uint16_t* in, const std::uint16_t* packed,                 \
             const float* bias, float* out);                                                       \
  void sweep_gradient(const Sweep& s, const float* in, const float* grad, float* sum);             \
  void sweep_gradient(const Sweep& s, const std::uint32_t* in, const std::uint32_t* grad,          \
                      float* sum);                                                                 \
  }
