#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace hebb {

/// What the first-order solvers can be told. Names as in NetOptions.
struct OptimizerOptions {
  double momentum = 0.9;
  bool nesterovs_momentum = true;
  double beta_1 = 0.9, beta_2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 1e-2;
  double rho = 0.99;
};

/// One update of all parameters, the same for each range of them.
struct UpdateStep {
  std::uint64_t number = 1;  ///< from 1
  double learning_rate = 1e-3;
  double l2 = 0;  ///< the gradient is scale * gradient + l2 * weight
  double scale = 1;
};

/// Turns gradients into new weights: one fused pass over a range of the flat arrays. A const object
/// may be used by several threads on ranges of their own.
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  /// Arrays of state as long as the parameters, zero at first.
  virtual std::size_t state_arrays() const = 0;
  /// Returns the sum of squares of the new weights, which the L2 penalty needs.
  /// Shapes:  gradient, weights (n); state: state_arrays() pointers to n numbers each.
  virtual double update(const UpdateStep& step, std::span<const float> gradient,
                        std::span<float> weights, std::span<float* const> state) const = 0;
};

struct OptimizerRow {
  std::string name;
  std::string help;
  /// Empty for a solver that works on the whole data at once (lbfgs).
  std::unique_ptr<Optimizer> (*make)(const OptimizerOptions&);
};

const std::vector<OptimizerRow>& optimizer_catalogue();
std::vector<std::string> optimizer_names();
/// Errors: std::invalid_argument with the nearest name, or for a solver that has no such object.
std::unique_ptr<Optimizer> make_optimizer(const std::string& name, const OptimizerOptions& options);

}  // namespace hebb
