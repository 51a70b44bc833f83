#pragma once

#include <cstddef>
#include <cstdint>

/// Loops over arrays of double, for models that compute in double. The bits of a result depend
/// neither on its position nor on the number of results computed at once.
namespace hebb::kernels {

/// y = byte * scale + shift
void bytes_to_doubles(const std::uint8_t* x, std::size_t n, double scale, double shift, double* y);

/// y[u] = sum of x * w[u]. Shapes:  x (n), w (units, n), y (units).
void dots(const double* x, const double* w, std::size_t units, std::size_t n, double* y);

/// y += a * x
void axpy(double a, const double* x, std::size_t n, double* y);

}  // namespace hebb::kernels
