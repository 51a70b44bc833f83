#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "hebb/core/record.h"
#include "select/step.h"

namespace hebb {

/// The file of a study: one SQLite database, which holds every step and fold from the moment it is
/// known. A process that is killed loses at most what it had not committed.
class StudyFile {
 public:
  /// What is being studied, and with what options.
  struct Identity {
    std::string data, data_hash;  ///< the name of the data, and Dataset::hash()
    std::string version;          ///< of hebb
    Record options = {};          ///< everything else that determines the results
    std::string command = {};     ///< for people
  };

  /// Opens the file, or creates it. An empty path: the study is kept in memory.
  /// Errors: std::invalid_argument for a file that is no study, a study of other data or options or
  /// another hebb, naming what differs, and a network file system, whose locks cannot be relied on;
  /// std::runtime_error if another process uses it, or for a failure of the file.
  StudyFile(const std::string& path, const Identity& identity);
  ~StudyFile();
  StudyFile(const StudyFile&) = delete;
  StudyFile& operator=(const StudyFile&) = delete;

  /// The steps of search `study` (0: on all rows; i: on outer fold i).
  std::vector<StudyStep> steps(int study) const;
  /// Adds or replaces a step, without its folds.
  void put(int study, std::size_t number, const StudyStep& step);
  void put(int study, std::size_t number, std::size_t fold, const TrialFold& result);
  /// The score of the choice of search `study` on the rows that the outer fold holds out.
  std::vector<TrialFold> outer(int study) const;
  void put_outer(int study, const TrialFold& result);
  /// Whether the study has come to its end.
  void put_complete(bool complete);
  /// Writes what has been put since the last commit to the disk.
  /// Errors: std::runtime_error naming the file and the cause; what was committed is kept.
  void commit();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hebb
