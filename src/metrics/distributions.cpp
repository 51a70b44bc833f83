// The incomplete beta function is its continued fraction, evaluated from the front by Lentz's method in
// Thompson's and Barnett's form (Journal of Computational Physics 64, 1986), on the side of the mean where it
// converges in about sqrt(max(a, b)) steps. Both x and 1 - x are passed, so that neither tail loses digits.

#include "hebb/metrics/distributions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "hebb/core/error.h"

namespace hebb {
namespace {

// log n! minus Stirling's formula for it.
double stirling_error(double n) {
  constexpr double kSeries = 16;
  if (n < kSeries) {
    const double half_log_two_pi = 0.5 * std::log(2 * std::numbers::pi);
    return std::lgamma(n + 1) - (n + 0.5) * std::log(n) + n - half_log_two_pi;
  }
  const double s = 1 / (n * n);
  return (1.0 / 12 -
          s * (1.0 / 360 -
               s * (1.0 / 1260 - s * (1.0 / 1680 - s * (1.0 / 1188 - s * 691.0 / 360360))))) /
         n;
}

// x log(x / m) + m - x, without cancellation where x is near m.
double deviance(double x, double m) {
  if (std::abs(x - m) >= 0.1 * (x + m)) return x * std::log(x / m) + m - x;
  const double v = (x - m) / (x + m);
  double sum = (x - m) * v, term = 2 * x * v;
  for (int j = 1; j < 1000; ++j) {
    term *= v * v;
    const double next = sum + term / (2 * j + 1);
    if (next == sum) break;
    sum = next;
  }
  return sum;
}

// x^a y^b / B(a, b), with y = 1 - x.
double beta_factor(double a, double b, double x, double y) {
  const double n = a + b;
  const double logarithm = stirling_error(n) - stirling_error(a) - stirling_error(b) -
                           deviance(a, n * x) - deviance(b, n * y);
  return std::sqrt(a * b / (2 * std::numbers::pi * n)) * std::exp(logarithm);
}

double beta_fraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300;
  constexpr int kMostSteps = 1'000'000;
  const auto away = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
  double c = 1, d = 1 / away(1 - (a + b) * x / (a + 1)), value = d;
  for (int m = 1; m <= kMostSteps; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    value *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    value *= d * c;
    if (std::abs(d * c - 1) <= std::numeric_limits<double>::epsilon()) break;
  }
  return value;
}

// I_x(a, b), with y = 1 - x.
double beta_below(double a, double b, double x, double y) {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  const double factor = beta_factor(a, b, x, y);
  if (x < (a + 1) / (a + b + 2)) return factor * beta_fraction(a, b, x) / a;
  return 1 - factor * beta_fraction(b, a, y) / b;
}

void check_freedom(double freedom) {
  check(freedom > 0 && std::isfinite(freedom), "student_t",
        "degrees of freedom must be positive, got ", freedom);
}

// P(T > t) for t >= 0.
double student_t_above(double t, double freedom) {
  const double square = t * t;
  if (std::isinf(square)) {  // t itself may be finite: (v / t^2)^(v/2) / (v/2 B(v/2, 1/2))
    if (std::isinf(t)) return 0;
    const double log_beta =
        std::lgamma(freedom / 2) + std::lgamma(0.5) - std::lgamma(freedom / 2 + 0.5);
    return 0.5 * std::exp(freedom / 2 * (std::log(freedom) - 2 * std::log(t)) -
                          std::log(freedom / 2) - log_beta);
  }
  const double x = freedom / (freedom + square), y = square / (freedom + square);
  // Near 0, I_y(1/2, v/2) is small, and exact where 1 - I_y is not.
  constexpr double kNear = 0.25;
  return square < kNear ? 0.5 - 0.5 * beta_below(0.5, freedom / 2, y, x)
                        : 0.5 * beta_below(freedom / 2, 0.5, x, y);
}

void check_probability(double p, const char* where) {
  check(p > 0 && p < 1, where, "the probability must be above 0 and below 1, got ", p);
}

// The point z >= 0 that is exceeded with probability q <= 1/2, by bisection to the last bit.
template <class Above>
double upper_point(double q, const Above& above) {
  double low = 0, high = 1;
  while (above(high) > q && high < std::numeric_limits<double>::max() / 4) {
    low = high;
    high *= 2;
  }
  for (;;) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return middle;
    (above(middle) > q ? low : high) = middle;
  }
}

}  // namespace

double incomplete_beta(double a, double b, double x) {
  check(a > 0 && b > 0 && std::isfinite(a) && std::isfinite(b), "incomplete_beta",
        "a and b must be positive, got ", a, " and ", b);
  check(x >= 0 && x <= 1, "incomplete_beta", "x must be in [0, 1], got ", x);
  return beta_below(a, b, x, 1 - x);
}

double student_t_below(double t, double freedom) {
  check_freedom(freedom);
  check(!std::isnan(t), "student_t", "t is not a number");
  return t < 0 ? student_t_above(-t, freedom) : 1 - student_t_above(t, freedom);
}

double student_t_quantile(double p, double freedom) {
  check_freedom(freedom);
  check_probability(p, "student_t");
  if (p == 0.5) return 0;
  const double point =
      upper_point(std::min(p, 1 - p), [freedom](double t) { return student_t_above(t, freedom); });
  return p < 0.5 ? -point : point;
}

double normal_quantile(double p) {
  check_probability(p, "normal");
  if (p == 0.5) return 0;
  const double point = upper_point(
      std::min(p, 1 - p), [](double z) { return 0.5 * std::erfc(z / std::numbers::sqrt2); });
  return p < 0.5 ? -point : point;
}

}  // namespace hebb
