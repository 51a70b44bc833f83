#pragma once

#include <cstddef>
#include <cstdint>

/// Loops over float32 arrays, compiled for several instruction sets and chosen when the program
/// starts. The bits of an element depend neither on its place in the array nor on the array's
/// length. Arrays may be the same, but may not overlap otherwise. Activations and their derivatives:
/// kernels/elementwise_functions.h.
namespace hebb::kernels {

/// y = byte * scale + shift
void bytes_to_floats(const std::uint8_t* x, std::size_t n, float scale, float shift, float* y);

/// exp(x), clamped to [1.2e-38, 2.4e38]. NaN stays NaN.
void exp(const float* x, std::size_t n, float* y);
/// 1 / (1 + exp(-x))
void logistic(const float* x, std::size_t n, float* y);
/// log(1 + exp(x))
void softplus(const float* x, std::size_t n, float* y);
/// y = a * b, element by element.
void multiply(const float* a, const float* b, std::size_t n, float* y);

/// Zeroes elements where a random 16-bit number is below rate * 65536 and scales the rest by
/// 1/(1-rate). The random numbers are a function of (key, step, row, element), so the same call
/// with the gradient in place of x computes the derivative.
/// Shapes:  x, y (rows, width); rows are numbered from first_row.
void dropout(const float* x, std::size_t rows, std::size_t width, float rate, std::uint64_t seed,
             std::uint32_t step, std::uint32_t layer, std::uint32_t first_row, float* y);

/// y = exp(x - largest) / sum, by rows. Unless the pointers are null, also writes each row's
/// largest element and the logarithm of the sum, which is exact near 0 too.
/// Shapes:  x, y (rows, width); largest, log_sums (rows) or null.
void softmax(const float* x, std::size_t rows, std::size_t width, float* y,
             float* largest = nullptr, float* log_sums = nullptr);
/// dx = y * (dy - sum(dy * y)), by rows.
void softmax_backward(const float* y, const float* dy, std::size_t rows, std::size_t width,
                      float* dx);

/// y += bias, in every row. Shapes:  y (rows, width), bias (width).
void add_bias(const float* bias, std::size_t rows, std::size_t width, float* y);
/// sums (or with `accumulate` adds) the rows of x. Shapes:  x (rows, width), sums (width).
void sum_rows(const float* x, std::size_t rows, std::size_t width, bool accumulate, float* sums);

/// Sum of squares in double, in an order that depends on n alone.
double sum_of_squares(const float* x, std::size_t n);

}  // namespace hebb::kernels
