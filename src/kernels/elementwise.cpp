#include "kernels/elementwise.h"

#include "hebb/core/random.h"
#include "kernels/halves.h"
#include "kernels/loops.h"
#include "kernels/update.h"

namespace hebb::kernels {

// Intel's bfloat16 pair instructions do half as many multiplications a cycle as its float32 units.
Halves fastest_halves() {
#ifdef HEBB_X86
  static const bool paired = loops().has_halves && !__builtin_cpu_is("intel");
  return paired ? Halves::paired : Halves::rounded;
#else
  return Halves::rounded;
#endif
}

void bytes_to_floats(const std::uint8_t* x, std::size_t n, float scale, float shift, float* y) {
  loops().bytes_to_floats(x, n, scale, shift, y);
}
std::span<const ElementwiseFunction> elementwise_functions() {
  const ElementwiseList& list = *loops().elementwise;
  return {list.first, list.count};
}
const ElementwiseFunction* find_elementwise(std::string_view name) {
  for (const ElementwiseFunction& function : elementwise_functions())
    if (name == function.name || (function.alias && name == function.alias)) return &function;
  return nullptr;
}

void exp(const float* x, std::size_t n, float* y) { loops().exp(x, n, y); }
void logistic(const float* x, std::size_t n, float* y) {
  static const ElementwiseFunction& function = *find_elementwise("logistic");
  function.forward(x, n, 0, y);
}
void softplus(const float* x, std::size_t n, float* y) {
  static const ElementwiseFunction& function = *find_elementwise("softplus");
  function.forward(x, n, 0, y);
}
void multiply(const float* a, const float* b, std::size_t n, float* y) {
  loops().multiply(a, b, n, y);
}

void floats_to_halves(const float* x, std::size_t n, std::uint16_t* y) {
  loops().floats_to_halves(x, n, y);
}
void round_to_halves(const float* x, std::size_t n, float* y) { loops().round_to_halves(x, n, y); }
void to_pairs(const float* low, const float* high, std::size_t n, std::uint32_t* y) {
  loops().to_pairs(low, high, n, y);
}

void dropout(const float* x, std::size_t rows, std::size_t width, float rate, std::uint64_t seed,
             std::uint32_t step, std::uint32_t layer, std::uint32_t first_row, float* y) {
  const std::uint32_t purpose = static_cast<std::uint32_t>(Purpose::dropout) | (layer << 8);
  loops().dropout(x, rows, width, rate, seed, step, purpose, first_row, y);
}

void softmax(const float* x, std::size_t rows, std::size_t width, float* y, float* largest,
             float* log_sums) {
  loops().softmax(x, rows, width, y, largest, log_sums);
}
void softmax_backward(const float* y, const float* dy, std::size_t rows, std::size_t width,
                      float* dx) {
  loops().softmax_backward(y, dy, rows, width, dx);
}
void add_bias(const float* bias, std::size_t rows, std::size_t width, float* y) {
  loops().add_bias(bias, rows, width, y);
}
void sum_rows(const float* x, std::size_t rows, std::size_t width, bool accumulate, float* sums) {
  loops().sum_rows(x, rows, width, accumulate, sums);
}
double sgd(const SgdStep& step, std::size_t n, const float* g, float* w, float* velocity) {
  return loops().sgd(step, n, g, w, velocity);
}
double adam(const AdamStep& step, std::size_t n, const float* g, float* w, float* m, float* v) {
  return loops().adam(step, n, g, w, m, v);
}
double rmsprop(const RmsStep& step, std::size_t n, const float* g, float* w, float* v) {
  return loops().rmsprop(step, n, g, w, v);
}
double sum_of_squares(const float* x, std::size_t n) { return loops().sum_of_squares(x, n); }

}  // namespace hebb::kernels
