#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "hebb/metrics/classification.h"
#include "hebb/metrics/regression.h"

namespace hebb {

using Scores = std::variant<ClassificationScores, RegressionScores>;

/// The scores of an estimator in sample and out of sample. Either part may be absent.
struct Evaluation {
  std::vector<std::string> classes;  ///< empty for regression
  std::optional<Scores> train = {}, test = {};
  /// Whether `test` are the training samples, each predicted by the members of the model that did not
  /// learn from it.
  bool out_of_fold = false;

  /// What `test` is called: "out of sample" or "out of fold".
  const char* test_name() const { return out_of_fold ? "out of fold" : "out of sample"; }
};

/// One scalar score of both parts, with its key in JSON: "accuracy", "f1_macro", "rmse", ...
struct ScoreRow {
  std::string key;    ///< "f1_macro"
  std::string label;  ///< "F1 (macro)"; empty: in JSON, but not in the table
  std::optional<double> train = {}, test = {};
};

/// The scalar scores, in the order of the catalogue of metrics.
std::vector<ScoreRow> score_rows(const Evaluation& evaluation);

/// Whether in-sample and out-of-sample scores show under- or over-fitting. `untold`: too few
/// samples, or only one of the two parts. A model that misses much of its training data is
/// under-fitted first, even if it is worse on other data.
enum class Fitting { untold, under, over, good };
struct Judgement {
  Fitting fitting = Fitting::untold;
  std::string reason = {};  ///< in words, with the figures
  /// In sample, the share of the way from guessing to a perfect score: 1 is perfect, 0 no better
  /// than guessing. Unset: not known.
  std::optional<double> skill = {};
  double gap = 0;  ///< the skill that is lost out of sample; 0 if that is not known
};
Judgement judge(const Evaluation& evaluation);

/// The reason of judge(): whether the two parts show under- or over-fitting, and by how much. For
/// one part, what can and cannot be concluded from it. One line, no trailing newline. What to do
/// about it depends on the run: see diagnose() (hebb/run/diagnose.h).
std::string verdict(const Evaluation& evaluation);

/// How a table is drawn.
struct TableStyle {
  std::size_t width = 80;  ///< columns of the terminal: wide matrices are cut with a note
  bool utf8 = true;        ///< otherwise ASCII only
  bool color = false;      ///< ANSI colours
};

/// The scores side by side, precision, recall and F1 of each class, the confusion matrix of the test
/// part (of the training part if there is no test part) and the verdict.
/// Errors: std::invalid_argument for scores of another number of classes than there are names.
std::string table_text(const Evaluation& evaluation, const TableStyle& style = {});

/// Prints table_text().
void print(std::ostream& out, const Evaluation& evaluation, const TableStyle& style = {});

/// print() with the defaults.
std::ostream& operator<<(std::ostream& out, const Evaluation& evaluation);

}  // namespace hebb
