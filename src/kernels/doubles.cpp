#include "kernels/doubles.h"

#include "kernels/loops.h"

namespace hebb::kernels {

void bytes_to_doubles(const std::uint8_t* x, std::size_t n, double scale, double shift, double* y) {
  loops().bytes_to_doubles(x, n, scale, shift, y);
}
void dots(const double* x, const double* w, std::size_t units, std::size_t n, double* y) {
  loops().dots(x, w, units, n, y);
}
void axpy(double a, const double* x, std::size_t n, double* y) { loops().axpy(a, x, n, y); }

}  // namespace hebb::kernels
