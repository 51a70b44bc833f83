#pragma once

#include <string>
#include <vector>

#include "hebb/select/compare.h"

namespace hebb {

/// A comparison as text in rows: the ranked models, best first, then those that failed or have no
/// score.
struct ComparisonTable {
  std::vector<std::string> headings = {};
  std::vector<std::vector<std::string>> rows = {};
};
/// Model, metric with its spread over folds, interval, p-value against the best, seconds of training,
/// microseconds of a prediction, memory, size of the saved model, parameters. `utf8`: with signs such
/// as ±. A model that failed has dashes.
ComparisonTable comparison_table(const Comparison& comparison, bool utf8 = true);

/// The table as a file of the kind that the ending of `path` says: .csv (all scores, in full precision),
/// .md (Markdown) or .tex (a LaTeX tabular with the rules of the package booktabs).
/// Errors:  std::invalid_argument for another ending.
std::string comparison_text(const Comparison& comparison, const std::string& path);
/// Errors:  std::invalid_argument unless comparison_text() takes this path.
void check_comparison_path(const std::string& path);

}  // namespace hebb
