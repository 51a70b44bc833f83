#pragma once

#include <cstddef>

/// Matrix products on plain row-major float32 arrays, on the calling thread. The bits depend on
/// shapes and operands alone. Small products run in our own loops, larger ones in oneDNN.
namespace hebb::kernels {

/// c (m, n) = a (m, k) b (k, n)
void product(std::size_t m, std::size_t n, std::size_t k, const float* a, const float* b, float* c);

/// c (m, n) = a (m, k) b', with b (n, k)
void product_bt(std::size_t m, std::size_t n, std::size_t k, const float* a, const float* b,
                float* c);

/// c (m, n) = a' b, with `accumulate` added to c; a (k, lda) of which the first m columns count,
/// b (k, n)
void product_at(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t lda,
                const float* b, bool accumulate, float* c);

/// Version of the library behind the larger products: "oneDNN 2.6.3".
const char* product_library();

}  // namespace hebb::kernels
