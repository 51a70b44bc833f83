// A tile of R neighbouring output pixels and V vectors of their channels stays in registers during
// the loop over the window's elements: each is broadcast to a vector, multiplied by the weights of
// the tile's channels and added. There is no im2col copy: a row of the window is one run of
// neighbouring elements of the image. The gradient of the weights keeps a tile of R elements by V
// vectors of channels in registers during the loop over the pixels.
//
// Every sum is one chain of additions in the order of runs (or of pixels), so its bits do not
// depend on its tile. Source: Georganas et al., "Anatomy of high-performance deep learning
// convolutions on SIMD architectures", SC 2018.
#include "kernels/sweep.h"

#include "kernels/vec.h"

HEBB_DECLARE_SWEEPS(HEBB_ISA)

namespace hebb::kernels::HEBB_ISA {
namespace {

#if defined(__AVX512F__)
constexpr std::size_t kRows = 14;
#else
constexpr std::size_t kRows = 6;
#endif
constexpr std::size_t kVecs = kSweepVectors;

// The operations of a number type: an element in memory, a vector of it and the product.
struct Floats {
  using Element = float;
  using Right = Vec;
  static Vec right(const float* p) { return load(p); }
  static Vec right(const float* p, Part part) { return load(p, part); }
  static Vec left(const float* p) { return every_lane(*p); }
  static Vec add(Vec a, Vec b, Vec sum) { return multiply_add(a, b, sum); }
};

// Two bfloat16 side by side in each lane.
using Bits = std::uint32_t __attribute__((vector_size(kWidth * 4)));
struct Pairs {
  using Element = std::uint32_t;
  using Right = Bits;
  static Bits right(const std::uint32_t* p) {
    return reinterpret_cast<Bits>(load(reinterpret_cast<const float*>(p)));
  }
  static Bits right(const std::uint32_t* p, Part part) {
    return reinterpret_cast<Bits>(load(reinterpret_cast<const float*>(p), part));
  }
  static Bits left(const std::uint32_t* p) {
    std::uint32_t pair = 0;
    __builtin_memcpy(&pair, p, sizeof pair);
    return Bits{} + pair;
  }
#if defined(__AVX512BF16__) && defined(__clang__)
  // clang 16 fails on the intrinsic: it finds no instruction for such vectors of __bf16.
  static Vec add(Bits a, Bits b, Vec sum) {
    __asm__("vdpbf16ps %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b));
    return sum;
  }
#elif defined(__AVX512BF16__)
  static Vec add(Bits a, Bits b, Vec sum) {
    return _mm512_dpbf16_ps(sum, reinterpret_cast<__m512bh>(a), reinterpret_cast<__m512bh>(b));
  }
#else
  // The same by two float products: a bfloat16 is the upper half of a float.
  static Vec add(Bits a, Bits b, Vec sum) {
    constexpr std::uint32_t kUpper = 0xFFFF0000U;
    const Vec low =
        multiply_add(reinterpret_cast<Vec>(a << 16), reinterpret_cast<Vec>(b << 16), sum);
    return multiply_add(reinterpret_cast<Vec>(a & kUpper), reinterpret_cast<Vec>(b & kUpper), low);
  }
#endif
};

constexpr std::size_t kLeaders = 4;  // pixels that share a pointer: their distances fit addresses

template <class Kind, std::size_t R, std::size_t V, class In>
void tile(const Sweep& s, const In* in, const typename Kind::Element* weights, const float* bias,
          Part part, float* out) {
  constexpr std::size_t kPointers = (R + kLeaders - 1) / kLeaders;
  constexpr std::size_t kTaken = sizeof(typename Kind::Element), kOne = sizeof(In);
  constexpr std::size_t kStep = kTaken / kOne;  // elements of `in` that a product takes
  Vec sums[R][V];
#pragma GCC unroll 16
  for (std::size_t i = 0; i < R; ++i)
#pragma GCC unroll 4
    for (std::size_t v = 0; v < V; ++v)
      sums[i][v] = bias == nullptr ? Vec{}
                   : v + 1 == V    ? load(bias + v * kWidth, part)
                                   : load(bias + v * kWidth);
  const std::size_t pixel = s.in_pixel;
#pragma GCC unroll 1
  for (std::size_t r = 0; r < s.run_count; ++r) {
    const In* lead[kPointers];
#pragma GCC unroll 4
    for (std::size_t p = 0; p < kPointers; ++p)
      lead[p] = in + s.runs[r].offset + p * kLeaders * pixel;
    const std::size_t length = s.runs[r].length;
#pragma GCC unroll 1
    for (std::size_t e = 0; e < length; ++e) {
      typename Kind::Right right[V];
#pragma GCC unroll 4
      for (std::size_t v = 0; v < V; ++v) right[v] = Kind::right(weights + v * kWidth);
      weights += V * kWidth;
#pragma GCC unroll 16
      for (std::size_t i = 0; i < R; ++i) {
        const auto left = Kind::left(reinterpret_cast<const typename Kind::Element*>(
            lead[i / kLeaders] + i % kLeaders * pixel));
#pragma GCC unroll 4
        for (std::size_t v = 0; v < V; ++v) sums[i][v] = Kind::add(left, right[v], sums[i][v]);
      }
#pragma GCC unroll 4
      for (std::size_t p = 0; p < kPointers; ++p) lead[p] += kStep;
    }
  }
#pragma GCC unroll 16
  for (std::size_t i = 0; i < R; ++i)
#pragma GCC unroll 4
    for (std::size_t v = 0; v < V; ++v) {
      float* at = out + i * s.out_pixel + v * kWidth;
      if (v + 1 == V)
        store(at, part, sums[i][v]);
      else
        store(at, sums[i][v]);
    }
}

template <class Kind, std::size_t R, std::size_t V>
void gradient_tile(const Sweep& s, const typename Kind::Element* in,
                   const typename Kind::Element* grad, Part part, float* sum) {
  Vec sums[R][V];
#pragma GCC unroll 16
  for (std::size_t i = 0; i < R; ++i)
#pragma GCC unroll 4
    for (std::size_t v = 0; v < V; ++v) {
      const float* at = sum + i * s.sum_row + v * kWidth;
      sums[i][v] = v + 1 == V ? load(at, part) : load(at);
    }
  const std::size_t in_pixel = s.in_pixel, out_pixel = s.out_pixel, columns = s.columns;
#pragma GCC unroll 1
  for (std::size_t y = 0; y < s.rows; ++y) {
    const auto* a = in + y * s.in_row;
    const auto* b = grad + y * s.out_row;
#pragma GCC unroll 1
    for (std::size_t x = 0; x < columns; ++x) {
      typename Kind::Right right[V];
#pragma GCC unroll 4
      for (std::size_t v = 0; v < V; ++v)
        right[v] = v + 1 == V ? Kind::right(b + v * kWidth, part) : Kind::right(b + v * kWidth);
#pragma GCC unroll 16
      for (std::size_t i = 0; i < R; ++i) {
        const auto left = Kind::left(a + i);
#pragma GCC unroll 4
        for (std::size_t v = 0; v < V; ++v) sums[i][v] = Kind::add(left, right[v], sums[i][v]);
      }
      a += in_pixel;
      b += out_pixel;
    }
  }
#pragma GCC unroll 16
  for (std::size_t i = 0; i < R; ++i)
#pragma GCC unroll 4
    for (std::size_t v = 0; v < V; ++v) {
      float* at = sum + i * s.sum_row + v * kWidth;
      if (v + 1 == V)
        store(at, part, sums[i][v]);
      else
        store(at, sums[i][v]);
    }
}

// [vectors - 1][rows - 1], up to the largest.
template <class Kind, class In>
struct Tiles {
  void (*of[kVecs][kRows])(const Sweep&, const In*, const typename Kind::Element*, const float*,
                           Part, float*);
  constexpr Tiles() : of{} { fill<kRows, kVecs>(); }
  template <std::size_t R, std::size_t V>
  constexpr void fill() {
    of[V - 1][R - 1] = tile<Kind, R, V, In>;
    if constexpr (R > 1)
      fill<R - 1, V>();
    else if constexpr (V > 1)
      fill<kRows, V - 1>();
  }
};
template <class Kind>
struct GradientTiles {
  void (*of[kVecs][kRows])(const Sweep&, const typename Kind::Element*,
                           const typename Kind::Element*, Part, float*);
  constexpr GradientTiles() : of{} { fill<kRows, kVecs>(); }
  template <std::size_t R, std::size_t V>
  constexpr void fill() {
    of[V - 1][R - 1] = gradient_tile<Kind, R, V>;
    if constexpr (R > 1)
      fill<R - 1, V>();
    else if constexpr (V > 1)
      fill<kRows, V - 1>();
  }
};

std::size_t vectors_of(std::size_t channels) {
  const std::size_t vecs = (channels + kWidth - 1) / kWidth;
  return vecs < kVecs ? vecs : kVecs;
}

template <class Kind, class In, class Packed>
void sweep_all(const Sweep& s, const In* in, const Packed* packed, const float* bias, float* out) {
  static constexpr Tiles<Kind, In> kTiles;
  const auto* weights = reinterpret_cast<const typename Kind::Element*>(packed);
  std::size_t elements = 0;
  for (std::size_t r = 0; r < s.run_count; ++r) elements += s.runs[r].length;
  const std::size_t tiles = (s.columns + kRows - 1) / kRows;
  for (std::size_t o = 0; o < s.channels; o += kVecs * kWidth) {
    const std::size_t vecs = vectors_of(s.channels - o);
    const std::size_t rest = s.channels - o < vecs * kWidth ? s.channels - o : vecs * kWidth;
    const Part part = first_lanes(rest - (vecs - 1) * kWidth);
    for (std::size_t y = 0; y < s.rows; ++y)
      for (std::size_t t = 0; t < tiles; ++t) {  // of about the same width
        const std::size_t x = s.columns * t / tiles, end = s.columns * (t + 1) / tiles;
        kTiles.of[vecs - 1][end - x - 1](s, in + y * s.in_row + x * s.in_pixel, weights,
                                         bias ? bias + o : nullptr, part,
                                         out + y * s.out_row + x * s.out_pixel + o);
      }
    weights += elements * vecs * kWidth;
  }
}

template <class Kind>
void sweep_gradient_all(const Sweep& s, const typename Kind::Element* in,
                        const typename Kind::Element* grad, float* sum) {
  static constexpr GradientTiles<Kind> kTiles;
  for (std::size_t r = 0; r < s.run_count; ++r) {
    const std::size_t length = s.runs[r].length, tiles = (length + kRows - 1) / kRows;
    for (std::size_t t = 0; t < tiles; ++t) {
      const std::size_t e = length * t / tiles, end = length * (t + 1) / tiles;
      for (std::size_t o = 0; o < s.channels; o += kVecs * kWidth) {
        const std::size_t vecs = vectors_of(s.channels - o);
        const std::size_t rest = s.channels - o < vecs * kWidth ? s.channels - o : vecs * kWidth;
        kTiles.of[vecs - 1][end - e - 1](s, in + s.runs[r].offset + e, grad + o,
                                         first_lanes(rest - (vecs - 1) * kWidth),
                                         sum + e * s.sum_row + o);
      }
    }
    sum += length * s.sum_row;
  }
}

}  // namespace

void sweep(const Sweep& s, const float* in, const float* packed, const float* bias, float* out) {
  sweep_all<Floats>(s, in, packed, bias, out);
}
void sweep(const Sweep& s, const std::uint16_t* in, const std::uint16_t* packed, const float* bias,
           float* out) {
  sweep_all<Pairs>(s, in, packed, bias, out);
}
void sweep_gradient(const Sweep& s, const float* in, const float* grad, float* sum) {
  sweep_gradient_all<Floats>(s, in, grad, sum);
}
void sweep_gradient(const Sweep& s, const std::uint32_t* in, const std::uint32_t* grad,
                    float* sum) {
  sweep_gradient_all<Pairs>(s, in, grad, sum);
}

}  // namespace hebb::kernels::HEBB_ISA
