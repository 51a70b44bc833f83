#include "kernels/product.h"

#include <dnnl.h>
#include <omp.h>

#include <algorithm>
#include <stdexcept>

#include "hebb/core/error.h"
#include "kernels/dispatch.h"
#include "kernels/elementwise.h"
#include "kernels/loops.h"
#include "kernels/scratch.h"
#include "kernels/signals.h"

namespace hebb::kernels {
namespace {

// Up to this many multiplications our own loops are as fast as oneDNN, or much faster. If they have
// to transpose, the limit is lower.
constexpr std::size_t kSmall = std::size_t{1} << 23;
constexpr std::size_t kSmallTransposed = std::size_t{1} << 19;

// Threads are managed by this library: oneDNN runs on the calling thread alone, and the caller's
// setting is restored afterwards.
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) {
    if (before_ != 1) omp_set_num_threads(1);
  }
  ~OneThread() {
    if (before_ != 1) omp_set_num_threads(before_);
  }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

void sgemm(char ta, char tb, std::size_t m, std::size_t n, std::size_t k, const float* a,
           std::size_t lda, const float* b, std::size_t ldb, float beta, float* c,
           std::size_t ldc) {
  [[maybe_unused]] static const bool limited = (limit_products(), true);
  const auto size = [](std::size_t v) { return static_cast<dnnl_dim_t>(v); };
  const OneThread one;
  const SignalsHeld held;
  const auto status = dnnl_sgemm(ta, tb, size(m), size(n), size(k), 1.0F, a, size(lda), b,
                                 size(ldb), beta, c, size(ldc));
  if (status == dnnl_out_of_memory) throw std::bad_alloc();
  if (status != dnnl_success)
    throw std::runtime_error(concat("[product] oneDNN's sgemm failed with status ", int{status},
                                    " at (", m, ", ", n, ", ", k, ")"));
}

}  // namespace

void product(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t lda,
             const float* b, float* c, std::size_t ldc) {
  if (m * n * k <= kSmall) return loops().product(m, n, k, a, lda, b, c, ldc);
  sgemm('N', 'N', m, n, k, a, lda, b, n, 0.0F, c, ldc);
}

void product_bt(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t lda,
                const float* b, float* c, std::size_t ldc) {
  if (m * n * k <= kSmallTransposed) return loops().product_bt(m, n, k, a, lda, b, c, ldc);
  sgemm('N', 'T', m, n, k, a, lda, b, k, 0.0F, c, ldc);
}

void product_at(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t lda,
                const float* b, std::size_t ldb, bool accumulate, float* c) {
  if (m * n * k <= kSmall) return loops().product_at(m, n, k, a, lda, b, ldb, accumulate, c);
  sgemm('T', 'N', m, n, k, a, lda, b, ldb, accumulate ? 1.0F : 0.0F, c, n);
}

void product(std::size_t m, std::size_t n, std::size_t k, const float* a, const float* b,
             float* c) {
  product(m, n, k, a, k, b, c, n);
}

void product_bt(std::size_t m, std::size_t n, std::size_t k, const float* a, const float* b,
                float* c) {
  product_bt(m, n, k, a, k, b, c, n);
}

void product_at(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t lda,
                const float* b, bool accumulate, float* c) {
  product_at(m, n, k, a, lda, b, n, accumulate, c);
}

namespace {

thread_local Scratch left_scratch, right_scratch;

const float* rounded(const float* x, std::size_t n, Scratch& scratch) {
  float* y = scratch.of<float>(n);
  round_to_halves(x, n, y);
  return y;
}

std::size_t pairs_of(std::size_t n) { return (n + 1) / 2; }

// Blocks of columns, the last one a multiple of half a block: see sweep.h.
struct Block {
  std::size_t begin, real, width;
};
Block block_at(std::size_t begin, std::size_t n) {
  const std::size_t block = loops().sweep_block, half = block / 2;
  const std::size_t real = std::min(block, n - begin);
  return {begin, real, (real + half - 1) / half * half};
}

}  // namespace

std::size_t packed_size(Halves how, std::size_t k, std::size_t n) {
  if (how == Halves::rounded) return k * n;
  const std::size_t half = loops().sweep_block / 2;
  return pairs_of(k) * ((n + half - 1) / half * half);
}

void pack(Halves how, std::size_t k, std::size_t n, std::size_t begin, std::size_t end,
          const float* b, float* packed) {
  if (how == Halves::rounded) return round_to_halves(b, (end - begin) * n, packed + begin * n);
  const auto& to_pairs = loops().to_pairs;
  float* zeros = left_scratch.of<float>(n);
  std::fill_n(zeros, n, 0.0F);
  auto* to = reinterpret_cast<std::uint32_t*>(packed);
  for (std::size_t o = 0; o < n; o += loops().sweep_block) {
    const Block block = block_at(o, n);
    for (std::size_t row = begin; row < end; row += 2) {
      const float* low = b + (row - begin) * n + o;
      std::uint32_t* at = to + row / 2 * block.width;
      to_pairs(low, row + 1 < k ? low + n : zeros, block.real, at);
      std::fill(at + block.real, at + block.width, 0U);
    }
    to += pairs_of(k) * block.width;
  }
}

