// Limited-memory BFGS: the two-loop recursion (Nocedal and Wright 2006, algorithm 7.4) gives a
// direction from the last pairs of steps and gradient changes; a line search brackets a point that
// lowers the value enough and flattens the slope enough (algorithms 3.5 and 3.6, with cubic
// interpolation). Everything is in double; the objective may be rounded more coarsely, so a search
// that can go no lower is an end, not an error.
#include "hebb/optim/lbfgs.h"

#include <algorithm>
#include <cmath>

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

// A point on the line: how far, the value there and its slope along the line.
struct Point {
  double at, value, slope;
};

// The minimum of the cubic through two points, kept well inside of them.
double between(const Point& a, const Point& b) {
  const double d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.at - b.at);
  const double square = d1 * d1 - a.slope * b.slope;
  const double low = std::min(a.at, b.at), high = std::max(a.at, b.at), width = high - low;
  double at = 0.5 * (low + high);
  if (square > 0) {
    const double d2 = std::copysign(std::sqrt(square), b.at - a.at);
    const double cubic = b.at - (b.at - a.at) * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
    if (std::isfinite(cubic)) at = cubic;
  }
  return std::clamp(at, low + 0.1 * width, high - 0.1 * width);
}

}  // namespace

LbfgsEnd minimize_lbfgs(
    LbfgsState& state,
    const std::function<double(std::span<const double>, std::span<double>)>& objective,
    const LbfgsOptions& options, const std::function<bool(const LbfgsState&)>& iterated) {
  constexpr double kEnough = 1e-4, kFlat = 0.9;  // Wolfe's two constants
  constexpr int kTrials = 20;

  if (state.iterations == 0) {
    state.gradient.assign(state.x.size(), 0.0);
    state.value = objective(state.x, state.gradient);
    state.evaluations = 1;
  }
  Vector x(state.x.size()), gradient(state.x.size());
  while (state.iterations < options.max_iter) {
    if (!std::isfinite(state.value)) return LbfgsEnd::no_descent;
    if (state.settled || largest(state.gradient) <= options.gradient_tolerance)
      return LbfgsEnd::converged;
    Vector d = direction(state);
    double slope = dot(state.gradient, d);
    if (!(slope < 0)) {  // the pairs no longer describe the function: start again from the gradient
      state.steps.clear(), state.changes.clear();
      d = direction(state);
      slope = dot(state.gradient, d);
    }

    const auto try_at = [&](double at) {
      for (std::size_t k = 0; k < x.size(); ++k) x[k] = state.x[k] + at * d[k];
      ++state.evaluations;
      const double value = objective(x, gradient);
      return Point{at, value, dot(gradient, d)};
    };
    const Point start{0, state.value, slope};
    const auto low_enough = [&](const Point& p) {
      return p.value <= start.value + kEnough * p.at * start.slope;
    };
    const auto flat_enough = [&](const Point& p) {
      return std::abs(p.slope) <= -kFlat * start.slope;
    };

    // Before anything is known of the scale, a step of length one at most.
    const double first = state.steps.empty() ? std::min(1.0, 1.0 / std::sqrt(dot(d, d))) : 1.0;
    Point best = start, low = start, point = try_at(first);
    Point high{};
    bool found = false, bracketed = false;
    for (int trial = 0; trial < kTrials && state.evaluations < options.max_fun; ++trial) {
      if (std::isfinite(point.value) && low_enough(point) && flat_enough(point)) {
        best = point, found = true;
        break;
      }
      if (!bracketed) {
        if (!std::isfinite(point.value) || !low_enough(point) ||
            (trial > 0 && point.value >= low.value)) {
          high = point, bracketed = true;
        } else if (point.slope >= 0) {
          high = low, low = point, bracketed = true;
        } else {
          low = point;
          point = try_at(2 * point.at);
          continue;
        }
      } else if (!std::isfinite(point.value) || !low_enough(point) || point.value >= low.value) {
        high = point;
      } else {
        if (point.slope * (high.at - low.at) >= 0) high = low;
        low = point;
      }
      point = try_at(std::isfinite(high.value) ? between(low, high) : 0.5 * (low.at + high.at));
    }
    if (!found && low.at > 0) best = try_at(low.at);  // lower, if not flat
    if (best.at == 0) {
      if (state.evaluations >= options.max_fun) return LbfgsEnd::max_fun;
      return LbfgsEnd::no_descent;
    }

    Vector step(x.size()), change(x.size());
    for (std::size_t k = 0; k < x.size(); ++k) {
      step[k] = x[k] - state.x[k];
      change[k] = gradient[k] - state.gradient[k];
    }
    if (dot(step, change) > 1e-10 * dot(change, change)) {
      state.steps.push_back(std::move(step)), state.changes.push_back(std::move(change));
      if (state.steps.size() > options.memory) {
        state.steps.erase(state.steps.begin());
        state.changes.erase(state.changes.begin());
      }
    }
    const double before = state.value;
    state.x = x, state.gradient = gradient, state.value = best.value;
    ++state.iterations;
    const double scale = std::max({std::abs(before), std::abs(state.value), 1.0});
    state.settled = (before - state.value) / scale <= options.value_tolerance;
    if (!iterated(state)) return LbfgsEnd::stopped;
    if (state.settled) return LbfgsEnd::converged;
    if (state.evaluations >= options.max_fun) return LbfgsEnd::max_fun;
  }
  return LbfgsEnd::max_iter;
}

}  // namespace hebb
