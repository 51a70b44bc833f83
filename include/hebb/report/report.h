#pragma once

#include <string>
#include <vector>

#include "hebb/checks/check.h"
#include "hebb/data/dataset.h"
#include "hebb/estimators/estimator.h"
#include "hebb/explain/permutation.h"
#include "hebb/metrics/evaluation.h"

namespace hebb {

/// The run that a report describes. Owns nothing.
struct ReportSubject {
  const Supervised& estimator;
  const Dataset& train;           ///< as it was given to fit()
  const Dataset* test = nullptr;  ///< the held-out data, if any
  const Evaluation& evaluation;
  /// Predictions for the evaluation data: the test part if there is one. Null: they are computed.
  const Predictions* predictions = nullptr;
  std::string command = {};  ///< the shell command that repeats the run
  /// What diagnose() finds in the run. Null: it is called, as for a run that started from nothing.
  const std::vector<Finding>* findings = nullptr;
  /// As RunResult has it. Null or empty: left out.
  const std::vector<ColumnImportance>* importance = nullptr;
};

/// The report of a run as one HTML page: model and data, scores on training and test part, findings
/// with suggestions, figures, the worst mistakes and all options. The page is self-contained: it
/// needs no network, no scripts and no other files. It supports light and dark themes, wide and
/// narrow screens, and printing. The same run gives the same bytes.
/// Errors: std::logic_error "not fitted"; as Supervised::scores() for data that does not fit it.
std::string report_html(const ReportSubject& subject);

/// Writes report_html() to a file, which is replaced atomically. Errors: as report_html();
/// std::runtime_error as replace_file().
void write_report(const std::string& path, const ReportSubject& subject);

}  // namespace hebb
