#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "hebb/core/options.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/run/run.h"
#include "io/descriptor.h"

namespace hebb {

/// Whether the training of a kind with these options, changed by `values`, is the beginning of one with
/// more epochs, so that it can go on from its state: networks, unless the schedule of their learning rate
/// is planned over all epochs, or their time is limited.
bool goes_on(const EstimatorRow& row, OptionSet options, const OptionValues& values = {});

/// Where the states of trials are kept from one rung of successive halving to the next: the checkpoints
/// in which the trainings on their folds ended.
///
/// It is a cache: where a state is missing, the training begins anew, with the same result. The folder is
/// a temporary one of this process (hebb-states-..., in $TMPDIR or /tmp), locked (flock) while the object
/// exists and removed with it. Those that killed processes have left are removed when it is made.
class TrialStates {
 public:
  /// `wanted`: whether there is a folder at all.
  explicit TrialStates(bool wanted);
  ~TrialStates();
  TrialStates(const TrialStates&) = delete;
  TrialStates& operator=(const TrialStates&) = delete;

  /// The folder of a trial of a search, which the first worker creates. Empty: none can be had.
  std::string of(int study, std::size_t trial);
  /// Removes the states of all trials but these of one search.
  void keep(int study, const std::set<std::size_t>& trials) noexcept;

 private:
  std::string path_of(const std::pair<int, std::size_t>& trial) const;

  std::string path_;  // empty: there is none
  io::Descriptor lock_{-1};
  std::set<std::pair<int, std::size_t>> given_;
};

/// For the training of a fold with a share of the epochs: from which state to go on, and where to keep
/// its own. `folder` is TrialStates::of(). std::nullopt if there is no use or no place for either: on
/// another machine, for the whole budget without a state before it, and where less than 1 GB, or a tenth
/// of a smaller disk, is free.
std::optional<CheckpointSpec> state_of(const std::string& folder, std::size_t fold, double share);

}  // namespace hebb
