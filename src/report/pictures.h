#pragma once

#include <string>
#include <vector>

#include "hebb/report/report.h"

namespace hebb {

/// A figure as it stands in the page, for light and dark screens.
struct Picture {
  std::string title;
  std::string description;  ///< in words, for those who do not see it
  std::string light, dark;  ///< bytes of SVG
};

/// The figures that tell most of this run.
std::vector<Picture> pictures(const ReportSubject& subject);

}  // namespace hebb
