// Lambda comes from Student's t distribution of 2 alpha degrees of freedom: T / sqrt(2 alpha + T^2)
// is symmetric Beta on (-1, 1), and T = sqrt(2 alpha (u^(-1 / alpha) - 1)) cos(2 pi v) by Bailey,
// Math. Comp. 62 (1994). It is computed from two uniform numbers, for any alpha, without rejection
// (Devroye, "Random variate generation in one line of code", WSC 1996).
#include "train/mixup.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "hebb/core/random.h"

namespace hebb {
namespace {

// Positions in a row's counter: of the row's lambda and, for the first row, of the number that
// determines the pairs.
constexpr std::uint32_t kLambda = 0, kPlace = 1;

// Replaces a by share_a * a + (1 - share_a) * b, and b likewise by share_b.
void exchange(float share_a, float share_b, std::size_t size, float* a, float* b) {
  for (std::size_t i = 0; i < size; ++i) {
    const float one = a[i], other = b[i];
    a[i] = share_a * one + (1 - share_a) * other;
    b[i] = share_b * other + (1 - share_b) * one;
  }
}

}  // namespace

double Mixup::share(std::uint32_t epoch, std::uint32_t row) const {
  const Random random(seed_, Purpose::mixup, epoch);
  const double power = std::log(random.uniform(row, 2 * kLambda)) / alpha_;
  const double cosine = std::cos(2 * std::numbers::pi * random.uniform(row, 2 * kLambda + 1));
  // t^2 / (2 alpha) times u^(1 / alpha), which does not overflow.
  const double part = -std::expm1(power);
  const double place = cosine * std::sqrt(part / (std::exp(power) + part * cosine * cosine));
  return std::clamp(0.5 + 0.5 * place, 0.0, 1.0);  // rounding may exceed the bounds
}

void Mixup::mix(std::uint32_t epoch, std::span<const std::uint32_t> rows, bool classes, View x,
                View targets, std::span<float> weights) const {
  const std::size_t n = rows.size();
  if (alpha_ == 0 || n < 2) return;
  const Random random(seed_, Purpose::mixup, epoch);
  const std::uint64_t word = random.bits(rows.front(), kPlace)[0];
  const auto sum = static_cast<std::size_t>((word * n) >> 32);  // of the two positions, modulo n
  for (std::size_t a = 0; a < n; ++a) {
    const std::size_t b = (sum + n - a) % n;
    if (b <= a) continue;
    const auto lambda = static_cast<float>(share(epoch, rows[a]));
    exchange(lambda, lambda, x.row_size(), x.row(a), x.row(b));
    float share_a = lambda, share_b = lambda;
    if (!weights.empty()) {
      const float own_a = lambda * weights[a], own_b = lambda * weights[b];
      exchange(lambda, lambda, 1, &weights[a], &weights[b]);
      if (classes && weights[a] > 0) share_a = own_a / weights[a];
      if (classes && weights[b] > 0) share_b = own_b / weights[b];
    }
    exchange(share_a, share_b, targets.row_size(), targets.row(a), targets.row(b));
  }
}

}  // namespace hebb
