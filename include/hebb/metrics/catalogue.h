#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hebb/core/catalogue.h"
#include "hebb/core/task.h"
#include "hebb/metrics/evaluation.h"

namespace hebb {

/// What a model said of samples, beside the truth: all that any metric needs.
struct Predictions {
  std::vector<std::string> classes = {};                 ///< empty: numbers were predicted
  std::vector<std::int32_t> truth = {}, predicted = {};  ///< (N), indices into `classes`
  /// How much speaks for each class: (N, classes); of two classes without probabilities (N), for
  /// the second.
  std::vector<double> scores = {};
  bool probabilities = false;  ///< what `scores` are

  std::size_t outputs = 1;
  std::vector<double> true_values = {}, predicted_values = {};  ///< (N, outputs)

  std::vector<double> weights = {};  ///< (N), or empty: all are one

  /// The scores for one class, and whether it is the truth (1 or 0): (N).
  std::vector<double> scores_for(std::size_t c) const;
  std::vector<double> is(std::size_t c) const;
};

/// Everything they are judged by. Errors: as classification_scores(), regression_scores().
Scores scores_of(const Predictions& predictions);

/// One metric by name, as in JSON, `--metrics` and `--assert`.
struct MetricRow {
  std::string name;
  std::string label = {};      ///< in tables; empty: not in the table that is printed unasked
  std::string help = {};       ///< one line
  Task task = Task::classify;  ///< of the models that it judges
  bool higher_is_better = true;
  /// Of those that take one, as in "f_beta:0.5": what it is called, its default and its range.
  std::string parameter = {};
  double standard = 0, low = 0, high = 0;
  /// Unset where it cannot be had, as an area of one class. `parameter` counts where there is one.
  std::function<std::optional<double>(const Predictions& predictions, const Scores& scores,
                                      double parameter)>
      get = {};
  /// Whether the scores alone do not give it: tables, which have no others, leave it out.
  bool needs_predictions = false;
};
const Catalogue<MetricRow>& metric_catalogue();
/// Adds a metric, which `find_metric`, `--metrics` and `--assert` may name from then on.
/// Errors: std::invalid_argument for a name that is taken, or is no word, and without `get`.
void register_metric(MetricRow row);

/// A metric with its parameter, as asked for by name.
struct Metric {
  const MetricRow* row = nullptr;
  double parameter = 0;
  std::string name = {};  ///< as asked for

  std::optional<double> operator()(const Predictions& predictions, const Scores& scores) const {
    return row->get(predictions, scores, parameter);
  }
};
/// Errors:  std::invalid_argument naming the nearest metric, or the parameter's range.
Metric find_metric(const std::string& name);
/// The metric that models of a task are judged by unless another is asked for: "accuracy" or "r2".
/// Errors:  std::invalid_argument for a task that predicts nothing.
const std::string& default_metric(Task task);

}  // namespace hebb
