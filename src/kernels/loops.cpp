// Every loop here is plain C++ that the compiler turns into vector instructions; this file is
// compiled once for each instruction set, with HEBB_ISA naming the namespace. Inline functions of
// the standard library must not be used: the linker would keep one copy for all instruction sets,
// perhaps one that an older machine cannot run. The computation of an element does not depend on
// its position, so that the bits do not depend on how the work was split; sums use fixed lanes for
// the same reason.
#include "kernels/loops.h"

#include "kernels/gemm.h"
#include "kernels/image_loops.h"
#include "kernels/scalar_math.h"
#include "kernels/vec.h"

HEBB_DECLARE_ELEMENTWISE(HEBB_ISA)
HEBB_DECLARE_GEMM(HEBB_ISA)
HEBB_DECLARE_IMAGE_LOOPS(HEBB_ISA)
HEBB_DECLARE_SWEEPS(HEBB_ISA)

namespace hebb::kernels::HEBB_ISA {
namespace {

constexpr std::size_t kLanes = 16;
constexpr std::uint64_t kLow = 0xFFFFFFFFU;
using Lanes = std::uint64_t __attribute__((vector_size(kLanes * 8)));
using Halves = std::int32_t __attribute__((vector_size(kLanes * 4)));

void bytes_to_floats(const std::uint8_t* x, std::size_t n, float scale, float shift, float* y) {
  for (std::size_t i = 0; i < n; ++i) y[i] = static_cast<float>(x[i]) * scale + shift;
}

void exp(const float* x, std::size_t n, float* y) {
  for (std::size_t i = 0; i < n; ++i) y[i] = exp_of(x[i]);
}

void multiply(const float* a, const float* b, std::size_t n, float* y) {
  for (std::size_t i = 0; i < n; ++i) y[i] = a[i] * b[i];
}

// One Philox4x32-10 block of four words gives 16-bit numbers for eight elements; sixteen blocks are
// computed side by side in the lanes of a vector (hebb/core/random.h has the same generator, one
// block at a time).
void dropout(const float* x, std::size_t rows, std::size_t width, float rate, std::uint64_t seed,
             std::uint32_t step, std::uint32_t purpose, std::uint32_t first_row, float* y) {
  const auto threshold = static_cast<std::int32_t>(rate * 65536.0F);
  const float keep = 1.0F / (1.0F - rate);
  constexpr std::size_t kBlock = 8 * kLanes;
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t begin = 0; begin < width; begin += kBlock) {
      // 32-bit words in 64-bit lanes, so that a product of two stays in its lane.
      Lanes c0, c1 = Lanes{} + (first_row + row), c2 = Lanes{} + step, c3 = Lanes{} + purpose;
      for (std::size_t l = 0; l < kLanes; ++l) c0[l] = begin / 8 + l;
      std::uint64_t k0 = seed & kLow, k1 = seed >> 32;
      for (int round = 0; round < 10; ++round) {
        const Lanes p0 = c0 * 0xD2511F53U, p1 = c2 * 0xCD9E8D57U;
        c0 = (p1 >> 32) ^ c1 ^ k0;
        c1 = p1 & kLow;
        c2 = (p0 >> 32) ^ c3 ^ k1;
        c3 = p0 & kLow;
        k0 = (k0 + 0x9E3779B9U) & kLow;
        k1 = (k1 + 0xBB67AE85U) & kLow;
      }
      float factor[kBlock];
      const auto fill = [&factor, threshold, keep](const Lanes& word, std::size_t first) {
        const Halves low = __builtin_convertvector(word & 0xFFFFU, Halves) >= threshold;
        const Halves high = __builtin_convertvector(word >> 16, Halves) >= threshold;
        const Halves factors[2] = {low & __builtin_bit_cast(std::int32_t, keep),
                                   high & __builtin_bit_cast(std::int32_t, keep)};
        __builtin_memcpy(factor + first, factors, sizeof factors);
      };
      fill(c0, 0), fill(c1, 2 * kLanes), fill(c2, 4 * kLanes), fill(c3, 6 * kLanes);
      const std::size_t count = width - begin < kBlock ? width - begin : kBlock;
      const float* from = x + row * width + begin;
      float* to = y + row * width + begin;
      for (std::size_t i = 0; i < count; ++i) to[i] = from[i] * factor[i];
    }
  }
}

