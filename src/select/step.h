#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hebb/select/study.h"

namespace hebb {

/// One unit of a study's work: a trial on one rung. Or none: a place in the sequence at which there
/// was nothing to do until more results were known.
struct StudyStep {
  std::size_t trial = 0;
  int rung = 0;
  Point point = {};
  bool none = false;
  bool ended = false;
  bool taken = false;  ///< a process is doing it: this one, or another that shares the study
  TrialState state = TrialState::complete;
  std::string error = {};
  std::vector<TrialFold> folds = {};
  double seconds = 0;

  /// The mean of the folds' scores; -infinity if the step failed or a score is undefined.
  double mean() const;
};

}  // namespace hebb
