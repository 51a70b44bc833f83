#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "hebb/metrics/evaluation.h"
#include "hebb/metrics/fold_statistics.h"

/// Scores of models that differ in one thing: the value of an option, or the number of training
/// samples. validation_curve() and learning_curve() (hebb/select/curves.h) compute them by folds.
namespace hebb {

struct ValidationCurve {
  /// The models of one value.
  struct At {
    std::string text;  ///< the value as a user writes it, numbers with four digits
    double value = std::numeric_limits<double>::quiet_NaN();  ///< NaN: it is no number
    FoldStatistics train = {}, test = {};  ///< in sample, and on the rows held out
    std::string failure = {};              ///< why there are no scores; empty: there are
  };
  std::string option = {};
  std::string score = {};  ///< what was measured: "accuracy"
  bool higher_is_better = true;
  bool log = false;             ///< the values are evenly spaced on a log scale
  std::vector<At> points = {};  ///< numbers in ascending order
  std::string of = {};          ///< the data, in words

  /// Whether the values are numbers, whose distances mean something.
  bool is_numeric() const;
};

/// The value with the best mean score on the rows held out, of equal ones the first; std::nullopt if
/// none has a score.
std::optional<std::size_t> best_value(const ValidationCurve& curve);

/// What the score of each value says. `good`: not worse than the best by more than one standard error
/// of the mean of the best (the one-standard-error rule of Breiman et al., "Classification and
/// Regression Trees", 1984). For the others the loss on the rows held out has two parts: what is lost
/// in sample too, and what the gap between the two has grown by. `under` if the first part is two
/// thirds of it or more, `over` if it is a third or less. `untold` in between, and without a score.
std::vector<Fitting> fittings(const ValidationCurve& curve);

/// best_value() and fittings() in words: one line.
std::string verdict(const ValidationCurve& curve);

struct LearningCurve {
  /// The models of one size.
  struct At {
    std::size_t samples = 0;               ///< trained on
    FoldStatistics train = {}, test = {};  ///< in sample, and on the rows held out
  };
  std::string score = {};
  bool higher_is_better = true;
  std::vector<At> points = {};  ///< in ascending order of their sizes
  std::string of = {};          ///< the data, in words
};

/// The scores at the largest size, the gap between them, and what the last step gained: one line.
std::string verdict(const LearningCurve& curve);

}  // namespace hebb
