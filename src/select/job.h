#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "hebb/select/study.h"

namespace hebb {

/// What a worker is given: train and score the model with these options on the folds of one cut of
/// the data.
struct Job {
  std::size_t id = 0;  ///< of the message; answers repeat it
  int outer = 0;       ///< the outer fold on whose training part to work, from 1; 0: all rows
  bool whole = false;  ///< train on all of that part, and score the rows that it holds out
  OptionValues values = {};
  double share = 1;                         ///< of the whole budget
  std::vector<TrialFold> done = {};         ///< the first folds, if another worker has done them
  std::vector<double> reference = {};       ///< scores to be compared with, to prune; empty: do not
  std::optional<std::uint64_t> bytes = {};  ///< the most memory
  std::string states = {};  ///< TrialStates::of() of a training that goes on on a higher rung
};

/// How a job ended.
struct JobEnd {
  TrialState state = TrialState::complete;
  std::string error = {};
};

/// What all jobs of a study share: the data, and how they are cut.
class StudyWork {
 public:
  /// Errors: as fold_rows() and find_metric().
  StudyWork(PreparedRun run, const StudyOptions& options);

  const PreparedRun& run() const { return run_; }
  const Metric& metric() const { return metric_; }
  double sign() const { return metric_.row->higher_is_better ? 1 : -1; }
  /// The number of folds of a job.
  std::size_t folds(const Job& job) const {
    return job.whole ? 1
                     : static_cast<std::size_t>(options_.folds) *
                           static_cast<std::size_t>(options_.repeats);
  }
  /// Does a job, on one thread. Errors of training end it as failed.
  JobEnd work(const Job& job,
              const std::function<void(std::size_t fold, const TrialFold&)>& on_fold,
              const std::function<bool()>& stop_requested = {});

 private:
  const Dataset& part(int outer);
  const std::vector<Fold>& cut(int outer);
  TrialFold train_fold(const Job& job, const PreparedRun& run, const Fold& fold, std::size_t number,
                       const std::function<bool()>& stop_requested) const;
  TrialFold train(PreparedRun run, const std::function<bool()>& stop_requested) const;

  PreparedRun run_;
  StudyOptions options_;
  Metric metric_;
  std::vector<Fold> outer_;
  std::vector<std::optional<Dataset>> parts_;  // by outer fold
  std::vector<std::optional<std::vector<Fold>>> cuts_;
};

/// Messages between coordinator and workers: JSON, one a line. Doubles that are not finite are null,
/// and become NaN.
nlohmann::ordered_json to_message(const Job& job);
nlohmann::ordered_json to_message(const TrialFold& fold);
/// Errors: ModelError for a message of another form.
Job job_from(const nlohmann::ordered_json& message);
TrialFold fold_from(const nlohmann::ordered_json& message);

}  // namespace hebb
