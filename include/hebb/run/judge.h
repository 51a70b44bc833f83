#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/core/options.h"
#include "hebb/core/task.h"
#include "hebb/data/dataset.h"
#include "hebb/formats/options.h"
#include "hebb/metrics/catalogue.h"
#include "hebb/metrics/evaluation.h"
#include "hebb/model/model.h"

namespace hebb {

/// A metric and its value.
struct Measurement {
  Metric metric;
  std::optional<double> value = {};  ///< unset if undefined for the data

  /// "f_beta:0.5": with the metric's parameter, if it has one.
  std::string name() const;
};
/// Metrics by name; "all" stands for every metric of the task.
/// Errors:  as find_metric(); std::invalid_argument for a metric of the other task.
std::vector<Metric> find_metrics(const std::vector<std::string>& names, Task task);
std::vector<Measurement> measure(const std::vector<Metric>& metrics, const Predictions& predictions,
                                 const Scores& scores);

/// A bound on a metric, as in "accuracy>=0.97"; the operators are >= <= > < ==.
struct Rule {
  std::string text;  ///< as it was given
  Metric metric;
  std::string sign;
  double bound = 0;

  /// Errors:  std::invalid_argument for a text that is not a rule; as find_metric().
  static Rule parse(const std::string& text);
  bool holds(std::optional<double> value) const;
  /// Empty if the rule holds; otherwise the metric's value in words.
  std::string broken(const Predictions& predictions, const Scores& scores) const;
};

/// The data on which a model is evaluated.
struct JudgedData {
  Dataset data;            ///< the rows that the model predicts
  bool in_sample = false;  ///< the model was trained on them: scores say nothing about new data
  bool own_part = false;   ///< they are the test part of a built-in set
  std::vector<std::string> notes = {};
};
/// Reads as load_for(). Errors: as there; DataError for numbers that are not classes.
JudgedData load_judged(const Model& model, const std::string& data, const OptionValues& given = {});

/// Rows of the confusion matrix as CSV, with a header: the true class, then a count for each
/// predicted class. Of more than ConfusionMatrix::kMostInTables classes, a row for each count that
/// is not 0: the true class, the predicted class, the count.
/// Errors:  std::invalid_argument for the scores of a regression, and for another number of classes.
std::string confusion_csv(const Scores& scores, const std::vector<std::string>& classes);

/// The ROC curve of each class (for two classes, of the second one) as CSV: class, threshold, fpr,
/// tpr. Warns of a class without a curve.
/// Errors:  std::invalid_argument for predictions of fewer than two classes.
std::string roc_csv(const Predictions& predictions);

}  // namespace hebb
