#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "select/study_store.h"

namespace hebb {

/// A study in a database of PostgreSQL 13 or later, which any number of processes share. Its tables are
/// in the schema "hebb", which holds any number of studies.
///
/// Each process has a row in hebb.coordinator, in which it writes the server's time every few seconds.
/// Other processes take the steps of one whose time is old. A step's row is locked while its owner
/// changes and while its results are written, so they are written by its owner alone.
class StudyServer final : public StudyStore {
 public:
  struct Times {
    std::chrono::milliseconds beat{5'000};
    std::chrono::milliseconds silent{30'000};  ///< after which a process has lost its steps
    std::chrono::milliseconds retry{60'000};   ///< for which a lost connection is tried again
  };

  /// Opens the study that `control.file` names, or creates it, and its tables if they are missing.
  /// `control.on_event` is told when the connection is lost. `control.stop_requested` ends waiting for it.
  /// Errors of this and of all functions: std::runtime_error if the server cannot be reached or refuses;
  /// std::invalid_argument for no address, tables of another format of studies, and a study of other data
  /// or options or another hebb, naming what differs.
  StudyServer(const StudyControl& control, const Identity& identity);
  StudyServer(const StudyControl& control, const Identity& identity, Times times);
  /// Opens a study to read it: no step of it is claimed. Errors: ModelError if the address names none.
  explicit StudyServer(const std::string& address);
  /// As release(), without errors.
  ~StudyServer() override;

  bool is_shared() const override { return true; }
  const std::string& place() const override;
  std::vector<StudyStep> steps(int study, std::size_t from = 0) const override;
  bool claim(int study, std::size_t number, StudyStep& step) override;
  void put(int study, std::size_t number, const StudyStep& step) override;
  void put(int study, std::size_t number, std::size_t fold, const TrialFold& result) override;
  std::vector<TrialFold> outer(int study) const override;
  bool claim_outer(int study) override;
  void put_outer(int study, const TrialFold& result) override;
  void put_complete(bool complete) override;
  std::vector<std::size_t> commit() override;
  void release() override;

  /// "data", "data_hash", "version", "options", "command", and "complete", which is "yes" or "no".
  std::string entry(const std::string& name) const;
  /// Removes the study. Errors: std::runtime_error if a process is working on it.
  void remove();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hebb
