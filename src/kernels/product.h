#pragma once

#include <cstddef>

#include "kernels/halves.h"

/// Matrix products on plain row-major float32 arrays, on the calling thread. The bits of a result
/// depend on shapes and operands alone. Small products run in our own loops, larger ones in oneDNN.
namespace hebb::kernels {

/// c (m, n) = a (m, k) b (k, n)
void product(std::size_t m, std::size_t n, std::size_t k, const float* a, const float* b, float* c);

/// c (m, n) = a (m, k) b', with b (n, k)
void product_bt(std::size_t m, std::size_t n, std::size_t k, const float* a, const float* b,
                float* c);

/// c (m, n) = a' b, with `accumulate` added to c; a (k, lda), of which the first m columns are
/// used, b (k, n)
void product_at(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t lda,
                const float* b, bool accumulate, float* c);

/// The same products of some columns of wider arrays: a (m, lda), c (m, ldc), and of product_at()
/// a (k, lda), b (k, ldb). The bits do not depend on these widths.
void product(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t lda,
             const float* b, float* c, std::size_t ldc);
void product_bt(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t lda,
                const float* b, float* c, std::size_t ldc);
void product_at(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t lda,
                const float* b, std::size_t ldb, bool accumulate, float* c);

/// The same products with factors rounded to bfloat16, paired or not; pairs always run in our own
/// loops. Right factors are packed beforehand: b (k, n), or b' of b (n, k). They may be packed in
/// parts, from row `begin` to row `end` of b as stored, which must be even except for the last row;
/// `b` points to the first of these rows. Shapes: packed (packed_size(how, k, n)) floats.
std::size_t packed_size(Halves how, std::size_t k, std::size_t n);
void pack(Halves how, std::size_t k, std::size_t n, std::size_t begin, std::size_t end,
          const float* b, float* packed);
void pack_bt(Halves how, std::size_t k, std::size_t n, std::size_t begin, std::size_t end,
             const float* b, float* packed);
/// c (m, n) = a (m, k) b (k, n) + bias (n), which may be null
void product_halves(Halves how, std::size_t m, std::size_t n, std::size_t k, const float* a,
                    const float* packed, const float* bias, float* c);
/// As product_at().
void product_at_halves(Halves how, std::size_t m, std::size_t n, std::size_t k, const float* a,
                       std::size_t lda, const float* b, bool accumulate, float* c);

/// Name and version of the library that computes the larger products: "oneDNN 2.6.3".
const char* product_library();

}  // namespace hebb::kernels
