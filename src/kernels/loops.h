#pragma once

// The hot loops that are compiled once for each instruction set (loops.cpp) and called through a
// table that is chosen when the program starts. Contracts: kernels/elementwise.h, product.h,
// update.h, and doubles.h beside this.

#include <cstddef>
#include <cstdint>

#include "kernels/elementwise_functions.h"
#include "kernels/images.h"
#include "kernels/sweep.h"
#include "kernels/update.h"

namespace hebb::kernels {

struct Loops {
  void (*bytes_to_floats)(const std::uint8_t* x, std::size_t n, float scale, float shift, float* y);
  const ElementwiseList* elementwise;
  void (*exp)(const float* x, std::size_t n, float* y);
  void (*multiply)(const float* a, const float* b, std::size_t n, float* y);
  void (*dropout)(const float* x, std::size_t rows, std::size_t width, float rate,
                  std::uint64_t seed, std::uint32_t step, std::uint32_t purpose,
                  std::uint32_t first_row, float* y);
  void (*softmax)(const float* x, std::size_t rows, std::size_t width, float* y, float* largest,
                  float* log_sums);
  void (*softmax_backward)(const float* y, const float* dy, std::size_t rows, std::size_t width,
                           float* dx);
  void (*add_bias)(const float* bias, std::size_t rows, std::size_t width, float* y);
  void (*sum_rows)(const float* x, std::size_t rows, std::size_t width, bool accumulate,
                   float* sums);
  double (*sum_of_squares)(const float* x, std::size_t n);

  // In double: doubles.h.
  void (*bytes_to_doubles)(const std::uint8_t* x, std::size_t n, double scale, double shift,
                           double* y);
  void (*dots)(const double* x, const double* w, std::size_t units, std::size_t n, double* y);
  void (*axpy)(double a, const double* x, std::size_t n, double* y);

  // Small products, row-major: c (m, n) = [c +] a (m, k) b (k, n), and with one operand transposed.
  // Rows of a, b and c are lda, ldb and ldc numbers apart.
  void (*product)(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t lda,
                  const float* b, float* c, std::size_t ldc);
  void (*product_bt)(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t lda,
                     const float* b, float* c, std::size_t ldc);
  void (*product_at)(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t lda,
                     const float* b, std::size_t ldb, bool accumulate, float* c);

  // Images: images.h.
  void (*max_pool)(const PoolShape& shape, std::size_t n, const float* x, float* y);
  void (*max_pool_backward)(const PoolShape& shape, std::size_t n, const float* x, const float* y,
                            const float* dy,
                            float* dx);  // dx: as in image_loops.h
  void (*sum_pool)(const PoolShape& shape, std::size_t n, float scale, const float* x, float* y);
  void (*sum_pool_backward)(const PoolShape& shape, std::size_t n, float scale, const float* dy,
                            float* dx);  // dx is zero before
  void (*scale_rows)(const float* x, std::size_t rows, std::size_t width, const float* a,
                     const float* b, float* y);
  void (*combine_rows)(const float* x, const float* y, std::size_t rows, std::size_t width,
                       const float* a, const float* b, const float* d, float* z);
  void (*sum_centred_products)(const float* x, const float* mean, const float* y, std::size_t rows,
                               std::size_t width, float* sums);

  // Convolution: sweep.h.
  std::size_t sweep_block;
  bool has_halves;  // whether products of bfloat16 are instructions
  SweepFloats sweep;
  SweepHalves sweep_halves;
  SweepGradientFloats sweep_gradient;
  SweepGradientHalves sweep_gradient_halves;
  void (*floats_to_halves)(const float* x, std::size_t n, std::uint16_t* y);
  void (*round_to_halves)(const float* x, std::size_t n, float* y);
  void (*to_pairs)(const float* low, const float* high, std::size_t n, std::uint32_t* y);

  double (*sgd)(const SgdStep& step, std::size_t n, const float* g, float* w, float* velocity);
  double (*adam)(const AdamStep& step, std::size_t n, const float* g, float* w, float* m, float* v);
  double (*rmsprop)(const RmsStep& step, std::size_t n, const float* g, float* w, float* v);
};

/// Those of the instruction set in use: dispatch.h.
const Loops& loops();

namespace generic {
extern const Loops table;
}
namespace avx2 {
extern const Loops table;
}
namespace avx512 {
extern const Loops table;
}
namespace avx512bf16 {
extern const Loops table;
}

}  // namespace hebb::kernels
