#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "hebb/core/record.h"
#include "select/step.h"

namespace hebb {

/// Where a study is kept: every step and fold, from the moment it is known. A process that is killed
/// loses at most what it had not committed.
///
/// Several processes may work on a study at once if its store is_shared(). Each decides the steps by
/// itself, and takes a step before it does it, by claim(). What a process puts counts only as long as
/// it still has the step: one that was silent for 30 seconds loses its steps to others.
class StudyStore {
 public:
  /// What is being studied, and with what options.
  struct Identity {
    std::string data, data_hash;  ///< the name of the data, and Dataset::hash()
    std::string version;          ///< of hebb
    Record options = {};          ///< everything else that determines the results
    std::string command = {};     ///< for people
  };

  StudyStore() = default;
  virtual ~StudyStore() = default;
  StudyStore(const StudyStore&) = delete;
  StudyStore& operator=(const StudyStore&) = delete;

  virtual bool is_shared() const = 0;
  /// The path of the file, or the database and the name in it, without passwords.
  virtual const std::string& place() const = 0;

  /// The steps of search `study` (0: on all rows; i: on outer fold i) from number `from` on.
  virtual std::vector<StudyStep> steps(int study, std::size_t from = 0) const = 0;
  /// Takes a step that no other process is doing, and adds it if it is new. `step` becomes what is
  /// stored: another process may have decided it before. Returns whether this process is to do it.
  virtual bool claim(int study, std::size_t number, StudyStep& step) = 0;
  /// Puts the end of a step, without its folds.
  virtual void put(int study, std::size_t number, const StudyStep& step) = 0;
  virtual void put(int study, std::size_t number, std::size_t fold, const TrialFold& result) = 0;

  /// The score of the choice of search `study` on the rows that the outer fold holds out.
  virtual std::vector<TrialFold> outer(int study) const = 0;
  virtual bool claim_outer(int study) = 0;
  virtual void put_outer(int study, const TrialFold& result) = 0;

  /// Whether the study has come to its end.
  virtual void put_complete(bool complete) = 0;

  /// Writes what has been put since the last commit to the disk. Returns the numbers of the steps of
  /// which nothing was written, because another process has them now.
  /// Errors: std::runtime_error naming the place and the cause; what was committed is kept.
  virtual std::vector<std::size_t> commit() = 0;
  /// Gives all steps that have not ended back, for other processes.
  virtual void release() = 0;
};

/// Opens StudyControl::file, or creates it: as StudyFile and StudyServer.
std::unique_ptr<StudyStore> open_study(const StudyControl& control,
                                       const StudyStore::Identity& identity);

/// Checks that a study is the one that its store has. `place` names the store, and `other`
/// says how another is had, as in "choose another file".
/// Errors: std::invalid_argument, naming what differs.
void check_same_study(const StudyStore::Identity& stored, const StudyStore::Identity& identity,
                      const std::string& place, const std::string& other);

/// Points and states as stores have them, in text. Errors: std::runtime_error for another text, naming
/// the place.
std::string point_text(const Point& point);
Point point_from(const std::string& text, const std::string& place);
TrialState state_from(const std::string& text, const std::string& place);

}  // namespace hebb
