#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "hebb/estimators/catalogue.h"
#include "hebb/train/events.h"
#include "options.h"
#include "terminal.h"

namespace hebb::app {

/// The score of the validation part, with its metric unless that is the usual one; empty without one.
std::string validation_text(const EpochEnded& epoch);

/// The live line of a running epoch in at most `width` columns, with the validation_text() of the one
/// before. On a narrow terminal the least
/// important parts are left out first.
std::string progress_line(const BatchEnded& batch, const std::string& score,
                          std::optional<double> seconds_left, std::size_t width, bool utf8);

/// The line of an epoch that has ended.
std::string epoch_line(const EpochEnded& epoch);

/// Shows the progress of training: one live line on a terminal, otherwise lines of epochs, at most one
/// a second.
class Progress {
 public:
  explicit Progress(const GlobalOptions& options, std::optional<double> max_seconds = {});
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void operator()(const Event& event);

 private:
  using Clock = std::chrono::steady_clock;

  void draw(const BatchEnded& batch, std::optional<double> seconds_left);
  void on(const BatchEnded& batch);
  void on(const EpochEnded& epoch);
  static void on(const Warned& warning);
  void on(const Stopped& stopped);
  void on(const MemberStarted& member);
  void tell(const EpochEnded& epoch, Clock::time_point now);
  double seconds_left(double share, double of_member) const;
  std::string of_member() const;

  bool live_ = false, plain_ = false;
  std::optional<double> max_seconds_;
  std::string validation_;  // of the epoch before, in words
  Clock::time_point begin_ = Clock::now(), epoch_begin_ = begin_, drawn_;
  std::optional<Clock::time_point> told_;  // when plain progress last printed a line
  std::optional<EpochEnded> untold_;       // the last epoch, if it has no line
  std::optional<MemberStarted> member_;    // of an ensemble, which is trained now
};

/// RunControl::stop_requested of a verb that holds StopSignals: whether a signal has come, which is
/// said once, with `what` it stops.
std::function<bool()> stop_on_signal(std::string what = "stopping");
/// When a training of this kind stops: "stopping after this batch".
std::string what_stops(const EstimatorRow& row);

/// Shows the library's log and the progress of downloads and of reading images on the console.
void connect_library(const GlobalOptions& options);

}  // namespace hebb::app
