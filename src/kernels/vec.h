#pragma once

// One vector register of floats and the operations on it that a compiler does not generate by
// itself, for the instruction set that this file is compiled for. Only intrinsics and builtins: see
// loops.cpp on inline functions.

#include <cstddef>
#include <cstdint>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace hebb::kernels::HEBB_ISA {

#if defined(__AVX512F__)

using Vec = __m512;
using Part = __mmask16;  // the lanes in use
inline constexpr std::size_t kWidth = 16;

inline Part first_lanes(std::size_t n) { return static_cast<Part>((1U << n) - 1U); }
using Mask = __mmask16;  // lanes for which a condition holds
inline Mask equal(Vec a, Vec b) { return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ); }
inline Mask both(Mask a, Mask b) { return _kand_mask16(a, b); }
inline Mask without(Mask a, Mask b) { return _kandn_mask16(b, a); }
inline Vec where(Mask mask, Vec v) { return _mm512_maskz_mov_ps(mask, v); }
inline Vec load(const float* p) { return _mm512_loadu_ps(p); }
inline Vec load(const float* p, Part part) { return _mm512_maskz_loadu_ps(part, p); }
inline void store(float* p, Vec v) { _mm512_storeu_ps(p, v); }
inline void store(float* p, Part part, Vec v) { _mm512_mask_storeu_ps(p, part, v); }
inline Vec every_lane(float x) { return _mm512_set1_ps(x); }
inline Vec multiply_add(Vec a, Vec b, Vec c) { return _mm512_fmadd_ps(a, b, c); }
// NaN counts as larger.
inline Vec larger(Vec a, Vec b) {
  return _mm512_mask_mov_ps(a >= b ? a : b, _mm512_cmp_ps_mask(a, a, _CMP_UNORD_Q), a);
}
// Square root and division share one slow unit. An estimate of 14 bits and one step of Newton's
// method are exact except for the last bit, and several times as fast.
inline Vec square_root(Vec x) {
  const Vec least = every_lane(__FLT_MIN__);
  const Vec estimate = _mm512_maskz_rsqrt14_ps(first_lanes(kWidth), x > least ? x : least);
  const Vec root = x * estimate;
  return multiply_add(every_lane(0.5F) * estimate, _mm512_fnmadd_ps(root, root, x), root);
}
inline Vec quotient(Vec a, Vec b) {
  const Vec estimate = _mm512_maskz_rcp14_ps(first_lanes(kWidth), b);
  const Vec rest = _mm512_fnmadd_ps(b, estimate, every_lane(1.0F));
  return a * multiply_add(estimate, rest, estimate);
}

#elif defined(__AVX2__)

using Vec = __m256;
using Part = __m256i;
inline constexpr std::size_t kWidth = 8;

inline Part first_lanes(std::size_t n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)),
                            _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
inline Vec load(const float* p) { return _mm256_loadu_ps(p); }
inline Vec load(const float* p, Part part) { return _mm256_maskload_ps(p, part); }
inline void store(float* p, Vec v) { _mm256_storeu_ps(p, v); }
inline void store(float* p, Part part, Vec v) { _mm256_maskstore_ps(p, part, v); }
inline Vec every_lane(float x) { return _mm256_set1_ps(x); }
inline Vec multiply_add(Vec a, Vec b, Vec c) { return _mm256_fmadd_ps(a, b, c); }
inline Vec larger(Vec a, Vec b) {
  return _mm256_blendv_ps(_mm256_max_ps(a, b), a, _mm256_cmp_ps(a, a, _CMP_UNORD_Q));
}
inline Vec square_root(Vec x) { return _mm256_sqrt_ps(x); }
inline Vec quotient(Vec a, Vec b) { return _mm256_div_ps(a, b); }

#else

using Vec = float __attribute__((vector_size(16)));
using Part = std::size_t;
inline constexpr std::size_t kWidth = 4;

inline Part first_lanes(std::size_t n) { return n; }
inline Vec load(const float* p) {
  Vec v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
inline Vec load(const float* p, Part part) {
  Vec v{};
  for (std::size_t i = 0; i < part; ++i) v[i] = p[i];
  return v;
}
inline void store(float* p, Vec v) { __builtin_memcpy(p, &v, sizeof v); }
inline void store(float* p, Part part, Vec v) {
  for (std::size_t i = 0; i < part; ++i) p[i] = v[i];
}
inline Vec every_lane(float x) { return Vec{x, x, x, x}; }
inline Vec multiply_add(Vec a, Vec b, Vec c) { return a * b + c; }
inline Vec larger(Vec a, Vec b) {
  return b <= a ? a : (a < b ? b : a + b);  // neither if one is NaN: the sum is NaN too
}
inline Vec square_root(Vec x) {
  for (std::size_t i = 0; i < kWidth; ++i) x[i] = __builtin_sqrtf(x[i]);
  return x;
}
inline Vec quotient(Vec a, Vec b) { return a / b; }

#endif

// Calls at(c, part...) for every vector of columns, so that a loop over rows keeps the data of the
// columns in registers.
template <class At>
inline void over_columns(std::size_t width, const At& at) {
  std::size_t c = 0;
  for (; c + kWidth <= width; c += kWidth) at(c);
  if (c < width) at(c, first_lanes(width - c));
}

#if !defined(__AVX512F__)
using Mask = decltype(Vec{} == Vec{});
inline Mask equal(Vec a, Vec b) { return a == b; }
inline Mask both(Mask a, Mask b) { return a & b; }
inline Mask without(Mask a, Mask b) { return a & ~b; }
inline Vec where(Mask mask, Vec v) { return mask ? v : Vec{}; }
#endif

}  // namespace hebb::kernels::HEBB_ISA
