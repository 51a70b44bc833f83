#pragma once

// exp, log, tanh, erf, cos and functions built from them, as plain C++ that the compiler vectorises.
// Included by the sources that are compiled for each instruction set: see loops.cpp on inline
// functions.
//
// exp, log, tanh and cos follow the usual scheme (reduce the argument, evaluate a short polynomial,
// restore the power of two or the sign through its bits) with the coefficients of Moshier's Cephes
// library; about 1 unit in the last place, of cos 2 with an absolute error of 1e-10 around its zeros.
// erf: Abramowitz and Stegun 7.1.26, absolute error 1.5e-7.

#include <cstdint>

namespace hebb::kernels::HEBB_ISA {

inline bool is_nan(float x) { return __builtin_isnan(x); }

inline float absolute(float x) {
  return __builtin_bit_cast(float, __builtin_bit_cast(std::uint32_t, x) & 0x7FFFFFFFU);
}

inline float with_sign_of(float magnitude, float sign) {
  return __builtin_bit_cast(float, __builtin_bit_cast(std::uint32_t, magnitude) |
                                       (__builtin_bit_cast(std::uint32_t, sign) & 0x80000000U));
}

/// x clamped to [-limit, limit]; NaN stays NaN.
inline float bounded(float x, float limit) {
  x = x > limit ? limit : x;
  return x < -limit ? -limit : x;
}

/// exp(x) = (1 + rest) * power, where power is a power of two and rest is small.
struct Exponential {
  float rest, power;
};

inline Exponential exponential(float x) {
  constexpr float kLeast = -87.3365402F, kMost = 88.3762626F;
  x = x > kMost ? kMost : x;
  x = x < kLeast ? kLeast : x;
  // x keeps a NaN; its integer part is that of kLeast.
  const float number = is_nan(x) ? kLeast : x;
  // Adding and subtracting 1.5 * 2^23 rounds to the nearest integer.
  const float n = (number * 1.44269504F + 12582912.0F) - 12582912.0F;
  const float r = (x - n * 0.693359375F) - n * -2.12194440e-4F;
  float p = 1.9875691500e-4F;
  p = p * r + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  const auto power = static_cast<std::uint32_t>(static_cast<std::int32_t>(n) + 127) << 23;
  return {p * r * r + r, __builtin_bit_cast(float, power)};
}

/// exp(x), clamped to [2^-126, 2.4e38], infinities included.
inline float exp_of(float x) {
  const auto [rest, power] = exponential(x);
  return (rest + 1.0F) * power;
}

/// exp(x) - 1, exact to its last bits near 0 as well.
inline float expm1_of(float x) {
  const auto [rest, power] = exponential(x);
  return rest * power + (power - 1.0F);
}

/// x > 0 and normal.
inline float log_of(float x) {
  const auto bits = __builtin_bit_cast(std::uint32_t, x);
  // Scales the mantissa to [sqrt(1/2), sqrt(2)).
  const auto shifted = bits - 0x3F3504F3U;
  const auto exponent = static_cast<float>(static_cast<std::int32_t>(shifted) >> 23);
  const float m = __builtin_bit_cast(float, (shifted & 0x007FFFFFU) + 0x3F3504F3U) - 1.0F;
  float p = 7.0376836292e-2F;
  p = p * m + -1.1514610310e-1F;
  p = p * m + 1.1676998740e-1F;
  p = p * m + -1.2420140846e-1F;
  p = p * m + 1.4249322787e-1F;
  p = p * m + -1.6668057665e-1F;
  p = p * m + 2.0000714765e-1F;
  p = p * m + -2.4999993993e-1F;
  p = p * m + 3.3333331174e-1F;
  const float z = m * m;
  float y = p * m * z;
  y += exponent * -2.12194440e-4F;
  y -= 0.5F * z;
  return m + y + exponent * 0.693359375F;
}

/// log(1 + x) for x >= 0. The rounding error of 1 + x is corrected to first order.
inline float log1p_of(float x) {
  const float u = 1.0F + x;
  return log_of(u) + (x - (u - 1.0F)) / u;
}

inline float logistic_of(float x) { return 1.0F / (1.0F + exp_of(-x)); }

inline float tanh_of(float x) {
  const float a = absolute(x);
  const float z = x * x;
  float p = -5.70498872745e-3F;
  p = p * z + 2.06390887954e-2F;
  p = p * z + -5.37397155531e-2F;
  p = p * z + 1.33314422036e-1F;
  p = p * z + -3.33332819422e-1F;
  const float small = p * z * x + x;
  const float large = with_sign_of(1.0F - 2.0F / (exp_of(2.0F * a) + 1.0F), x);
  return a < 0.625F ? small : large;
}

inline float erf_of(float x) {
  const float a = absolute(x);
  const float t = 1.0F / (1.0F + 0.3275911F * a);
  float p = 1.061405429F;
  p = p * t + -1.453152027F;
  p = p * t + 1.421413741F;
  p = p * t + -0.284496736F;
  p = p * t + 0.254829592F;
  return with_sign_of(1.0F - p * t * exp_of(-a * a), x);
}

inline float normal_cdf(float x) { return 0.5F * (1.0F + erf_of(x * 0.707106781F)); }

/// The largest argument of cos_of() and sin_of(): float32 numbers lie 1e-3 apart there.
constexpr float kMostTurned = 8192.0F;

/// cos(x + quarters pi / 2), x bounded to [-8192, 8192]; NaN stays NaN.
inline float turned_cos(float x, std::uint32_t quarters) {
  x = bounded(x, kMostTurned);
  // x keeps a NaN; its quarter is that of 0.
  const float number = is_nan(x) ? 0.0F : x;
  // Adding and subtracting 1.5 * 2^23 rounds to the nearest integer.
  const float n = (number * 0.636619772F + 12582912.0F) - 12582912.0F;
  // pi / 2 in three parts: the products with the first two are exact, since n has 13 bits.
  const float r =
      ((x - n * 1.5703125F) - n * 4.837512969970703125e-4F) - n * 7.54978995489188216e-8F;
  const float z = r * r;
  float c = 2.443315711809948e-5F;
  c = c * z + -1.388731625493765e-3F;
  c = c * z + 4.166664568298827e-2F;
  const float even = c * z * z + (1.0F - 0.5F * z);
  float s = -1.9515295891e-4F;
  s = s * z + 8.3321608736e-3F;
  s = s * z + -1.6666654611e-1F;
  const float odd = s * z * r + r;
  // cos(r), -sin(r), -cos(r), sin(r) in the four quarters.
  const std::uint32_t quarter = static_cast<std::uint32_t>(static_cast<std::int32_t>(n)) + quarters;
  const float y = (quarter & 1U) != 0 ? odd : even;
  return __builtin_bit_cast(float,
                            __builtin_bit_cast(std::uint32_t, y) ^ (((quarter + 1U) & 2U) << 30));
}

/// cos(x), x bounded to [-8192, 8192].
inline float cos_of(float x) { return turned_cos(x, 0); }
/// sin(x), x bounded to [-8192, 8192].
inline float sin_of(float x) { return turned_cos(x, 3); }

inline float softplus_of(float x) { return (x > 0.0F ? x : 0.0F) + log1p_of(exp_of(-absolute(x))); }

}  // namespace hebb::kernels::HEBB_ISA
