#pragma once

#include <cstddef>

/// Matrix products in our own loops, for sizes at which the overhead of a library exceeds its gain.
/// Compiled once for each instruction set; the contracts are those of kernels/product.h.
#define HEBB_DECLARE_GEMM(isa)                                                                  \
  namespace hebb::kernels::isa {                                                                \
  void product(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t lda,    \
               const float* b, float* c, std::size_t ldc);                                      \
  void product_bt(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t lda, \
                  const float* b, float* c, std::size_t ldc);                                   \
  void product_at(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t lda, \
                  const float* b, std::size_t ldb, bool accumulate, float* c);                  \
  }
