#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "select/study_store.h"

namespace hebb {

/// A study in a file: one SQLite database, which one process uses at a time.
class StudyFile final : public StudyStore {
 public:
  /// Opens the file, or creates it. An empty path: the study is kept in memory.
  /// Errors: std::invalid_argument for a file that is no study, a study of other data or options or
  /// another hebb, naming what differs, and a network file system, whose locks cannot be relied on;
  /// std::runtime_error if another process uses it, or for a failure of the file.
  StudyFile(const std::string& path, const Identity& identity);
  ~StudyFile() override;

  bool is_shared() const override { return false; }
  const std::string& place() const override;
  std::vector<StudyStep> steps(int study, std::size_t from = 0) const override;
  bool claim(int study, std::size_t number, StudyStep& step) override;
  void put(int study, std::size_t number, const StudyStep& step) override;
  void put(int study, std::size_t number, std::size_t fold, const TrialFold& result) override;
  std::vector<TrialFold> outer(int study) const override;
  bool claim_outer(int /*study*/) override { return true; }
  void put_outer(int study, const TrialFold& result) override;
  void put_complete(bool complete) override;
  std::vector<std::size_t> commit() override;
  void release() override {}

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hebb
