#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "hebb/estimators/candidate.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/estimators/ensembles.h"
#include "hebb/train/events.h"
#include "hebb/train/options.h"

namespace hebb {

/// The training of an ensemble: the data as all members get them, and the trainings one after the
/// other.
class EnsembleFit {
 public:
  /// Checks options and data. `own` and `control` must outlive this.
  EnsembleFit(const Supervised& own, const Dataset& data, const RunControl& control);

  /// Errors: as EnsembleEstimator::fit().
  Model bagging(const BaggingOptions& options);
  Model voting(const VotingOptions& options);
  Model stacking(const StackingOptions& options);

 private:
  using Clock = std::chrono::steady_clock;
  using Rows = std::vector<std::uint32_t>;

  /// What is trained: a kind with its options.
  struct Member {
    const EstimatorRow* row;
    OptionSet options;
    bool seeded = false;  ///< its options say its seed
  };

  Member member_of(const Candidate& candidate, const char* option) const;
  std::vector<Member> all_members(const char* option) const;
  std::uint64_t seed_of(std::size_t member) const;
  /// Trains a member; the `training`-th of `trainings` in all.
  std::unique_ptr<Supervised> train(const Member& member, std::uint64_t seed, const Dataset& rows,
                                    const PreprocessOptions& preprocess, const std::string& name);
  RunControl control_of(const std::string& name);
  bool is_interrupted() const { return last_ == StopReason::interrupted; }
  bool is_late() const;
  void check_stopped(const char* what) const;

  Rows draw(std::size_t member, const BaggingOptions& options) const;
  bool has_classes(std::span<const std::uint32_t> rows) const;

  Model finished(EnsembleBody body, const std::string& message);

  const Supervised& own_;
  const RunControl& control_;
  std::uint64_t random_state_;
  std::int64_t threads_;
  std::optional<double> max_seconds_;
  Clock::time_point begin_ = Clock::now();

  std::optional<Dataset> weighed_;
  Dataset train_;
  std::vector<std::int32_t> truth_;  // of classification
  Model model_;
  PreprocessOptions preprocess_;  // of the members

  std::size_t trainings_ = 0, begun_ = 0, epochs_ = 0;
  std::optional<StopReason> last_;  // why the last training ended, if it said so
  bool late_ = false, to_the_last_epoch_ = false;
  std::set<std::string> warned_;
};

}  // namespace hebb
