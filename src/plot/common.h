#pragma once

// What the figures have in common.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/estimators/estimator.h"
#include "plot/content.h"

namespace hebb::plot {

/// "12,345 samples", "1 class".
std::string counted(std::size_t count, const std::string& noun);

/// "iris, 150 samples"
std::string name_of(const Dataset& data);

/// "'a'", or "'a', 'b' and 3 more": names in a sentence.
std::string names_in_words(const std::vector<std::string>& names);

/// A classifier's scores on data with their truth, by class.
struct Judged {
  std::vector<std::int32_t> truth;
  std::vector<std::string> classes;
  std::vector<double> scores;  ///< (N) of two classes, for the second; otherwise (N, classes)
  bool probabilities = false;

  bool binary() const { return classes.size() == 2; }
  /// For one class against the rest: 1 or 0, and its scores. Of two classes, class 1 alone has any.
  std::vector<double> is(std::size_t c) const;
  std::vector<double> scores_for(std::size_t c) const;
};
/// Errors: std::invalid_argument for fewer than two classes.
Judged judged(const Classifier& classifier, const Dataset& data);

}  // namespace hebb::plot
