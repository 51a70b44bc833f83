#pragma once

namespace hebb {

/// A point on a line: its position, and the value and slope there.
struct LinePoint {
  double at = 0, value = 0, slope = 0;
};

/// Looks along a descent direction for a point that lowers the value enough and flattens the slope
/// enough (the strong Wolfe conditions, with 1e-3 and 0.9):
///
///     LineSearch search(value, slope, first_step);
///     do evaluate at search.at(); while (!search.ends_with(value, slope));
///
/// Source: More and Thuente, ACM Transactions on Mathematical Software 20 (1994).
class LineSearch {
 public:
  /// From a point with this value and (negative) slope.
  LineSearch(double value, double slope, double first_step);

  /// The position of the next evaluation.
  double at() const { return at_; }
  /// Takes value and slope at at(). Returns true if the search ends there: the point satisfies the
  /// conditions or is the best that rounding allows. Otherwise at() has moved.
  bool ends_with(double value, double slope);

 private:
  bool is_low_enough(const LinePoint& p) const;
  bool is_exhausted(double at) const;
  void narrow(const LinePoint& point);

  LinePoint start_, low_, high_;  // low_: the lowest so far; high_: the other end of the bracket
  double at_;
  double longest_ = 1e10;
  double least_ = 0, most_;  // where the next point may lie
  double width_, width_before_;
  bool bracketed_ = false;
  bool found_decrease_ = false;
};

}  // namespace hebb
