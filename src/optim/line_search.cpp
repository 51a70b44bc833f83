// The search keeps the lowest point found and, once a minimum is known to lie between two points,
// the other end of that bracket. Each new point is the minimum of a cubic or a parabola through the
// values and slopes of the two ends (section 4 of the paper, by the four cases of how the new point
// compares with the lowest). Until a point satisfies the decrease condition, the search uses the
// value minus the required decrease (section 2). Constants and order of operations are those of
// L-BFGS-B, so that both take the same steps.
#include "optim/line_search.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace hebb {
namespace {

constexpr double kDecrease = 1e-3;    // required share of the decrease by the first slope
constexpr double kFlatness = 0.9;     // share of the first slope that may be left
constexpr double kNarrow = 0.1;       // the search ends in a bracket narrower than this, relatively
constexpr double kLeastGrowth = 1.1;  // bounds of an extrapolation, in last steps
constexpr double kMostGrowth = 4.0;
constexpr double kShrinkage = 0.66;    // a bracket is halved if it did not shrink by this much
constexpr double kIntoBracket = 0.66;  // how far into the bracket a step may go

// The minimum of the cubic through a and b: from b, as a share of the way to a. If the cubic has
// none, gamma is zero.
struct Cubic {
  double gamma, ratio;
};
Cubic cubic(const LinePoint& a, const LinePoint& b) {
  const double theta = 3 * (a.value - b.value) / (b.at - a.at) + a.slope + b.slope;
  const double s = std::max({std::abs(theta), std::abs(a.slope), std::abs(b.slope)});
  const double square = (theta / s) * (theta / s) - (a.slope / s) * (b.slope / s);
  double gamma = s * std::sqrt(std::max(0.0, square));
  if (b.at > a.at) gamma = -gamma;
  return {gamma, ((gamma - b.slope) + theta) / (((gamma - b.slope) + gamma) + a.slope)};
}

// The minimum of the parabola through both slopes, from b.
double secant(const LinePoint& a, const LinePoint& b) {
  return b.at + b.slope / (b.slope - a.slope) * (a.at - b.at);
}

bool nearer(double a, double b, double to) { return std::abs(a - to) < std::abs(b - to); }

// The step from the lowest point so far, `low`, the bracket's other end, `high`, and the new point.
double next_step(const LinePoint& low, const LinePoint& high, const LinePoint& p, bool bracketed,
                 double least, double most) {
  const auto towards = [](const LinePoint& from, const LinePoint& to, double ratio) {
    return from.at + ratio * (to.at - from.at);
  };
  if (p.value > low.value) {  // a minimum lies between
    const double c = towards(low, p, cubic(p, low).ratio);
    const double mean_slope = (low.value - p.value) / (p.at - low.at);
    const double q =
        low.at + low.slope / (mean_slope + low.slope) / 2 * (p.at - low.at);  // by low's slope
    return nearer(c, q, low.at) ? c : c + (q - c) / 2;
  }
  if (p.slope * low.slope < 0) {  // a minimum lies between
    const double c = towards(p, low, cubic(low, p).ratio);
    const double q = secant(low, p);
    return nearer(q, c, p.at) ? c : q;
  }
  if (std::abs(p.slope) < std::abs(low.slope)) {  // lower and flatter: extrapolate
    const auto [gamma, ratio] = cubic(low, p);
    const double far = p.at > low.at ? most : least;
    const double c = ratio < 0 && gamma != 0 ? towards(p, low, ratio) : far;
    const double q = secant(low, p);
    if (!bracketed) return std::clamp(nearer(q, c, p.at) ? c : q, least, most);
    const double step = nearer(c, q, p.at) ? c : q;
    const double border = p.at + kIntoBracket * (high.at - p.at);
    return p.at > low.at ? std::min(border, step) : std::max(border, step);
  }
  if (bracketed) return towards(p, high, cubic(high, p).ratio);
  return p.at > low.at ? most : least;
}

LinePoint less(const LinePoint& p, double decrease) {
  return {p.at, p.value - p.at * decrease, p.slope - decrease};
}

}  // namespace

LineSearch::LineSearch(double value, double slope, double first_step)
    : start_{0, value, slope},
      low_(start_),
      high_(start_),
      at_(first_step),
      most_(first_step + kMostGrowth * first_step),
      width_(longest_),
      width_before_(2 * longest_) {}

bool LineSearch::is_low_enough(const LinePoint& p) const {
  return p.value <= start_.value + p.at * (kDecrease * start_.slope);
}

// Whether no point is left to try: the bracket is narrower than kNarrow, or rounding put the point
// on one of its ends.
bool LineSearch::is_exhausted(double at) const {
  return bracketed_ && (at <= least_ || at >= most_ || most_ - least_ <= kNarrow * most_);
}

void LineSearch::narrow(const LinePoint& point) {
  if (is_low_enough(point) && point.slope >= 0) found_decrease_ = true;
  const bool auxiliary = !found_decrease_ && point.value <= low_.value && !is_low_enough(point);
  const double decrease = auxiliary ? kDecrease * start_.slope : 0.0;
  const LinePoint p = less(point, decrease), low = less(low_, decrease);
  at_ = next_step(low, less(high_, decrease), p, bracketed_, least_, most_);

  const bool higher = p.value > low.value, turned = p.slope * low.slope < 0;
  bracketed_ = bracketed_ || higher || turned;
  if (higher) {
    high_ = point;
  } else {
    if (turned) high_ = low_;
    low_ = point;
  }
  if (bracketed_) {
    const double width = std::abs(high_.at - low_.at);
    if (width >= kShrinkage * width_before_) at_ = low_.at + (high_.at - low_.at) / 2;
    width_before_ = std::exchange(width_, width);
    least_ = std::min(low_.at, high_.at);
    most_ = std::max(low_.at, high_.at);
  } else {
    least_ = at_ + kLeastGrowth * (at_ - low_.at);
    most_ = at_ + kMostGrowth * (at_ - low_.at);
  }
  at_ = std::clamp(at_, 0.0, longest_);
  if (is_exhausted(at_)) at_ = low_.at;
}

bool LineSearch::ends_with(double value, double slope) {
  if (!std::isfinite(value) || !std::isfinite(slope)) {  // too far: at most halfway there
    longest_ = at_ = (low_.at + at_) / 2;
    return false;
  }
  const LinePoint p{at_, value, slope};
  const bool flat_enough = std::abs(slope) <= -kFlatness * start_.slope;
  const bool at_border = at_ == longest_ && slope <= kDecrease * start_.slope;
  if (is_exhausted(at_) || (is_low_enough(p) && (flat_enough || at_border))) return true;
  narrow(p);
  return false;
}

}  // namespace hebb