// Elementwise steps run over several rows at a time, since rows may be shorter than a vector.
void softmax(const float* x, std::size_t rows, std::size_t width, float* y, float* largest,
             float* log_sums) {
  constexpr std::size_t kBlock = 64;
  for (std::size_t begin = 0; begin < rows; begin += kBlock) {
    const std::size_t count = rows - begin < kBlock ? rows - begin : kBlock;
    std::size_t top[kBlock];
    float rest[kBlock];  // the sum without the largest element's exp(0)
    const float* from = x + begin * width;
    float* const to = y + begin * width;
    for (std::size_t r = 0; r < count; ++r, from += width) {
      top[r] = 0;
      for (std::size_t i = 1; i < width; ++i) top[r] = from[i] > from[top[r]] ? i : top[r];
      const float peak = from[top[r]];
      for (std::size_t i = 0; i < width; ++i) to[r * width + i] = from[i] - peak;
      if (largest != nullptr) largest[begin + r] = peak;
    }
    for (std::size_t i = 0; i < count * width; ++i) to[i] = exp_of(to[i]);
    for (std::size_t r = 0; r < count; ++r) {
      float* const row = to + r * width;
      const float one = row[top[r]];  // or NaN
      row[top[r]] = 0.0F;
      float sum = 0;
      for (std::size_t i = 0; i < width; ++i) sum += row[i];
      row[top[r]] = one;
      rest[r] = one == one ? sum : one;
      const float share = 1.0F / (one + sum);
      for (std::size_t i = 0; i < width; ++i) row[i] *= share;
    }
    if (log_sums != nullptr)
      for (std::size_t r = 0; r < count; ++r) log_sums[begin + r] = log1p_of(rest[r]);
  }
}

void softmax_backward(const float* y, const float* dy, std::size_t rows, std::size_t width,
                      float* dx) {
  for (std::size_t r = 0; r < rows; ++r, y += width, dy += width, dx += width) {
    float mean = 0;
    for (std::size_t i = 0; i < width; ++i) mean += dy[i] * y[i];
    for (std::size_t i = 0; i < width; ++i) dx[i] = y[i] * (dy[i] - mean);
  }
}

void add_bias(const float* bias, std::size_t rows, std::size_t width, float* y) {
  for (std::size_t r = 0; r < rows; ++r, y += width)
    for (std::size_t i = 0; i < width; ++i) y[i] += bias[i];
}

// For rows of half a vector or less: as many rows as fit in a vector are summed side by side.
void sum_short_rows(const float* x, std::size_t rows, std::size_t width, float* sums) {
  const std::size_t together = kWidth / width, whole = rows / together * together;
  const Part part = first_lanes(together * width);
  Vec many{};
  for (std::size_t r = 0; r < whole; r += together) many += load(x + r * width, part);
  for (std::size_t i = 0; i < together * width; ++i) sums[i % width] += many[i];
  for (std::size_t i = whole * width; i < rows * width; ++i) sums[i % width] += x[i];
}

void sum_rows(const float* x, std::size_t rows, std::size_t width, bool accumulate, float* sums) {
  if (width > 0 && 2 * width <= kWidth) {
    for (std::size_t c = 0; !accumulate && c < width; ++c) sums[c] = 0.0F;
    return sum_short_rows(x, rows, width, sums);
  }
  over_columns(width, [=](std::size_t c, auto... part) {
    Vec sum = accumulate ? load(sums + c, part...) : Vec{};
    for (std::size_t at = c; at < rows * width; at += width) sum += load(x + at, part...);
    store(sums + c, part..., sum);
  });
}

// Accumulates over an array passed in blocks, whose sizes except the last are multiples of kMany.
struct Squares {
  static constexpr std::size_t kMany = 64;  // enough sums that none waits for its last addition
  double lanes[kMany] = {};
  double rest = 0;

