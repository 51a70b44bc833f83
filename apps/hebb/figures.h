#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/core/fields.h"
#include "hebb/plot/plots.h"
#include "hebb/plot/trials.h"
#include "options.h"

namespace hebb::app {

/// How figures are drawn, for every verb that draws.
struct FigureOptions {
  std::string theme = "light";
  double scale = 2;

  static const FieldList& fields();
  FigureStyle style() const;
};

/// A value of `--plot`: "roc:r.png", or "r.png" for the most informative figure.
struct FigureRequest {
  std::string kind;  ///< empty: the most informative one
  std::string path;
};
/// Reads the values of `--plot`, whose kinds are rows of plot_catalogue(), or for a search of
/// trial_plot_catalogue(). Errors: std::invalid_argument for an unknown kind or file name extension.
std::vector<FigureRequest> read_requests(const std::vector<std::string>& texts);
std::vector<FigureRequest> read_trial_requests(const std::vector<std::string>& texts);

/// Draws the figure `kind`. Errors: std::invalid_argument if it cannot be drawn from `subject`, with
/// the reason and the figures that can be drawn, or if the data do not fit the model; as
/// Figure::save().
Figure draw(const std::string& kind, const PlotSubject& subject);

/// Draws the figures of `--plot` after a run. Reports an error for each that cannot be drawn.
/// Returns whether all were drawn.
bool draw_all(const std::vector<FigureRequest>& requests, const PlotSubject& subject,
              const FigureStyle& style);
/// The same of a search; without a kind the score against each option.
bool draw_all(const std::vector<FigureRequest>& requests, const TrialSet& trials,
              const FigureStyle& style);

/// Writes a figure as the result of `verb` and prints its description. Returns the exit code.
int hand_over(const Figure& figure, const std::string& path, const Settings& settings,
              const std::string& verb);

}  // namespace hebb::app
