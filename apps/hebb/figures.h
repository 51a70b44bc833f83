#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/core/fields.h"
#include "hebb/plot/plots.h"
#include "options.h"

namespace hebb::app {

/// How figures are drawn, for every verb that draws.
struct FigureOptions {
  std::string theme = "light";
  double scale = 2;

  static const FieldList& fields();
  FigureStyle style() const;
};

/// A figure that `--plot` asks for: "roc:r.png", or "r.png" for the one that tells most.
struct FigureRequest {
  std::string kind;  ///< empty: the best one
  std::string path;
};
/// Errors: std::invalid_argument for a kind or an ending that there is not.
std::vector<FigureRequest> read_requests(const std::vector<std::string>& texts);

/// Draws what is asked for. Errors: std::invalid_argument if it cannot be drawn of `subject`,
/// saying why and what can, or in what the data do not fit the model; as Figure::save().
Figure draw(const std::string& kind, const PlotSubject& subject);

/// Draws what `--plot` asks for, beside a run; what cannot be drawn is told. Whether all could.
bool draw_all(const std::vector<FigureRequest>& requests, const PlotSubject& subject,
              const FigureStyle& style);

/// Checks that a figure can be written to `path`, before anything is read.
/// Errors: std::invalid_argument for its ending, or if it is one of `inputs`; as check_writable().
void check_figure_file(const std::string& path, const std::string& option,
                       const std::vector<std::string>& inputs);

/// Writes a figure as the result of `verb` and says what is to be seen.
int hand_over(const Figure& figure, const std::string& path, const Settings& settings,
              const std::string& verb);

}  // namespace hebb::app
