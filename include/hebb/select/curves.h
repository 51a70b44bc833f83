#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "hebb/data/folds.h"
#include "hebb/metrics/score_curves.h"
#include "hebb/run/run.h"
#include "hebb/select/space.h"
#include "hebb/train/events.h"

/// Curves by cross-validation: how well a model does for each value of an option, and for each number
/// of training samples. Every point is a mean over the same folds.
///
///     hebb::PreparedRun run = hebb::prepare_run({.data = "wine"});
///     hebb::Space space = hebb::Space::parse({"alpha=1e-6..10:8"}, run.options);
///     hebb::ValidationCurve curve = hebb::validation_curve(run, space.dimensions().front());
///     hebb::plot_validation_curve(curve).save("alpha.png");
namespace hebb {

/// How a curve is computed.
struct CurveControl {
  RunControl training = {};  ///< of each training; a requested stop ends the curve
  /// Called after each training with the number done and their total.
  std::function<void(std::size_t done, std::size_t of)> on_step = {};
};

/// The curve of one option. Of a range without `grid_points` the values are 7 evenly spaced ones, or
/// all if there are fewer. Training that diverges is a failure of its value. `score` is a key as in
/// score_of(); empty: that of default_metric(). After a requested stop, the values are those that
/// had all folds.
/// Errors:  as fold_rows(), Space and find_metric(); as cross_validate(), except for divergence.
ValidationCurve validation_curve(const PreparedRun& run, const Dimension& dimension,
                                 const FoldOptions& folds = {}, const std::string& score = {},
                                 const CurveControl& control = {});

/// The curve of the number of training samples: of each fold's training rows, as many are taken as
/// `sizes` says, the same numbers in all folds. A smaller part is contained in a larger one. Rows are
/// drawn at random, one of each class first; with `folds.shuffle` off, and from data with times, they
/// are the first ones. `sizes`: empty for six equal steps up to the size of the smallest fold's
/// training part. As scikit-learn's learning_curve().
/// Errors:  std::invalid_argument for a size of fewer than 2 rows or classes, or of more rows than the
///          smallest fold has; as fold_rows(), find_metric() and cross_validate().
LearningCurve learning_curve(const PreparedRun& run, const std::vector<std::size_t>& sizes = {},
                             const FoldOptions& folds = {}, const std::string& score = {},
                             const CurveControl& control = {});

}  // namespace hebb
