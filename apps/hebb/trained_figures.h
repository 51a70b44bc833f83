#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hebb/core/fields.h"
#include "hebb/data/folds.h"
#include "hebb/plot/plots.h"
#include "options.h"
#include "paths.h"

namespace hebb::app {

/// The options of curves by folds.
struct CurveOptions {
  std::vector<std::string> space;
  std::optional<int> folds;
  int repeats = FoldOptions().repeats;
  bool stratify_folds = FoldOptions().stratify;
  std::optional<std::string> metric;

  static const FieldList& fields();
};

/// A figure of `hebb plot` that trains models of its own. The arguments behind KIND are data sets, or
/// data and in front of it a model whose kind and options are taken.
struct TrainedFigure {
  std::string name;
  std::string usage;           ///< the arguments, for messages: "DATA --space NAME=VALUES"
  std::size_t least, most;     ///< number of arguments
  bool takes_model = false;    ///< two arguments are MODEL DATA
  bool takes_options = false;  ///< options of models and of curves
  /// std::nullopt: a signal has stopped it before there was anything to draw.
  std::optional<Figure> (*draw)(const Settings& settings,
                                const std::function<void(std::size_t, std::size_t)>& on_step);
};

/// The figure that a call of `hebb plot` asks for; nullptr if that one is drawn from a trained model
/// or from data.
const TrainedFigure* trained_figure(const Settings& settings);

/// Adds what the figure reads, and checks the number of its arguments.
/// Errors: std::invalid_argument with the usage.
void check_arguments(const TrainedFigure& figure, const Settings& settings, RunPaths& paths);

}  // namespace hebb::app
