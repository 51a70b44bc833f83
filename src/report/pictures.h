#pragma once

#include <string>
#include <vector>

#include "hebb/plot/figure.h"
#include "hebb/report/report.h"

namespace hebb {

/// A figure of the page, in the light and the dark theme.
struct Picture {
  std::string title;
  std::string description;  ///< in words, for readers who cannot see it
  std::string light, dark;  ///< bytes
  std::string type;         ///< "image/svg+xml", or "image/png" where that is far smaller
  FigureSize size;

  /// Whether it is unreadable, or leaves much empty, in a column beside another.
  bool large() const { return size.width > 700 || size.height > 2 * size.width; }
};

/// A figure for a page. Thousands of points are images inside an SVG, which is then larger than a PNG of
/// the whole figure, which is taken instead.
Picture picture_of(const Figure& figure);
/// Pictures side by side, as HTML.
std::string picture_grid(const std::vector<Picture>& pictures);

/// A sentence on a figure that is left out because nobody could read it; may be empty.
std::string left_out(const ReportSubject& subject);

/// The most informative figures of a run. `predictions`: for the evaluation data.
std::vector<Picture> pictures(const ReportSubject& subject, const Predictions& predictions);

}  // namespace hebb
