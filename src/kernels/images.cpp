#include "kernels/images.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "kernels/elementwise.h"
#include "kernels/loops.h"

namespace hebb::kernels {
namespace {

// Rows that are summed in float32 before the sum is added to one in double.
constexpr std::size_t kStretch = 128;

// Whether every pixel lies in exactly one window.
bool covered_once(const PoolShape& s) {
  const auto once = [](std::size_t in, std::size_t out, std::size_t window, std::size_t stride) {
    return window == stride && out * stride == in;
  };
  return once(s.height, s.out_height, s.window_height, s.stride_height) &&
         once(s.width, s.out_width, s.window_width, s.stride_width);
}

// y (columns, rows) = the transpose of x (rows, columns), by blocks of 4 x 4.
void transpose(const float* x, std::size_t rows, std::size_t columns, float* y) {
  using Four = float __attribute__((vector_size(16)));
  const auto square = [=](const float* from, float* to) {
    Four r[4];
    for (std::size_t i = 0; i < 4; ++i) std::memcpy(&r[i], from + i * columns, sizeof r[i]);
    const auto low = [](Four a, Four b) { return __builtin_shufflevector(a, b, 0, 4, 1, 5); };
    const auto high = [](Four a, Four b) { return __builtin_shufflevector(a, b, 2, 6, 3, 7); };
    const Four a = low(r[0], r[2]), b = low(r[1], r[3]);
    const Four c = high(r[0], r[2]), d = high(r[1], r[3]);
    r[0] = low(a, b), r[1] = high(a, b), r[2] = low(c, d), r[3] = high(c, d);
    for (std::size_t i = 0; i < 4; ++i) std::memcpy(to + i * rows, &r[i], sizeof r[i]);
  };
  const std::size_t whole_rows = rows / 4 * 4, whole_columns = columns / 4 * 4;
  for (std::size_t c = 0; c < whole_columns; c += 4)
    for (std::size_t r = 0; r < whole_rows; r += 4) square(x + r * columns + c, y + c * rows + r);
  for (std::size_t c = 0; c < columns; ++c)
    for (std::size_t r = c < whole_columns ? whole_rows : 0; r < rows; ++r)
      y[c * rows + r] = x[r * columns + c];
}

}  // namespace

void max_pool(const PoolShape& shape, std::size_t n, const float* x, float* y) {
  loops().max_pool(shape, n, x, y);
}
void max_pool_backward(const PoolShape& shape, std::size_t n, const float* x, const float* y,
                       const float* dy, float* dx) {
  if (!covered_once(shape)) std::fill_n(dx, n * shape.height * shape.width * shape.channels, 0.0F);
  loops().max_pool_backward(shape, n, x, y, dy, dx);
}
void sum_pool(const PoolShape& shape, std::size_t n, float scale, const float* x, float* y) {
  loops().sum_pool(shape, n, scale, x, y);
}
void sum_pool_backward(const PoolShape& shape, std::size_t n, float scale, const float* dy,
                       float* dx) {
  std::fill_n(dx, n * shape.height * shape.width * shape.channels, 0.0F);
  loops().sum_pool_backward(shape, n, scale, dy, dx);
}
void scale_rows(const float* x, std::size_t rows, std::size_t width, const float* a, const float* b,
                float* y) {
  loops().scale_rows(x, rows, width, a, b, y);
}
void combine_rows(const float* x, const float* y, std::size_t rows, std::size_t width,
                  const float* a, const float* b, const float* d, float* z) {
  loops().combine_rows(x, y, rows, width, a, b, d, z);
}

void sum_centred_products(const float* x, const float* mean, const float* y, std::size_t rows,
                          std::size_t width, double* sums) {
  thread_local std::vector<float> part;
  part.resize(std::max(part.size(), width));
  for (std::size_t r = 0; r < rows; r += kStretch) {
    const std::size_t count = std::min(kStretch, rows - r);
    loops().sum_centred_products(x + r * width, mean, y + r * width, count, width, part.data());
    for (std::size_t c = 0; c < width; ++c) sums[c] += double{part[c]};
  }
}

void sum_columns(const float* x, std::size_t rows, std::size_t width, double* sums) {
  thread_local std::vector<float> part;
  part.resize(std::max(part.size(), width));
  for (std::size_t r = 0; r < rows; r += kStretch) {
    sum_rows(x + r * width, std::min(kStretch, rows - r), width, false, part.data());
    for (std::size_t c = 0; c < width; ++c) sums[c] += double{part[c]};
  }
}

void to_channels_first(const float* x, std::size_t n, std::size_t pixels, std::size_t channels,
                       float* y) {
  const std::size_t size = pixels * channels;
  for (std::size_t i = 0; i < n; ++i) transpose(x + i * size, pixels, channels, y + i * size);
}

void to_channels_last(const float* x, std::size_t n, std::size_t pixels, std::size_t channels,
                      float* y) {
  to_channels_first(x, n, channels, pixels, y);
}

}  // namespace hebb::kernels
