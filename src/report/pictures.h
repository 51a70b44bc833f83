#pragma once

#include <string>
#include <vector>

#include "hebb/report/report.h"

namespace hebb {

/// A figure as it stands in the page, for light and dark screens.
struct Picture {
  std::string title;
  std::string description;  ///< in words, for those who do not see it
  std::string light, dark;  ///< bytes
  std::string type;         ///< "image/svg+xml", or "image/png" where that is far smaller
};

/// The figures that tell most of this run. `predictions`: of what it is judged on.
std::vector<Picture> pictures(const ReportSubject& subject, const Predictions& predictions);

}  // namespace hebb
