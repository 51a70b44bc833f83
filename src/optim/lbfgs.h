#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace hebb {

struct LbfgsOptions {
  std::size_t memory = 10;  ///< pairs kept
  std::size_t max_iter = 200;
  std::size_t max_fun = 15000;       ///< evaluations beyond which no iteration begins
  double gradient_tolerance = 1e-4;  ///< stop when no component of the gradient is larger
  double value_tolerance =
      2.2e-9;  ///< stop when an iteration lowers the value, relatively, by less
};

/// All that is needed to resume a run.
struct LbfgsState {
  std::vector<double> x, gradient;
  double value = 0;
  std::vector<std::vector<double>> steps, changes;  ///< of x and of the gradient, oldest first
  std::size_t iterations = 0, evaluations = 0;
  bool settled = false;  ///< the last iteration gained less than value_tolerance
};

enum class LbfgsEnd { converged, max_iter, max_fun, no_descent, stopped };

/// Limited-memory BFGS with a line search for the strong Wolfe conditions: the iterations that
/// SciPy's L-BFGS-B makes without bounds. `objective(x, gradient)` returns the value and writes the
/// gradient; `iterated(state)` is called after each iteration, at the point evaluated last, and
/// ends the run by returning false. With state.iterations > 0 the run is resumed. Source: Liu and
/// Nocedal, Mathematical Programming 45 (1989); Byrd, Lu, Nocedal and Zhu, SIAM Journal on
/// Scientific Computing 16 (1995).
LbfgsEnd minimize_lbfgs(
    LbfgsState& state,
    const std::function<double(std::span<const double>, std::span<double>)>& objective,
    const LbfgsOptions& options, const std::function<bool(const LbfgsState&)>& iterated);

}  // namespace hebb