// A row of b is a column of b', and so a lane of one block.
void pack_bt(Halves how, std::size_t k, std::size_t n, std::size_t begin, std::size_t end,
             const float* b, float* packed) {
  if (how == Halves::rounded) {
    const std::size_t count = end - begin;
    const float* rows = rounded(b, count * k, left_scratch);
    for (std::size_t e = 0; e < k; ++e)
      for (std::size_t r = 0; r < count; ++r) packed[e * n + begin + r] = rows[r * k + e];
    return;
  }
  const std::size_t pairs = pairs_of(k);
  auto* halves = left_scratch.of<std::uint16_t>(loops().sweep_block * pairs * 2);
  const auto* rows = reinterpret_cast<const std::uint32_t*>(halves);
  auto* to = reinterpret_cast<std::uint32_t*>(packed);
  for (std::size_t o = 0; o < n; o += loops().sweep_block) {
    const Block block = block_at(o, n);
    const std::size_t first = std::max(begin, o), last = std::min(end, o + block.real);
    if (first < last) {
      const std::size_t count = last - first;
      for (std::size_t r = 0; r < count; ++r) {
        halves[(r + 1) * pairs * 2 - 1] = 0;
        loops().floats_to_halves(b + (first - begin + r) * k, k, halves + r * pairs * 2);
      }
      const std::size_t zeros = last == n ? block.width - block.real : 0;
      for (std::size_t e = 0; e < pairs; ++e) {
        std::uint32_t* at = to + e * block.width + (first - o);
        for (std::size_t r = 0; r < count; ++r) at[r] = rows[r * pairs + e];
        std::fill_n(at + count, zeros, 0U);
      }
    }
    to += pairs * block.width;
  }
}

void product_halves(Halves how, std::size_t m, std::size_t n, std::size_t k, const float* a,
                    const float* packed, const float* bias, float* c) {
  if (how == Halves::rounded) {
    product(m, n, k, rounded(a, m * k, left_scratch), packed, c);
    if (bias) add_bias(bias, m, n, c);
    return;
  }
  const std::size_t pairs = pairs_of(k);
  auto* halves = left_scratch.of<std::uint16_t>(m * pairs * 2);
  if (k % 2 == 0) {
    loops().floats_to_halves(a, m * k, halves);
  } else {
    for (std::size_t i = 0; i < m; ++i) {
      loops().floats_to_halves(a + i * k, k, halves + i * pairs * 2);
      halves[(i + 1) * pairs * 2 - 1] = 0;
    }
  }
  const Run run{0, pairs};
  const Sweep sweep{.runs = &run,
                    .run_count = 1,
                    .rows = 1,
                    .columns = m,
                    .in_row = 0,
                    .in_pixel = pairs * 2,
                    .out_row = 0,
                    .out_pixel = n,
                    .channels = n};
  loops().sweep_halves(sweep, halves, reinterpret_cast<const std::uint16_t*>(packed), bias, c);
}

// Rows are taken in pairs. Those of b are stored by blocks, so that the rows of a block stay in the
// L1 cache.
void product_at_halves(Halves how, std::size_t m, std::size_t n, std::size_t k, const float* a,
                       std::size_t lda, const float* b, bool accumulate, float* c) {
  if (how == Halves::rounded) {
    float* left = left_scratch.of<float>(k * m);
    for (std::size_t p = 0; p < k; ++p) round_to_halves(a + p * lda, m, left + p * m);
    return product_at(m, n, k, left, m, rounded(b, k * n, right_scratch), accumulate, c);
  }
  const std::size_t pairs = pairs_of(k), block = loops().sweep_block;
  auto* left = left_scratch.of<std::uint32_t>(pairs * m);
  auto* right = right_scratch.of<std::uint32_t>(pairs * block + std::max(m, block));
  auto* zeros = reinterpret_cast<float*>(right + pairs * block);
  std::fill_n(zeros, std::max(m, block), 0.0F);
  for (std::size_t p = 0; p < pairs; ++p) {
    const float* low = a + 2 * p * lda;
    loops().to_pairs(low, 2 * p + 1 < k ? low + lda : zeros, m, left + p * m);
  }
  if (!accumulate) std::fill_n(c, m * n, 0.0F);
  const Run run{0, m};
  for (std::size_t o = 0; o < n; o += block) {
    const std::size_t width = std::min(block, n - o);
    for (std::size_t p = 0; p < pairs; ++p) {
      const float* low = b + 2 * p * n + o;
      loops().to_pairs(low, 2 * p + 1 < k ? low + n : zeros, width, right + p * width);
    }
    const Sweep sweep{.runs = &run,
                      .run_count = 1,
                      .rows = 1,
                      .columns = pairs,
                      .in_row = 0,
                      .in_pixel = m,
                      .out_row = 0,
                      .out_pixel = width,
                      .channels = width,
                      .sum_row = n};
    loops().sweep_gradient_halves(sweep, left, right, c + o);
  }
}

const char* product_library() {
  static const std::string text = [] {
    const dnnl_version_t* v = dnnl_version();
    return concat("oneDNN ", v->major, ".", v->minor, ".", v->patch);
  }();
  return text.c_str();
}

}  // namespace hebb::kernels
