#include "kernels/product.h"

#include <dnnl.h>
#include <omp.h>

#include <stdexcept>

#include "hebb/core/error.h"
#include "kernels/loops.h"
#include "kernels/signals.h"

namespace hebb::kernels {
namespace {

// Up to this many multiplications our own loops are as fast as oneDNN, or much faster; where they
// have to transpose, fewer.
constexpr std::size_t kSmall = std::size_t{1} << 23;
constexpr std::size_t kSmallTransposed = std::size_t{1} << 19;

// The threads are ours: oneDNN runs on the one that calls, and the caller's own setting comes back.
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
           std::size_t lda, const float* b, std::size_t ldb, float beta, float* c) {
  const auto size = [](std::size_t v) { return static_cast<dnnl_dim_t>(v); };
  const OneThread one;
  const SignalsHeld held;
  const auto status = dnnl_sgemm(ta, tb, size(m), size(n), size(k), 1.0F, a, size(lda), b,
                                 size(ldb), beta, c, size(n));
  if (status == dnnl_out_of_memory) throw std::bad_alloc();
  if (status != dnnl_success)
    throw std::runtime_error(concat("[product] oneDNN's sgemm failed with status ", int{status},
                                    " at (", m, ", ", n, ", ", k, ")"));
}

}  // namespace

void product(std::size_t m, std::size_t n, std::size_t k, const float* a, const float* b,
             float* c) {
  if (m * n * k <= kSmall) return loops().product(m, n, k, a, b, c);
  sgemm('N', 'N', m, n, k, a, k, b, n, 0.0F, c);
}

void product_bt(std::size_t m, std::size_t n, std::size_t k, const float* a, const float* b,
                float* c) {
  if (m * n * k <= kSmallTransposed) return loops().product_bt(m, n, k, a, b, c);
  sgemm('N', 'T', m, n, k, a, k, b, k, 0.0F, c);
}

void product_at(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t lda,
                const float* b, bool accumulate, float* c) {
  if (m * n * k <= kSmall) return loops().product_at(m, n, k, a, lda, b, accumulate, c);
  sgemm('T', 'N', m, n, k, a, lda, b, n, accumulate ? 1.0F : 0.0F, c);
}

const char* product_library() {
  static const std::string text = [] {
    const dnnl_version_t* v = dnnl_version();
    return concat("oneDNN ", v->major, ".", v->minor, ".", v->patch);
  }();
  return text.c_str();
}

}  // namespace hebb::kernels
