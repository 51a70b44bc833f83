#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "hebb/select/compare.h"
#include "options.h"

namespace hebb::app {

/// The lines of the live table of a comparison: how far it is, then each model with its mean and the scores of its folds so far, the last ones if not all have room; at most `width` columns and
/// `height` lines.
std::vector<std::string> live_table(const CompareProgress& now, std::size_t width,
                                    std::size_t height);

/// "about 6 minutes for 9 models and 5 folds": the time that is predicted.
std::string prediction_line(const Comparison& comparison);
/// "took 5:40; about 6 minutes were predicted"
std::string time_taken_line(const Comparison& comparison);

/// Shows the progress of a comparison: a live table on a terminal, otherwise a line for a training, at
/// most one a second, and lines of one that takes long.
class CompareDisplay {
 public:
  explicit CompareDisplay(const GlobalOptions& options);
  ~CompareDisplay();
  CompareDisplay(const CompareDisplay&) = delete;
  CompareDisplay& operator=(const CompareDisplay&) = delete;

  void operator()(const CompareProgress& now);

 private:
  using Clock = std::chrono::steady_clock;

  void draw(const CompareProgress& now);
  void tell(const CompareProgress& now);
  void tell_running(const CompareProgress& now);

  bool live_ = false, plain_ = false;
  Clock::time_point drawn_;
  std::optional<Clock::time_point> told_;
  double next_ = 0;       // seconds of the running training after which a line tells of it
  std::size_t seen_ = 0;  // trainings that had ended when it was last called
  bool time_is_told_ = false;
  std::optional<std::size_t> running_;  // the candidate of the last call
};

}  // namespace hebb::app
