#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hebb {

/// Where training stands, as a schedule sees it.
struct ScheduleState {
  double learning_rate_init = 1e-3;
  double power_t = 0.5;
  double step_factor = 0.1;
  std::size_t step_epochs = 30;
  double warmup = 0.3;
  std::uint64_t update = 0;         ///< the coming update, from 0
  std::uint64_t updates_total = 1;  ///< of all epochs that there may be
  std::uint64_t samples_seen = 0;   ///< by the end of the last whole epoch
  std::size_t epoch = 0;            ///< the one running, from 0
  double adapted = 1e-3;            ///< what "adaptive" has come to
};

/// One way for the learning rate to change.
struct ScheduleRow {
  std::string name;
  std::string help;
  bool sgd_only;  ///< scikit-learn's own, which act on solver sgd alone
  double (*rate)(const ScheduleState&);
};

const std::vector<ScheduleRow>& schedule_catalogue();
std::vector<std::string> schedule_names();
/// Errors: std::invalid_argument with the nearest name.
const ScheduleRow& find_schedule(const std::string& name);

}  // namespace hebb
