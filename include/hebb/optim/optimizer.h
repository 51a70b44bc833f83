#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace hebb {

/// Options of the first-order solvers. Names as in NetOptions.
struct OptimizerOptions {
  double momentum = 0.9;
  bool nesterovs_momentum = true;
  double beta_1 = 0.9, beta_2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 1e-2;
  double rho = 0.99;
};

/// The settings of one update, the same for all parameters.
struct UpdateStep {
  std::uint64_t number = 1;  ///< from 1
  double learning_rate = 1e-3;
  double l2 = 0;  ///< the gradient is scale * gradient + l2 * weight
  double scale = 1;
};

/// Computes new weights from gradients, in one fused pass over a range of the flat arrays. Several
/// threads may use a const object on disjoint ranges.
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  /// The number of state arrays, each as long as the parameters and initially zero.
  virtual std::size_t state_arrays() const = 0;
  /// Returns the sum of squares of the new weights, which the L2 penalty needs.
  /// Shapes:  gradient, weights (n); state: state_arrays() pointers to n numbers each.
  /// Errors:  std::invalid_argument for sizes that differ, or another number of arrays.
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
/// Errors: std::invalid_argument with the nearest name, or for a solver without an Optimizer
/// (lbfgs).
std::unique_ptr<Optimizer> make_optimizer(const std::string& name, const OptimizerOptions& options);

/// The state of training on which a schedule depends.
struct ScheduleState {
  double learning_rate_init = 1e-3;
  double power_t = 0.5;
  double step_factor = 0.1;
  std::size_t step_epochs = 30;
  double warmup = 0.3;
  std::uint64_t update = 0;         ///< the coming update, from 0
  std::uint64_t updates_total = 1;  ///< over the maximum number of epochs
  std::uint64_t samples_seen = 0;   ///< up to the end of the last complete epoch
  std::size_t epoch = 0;            ///< the current one, from 0
  double adapted = 1e-3;            ///< the current rate of "adaptive"
};

/// A schedule of the learning rate.
struct ScheduleRow {
  std::string name;
  std::string help;
  bool sgd_only;  ///< scikit-learn's schedules, which affect solver sgd alone
  double (*rate)(const ScheduleState&);
  /// Planned over all epochs: a training loss that stagnates while the rate is high does not stop
  /// the run.
  bool to_the_end = false;
};

const std::vector<ScheduleRow>& schedule_catalogue();
std::vector<std::string> schedule_names();
/// Errors: std::invalid_argument with the nearest name.
const ScheduleRow& find_schedule(const std::string& name);

}  // namespace hebb
