// L-BFGS-B without bounds. The two-loop recursion (Nocedal and Wright 2006, algorithm 7.4) computes
// the direction from the last pairs of steps and gradient changes; a line search along it gives the
// step (line_search.h). If the search fails, the pairs no longer describe the function: they are
// dropped, and the next direction is the negative gradient. First step, number of trials, rule for
// keeping a pair and stop rules are those of L-BFGS-B 3.0 (Byrd, Lu, Nocedal and Zhu 1995; Morales
// and Nocedal 2011) as SciPy drives it, so that both make the same iterations.
#include "optim/lbfgs.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "optim/line_search.h"

namespace hebb {
namespace {

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

double largest(const Vector& v) {
  double top = 0;
  for (const double x : v) top = std::max(top, std::abs(x));
  return top;
}

Vector direction(const LbfgsState& s) {
  Vector q = s.gradient;
  const std::size_t m = s.steps.size();
  Vector a(m);
  for (std::size_t i = m; i-- > 0;) {
    a[i] = dot(s.steps[i], q) / dot(s.steps[i], s.changes[i]);
    for (std::size_t k = 0; k < q.size(); ++k) q[k] -= a[i] * s.changes[i][k];
  }
  if (m > 0) {
    const double scale =
        dot(s.steps.back(), s.changes.back()) / dot(s.changes.back(), s.changes.back());
    for (double& v : q) v *= scale;
  }
  for (std::size_t i = 0; i < m; ++i) {
    const double b = dot(s.changes[i], q) / dot(s.steps[i], s.changes[i]);
    for (std::size_t k = 0; k < q.size(); ++k) q[k] += (a[i] - b) * s.steps[i][k];
  }
  for (double& v : q) v = -v;
  return q;
}

using Objective = std::function<double(std::span<const double>, std::span<double>)>;

// Moves the state to the point at which the line search ends, and stores the pair. Returns false if
// the search fails; the state is then unchanged except for the evaluations.
bool step(LbfgsState& state, const Objective& objective, std::size_t memory) {
  constexpr int kTrials = 20;
  const Vector d = direction(state);
  const double slope = dot(state.gradient, d);
  if (!(slope < 0)) return false;
  // The first step has length one, since the scale is not yet known.
  double at = state.iterations == 0 ? 1 / std::sqrt(dot(d, d)) : 1.0;
  double value = 0;
  Vector x(d.size()), gradient(d.size());
  LineSearch search(state.value, slope, at);
  for (int trial = 1;; ++trial) {
    at = search.at();
    for (std::size_t k = 0; k < x.size(); ++k) x[k] = state.x[k] + at * d[k];
    value = objective(x, gradient);
    ++state.evaluations;
    if (search.ends_with(value, dot(gradient, d))) break;
    if (trial == kTrials) return false;
  }
  Vector moved(x.size()), change(x.size());
  for (std::size_t k = 0; k < x.size(); ++k) {
    moved[k] = at * d[k];
    change[k] = gradient[k] - state.gradient[k];
  }
  // Only a pair with positive curvature is kept.
  if (dot(moved, change) > std::numeric_limits<double>::epsilon() * -slope * at) {
    state.steps.push_back(std::move(moved)), state.changes.push_back(std::move(change));
    if (state.steps.size() > memory) {
      state.steps.erase(state.steps.begin());
      state.changes.erase(state.changes.begin());
    }
  }
  state.x = std::move(x), state.gradient = std::move(gradient), state.value = value;
  return true;
}

}  // namespace

LbfgsEnd minimize_lbfgs(LbfgsState& state, const Objective& objective, const LbfgsOptions& options,
                        const std::function<bool(const LbfgsState&)>& iterated) {
  if (state.iterations == 0) {
    state.gradient.assign(state.x.size(), 0.0);
    state.value = objective(state.x, state.gradient);
    state.evaluations = 1;
  }
  while (true) {
    if (!std::isfinite(state.value)) return LbfgsEnd::no_descent;
    if (state.iterations >= options.max_iter) return LbfgsEnd::max_iter;
    if (state.evaluations > options.max_fun) return LbfgsEnd::max_fun;
    if (state.settled || largest(state.gradient) <= options.gradient_tolerance)
      return LbfgsEnd::converged;
    const double before = state.value;
    if (!step(state, objective, options.memory)) {
      if (state.steps.empty()) return LbfgsEnd::no_descent;
      state.steps.clear(), state.changes.clear();
      continue;
    }
    ++state.iterations;
    const double scale = std::max({std::abs(before), std::abs(state.value), 1.0});
    state.settled = before - state.value <= options.value_tolerance * scale;
    if (!iterated(state)) return LbfgsEnd::stopped;
  }
}

}  // namespace hebb
