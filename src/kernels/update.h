#pragma once

#include <cstddef>

/// One fused pass over a range of parameters for each kind of solver: gradient, state, weights.
/// Each uses d = scale * g + l2 * w by the formula in src/optim/optimizer.cpp, and returns the sum
/// of squares of the new weights, equal to sum_of_squares(). Shapes: g, w and the state (n).
namespace hebb::kernels {

struct SgdStep {
  float rate, momentum, l2, scale;
  bool nesterov;
};
double sgd(const SgdStep& step, std::size_t n, const float* g, float* w, float* velocity);

struct AdamStep {
  float rate;  ///< learning rate, including the bias corrections
  float beta_1, beta_2;
  float rest_1, rest_2;  ///< 1 - beta, rounded once from double
  float epsilon, l2;
  float decay;  ///< share subtracted from the weight itself
  float scale;
};
double adam(const AdamStep& step, std::size_t n, const float* g, float* w, float* m, float* v);

struct RmsStep {
  float rate, rho, rest, epsilon, l2, scale;
};
double rmsprop(const RmsStep& step, std::size_t n, const float* g, float* w, float* v);

}  // namespace hebb::kernels
