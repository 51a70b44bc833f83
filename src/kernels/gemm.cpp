// c (m, n) = [c +] a (m, k) b (k, n). A tile of c stays in registers while the products of a row of
// b with some elements of a column of a are added to it. k is split into blocks whose part of b
// fits in the L1 cache. If rows of b are far apart in memory and are used by many tiles, or b is
// transposed, the block is first copied to a panel. Every element of c is one chain of additions in
// the order of k, so its bits depend neither on its tile nor on m or n. Source: Goto and van de
// Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34 (2008).
#include "kernels/gemm.h"

#include "kernels/vec.h"

HEBB_DECLARE_GEMM(HEBB_ISA)

namespace hebb::kernels::HEBB_ISA {
namespace {

// Tile sizes of most products, and of products of few rows. As many sums as there are registers are
// computed at once, so that additions wait neither for each other nor for loads.
#if defined(__AVX512F__)
constexpr std::size_t kTallRows = 8, kTallVecs = 3, kFlatRows = 3, kFlatVecs = 8;
#else
constexpr std::size_t kTallRows = 4, kTallVecs = 3, kFlatRows = 1, kFlatVecs = 8;
#endif
constexpr std::size_t kDepth = 128;  // of a stretch of k
// A panel pays off when at least this many rows use it and b's rows are at least this far apart.
constexpr std::size_t kPanelRows = 24, kPanelColumns = 200;

struct Left {
  const float* data;
  std::size_t stride;
};

// a (R, depth), or stored as (depth, R) if kTransposed; b (depth, columns) of which `part` says how
// many lanes of the last vector count.
template <bool kTransposed, std::size_t R, std::size_t V>
void tile(std::size_t depth, Left a, const float* b, std::size_t b_stride, Part part, float* c,
          std::size_t c_stride, bool add) {
  Vec sums[R][V];
#pragma GCC unroll 8
  for (std::size_t i = 0; i < R; ++i)
#pragma GCC unroll 8
    for (std::size_t v = 0; v < V; ++v) {
      const float* at = c + i * c_stride + v * kWidth;
      sums[i][v] = !add ? Vec{} : v + 1 == V ? load(at, part) : load(at);
    }
#pragma GCC unroll 1
  for (std::size_t p = 0; p < depth; ++p) {
    Vec right[V];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < V; ++v)
      right[v] = v + 1 == V ? load(b + v * kWidth, part) : load(b + v * kWidth);
    b += b_stride;
#pragma GCC unroll 8
    for (std::size_t i = 0; i < R; ++i) {
      const Vec left = every_lane(kTransposed ? a.data[i] : a.data[i * a.stride]);
#pragma GCC unroll 8
      for (std::size_t v = 0; v < V; ++v) sums[i][v] = multiply_add(left, right[v], sums[i][v]);
    }
    a.data += kTransposed ? a.stride : 1;
  }
#pragma GCC unroll 8
  for (std::size_t i = 0; i < R; ++i)
#pragma GCC unroll 8
    for (std::size_t v = 0; v < V; ++v) {
      float* at = c + i * c_stride + v * kWidth;
      if (v + 1 == V)
        store(at, part, sums[i][v]);
      else
        store(at, sums[i][v]);
    }
}

using Tile = void (*)(std::size_t, Left, const float*, std::size_t, Part, float*, std::size_t,
                      bool);

// tiles[vectors - 1][rows - 1], up to the largest.
template <bool kTransposed, std::size_t kRows, std::size_t kVecs>
struct Tiles {
  Tile of[kVecs][kRows];
  constexpr Tiles() : of{} { fill<kRows, kVecs>(); }
  template <std::size_t R, std::size_t V>
  constexpr void fill() {
    of[V - 1][R - 1] = tile<kTransposed, R, V>;
    if constexpr (R > 1)
      fill<R - 1, V>();
    else if constexpr (V > 1)
      fill<kRows, V - 1>();
  }
};

struct Right {
  const float* data;
  std::size_t stride;
  bool transposed;
};

// Copies a block of b to the panel. The unused lanes hold arbitrary values.
void fill_panel(const Right& b, std::size_t depth, std::size_t width, std::size_t panel_stride,
                float* panel) {
  if (b.transposed) {
    for (std::size_t w = 0; w < width; ++w)
      for (std::size_t d = 0; d < depth; ++d)
        panel[d * panel_stride + w] = b.data[w * b.stride + d];
    return;
  }
  for (std::size_t d = 0; d < depth; ++d)
    for (std::size_t w = 0; w < width; ++w) panel[d * panel_stride + w] = b.data[d * b.stride + w];
}

template <bool kTransposed, std::size_t kRows, std::size_t kVecs>
void multiply(std::size_t m, std::size_t n, std::size_t k, Left a, const Right& b, bool add,
              float* c, std::size_t c_stride) {
  static constexpr Tiles<kTransposed, kRows, kVecs> kTiles;
  constexpr std::size_t kColumns = kVecs * kWidth;
  alignas(64) float panel[kDepth * kColumns];
  const bool copied = b.transposed || (m >= kPanelRows && b.stride >= kPanelColumns);
  for (std::size_t p = 0; p < k; p += kDepth) {
    const std::size_t depth = k - p < kDepth ? k - p : kDepth;
    for (std::size_t j = 0; j < n; j += kColumns) {
      const std::size_t width = n - j < kColumns ? n - j : kColumns;
      const std::size_t vecs = (width + kWidth - 1) / kWidth;
      const Part part = first_lanes(width - (vecs - 1) * kWidth);
      Right right{b.transposed ? b.data + j * b.stride + p : b.data + p * b.stride + j, b.stride,
                  b.transposed};
      if (copied) {
        fill_panel(right, depth, width, kColumns, panel);
        right = {panel, kColumns, false};
      }
      for (std::size_t i = 0; i < m; i += kRows) {
        const std::size_t rows = m - i < kRows ? m - i : kRows;
        const Left left{kTransposed ? a.data + p * a.stride + i : a.data + i * a.stride + p,
                        a.stride};
        kTiles.of[vecs - 1][rows - 1](depth, left, right.data, right.stride, part,
                                      c + i * c_stride + j, c_stride, add || p > 0);
      }
    }
  }
}

template <bool kTransposed>
void multiply(std::size_t m, std::size_t n, std::size_t k, Left a, const Right& b, bool add,
              float* c, std::size_t c_stride) {
  if (m <= kFlatRows)
    multiply<kTransposed, kFlatRows, kFlatVecs>(m, n, k, a, b, add, c, c_stride);
  else
    multiply<kTransposed, kTallRows, kTallVecs>(m, n, k, a, b, add, c, c_stride);
}

}  // namespace

void product(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t lda,
             const float* b, float* c, std::size_t ldc) {
  multiply<false>(m, n, k, {a, lda}, {b, n, false}, false, c, ldc);
}

void product_bt(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t lda,
                const float* b, float* c, std::size_t ldc) {
  multiply<false>(m, n, k, {a, lda}, {b, k, true}, false, c, ldc);
}

void product_at(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t lda,
                const float* b, std::size_t ldb, bool accumulate, float* c) {
  multiply<true>(m, n, k, {a, lda}, {b, ldb, false}, accumulate, c, n);
}

}  // namespace hebb::kernels::HEBB_ISA
