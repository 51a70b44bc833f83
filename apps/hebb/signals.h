#pragma once

namespace hebb::app {

/// While an object exists, the first SIGINT, SIGTERM or SIGHUP is only recorded, as a request to
/// stop; a second SIGINT or SIGTERM ends the program at once with exit code 130 or 143. A signal that
/// the program was started to ignore, as by nohup, stays ignored.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// The signal received, or 0. Any thread may call it.
  static int received();
};

/// From now on, reading a mapped file that another process has cut short ends the program with an
/// error that names the file, and exit code 1.
void report_cut_files();

}  // namespace hebb::app
