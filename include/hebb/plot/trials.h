#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "hebb/plot/figure.h"

/// Figures of a search for options: what was tried, and how well it did. They are drawn from plain
/// numbers; trial_set() (hebb/select/study_figures.h) takes these from a study.
namespace hebb {

/// The trials of a search.
struct TrialSet {
  /// An option that was varied.
  struct Option {
    std::string name;
    std::vector<std::string> choices = {};  ///< of a list; empty: a number
    bool log = false, whole = false;        ///< of numbers
    /// The share of the scores' variance that it explains; NaN: not known.
    double importance = std::numeric_limits<double>::quiet_NaN();
  };
  struct Trial {
    std::size_t number = 0;
    std::vector<double> at = {};  ///< for each option the number, or the index of the choice
    double score = std::numeric_limits<double>::quiet_NaN();  ///< NaN: it failed
    bool pruned = false;  ///< ended early: the score is of its first folds
    /// With successive halving: the share of the whole budget and the score on each rung.
    std::vector<std::pair<double, double>> rungs = {};
  };
  std::vector<Option> options = {};
  std::vector<Trial> trials = {};  ///< in the order in which they were proposed
  std::string score = {};          ///< what was measured: "accuracy"
  bool higher_is_better = true;
  std::string of = {};  ///< the subtitle
};

/// One kind of figure of a search.
struct TrialPlotRow {
  std::string name;
  std::string help;
  /// Returns why the figure cannot be drawn; empty: it can.
  std::string (*unfit)(const TrialSet& set);
  Figure (*make)(const TrialSet& set);
};
/// The kinds: "options" (the score against each option), "parallel" (parallel coordinates), "history"
/// (the score of each trial in order) and "halving" (the score against the budget).
const std::vector<TrialPlotRow>& trial_plot_catalogue();

/// A figure by name.
/// Errors: std::invalid_argument with the nearest name, or with the reason if it cannot be drawn; for
/// a trial that has not as many values as there are options, or the index of no choice.
Figure plot_trials(const TrialSet& set, const std::string& kind = "options");

}  // namespace hebb
