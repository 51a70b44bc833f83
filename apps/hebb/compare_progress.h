#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "hebb/select/compare.h"
#include "options.h"

namespace hebb::app {

/// The lines of the live table of a comparison: what is being trained, then each model with its mean and
/// the scores of its folds so far, the last ones if not all have room; at most `width` columns and
/// `height` lines.
std::vector<std::string> live_table(const CompareProgress& now, std::size_t width,
                                    std::size_t height);

/// Shows the progress of a comparison: a live table on a terminal, otherwise a line for a training, at
/// most one a second.
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

  bool live_ = false, plain_ = false;
  Clock::time_point drawn_;
  std::optional<Clock::time_point> told_;
  std::size_t seen_ = 0;  // trainings that had ended when it was last called
  bool time_is_told_ = false;
  std::optional<std::size_t> running_;  // the candidate of the last call
};

}  // namespace hebb::app
