#pragma once

#include <chrono>

namespace hebb {

/// Seconds of the steps of a run; negative: not measured.
struct RunSeconds {
  double load = -1, fit = -1, evaluate = -1;
};

/// Measures the seconds since its construction.
class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace hebb
