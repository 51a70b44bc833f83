#pragma once

#include <cstddef>

/// Loops over images stored channels last, (n, H, W, C), compiled for several instruction sets. The
/// bits of a result do not depend on the number of images in a call.
namespace hebb::kernels {

struct PoolShape {
  std::size_t height, width, channels;  ///< of an image
  std::size_t out_height, out_width;
  std::size_t window_height, window_width, stride_height, stride_width;
};

/// y = the largest of each window.
void max_pool(const PoolShape& shape, std::size_t n, const float* x, float* y);
/// dx = dy where x is the first of its window that equals y, summed over windows; otherwise 0.
void max_pool_backward(const PoolShape& shape, std::size_t n, const float* x, const float* y,
                       const float* dy, float* dx);
/// y = scale * the sum of each window.
void sum_pool(const PoolShape& shape, std::size_t n, float scale, const float* x, float* y);
void sum_pool_backward(const PoolShape& shape, std::size_t n, float scale, const float* dy,
                       float* dx);

/// y[r, c] = x[r, c] * a[c] + b[c]. Shapes:  x, y (rows, width); a, b (width).
void scale_rows(const float* x, std::size_t rows, std::size_t width, const float* a, const float* b,
                float* y);
/// z[r, c] = x[r, c] * a[c] + y[r, c] * b[c] + d[c]
void combine_rows(const float* x, const float* y, std::size_t rows, std::size_t width,
                  const float* a, const float* b, const float* d, float* z);
/// sums[c] += sum over rows of (x[r, c] - mean[c]) * y[r, c], in double over blocks of rows.
void sum_centred_products(const float* x, const float* mean, const float* y, std::size_t rows,
                          std::size_t width, double* sums);
/// sums[c] += sum over rows of x[r, c], likewise.
void sum_columns(const float* x, std::size_t rows, std::size_t width, double* sums);

/// Converts n images from (H W, C) to (C, H W), and back.
void to_channels_first(const float* x, std::size_t n, std::size_t pixels, std::size_t channels,
                       float* y);
void to_channels_last(const float* x, std::size_t n, std::size_t pixels, std::size_t channels,
                      float* y);

}  // namespace hebb::kernels
