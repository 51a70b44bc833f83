#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "hebb/core/catalogue.h"
#include "hebb/core/task.h"
#include "hebb/metrics/evaluation.h"

namespace hebb {

/// A model's predictions for samples together with the true values: the input of every metric.
struct Predictions {
  std::vector<std::string> classes = {};                 ///< empty: regression
  std::vector<std::int32_t> truth = {}, predicted = {};  ///< (N), indices into `classes`
  /// The scores of the classes: (N, classes); for two classes without probabilities (N), the score
  /// of the second class.
  std::vector<double> scores = {};
  bool probabilities = false;  ///< whether `scores` are probabilities

  std::size_t outputs = 1;
  std::vector<double> true_values = {}, predicted_values = {};  ///< (N, outputs)

  std::vector<double> weights = {};  ///< (N); empty: all are 1

  /// Errors: std::invalid_argument unless sizes and shapes fit together and every index in `truth`
  /// and `predicted` is one of a class. All functions that take predictions check them.
  void check() const;

  /// The scores of class `c`, and whether it is the true class (1 or 0): (N) each.
  /// Errors: std::invalid_argument for a class that does not exist or has no scores.
  std::vector<double> scores_for(std::size_t c) const;
  std::vector<double> is(std::size_t c) const;

  /// Predicts the second of two classes from this probability on, in place of 0.5.
  /// Errors: std::invalid_argument unless there are two classes with probabilities.
  void decide(double threshold);
};

/// All scores of the predictions. Errors: as classification_scores(), regression_scores().
Scores scores_of(const Predictions& predictions);

/// One metric by name, as in JSON, `--metrics` and `--assert`.
struct MetricRow {
  std::string name;
  std::string label = {};      ///< in tables; empty: not in the default table
  std::string help = {};       ///< one line
  Task task = Task::classify;  ///< of the models that it applies to
  bool higher_is_better = true;
  /// For metrics with a parameter, such as "f_beta:0.5": its name, default and range.
  std::string parameter = {};
  double standard = 0, low = 0, high = 0;
  /// Computes the metric; std::nullopt if it is undefined, such as the AUC of one class.
  /// `parameter` is used only by metrics that have one.
  std::function<std::optional<double>(const Predictions& predictions, const Scores& scores,
                                      double parameter)>
      get = {};
  /// Whether the scores alone are not enough to compute it. Tables, which have only scores, omit
  /// it.
  bool needs_predictions = false;
  /// No value is outside these.
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
};
const Catalogue<MetricRow>& metric_catalogue();
/// Adds a metric, which `find_metric`, `--metrics` and `--assert` accept from then on.
/// Errors: std::invalid_argument if the name is taken or is not a word (is_word()), or without
/// `get`.
void register_metric(MetricRow row);

/// A metric with its parameter, as selected by name.
struct Metric {
  const MetricRow* row = nullptr;
  double parameter = 0;
  std::string name = {};  ///< as selected: "f_beta:0.5"

  std::optional<double> operator()(const Predictions& predictions, const Scores& scores) const {
    return row->get(predictions, scores, parameter);
  }
};
/// Errors:  std::invalid_argument naming the nearest metric, or the parameter's range.
Metric find_metric(const std::string& name);
/// The default metric of a task: "accuracy" or "r2".
/// Errors:  std::invalid_argument for a task that predicts nothing.
const std::string& default_metric(Task task);

}  // namespace hebb
