#pragma once

// Logarithm, sine and cosine by series, and functions built on them. Math libraries differ in the
// last bit; additions and multiplications do not, as long as none are fused (see the compiler
// options of the sources that include this).

#include <cmath>
#include <cstdint>

#include "hebb/core/random.h"

namespace hebb::portable {

/// The logarithm of `x` > 0, within 2 units in the last place: ln m = 2 artanh((m - 1) / (m + 1)).
inline double log(double x) {
  constexpr double kHalfRoot = 0.70710678118654752440, kLn2 = 0.69314718055994530942;
  int exponent = 0;
  double m = std::frexp(x, &exponent);
  if (m < kHalfRoot) m *= 2, --exponent;
  const double s = (m - 1) / (m + 1), z = s * s;
  double sum = 0;
  for (int k = 23; k >= 1; k -= 2) sum = sum * z + 1.0 / k;
  return exponent * kLn2 + 2 * s * sum;
}

struct SinCos {
  double sin, cos;
};

/// Sine and cosine of an angle in turns: sin(2 pi t) and cos(2 pi t).
inline SinCos sincos(double turns) {
  constexpr double kTwoPi = 6.28318530717958647692;
  const double t = turns - std::floor(turns);
  const int quarter = static_cast<int>(std::floor(4 * t + 0.5));
  const double x = kTwoPi * (t - 0.25 * quarter), z = x * x;
  double s = 0, c = 0;
  for (int k = 18; k >= 2; k -= 2) {
    s = 1 - z / (k * (k + 1)) * (k == 18 ? 1 : s);
    c = 1 - z / (k * (k - 1)) * (k == 18 ? 1 : c);
  }
  s *= x;
  switch (quarter % 4) {
    case 0:
      return {s, c};
    case 1:
      return {c, -s};
    case 2:
      return {-s, -c};
    default:
      return {-c, s};
  }
}

/// Two independent standard normal numbers (Box and Muller 1958): elements 2 * pair and 2 * pair +
/// 1 of a sample.
struct Normals {
  double first, second;
};
inline Normals normals(const Random& random, std::uint32_t sample, std::uint32_t pair) {
  const double radius = std::sqrt(-2 * log(1 - random.uniform(sample, 2 * pair)));
  const auto [sin, cos] = sincos(random.uniform(sample, 2 * pair + 1));
  return {radius * cos, radius * sin};
}

/// One standard normal number.
inline double normal(const Random& random, std::uint32_t sample, std::uint32_t element) {
  const Normals both = normals(random, sample, element / 2);
  return element % 2 == 0 ? both.first : both.second;
}

}  // namespace hebb::portable
