#pragma once

namespace hebb {

/// Seconds of the steps of a run; negative: not measured.
struct RunSeconds {
  double load = -1, fit = -1, evaluate = -1;
};

/// Measures the seconds since its construction.
class Stopwatch {
 public:
  Stopwatch();
  double seconds() const;

 private:
  double begin_;
};

}  // namespace hebb
