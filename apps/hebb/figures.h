#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/core/fields.h"
#include "hebb/plot/plots.h"

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
/// saying why and what can; as Figure::save().
Figure draw(const std::string& kind, const PlotSubject& subject);

/// "figure: r.png (23 kB), 640 x 480 ..."
void tell_saved(const std::string& kind, const std::string& path);

}  // namespace hebb::app