  void add(const float* x, std::size_t n) {
    std::size_t i = 0;
    for (; i + kMany <= n; i += kMany)
      for (std::size_t l = 0; l < kMany; ++l) {
        const auto v = static_cast<double>(x[i + l]);
        lanes[l] += v * v;
      }
    for (; i < n; ++i) rest += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  }
  double sum() const {
    double all = rest;
    for (const double lane : lanes) all += lane;
    return all;
  }
};

double sum_of_squares(const float* x, std::size_t n) {
  Squares squares;
  squares.add(x, n);
  return squares.sum();
}

using Doubles = double __attribute__((vector_size(64)));
constexpr std::size_t kDoubles = 8;

inline void load_doubles(const double* p, Doubles& v) { __builtin_memcpy(&v, p, sizeof v); }

// Every unit's sum uses the same lanes, however many units are computed at once.
template <std::size_t kUnits>
inline void some_dots(const double* x, const double* w, std::size_t n, double* y) {
  Doubles even[kUnits] = {}, odd[kUnits] = {};
  double rest[kUnits] = {};
  std::size_t i = 0;
  for (; i + 2 * kDoubles <= n; i += 2 * kDoubles) {
    Doubles a, b, c, d;
    load_doubles(x + i, a), load_doubles(x + i + kDoubles, b);
    for (std::size_t u = 0; u < kUnits; ++u) {
      load_doubles(w + u * n + i, c), load_doubles(w + u * n + i + kDoubles, d);
      even[u] += a * c;
      odd[u] += b * d;
    }
  }
  for (; i < n; ++i)
    for (std::size_t u = 0; u < kUnits; ++u) rest[u] += x[i] * w[u * n + i];
  for (std::size_t u = 0; u < kUnits; ++u) {
    const Doubles s = even[u] + odd[u];
    y[u] = (((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))) + rest[u];
  }
}

void dots(const double* x, const double* w, std::size_t units, std::size_t n, double* y) {
#if defined(__AVX512F__)
  constexpr std::size_t kTogether = 5;
#else
  constexpr std::size_t kTogether = 2;
#endif
  std::size_t u = 0;
  for (; u + kTogether <= units; u += kTogether) some_dots<kTogether>(x, w + u * n, n, y + u);
  for (; u < units; ++u) some_dots<1>(x, w + u * n, n, y + u);
}

void axpy(double a, const double* x, std::size_t n, double* y) {
  for (std::size_t i = 0; i < n; ++i) y[i] += a * x[i];
}

void bytes_to_doubles(const std::uint8_t* x, std::size_t n, double scale, double shift, double* y) {
  for (std::size_t i = 0; i < n; ++i) y[i] = static_cast<double>(x[i]) * scale + shift;
}

// Calls pass(begin, end) for blocks of n that fit in the L1 cache, and returns the sum of squares
// of the new w.
template <class Pass>
double by_stretches(std::size_t n, const float* w, const Pass& pass) {
  constexpr std::size_t kStretch = 1024;
  Squares squares;
  for (std::size_t begin = 0; begin < n; begin += kStretch) {
    const std::size_t end = n - begin < kStretch ? n : begin + kStretch;
    pass(begin, end);
    squares.add(w + begin, end - begin);
  }
  return squares.sum();
}

double sgd(const SgdStep& s, std::size_t n, const float* g, float* w, float* velocity) {
  const SgdStep k = s;
  if (k.nesterov)
    return by_stretches(n, w, [=](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        const float d = k.rate * (g[i] * k.scale + k.l2 * w[i]);
        velocity[i] = k.momentum * velocity[i] - d;
        w[i] += k.momentum * velocity[i] - d;
      }
    });
  return by_stretches(n, w, [=](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      velocity[i] = k.momentum * velocity[i] - k.rate * (g[i] * k.scale + k.l2 * w[i]);
      w[i] += velocity[i];
    }
  });
}

