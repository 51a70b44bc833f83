#pragma once

#include <string>

#include "hebb/data/dataset.h"
#include "hebb/estimators/estimator.h"
#include "hebb/metrics/evaluation.h"

namespace hebb {

/// A run to be told of: what was trained, on what, and how well it does. Owns nothing.
struct ReportSubject {
  const Supervised& estimator;
  const Dataset& train;           ///< as it was given to fit()
  const Dataset* test = nullptr;  ///< what was held out, if anything
  const Evaluation& evaluation;
  /// Of what it is judged on, the test part where there is one; null: they are computed.
  const Predictions* predictions = nullptr;
  std::string command = {};  ///< what makes the same run again, for a shell
};

/// One page of HTML that says what was trained on what, how well it does in sample and out of
/// sample, what that shows and what to try, with figures, the worst mistakes and all options. It
/// needs nothing beside itself: no network, no scripts, no other files; it opens from disk, in
/// light and dark, on wide and narrow screens, and prints. The same run gives the same bytes.
/// Errors: std::logic_error "not fitted"; as Supervised::scores() for data that does not fit it.
std::string report_html(const ReportSubject& subject);

/// Writes it to a file, as a whole or not at all. Errors: likewise; std::runtime_error as
/// replace_file().
void write_report(const std::string& path, const ReportSubject& subject);

}  // namespace hebb
