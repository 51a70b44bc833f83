#pragma once

#include <cstddef>

#include "kernels/images.h"

/// Loops over images, compiled once for each instruction set; the contracts are those of
/// kernels/images.h. Before the call, a pool's dx must be zero at pixels covered by no window or by
/// several.
#define HEBB_DECLARE_IMAGE_LOOPS(isa)                                                            \
  namespace hebb::kernels::isa {                                                                 \
  void max_pool(const PoolShape& shape, std::size_t n, const float* x, float* y);                \
  void max_pool_backward(const PoolShape& shape, std::size_t n, const float* x, const float* y,  \
                         const float* dy, float* dx);                                            \
  void sum_pool(const PoolShape& shape, std::size_t n, float scale, const float* x, float* y);   \
  void sum_pool_backward(const PoolShape& shape, std::size_t n, float scale, const float* dy,    \
                         float* dx);                                                             \
  void scale_rows(const float* x, std::size_t rows, std::size_t width, const float* a,           \
                  const float* b, float* y);                                                     \
  void combine_rows(const float* x, const float* y, std::size_t rows, std::size_t width,         \
                    const float* a, const float* b, const float* d, float* z);                   \
  void sum_centred_products(const float* x, const float* mean, const float* y, std::size_t rows, \
                            std::size_t width, float* sums);                                     \
  }