double adam(const AdamStep& s, std::size_t n, const float* g, float* w, float* m, float* v) {
  const Vec beta_1 = every_lane(s.beta_1), rest_1 = every_lane(s.rest_1);
  const Vec beta_2 = every_lane(s.beta_2), rest_2 = every_lane(s.rest_2);
  const Vec scale = every_lane(s.scale), l2 = every_lane(s.l2), epsilon = every_lane(s.epsilon);
  const Vec rate = every_lane(s.rate), kept = every_lane(1.0F - s.decay);
  // `part`: empty for a whole vector, else the lanes in use.
  const auto at = [=](std::size_t i, auto... part) {
    const Vec weight = load(w + i, part...);
    const Vec d = multiply_add(l2, weight, load(g + i, part...) * scale);
    const Vec first = multiply_add(beta_1, load(m + i, part...), rest_1 * d);
    const Vec second = multiply_add(beta_2, load(v + i, part...), rest_2 * (d * d));
    const Vec step = quotient(rate * first, square_root(second) + epsilon);
    store(m + i, part..., first);
    store(v + i, part..., second);
    store(w + i, part..., weight * kept - step);
  };
  return by_stretches(n, w, [=](std::size_t begin, std::size_t end) {
    std::size_t i = begin;
    for (; i + kWidth <= end; i += kWidth) at(i);
    if (i < end) at(i, first_lanes(end - i));
  });
}

double rmsprop(const RmsStep& s, std::size_t n, const float* g, float* w, float* v) {
  const RmsStep k = s;
  return by_stretches(n, w, [=](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const float d = g[i] * k.scale + k.l2 * w[i];
      v[i] = k.rho * v[i] + k.rest * (d * d);
      w[i] -= k.rate * d / (__builtin_sqrtf(v[i]) + k.epsilon);
    }
  });
}

// ---- bfloat16 ----

// To nearest, ties to even.
inline std::uint32_t half_of(float x) {
  const auto bits = __builtin_bit_cast(std::uint32_t, x);
  return (bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16;
}

void floats_to_halves(const float* x, std::size_t n, std::uint16_t* y) {
  for (std::size_t i = 0; i < n; ++i) y[i] = static_cast<std::uint16_t>(half_of(x[i]));
}

void round_to_halves(const float* x, std::size_t n, float* y) {
  for (std::size_t i = 0; i < n; ++i) y[i] = __builtin_bit_cast(float, half_of(x[i]) << 16);
}

void to_pairs(const float* low, const float* high, std::size_t n, std::uint32_t* y) {
  for (std::size_t i = 0; i < n; ++i) y[i] = half_of(low[i]) | half_of(high[i]) << 16;
}

}  // namespace

const Loops table = {
    .bytes_to_floats = bytes_to_floats,
    .elementwise = &elementwise_list,
    .exp = exp,
    .multiply = multiply,
    .dropout = dropout,
    .softmax = softmax,
    .softmax_backward = softmax_backward,
    .add_bias = add_bias,
    .sum_rows = sum_rows,
    .sum_of_squares = sum_of_squares,
    .bytes_to_doubles = bytes_to_doubles,
    .dots = dots,
    .axpy = axpy,
    .product = product,
    .product_bt = product_bt,
    .product_at = product_at,
    .max_pool = max_pool,
    .max_pool_backward = max_pool_backward,
    .sum_pool = sum_pool,
    .sum_pool_backward = sum_pool_backward,
    .scale_rows = scale_rows,
    .combine_rows = combine_rows,
    .sum_centred_products = sum_centred_products,
    .sweep_block = kSweepVectors * kWidth,
#if defined(__AVX512BF16__)
    .has_halves = true,
#else
    .has_halves = false,
#endif
    .sweep = sweep,
    .sweep_halves = sweep,
    .sweep_gradient = sweep_gradient,
    .sweep_gradient_halves = sweep_gradient,
    .floats_to_halves = floats_to_halves,
    .round_to_halves = round_to_halves,
    .to_pairs = to_pairs,
    .sgd = sgd,
    .adam = adam,
    .rmsprop = rmsprop,
};

}  // namespace hebb::kernels::HEBB_ISA
